"""Pauses within a take: where nothing sounds between its first and its last sound."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from studio.audio.frames import HOP_SECONDS, frames
from studio.audio.resample import Samples
from studio.audio.silence import active_frames, sound_bounds

METHOD = "Voice Studio 1"
SHORTEST_SECONDS = 0.15
"""Anything shorter is the closure of a consonant, not a pause (Pellegrino et al. 2011)."""
_CLICK_FRAMES = 3
"""Activity of less than 30 ms within a pause does not end it."""


@dataclass(frozen=True)
class Silences:
    """The pauses of a take.

    Attributes:
        start, end: of the first and the last sound, seconds; equal where nothing sounds.
        pauses: (start, end) in seconds, ascending, each 0.15 s or longer.
        longest_seconds: of the longest pause; 0 where there is none. None where nothing sounds.
        share: of the time between the first and the last sound, in [0, 1]; None likewise.
    """

    start: float
    end: float
    pauses: tuple[tuple[float, float], ...]
    longest_seconds: float | None
    share: float | None


def silences(samples: Samples, rate: int) -> Silences:
    """Find the pauses, by energy: steady noise or music is no pause.

    Args:
        samples: float32 mono in [-1, 1], shape (n,).
        rate: Hz.
    """
    first, last = sound_bounds(samples, rate)
    if last == 0:
        return Silences(0.0, 0.0, (), None, None)
    sounding = active_frames(frames(samples[first:last], rate))
    edges = np.diff(np.concatenate(([0], sounding.astype(np.int8), [0])))
    runs = zip(np.flatnonzero(edges == 1), np.flatnonzero(edges == -1), strict=True)
    sounds = [(int(start), int(end)) for start, end in runs if end - start >= _CLICK_FRAMES]
    offset = first / rate
    pauses = tuple(
        (offset + end * HOP_SECONDS, offset + start * HOP_SECONDS)
        for (_, end), (start, _) in itertools.pairwise(sounds)
        if (start - end) * HOP_SECONDS >= SHORTEST_SECONDS
    )
    lengths = [end - start for start, end in pauses]
    share = sum(lengths) / ((last - first) / rate)
    return Silences(offset, last / rate, pauses, max(lengths, default=0.0), share)


def spoken_seconds(speech: Sequence[tuple[float, float]], quiet: Silences) -> float:
    """How long somebody speaks: speech as a model of the voice hears it, without the pauses.

    Such a model leaves out noise and music, but bridges short pauses; energy does the contrary.

    Args:
        speech: (start, end) in seconds, from `studio.quality.vad.speech`.
        quiet: of the same take.
    """
    clipped = [(max(start, quiet.start), min(end, quiet.end)) for start, end in speech]
    return sum(
        end - start - sum(max(0.0, min(end, b) - max(start, a)) for a, b in quiet.pauses)
        for start, end in clipped
        if end > start
    )
