"""What became of a text in a take: the stretches said as written, and those that were not."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from studio.quality.alignment import align
from studio.quality.asr import Transcript, Word
from studio.quality.wording import Token, error_rate

VERSION = "Voice Studio 1"

_SAID = 0.6
"""Likeness from which a word counts as said."""
_ISLAND_LETTERS = 4
"""A stretch of fewer letters that fit, between two that do not, fits by chance ("the")."""
_SURPLUS = 2
"""Words that both neighbours of such a stretch have too many, or too few."""
SYLLABIC = frozenset({"ja", "ko", "yue", "zh"})
"""Languages in which a character is a syllable or more."""
_LATIN_IN_SYLLABLES = 0.45
_MARKUP = re.compile(r"<[^<>]{1,100}>")
"""``<break time="1s"/>``: engines that know it do not read it out."""


@dataclass(frozen=True)
class Heard:
    """A word as it was heard, in the form in which words are compared.

    Attributes:
        word: normalised; one character in languages compared by characters.
        start: seconds.
        end: seconds.
        probability: the recogniser's own, 0–1.
        place: (start, end) in the transcript of what it is read from; words of one number share it.
    """

    word: str
    start: float
    end: float
    probability: float
    place: tuple[int, int] = (0, 0)


@dataclass(frozen=True)
class Stretch:
    """Words to be said and the words heard in their place.

    Attributes:
        said: they are the same, or nearly.
        reference: (first, one past the last) index of the words to be said.
        heard: the same of the words heard.
    """

    said: bool
    reference: tuple[int, int]
    heard: tuple[int, int]


@dataclass(frozen=True)
class Said:
    """A text beside what was heard of it.

    Attributes:
        language: ISO 639 code.
        text: what was to be said, composed (NFC), without markup.
        wanted: its words, normalised, each with its place in the text.
        heard: the words heard.
        stretches: all of both in order; said ones and others take turns.
    """

    language: str
    text: str
    wanted: tuple[Token, ...]
    heard: tuple[Heard, ...]
    stretches: tuple[Stretch, ...]

    @property
    def agreement(self) -> float:
        """Letters said as written, of the longer one of text and transcript; 0–1."""
        longest = max(self.letters(0, len(self.wanted)), self.letters_heard(0, len(self.heard)))
        said = sum(self.letters(*one.reference) for one in self.stretches if one.said)
        return said / longest if longest else 1.0

    def letters(self, start: int, end: int) -> float:
        """Letters of some words to be said; see :func:`letters_of`."""
        return sum(letters_of(token.text, self.language) for token in self.wanted[start:end])

    def letters_heard(self, start: int, end: int) -> float:
        """Letters of some words heard."""
        return sum(letters_of(one.word, self.language) for one in self.heard[start:end])

    def in_figures(self, stretch: Stretch) -> bool:
        """Both sides are at most a part of a number, which can be read in more ways than one."""
        (start, end), (first, last) = stretch.reference, stretch.heard
        asked = [(token.start, token.end) for token in self.wanted]
        heard = [one.place for one in self.heard]
        return _part_of_one(asked, start, end) and _part_of_one(heard, first, last)

    def words(self, start: int, end: int) -> str:
        """Some of the words to be said, as they are written in the text."""
        part = self.wanted[start:end]
        return " ".join(self.text[part[0].start : part[-1].end].split()) if part else ""

    def words_heard(self, start: int, end: int) -> str:
        """Some of the words heard, to be read by a person."""
        between = "" if self.language in SYLLABIC else " "
        return between.join(one.word for one in self.heard[start:end])


def letters_of(word: str, language: str) -> float:
    """How much there is to say in a word: its letters.

    In a language written by syllables a Latin letter is less than one of its characters:
    "PowerPoint" is 파워포인트.
    """
    if language not in SYLLABIC:
        return len(word)
    return sum(_LATIN_IN_SYLLABLES if letter.isascii() else 1.0 for letter in word)


def compare(text: str, transcript: Transcript, language: str) -> Said:
    """Lay a transcript beside its text.

    Args:
        text: what was to be said.
        transcript: what was heard, written in ``language``.
        language: ISO 639 code.
    """
    text = _MARKUP.sub(lambda tag: " " * len(tag[0]), unicodedata.normalize("NFC", text))
    spelt = error_rate(text, transcript.text, language)  # numbers read as the other side has them
    heard = _timed(transcript, spelt.hypothesis)
    pairs = align([token.text for token in spelt.reference], [one.word for one in heard])
    marks: list[Stretch] = []
    i = j = 0
    for pair in pairs:
        after = (i + (pair.reference is not None), j + (pair.heard is not None))
        marks.append(Stretch(pair.likeness >= _SAID, (i, after[0]), (j, after[1])))
        i, j = after
    stretches = _without_islands(_joined(marks), spelt.reference)
    return Said(language, text, spelt.reference, heard, stretches)


def _part_of_one(places: Sequence[tuple[int, int]], start: int, end: int) -> bool:
    """All words read from one place, from which a word beside them is read as well; or none."""
    if start == end:
        return True
    around = {*places[max(0, start - 1) : start], *places[end : end + 1]}
    return len(set(places[start:end])) == 1 and places[start] in around


def _timed(transcript: Transcript, found: Sequence[Token]) -> tuple[Heard, ...]:
    """The words in their compared form, each with its share of the time of what it is read from."""
    placed = list(zip(_places(transcript), transcript.words, strict=True))
    timed: list[Heard] = []
    for (first, last), group in groupby(found, key=lambda token: (token.start, token.end)):
        parts = list(group)
        over = [one for one in placed if one[0][0] < last and one[0][1] > first]
        if not over:
            continue
        start, end = _time_at(first, *over[0]), _time_at(last, *over[-1])
        letters = sum(len(part.text) for part in parts)
        surest = min(word.probability for _, word in over)
        for part in parts:
            until = start + (end - start) * len(part.text) / letters
            letters -= len(part.text)
            timed.append(Heard(part.text, start, until, surest, (first, last)))
            start = until
    return tuple(timed)


def _time_at(character: int, place: tuple[int, int], word: Word) -> float:
    """When a character of a word is said, its letters taken for equally long."""
    share = (character - place[0]) / max(1, place[1] - place[0])
    return word.start + min(1.0, max(0.0, share)) * (word.end - word.start)


def _places(transcript: Transcript) -> list[tuple[int, int]]:
    """Where each word stands in the transcript's text, characters."""
    text = unicodedata.normalize("NFC", transcript.text)
    places: list[tuple[int, int]] = []
    at = 0
    for word in transcript.words:
        written = unicodedata.normalize("NFC", word.text)
        found = text.find(written, at)
        start = at if found < 0 else found
        at = start + len(written)
        places.append((start, at))
    return places


def _joined(marks: Sequence[Stretch]) -> list[Stretch]:
    """Neighbours of one kind made one."""
    found: list[Stretch] = []
    for mark in marks:
        if found and found[-1].said == mark.said:
            last = found.pop()
            reference = (last.reference[0], mark.reference[1])
            found.append(Stretch(mark.said, reference, (last.heard[0], mark.heard[1])))
        else:
            found.append(mark)
    return found


def _without_islands(stretches: list[Stretch], wanted: Sequence[Token]) -> tuple[Stretch, ...]:
    """Short stretches that fit by chance given to the misfits around them."""

    def surplus(one: Stretch) -> int:
        return (one.heard[1] - one.heard[0]) - (one.reference[1] - one.reference[0])

    def stands(place: int) -> bool:
        one = stretches[place]
        letters = sum(len(token.text) for token in wanted[slice(*one.reference)])
        if not one.said or letters >= _ISLAND_LETTERS or place in (0, len(stretches) - 1):
            return one.said
        around = surplus(stretches[place - 1]), surplus(stretches[place + 1])
        return not (min(around) >= _SURPLUS or max(around) <= -_SURPLUS)

    return tuple(
        _joined(
            [
                Stretch(stands(place), one.reference, one.heard)
                for place, one in enumerate(stretches)
            ]
        )
    )
