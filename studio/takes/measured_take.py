"""What must be known of a take to measure it: its text, its reference clip, who made it how."""

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

from studio.engines.registry import engine_class
from studio.locales import Note, note
from studio.problems import NotFound, Problem, Unavailable
from studio.store.tables import Comparison, Take
from studio.takes.speakers import VoiceLookup
from studio.takes.spoken import spoken_of

_LIKE_THE_CLIP = ("clone", "closest")
log = logging.getLogger(__name__)


def about(
    take: Take,
    comparison: Comparison,
    voices: VoiceLookup,
    recogniser: Callable[[], Path | None],
) -> tuple[dict[str, Any], list[Note]]:
    """Plain facts for the process that measures, and remarks on those that are missing.

    Args:
        take: a done take.
        comparison: its order.
        voices: reference clips.
        recogniser: finds the folder of the model that recognises speech.
    """
    plan, remarks = take.request, []
    facts: dict[str, Any] = {
        "text": spoken_of(comparison),
        "language": comparison.language,
        "engine": take.engine,
        "model": take.model,
        "speaker": plan.get("speaker", "preset"),
        "languages_certain": _certain(take.engine),
        "seconds": take.seconds,
        "rtf": take.rtf,
        "ttfa_seconds": take.ttfa_seconds,
        "measures": dict(take.measures or {}),
        "reference": None,
        "reference_transcript": "",
        "reference_language": "",
        "whisper": None,
    }
    if plan.get("voice") and facts["speaker"] in _LIKE_THE_CLIP:
        try:
            reference = voices.reference_flac(comparison.owner, plan["voice"])
        except Problem:  # the voice was deleted meanwhile
            remarks.append(note("measuring.remark.no_reference"))
        else:
            facts |= {
                "reference": reference.flac,
                "reference_transcript": reference.transcript,
                "reference_language": reference.language,
            }
    try:
        folder = recogniser()
    except (Problem, OSError):  # what measures says that it had none
        log.exception("the model that recognises speech cannot be found")
    else:
        facts["whisper"] = str(folder) if folder else None
    return facts, remarks


def _certain(engine: str) -> bool:
    try:
        return engine_class(engine).card.languages_certain
    except (NotFound, Unavailable):  # removed since
        return False
