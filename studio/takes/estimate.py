"""How long a take will probably take: the text's likely length times the engine's recent RTF."""

import unicodedata
from collections.abc import Sequence
from statistics import median

_SECONDS_PER_SYLLABLE_SIGN = 0.18
"""Hangul, kana and Chinese characters: about 5.5 a second."""
_SECONDS_PER_LETTER = 0.065
"""Alphabets: about 15 characters a second, spaces included."""


def speech_seconds(text: str) -> float:
    """Likely seconds of speech in a text, from its characters alone."""
    return sum(
        _SECONDS_PER_SYLLABLE_SIGN
        if unicodedata.east_asian_width(character) in "WF"
        else _SECONDS_PER_LETTER
        for character in text
    )


def render_seconds(text: str, recent_rtf: Sequence[float]) -> float | None:
    """Likely seconds until a take is done, ``None`` for an engine that was never measured."""
    if not recent_rtf:
        return None
    return round(speech_seconds(text) * median(recent_rtf), 2)
