"""Reading an instruction: the emotion, tempo, pitch and loudness that plain words ask for.

For engines that take no free text but have settings to turn. A small lexicon of Korean stems and
English words, with negation and degree, in place of a model: what it understood can be said word
for word, and what it did not is said as well.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from studio.engines.contract import Interpretation
from studio.engines.lexicon import (
    DEGREES,
    DIMENSIONS,
    EMOTIONS,
    FILLERS,
    NEGATION_AFTER,
    NEGATION_BEFORE,
    SLIGHTLY_INSIDE,
    Dimension,
    Emotion,
)
from studio.locales import Note, note

__all__ = ["Dimension", "Emotion", "Feeling", "Reading", "read", "understood"]


@dataclass(frozen=True)
class Feeling:
    """An emotion and how strong it should be, in (0, 1]; 0.6 where nothing is said."""

    emotion: Emotion
    intensity: float


@dataclass(frozen=True)
class Reading:
    """What was understood of an instruction.

    Tempo, pitch and loudness run from -1 (much slower, lower, softer) to 1; 0 is "not asked".
    """

    feelings: tuple[Feeling, ...] = ()
    """In the order of the text, each emotion once."""
    tempo: float = 0.0
    pitch: float = 0.0
    loudness: float = 0.0
    unread: tuple[str, ...] = ()
    """Words that meant nothing to the lexicon, fillers left out."""

    @property
    def feeling(self) -> Feeling | None:
        """The strongest emotion, the first of equals."""
        return max(self.feelings, key=lambda feeling: feeling.intensity, default=None)

    def __bool__(self) -> bool:
        return bool(self.feelings or self.tempo or self.pitch or self.loudness)

    def notes(self) -> Iterator[tuple[str, Note]]:
        """What was understood, part by part: ("emotion", "tempo", "pitch" or "loudness", note)."""
        for feeling in self.feelings:
            yield "emotion", note(f"engine.instruction.{feeling.emotion.value}")
        for dimension in Dimension:
            value = getattr(self, dimension.value)
            if value:
                side = "more" if value > 0 else "less"
                yield dimension.value, note(f"engine.instruction.{dimension.value}_{side}")


def all_of(notes: list[Note]) -> Note:
    """Several notes as one, separated by commas. ``notes`` is not empty."""
    joined = notes[0]
    for following in notes[1:]:
        joined = note("engine.instruction.and", first=joined, rest=following)
    return joined


def understood(done: list[Note], missed: list[Note], unread: tuple[str, ...] = ()) -> Note:
    """The note of a mapped engine.

    Args:
        done: what it carries out; not empty.
        missed: what was understood but is beyond it.
        unread: words that meant nothing.
    """
    sentence = all_of(done)
    if missed:
        sentence = note("engine.instruction.partly", done=sentence, missed=all_of(missed))
    if unread:
        words = ", ".join(unread)
        sentence = note("engine.instruction.unread", read=sentence, words=words)
    return sentence


def read(instruction: str) -> Reading:
    """Read an instruction in Korean or English (or both).

    "너무 빠르지 않게" and "not too fast" ask for a little less than normal speed; a negated emotion
    asks for nothing.
    """
    text = instruction.casefold().replace("’", "'")
    taken = [False] * len(text)
    feelings: dict[Emotion, float] = {}
    scales = dict.fromkeys(Dimension, 0.0)
    for dimension, direction, pattern in DIMENSIONS:
        for match in _free(pattern, text, taken):
            degree = _degree(text, match, taken)
            # "Not too fast" is a step back from fast, whatever the degree that is denied.
            amount = direction * (-0.5 if _negated(text, match, taken) else degree)
            if abs(amount) > abs(scales[dimension]):
                scales[dimension] = amount
    for emotion, intensity, pattern in EMOTIONS:
        for match in _free(pattern, text, taken):
            strength = min(1.0, intensity * _degree(text, match, taken))
            if not _negated(text, match, taken):
                feelings[emotion] = max(strength, feelings.get(emotion, 0.0))
    ordered = sorted(feelings, key=lambda emotion: _first_place(emotion, text))

    def bounded(dimension: Dimension) -> float:
        return round(max(-1.0, min(1.0, scales[dimension])), 2)

    return Reading(
        feelings=tuple(Feeling(emotion, round(feelings[emotion], 2)) for emotion in ordered),
        tempo=bounded(Dimension.TEMPO),
        pitch=bounded(Dimension.PITCH),
        loudness=bounded(Dimension.LOUDNESS),
        unread=tuple(_unread(instruction, taken)),
    )


def _free(pattern: re.Pattern[str], text: str, taken: list[bool]) -> Iterator[re.Match[str]]:
    """Matches outside of what was read before, which they then take."""
    for match in pattern.finditer(text):
        if not any(taken[match.start() : match.end()]):
            taken[match.start() : match.end()] = [True] * (match.end() - match.start())
            yield match


def _degree(text: str, match: re.Match[str], taken: list[bool]) -> float:
    if SLIGHTLY_INSIDE.search(match.group()):
        return 0.5
    before = text[max(0, match.start() - 24) : match.start()]
    for factor, pattern in DEGREES:
        found = pattern.search(before)
        if found:
            end = match.start()
            taken[end - (len(before) - found.start()) : end] = [True] * (
                len(before) - found.start()
            )
            return factor
    return 1.0


def _negated(text: str, match: re.Match[str], taken: list[bool]) -> bool:
    before = text[: match.start()]
    found = NEGATION_BEFORE.search(before)
    if found:
        taken[found.start() : match.start()] = [True] * (match.start() - found.start())
        return True
    found = NEGATION_AFTER.match(text, match.end())
    if found:
        taken[match.end() : found.end()] = [True] * (found.end() - match.end())
        return True
    return False


def _first_place(emotion: Emotion, text: str) -> int:
    places = [m.start() for e, _, p in EMOTIONS if e is emotion and (m := p.search(text))]
    return min(places)


def _unread(instruction: str, taken: list[bool]) -> Iterator[str]:
    if len(instruction.casefold()) != len(instruction):
        return  # places do not correspond (a "ß"); better no list than a wrong one
    for word in re.finditer(r"[\w'’-]+", instruction):
        if not any(taken[word.start() : word.end()]) and not FILLERS.fullmatch(word.group()):
            yield word.group()


def tempo_only(instruction: str, *, option: str, faster_is_more: bool) -> Interpretation | None:
    """What an engine with nothing but a speed makes of an instruction.

    Args:
        instruction: what was asked for.
        option: the name of its speed, a factor with 1 as normal.
        faster_is_more: whether the factor grows with speed, or with length.
    """
    found = read(instruction)
    if not found.tempo:
        return None
    speed = 2.0 ** (found.tempo / 2)
    value = round(speed if faster_is_more else 1 / speed, 2)
    parts = list(found.notes())
    done = note(
        "engine.instruction.carried_out",
        what=next(part for kind, part in parts if kind == "tempo"),
        how=note("engine.instruction.speed_percent", percent=f"{100 * (speed - 1):+.0f}"),
    )
    missed = [part for kind, part in parts if kind != "tempo"]
    return Interpretation({option: value}, understood([done], missed, found.unread))
