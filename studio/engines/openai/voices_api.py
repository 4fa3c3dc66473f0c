"""What a server is asked besides speech: its models, its voices, and to take a recording."""

import re
import uuid
from typing import Any

from studio.audio.encode import wav
from studio.audio.resample import resample
from studio.engines.card import Card
from studio.engines.contract import EngineProblem, ReferenceClip
from studio.engines.openai.voices import MADE_HERE
from studio.engines.services.clip import measured
from studio.engines.services.service import Service

_LARGEST = 4 * 1024 * 1024
_HIGHEST_RATE = 24000
"""Hz; two minutes at this rate and 16 bits stay below 10 MB."""
_SPEECH = re.compile(
    r"tts|speech|voice|audio|kokoro|piper|bark|orpheus|chatterbox|cosy", re.IGNORECASE
)
"""In the ids of models that speak; servers list others beside them."""
_ABSENT = frozenset({"service_not_there"})
_NO_LIST = (400, 403, 404, 501)
"""Statuses of servers that have no list, or have one that is not for this key."""


async def default_model(service: Service) -> str:
    """The model to speak with when none is named; empty where the server lists none.

    Raises:
        EngineProblem: the server cannot be asked, or does not accept the key.
    """
    answer = await _listed(service, "/models")
    rows = answer.get("data") if isinstance(answer, dict) else None
    models = [row for row in rows or () if isinstance(row, dict) and isinstance(row.get("id"), str)]
    speaking = [row for row in models if row.get("task") == "text-to-speech"]
    named = [row for row in models if _SPEECH.search(row["id"])]
    chosen = next(iter(speaking or named or models), None)
    return str(chosen["id"])[:200] if chosen else ""


async def voice_list(service: Service) -> Any:
    """The server's list of voices as it sends it; ``None`` where it has none."""
    return await _listed(service, "/audio/voices")


async def _listed(service: Service, path: str) -> Any:
    try:
        return await service.json("GET", path, _LARGEST)
    except EngineProblem as problem:
        absent = problem.code in _ABSENT or problem.params.get("status") in _NO_LIST
        if absent:
            return None
        raise


async def upload(service: Service, clip: ReferenceClip, card: Card) -> str:
    """Give a recording to the server's voices API; returns the voice's name there.

    Raises:
        EngineProblem: ``openai_no_voices_api``; what the server said against the recording.
    """
    measured(clip, card)
    rate = min(clip.sample_rate, _HIGHEST_RATE)
    file = wav(resample(clip.samples, clip.sample_rate, rate), rate)
    name = f"{MADE_HERE}{uuid.uuid4().hex[:16]}"
    fields = {"name": name, "consent": f"recorded-by-{name}"}
    if clip.transcript.strip():
        fields["ref_text"] = clip.transcript.strip()
    try:
        answer = await service.json(
            "POST",
            "/audio/voices",
            _LARGEST,
            data=fields,
            files={"audio_sample": (f"{name}.wav", file, "audio/wav")},
        )
    except EngineProblem as problem:
        if problem.code in _ABSENT:
            raise EngineProblem("openai_no_voices_api", engine=card.title) from None
        raise
    return _name(service, answer, name)


def _name(service: Service, answer: Any, name: str) -> str:
    if not isinstance(answer, dict) or answer.get("success") is False:
        raise service.refusal(400, {}, answer)
    voice = answer.get("voice")
    facts = voice if isinstance(voice, dict) else answer
    told = facts.get("id") or facts.get("voice_id") or facts.get("name") or name
    return str(told)[:200]
