"""How many spoilt takes the checks catch, and how many good ones they accuse."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks._faulty_takes import FAULTS, Take, Workshop
from benchmarks._take_facts import measured
from benchmarks.corpus import ENGINES, Split
from studio.quality.take_checks import check
from studio.settings import Settings

ANSWERS: dict[str, frozenset[str]] = {
    "runaway": frozenset({"runaway", "words_repeated", "words_added"}),
    "cut_off": frozenset({"cut_off", "breaks_off"}),
    "words_missing": frozenset({"words_missing", "cut_off", "too_short"}),
    "words_repeated": frozenset({"words_repeated", "more_said", "runaway"}),
    "reference_leak": frozenset({"reference_leak", "words_added"}),
    "inner_silence": frozenset({"inner_silence"}),
    "noisy": frozenset({"noisy", "noise_heard"}),
    "wrong_language": frozenset({"wrong_language"}),
    "silent": frozenset({"silent"}),
    "clipped": frozenset({"clipped"}),
}
"""The findings that name each fault: words missing at the end are a cut ending, the end
said twice is speech after the end, and leaked words that were misheard are added ones."""


@dataclass
class Count:
    """Takes of one kind by one engine.

    Attributes:
        takes: how many.
        caught: with any fault found, so that they would be made again; of good takes, accused.
        named: with the fault found that they have.
        missed: ids of spoilt takes whose fault was not named, of good ones that were accused,
            each with what was found.
    """

    takes: int = 0
    caught: int = 0
    named: int = 0
    missed: dict[str, tuple[str, ...]] = field(default_factory=dict)


GOOD = "good"
"""Among the kinds, beside :data:`FAULTS`."""


def run(
    split: Split,
    whisper: Path,
    *,
    count: int = 6,
    engines: Sequence[str] = ENGINES,
    faults: Iterable[str] = FAULTS,
) -> dict[tuple[str, str], Count]:
    """Check takes of one split.

    Args:
        split: ``test`` for figures to be told, ``tune`` for looking at what goes wrong.
        whisper: folder of the recogniser's weights.
        count: spoilt takes of each kind by each engine, and good ones of each of its languages;
            of the latter by default, with 6 or more, all there are.
        engines: of `benchmarks.corpus.ENGINES`.
        faults: of :data:`FAULTS`.

    Returns:
        By kind (a fault, or :data:`GOOD`) and engine.
    """
    kept = Settings().data_dir / "quality-facts"
    counts: dict[tuple[str, str], Count] = {}
    for take in _takes(split, count, engines, faults):
        found = check(measured(take, whisper, kept))
        codes = {one.code for one in found if one.severity == "fault"}
        tally = counts.setdefault((take.fault or GOOD, take.engine), Count())
        tally.takes += 1
        tally.caught += bool(codes)
        named = bool(codes & ANSWERS[take.fault]) if take.fault else not codes
        tally.named += named
        if not named:
            tally.missed[take.id] = tuple(sorted(codes))
    return counts


_ALL_GOOD = 6


def _takes(
    split: Split, count: int, engines: Sequence[str], faults: Iterable[str]
) -> Iterator[Take]:
    workshop = Workshop(split)
    for engine in engines:
        yield from workshop.good(engine, None if count >= _ALL_GOOD else count)
    for fault in faults:
        for engine in engines:
            yield from workshop.faulty(fault, engine, count)
