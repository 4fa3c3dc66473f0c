"""Words of a text that a take lacks, says twice or adds; its ending; words of the reference clip.

A recogniser errs, so no word alone is believed: what counts is letters lacking or left over in a
stretch, and that the time the voice took there agrees.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from studio.locales import LanguageName
from studio.quality.alignment import align
from studio.quality.ending import Ending
from studio.quality.figure import Finding
from studio.quality.said import SYLLABIC, Heard, Said, Stretch, letters_of
from studio.quality.wording import tokens

VERSION = "Voice Studio 1"

_ALIKE = 0.6
_ABRUPT_DB = -22.0
"""Last sounds nearer to the level of the speech were broken off: a voice fades to -28 and less."""
_ABRUPT_FORMANT_DB = -4.0
"""Formant synthesis ends at -5 and less by itself,"""
_ABRUPT_UNSAID_DB = -10.0
"""and rarely above this: where its last word was not heard either, it was cut."""
_LAST_WORD, _GUESSED = 0.8, 0.8
_ABOVE_NOISE_DB = 8.0
"""What is nearer to the noise behind the voice is that noise."""
_LONG_WORD = 4
_TIME_TAKEN = 0.9
"""Share of the time that lacking words need, which, if it was taken, means they were said."""
_HURRIED = 0.5
"""Share of the usual time that nobody speaks faster than."""
_BEYOND_SECONDS = 1.0
"""Speech after the last word that is no longer that word."""
_UNHEARD_SECONDS = 0.42
_SPARE = 0.6
"""Share of the seconds after the last word that the words before it must leave over."""
_USUAL_PACE, _FASTEST_PACE = 0.07, 0.02
_QUOTED = 60
"""Characters of a text that a sentence quotes."""


class Facts(Protocol):
    """Of a take; see `studio.quality.take_facts.TakeFacts`."""

    @property
    def seconds(self) -> float: ...
    @property
    def speech(self) -> Sequence[tuple[float, float]]: ...
    @property
    def ending(self) -> Ending | None: ...
    @property
    def reference_transcript(self) -> str: ...
    @property
    def snr_db(self) -> float | None: ...
    @property
    def formant(self) -> bool: ...


@dataclass(frozen=True)
class _Least:
    """How many letters make a stretch worth telling."""

    missing: int
    added: int
    leaked: int
    last_word: int


_LATIN, _SYLLABLES = _Least(7, 8, 6, 3), _Least(4, 5, 3, 2)


def check_words(facts: Facts, said: Said) -> tuple[Finding, ...]:
    """Compare what was heard with the text, stretch by stretch."""
    return tuple(_Comparison(facts, said).findings())


class _Comparison:
    """One take beside its text."""

    def __init__(self, facts: Facts, said: Said) -> None:
        self._facts = facts
        self._said = said
        self._least = _SYLLABLES if said.language in SYLLABIC else _LATIN
        self._pace = self._usual_pace()
        """Seconds a letter takes this voice, pauses left out."""

    def findings(self) -> Iterator[Finding]:
        """All of them, in the order of the text."""
        said = self._said
        for place, stretch in enumerate(said.stretches):
            if stretch.said or said.in_figures(stretch):
                continue
            lacking = said.letters(*stretch.reference) - said.letters_heard(*stretch.heard)
            last = place == len(said.stretches) - 1
            if lacking >= self._least.missing or (last and self._nothing_in_place(stretch)):
                yield from self._missing(stretch, lacking, last=last)
            elif -lacking >= min(self._least.added, self._least.leaked):
                yield from self._added(stretch, -lacking)
        yield from self._unheard()
        yield from self._end()

    def _usual_pace(self) -> float:
        """The median of all letters heard: stretches that were not written down do not count."""
        timed = [
            (self._speech(w.start, w.end) / len(w.word), len(w.word)) for w in self._said.heard
        ]
        paces = sorted(pace for pace, letters in timed for _ in range(letters) if pace > 0)
        return max(paces[len(paces) // 2], _FASTEST_PACE) if paces else _USUAL_PACE

    def _letters(self, word: str) -> float:
        return letters_of(word, self._said.language)

    def _speech(self, start: float, end: float) -> float:
        """Seconds of speech between two times."""
        return sum(max(0.0, min(end, e) - max(start, s)) for s, e in self._facts.speech)

    def _nothing_in_place(self, stretch: Stretch) -> bool:
        """A word, if only one, for which nothing was heard at all."""
        nothing = stretch.heard[0] == stretch.heard[1]
        return nothing and self._said.letters(*stretch.reference) >= self._least.last_word

    def _missing(self, stretch: Stretch, lacking: float, *, last: bool) -> Iterator[Finding]:
        if self._time_beyond(stretch) >= _TIME_TAKEN * lacking * self._pace:
            return
        words = self._said.words(*stretch.reference)
        if last:
            yield Finding("cut_off", "fault", {"words": _last_part(words)})
        else:
            yield Finding("words_missing", "fault", {"words": first_part(words)})

    def _time_beyond(self, stretch: Stretch) -> float:
        """Seconds of speech around a stretch beyond what the words heard there need.

        The words next to it are looked at together with it: a recogniser gives the time of a word
        it did not write to its neighbours.
        """
        heard = self._said.heard
        before = max(0, stretch.heard[0] - 1)
        after = min(len(heard), stretch.heard[1] + 1)
        start = heard[before].start if before < stretch.heard[0] else 0.0
        end = heard[after - 1].end if after > stretch.heard[1] else self._facts.seconds
        return self._speech(start, end) - self._said.letters_heard(before, after) * self._pace

    def _added(self, stretch: Stretch, more: float) -> Iterator[Finding]:
        """Words nobody asked for: the reference clip's, the text's own again, or new ones."""
        first, last = stretch.heard
        heard = self._said.heard[first:last]
        start, end = heard[0].start, heard[-1].end
        if self._speech(start - 0.3, end + 0.3) < 0.25 * (end - start):
            return  # a recogniser hears words into silence
        if end - start < _HURRIED * self._pace * self._said.letters_heard(first, last):
            return  # nobody speaks so fast
        words = [one.word for one in heard]
        params: dict[str, str | int | float | LanguageName] = {
            "words": first_part(self._said.words_heard(first, last)),
            "at": round(start, 2),
            "until": round(end, 2),
        }
        reference = tokens(self._facts.reference_transcript, self._said.language)
        if _stands_in(words, self._around(stretch), min(self._least.added, more + 2)):
            if more >= self._least.leaked:
                yield Finding("words_repeated", "fault", params)
        elif _stands_in(words, reference, self._least.leaked) and self._telling(words):
            yield Finding("reference_leak", "fault", params)
        elif more >= self._least.added and last < len(self._said.heard):  # after it: see _end
            yield Finding("words_added", "fault", params)

    def _telling(self, words: Sequence[str]) -> bool:
        """More than little words, which any two texts share."""
        return max(map(len, words)) >= _LONG_WORD or self._least is _SYLLABLES

    def _around(self, stretch: Stretch) -> list[str]:
        """The words of the text on both sides, where what is said twice comes from."""
        count = stretch.heard[1] - stretch.heard[0] + 3
        near = self._said.wanted[
            max(0, stretch.reference[0] - count) : stretch.reference[1] + count
        ]
        return [token.text for token in near]

    def _unheard(self) -> Iterator[Finding]:
        """A word that lasts far longer than its letters, because more is said there.

        A recogniser writes once what is said twice, leaves mumbling out, and gives the time of both
        to a word beside.
        """
        heard = self._said.heard
        for stretch in self._said.stretches:
            for place in range(*stretch.heard) if stretch.said else ():
                one = heard[place]
                beyond = self._speech(one.start, one.end) - self._pace * self._letters(one.word)
                if beyond < _UNHEARD_SECONDS or _beside_figures(heard, place):
                    continue
                if _spelt_out(one.word):
                    continue
                at = {"at": round(one.start, 2), "until": round(one.end, 2)}
                params: dict[str, str | int | float | LanguageName] = {
                    "words": one.word,
                    "seconds": round(beyond, 1),
                }
                yield Finding("more_said", "fault", params | at)

    def _end(self) -> Iterator[Finding]:
        """Speech after the last word of the text, and a last sound that was broken off."""
        said, facts = self._said, self._facts
        there = [one for one in said.stretches if one.said]
        if not there or facts.ending is None:
            return
        last = said.heard[there[-1].heard[1] - 1]
        over = min(last.end, last.start + 0.3 + 3 * self._pace * self._letters(last.word))
        lacking = said.letters(there[-1].reference[1], len(said.wanted))
        beyond = self._speech(over, facts.seconds) - 1.5 * lacking * self._pace
        needed = self._pace * said.letters_heard(0, there[-1].heard[1])
        spare = self._speech(0.0, facts.seconds) - needed  # words may be timed too early
        if beyond >= _BEYOND_SECONDS and spare >= _SPARE * beyond:
            yield Finding("runaway", "fault", {"seconds": round(beyond, 1), "at": round(over, 2)})
            return
        abrupt = _ABRUPT_DB
        if facts.formant:
            unsaid = lacking > said.letters_heard(there[-1].heard[1], len(said.heard))
            abrupt = _ABRUPT_UNSAID_DB if unsaid else _ABRUPT_FORMANT_DB
        noise = -facts.snr_db if facts.snr_db is not None else float("-inf")
        abruptly = facts.ending.end_db > max(abrupt, noise + _ABOVE_NOISE_DB)
        if abruptly or (last is said.heard[-1] and self._swallowed(last, facts.ending.end)):
            words = said.words(max(0, len(said.wanted) - 3), len(said.wanted))
            yield Finding("breaks_off", "fault", {"words": _last_part(words)})

    def _swallowed(self, last: Heard, end: float) -> bool:
        """The last word is over too soon, where speakers draw it out, and was only guessed."""
        short = end - last.start < _LAST_WORD * self._pace * self._letters(last.word)
        return short and last.probability < _GUESSED


def _beside_figures(heard: Sequence[Heard], place: int) -> bool:
    """A number is next to the word, or is the word: written short, it gets too short a time."""
    near = [one.place for one in heard[max(0, place - 2) : place + 3]]
    return len(set(near)) < len(near)


def _spelt_out(word: str) -> bool:
    """Said letter by letter, as "pm" and "tv": it takes far longer than its letters."""
    return word.isascii() and word.isalpha() and not set(word.lower()) & set("aeiouy")


def _stands_in(words: Sequence[str], source: Sequence[str], least: float) -> bool:
    """Most of the words stand in the source in this order."""
    if not source:
        return False
    matched = sum(
        len(words[pair.heard])
        for pair in align(source, words)
        if pair.heard is not None and pair.likeness >= _ALIKE
    )
    return matched >= least and matched >= 0.6 * sum(map(len, words))


def first_part(words: str) -> str:
    """The beginning of some words, short enough to be quoted."""
    return words if len(words) <= _QUOTED else words[:_QUOTED].rstrip() + "…"


def _last_part(words: str) -> str:
    return words if len(words) <= _QUOTED else "…" + words[-_QUOTED:].lstrip()
