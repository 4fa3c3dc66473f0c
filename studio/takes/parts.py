"""Dividing a long text into parts that are rendered one by one: whole sentences, some 20 s each.

A text that is divided can be heard before all of it is made, survives a crash part by part, passes
an engine's limit of characters, and one part of it can be made again alone.
"""

from dataclasses import dataclass

from studio.engines.card import Card
from studio.engines.sentences import Ending, Piece, split
from studio.takes.estimate import speech_seconds

PART_SECONDS = 20.0
"""About as long is a part: engines keep one tone so long, and a listener hears a slip in it."""
SERVICE_PART_SECONDS = 60.0
"""A service sees more of the text at once, and each request to it takes its time."""
_WHOLE = 1.5
"""A text up to so many times a part's length stays whole."""
_FULL, _ENOUGH, _SCRAP = 1.2, 0.5, 0.25
"""Of a part's length: more than that is too long; at a paragraph's end this much is enough; and
what is shorter goes with the part before."""


@dataclass(frozen=True)
class Part:
    """A stretch of a text, without white space around it."""

    text: str
    ending: Ending
    """What follows it, for the pause after it."""


def divided(text: str, language: str, card: Card, speaker: str) -> tuple[Part, ...]:
    """The parts in which an engine renders a text; one where it renders it as a whole.

    Sentences stay whole but for those longer than the engine takes, or than one and a half parts:
    these are cut at clause marks, and where there is none the text is not divided at all. Each part
    depends on the text before it alone, so that a change further on leaves it as it is.

    Args:
        text: what is spoken.
        language: ISO 639 code.
        card: of the engine.
        speaker: ``preset``, ``closest``, ``clone`` or ``designed``. A voice that is made up from a
            description would be another one in each part: its text stays whole.
    """
    whole = (Part(text, Ending.TEXT),)
    most = limit(card, language)
    comfortable = SERVICE_PART_SECONDS if "remote" in card.hardware.runs_on else PART_SECONDS
    seconds = speech_seconds(text)
    fits = most is None or len(text) <= most
    if speaker == "designed" or (fits and seconds <= _WHOLE * comfortable):
        return whole
    longest = max(1, round(_WHOLE * comfortable * len(text) / seconds))
    pieces = split(text, longest if most is None else min(longest, most))
    parts = _grouped(text, pieces, comfortable, most or len(text))
    return parts if len(parts) > 1 and all(map(_ends_well, parts)) else whole


def _ends_well(part: Part) -> bool:
    """Whether it ends where a speaker would draw breath, not in the midst of a phrase."""
    return part.ending is not Ending.CLAUSE or not part.text[-1].isalnum()


def limit(card: Card, language: str) -> int | None:
    """How many characters an engine takes at once; ``None``: any."""
    limits = (card.max_characters, card.max_characters_by_language.get(language))
    return min((most for most in limits if most is not None), default=None)


def _grouped(text: str, pieces: list[Piece], comfortable: float, most: int) -> tuple[Part, ...]:
    places = _places(text, pieces)
    groups: list[tuple[int, int, Ending]] = []
    for piece, (start, end) in zip(pieces, places, strict=True):
        if groups:
            first, last, ending = groups[-1]
            so_far, together = text[first:last], text[first:end]
            enough = ending is Ending.PARAGRAPH and speech_seconds(so_far) >= _ENOUGH * comfortable
            if len(together) <= most and not enough and _fits(together, comfortable):
                groups[-1] = (first, end, piece.ending)
                continue
        groups.append((start, end, piece.ending))
    if len(groups) > 1:
        first, end, ending = groups[-2][0], groups[-1][1], groups[-1][2]
        scrap = speech_seconds(text[groups[-1][0] : end]) < _SCRAP * comfortable
        if scrap and end - first <= most:
            groups[-2:] = [(first, end, ending)]
    return tuple(Part(text[start:end], ending) for start, end, ending in groups)


def _fits(text: str, comfortable: float) -> bool:
    return speech_seconds(text) <= _FULL * comfortable


def _places(text: str, pieces: list[Piece]) -> list[tuple[int, int]]:
    """Where the pieces stand in the text."""
    found: list[tuple[int, int]] = []
    position = 0
    for piece in pieces:
        start = text.index(piece.text, position)
        position = start + len(piece.text)
        found.append((start, position))
    return found
