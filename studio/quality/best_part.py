"""Which 3 to 15 seconds of a long recording make the best reference."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from studio.quality.levels import HOP_SECONDS, Levels, active_db, marks

SHORTEST_SECONDS, LONGEST_SECONDS = 3.0, 15.0
"""What cloning engines make use of: below they guess, beyond they gain little and wait long."""
_ENOUGH_SECONDS = 12.0
"""Speech of which more makes nothing better."""
_BEFORE_SECONDS, _AFTER_SECONDS = 0.15, 0.25
_PAUSES = (0.3, 0.1, 0.0)
"""Parts begin and end at pauses of the first length that leaves anything to choose from."""
_SENTENCE_PAUSE = 0.45
"""Pauses between sentences are longer than those between phrases; a part that begins and ends at
such ones holds whole sentences."""
_CLEAR_DB = 35.0
_HARMFUL_CLIPPING = 0.002
_SECONDS_OF_ANOTHER = 0.3
_SLICE_SECONDS = 8.0
"""A longer unbroken stretch of speech is divided at quiet moments about so far apart."""

Span = tuple[float, float]


@dataclass(frozen=True)
class Recording:
    """What is known of a recording when its part is chosen.

    Attributes:
        seconds: its length.
        level: from `studio.quality.levels.levels`.
        speech: (start, end) in seconds, ascending.
        clipped: share of clipped samples in each frame of `level`, shape (frames,).
        others: where somebody else than the main speaker speaks, (start, end) in seconds.
        cut_start: speech is cut off at the start.
        cut_end: speech is cut off at the end.
    """

    seconds: float
    level: Levels
    speech: Sequence[Span]
    clipped: npt.NDArray[np.float64]
    others: Sequence[Span] = ()
    cut_start: bool = False
    cut_end: bool = False


def best_part(recording: Recording) -> Span | None:
    """Choose the part of a recording that engines get as reference.

    Every run of speech between two pauses, 3 to 15 s long, is weighed by how much speech it holds
    (12 s are enough), the share of it, how far it stands above its own pauses, whether it lies
    between pauses as long as those of sentences, and against clipping, other voices and words
    that are cut off. The first of the best is taken: the same recording gives the same part.

    Returns:
        (start, end) in seconds with a little of the pauses around; all the speech there is where
        it is less than 3 s; None without speech.
    """
    if not recording.speech:
        return None
    for pause in _PAUSES:
        units = _units(recording, pause)
        runs = [
            (first, last)
            for first in range(len(units))
            for last in range(first, len(units))
            if SHORTEST_SECONDS <= units[last][1] - units[first][0] <= LONGEST_SECONDS - 0.4
        ]
        if runs:
            scores = [round(_score(recording, units, first, last), 6) for first, last in runs]
            first, last = runs[int(np.argmax(scores))]
            return _widened(recording.seconds, units, first, last)
    end = min(recording.speech[-1][1], recording.speech[0][0] + LONGEST_SECONDS)
    return _widened(recording.seconds, [(recording.speech[0][0], end)], 0, 0)


def _units(recording: Recording, pause: float) -> list[Span]:
    """Speech between pauses of at least this length; with 0, long stretches are divided."""
    units: list[Span] = []
    for start, end in recording.speech:
        if units and start - units[-1][1] < pause:
            units[-1] = (units[-1][0], end)
        else:
            units.append((start, end))
    if pause > 0:
        return units
    return [piece for unit in units for piece in _divided(recording.level, unit)]


def _divided(level: Levels, unit: Span) -> list[Span]:
    """Divide a stretch at the quietest moment of the second half of each slice."""
    start, end = unit
    pieces = []
    while end - start > LONGEST_SECONDS - 0.4:
        first = round((start + _SLICE_SECONDS / 2) / HOP_SECONDS)
        window = level[first : round((start + _SLICE_SECONDS) / HOP_SECONDS)]
        at = (first + int(np.argmin(window))) * HOP_SECONDS
        pieces.append((start, at))
        start = at
    return [*pieces, (start, end)]


def _widened(seconds: float, units: Sequence[Span], first: int, last: int) -> Span:
    """Add a little of the pauses on both sides, at most half of each."""
    start, end = units[first][0], units[last][1]
    before = start if first == 0 else (start - units[first - 1][1]) / 2
    after = seconds - end if last == len(units) - 1 else (units[last + 1][0] - end) / 2
    return (
        max(0.0, start - min(before, _BEFORE_SECONDS)),
        min(seconds, end + max(0.0, min(after, _AFTER_SECONDS))),
    )


def _score(recording: Recording, units: Sequence[Span], first: int, last: int) -> float:
    start, end = units[first][0], units[last][1]
    spans = [(max(a, start), min(b, end)) for a, b in recording.speech if a < end and b > start]
    spoken = sum(b - a for a, b in spans)
    frames = slice(round(start / HOP_SECONDS), max(1, round(end / HOP_SECONDS)))
    before = units[first][0] - units[first - 1][1] if first else start
    after = units[last + 1][0] - end if last + 1 < len(units) else recording.seconds - end
    whole = (before >= _SENTENCE_PAUSE or (first == 0 and not recording.cut_start)) + (
        after >= _SENTENCE_PAUSE or (last + 1 == len(units) and not recording.cut_end)
    )
    clipping = float(np.mean(recording.clipped[frames])) if recording.clipped[frames].size else 0.0
    other = sum(max(0.0, min(b, end) - max(a, start)) for a, b in recording.others)
    return (
        min(spoken, _ENOUGH_SECONDS) / _ENOUGH_SECONDS
        + 0.6 * spoken / (end - start)
        + 0.5 * _clearness(recording.level[frames], spans, start)
        + 0.15 * whole
        - min(1.0, clipping / _HARMFUL_CLIPPING)
        - 2.0 * min(1.0, other / _SECONDS_OF_ANOTHER)
        - 0.4 * (first == 0 and recording.cut_start)
        - 0.4 * (last + 1 == len(units) and recording.cut_end)
    )


def _clearness(level: Levels, spans: Sequence[Span], start: float) -> float:
    """How far the speech stands above the quietest moments of the part, in [0, 1]."""
    if level.size == 0:
        return 0.0
    talking = marks([(a - start, b - start) for a, b in spans], len(level))
    above = active_db(level[talking]) - float(np.percentile(level, 5))
    return float(np.clip(above / _CLEAR_DB, 0.0, 1.0))
