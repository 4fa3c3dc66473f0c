"""How fast somebody speaks: syllables a second of speech, pauses left out.

This is the articulation rate of phonetics (pauses of 0.15 s and more do not count), which tells
hasty speech from few pauses.
"""

from dataclasses import dataclass
from typing import Literal

from studio.quality.syllables import syllables

METHOD = "Voice Studio 1 (eSpeak NG)"
METHOD_JAPANESE = "Voice Studio 1 (UniDic, morae)"
_MIN_SECONDS = 0.3
_APART = 0.2
"""Where what was heard has a fifth more or fewer syllables than the text, it is what was said."""


@dataclass(frozen=True)
class SpeakingRate:
    """The pace of a take.

    Attributes:
        value: syllables (Japanese: morae) a second.
        syllables: how many were counted.
        counted_in: the text to be said, or what was heard where that is far from it.
    """

    value: float
    syllables: int
    counted_in: Literal["text", "heard"]


def method(language: str) -> str:
    """What counts the syllables of a language."""
    return METHOD_JAPANESE if language.partition("-")[0] == "ja" else METHOD


def speaking_rate(
    text: str, language: str, spoken_seconds: float, heard: str | None = None
) -> SpeakingRate | None:
    """Measure the pace.

    Args:
        text: what was to be said.
        language: ISO 639 code, of the text.
        spoken_seconds: from `studio.quality.silences.spoken_seconds`.
        heard: what speech recognition understood, in the same language; None where it was not
            asked or cannot be trusted.

    Returns:
        None without 0.3 s of speech, or where the language cannot be read.
    """
    if spoken_seconds < _MIN_SECONDS:
        return None
    written = syllables(text, language)
    if not written:
        return None
    said = syllables(heard, language) if heard else None
    if said and abs(said - written) > _APART * written:
        return SpeakingRate(said / spoken_seconds, said, "heard")
    return SpeakingRate(written / spoken_seconds, written, "text")
