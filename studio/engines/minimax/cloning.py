"""Cloning a voice at MiniMax: the clip is uploaded, then made into a voice of a given id."""

import uuid
from typing import Any

from studio.audio.encode import wav
from studio.audio.resample import resample
from studio.engines.contract import ReferenceClip
from studio.engines.minimax.card import CARD
from studio.engines.minimax.failures import refusal
from studio.engines.minimax.options import LANGUAGES
from studio.engines.minimax.voices import MADE_HERE
from studio.engines.services.clip import measured
from studio.engines.services.service import Service

_HIGHEST_RATE = 32000
"""Hz; five minutes at this rate and 16 bits stay below the 20 MB that may be uploaded."""
_ANSWER = 256 * 1024


def recording(clip: ReferenceClip) -> bytes:
    """The clip as the WAV file that is uploaded.

    Raises:
        EngineProblem: it is shorter or longer than MiniMax takes.
    """
    measured(clip, CARD)
    rate = min(clip.sample_rate, _HIGHEST_RATE)
    return wav(resample(clip.samples, clip.sample_rate, rate), rate)


async def clone(service: Service, file: bytes, language: str) -> str:
    """Make a voice.

    Args:
        service: MiniMax.
        file: a WAV of 10 s to 5 min.
        language: of the clip; empty where it is not known.

    Returns:
        its id.

    Raises:
        EngineProblem: MiniMax's error number, or an answer without the file's id.
    """
    uploaded = await _ask(
        service,
        "/v1/files/upload",
        data={"purpose": "voice_clone"},
        files={"file": ("reference.wav", file, "audio/wav")},
    )
    stored = uploaded.get("file")
    file_id = stored.get("file_id") if isinstance(stored, dict) else None
    if not isinstance(file_id, int | str) or not file_id:
        raise service.identity.problem("service_garbled", host=service.identity.host)
    # Letters, digits, "-" and "_", a letter first, 8 to 256 of them, and no other voice's.
    voice = f"{MADE_HERE}{uuid.uuid4().hex}"
    order: dict[str, Any] = {"file_id": file_id, "voice_id": voice}
    if boost := LANGUAGES.get(language.partition("-")[0].lower()):
        order["language_boost"] = boost
    await _ask(service, "/v1/voice_clone", json=order)
    return voice


async def _ask(service: Service, path: str, **content: Any) -> dict[str, Any]:
    answer = await service.json("POST", path, _ANSWER, **content)
    problem = refusal(answer, service.identity)
    if problem is not None:
        raise problem
    if not isinstance(answer, dict):
        raise service.identity.problem("service_garbled", host=service.identity.host)
    return answer
