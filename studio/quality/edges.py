"""Whether speech is cut off at the start or the end of a recording."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from studio.audio.resample import Samples
from studio.quality.levels import FLOOR_DB, active_db, levels, marks
from studio.quality.noise import noise_db

METHOD = "Voice Studio 1"

_EDGE_SECONDS = 0.010
_CUT_DB = -20.0
"""Speech begins and ends 25 dB and more below its own level within the first and the last 10 ms;
cut through a sound, it has its full level there at once."""
_ABOVE_NOISE_DB = 10.0
_NEAR_SECONDS = 0.10
"""How near to the edge speech must be found for a sound there to be a part of it."""
_LASTING = 4
"""So many times 10 ms the rest of a word lasts that is too short to be found as speech; a click
does not."""


@dataclass(frozen=True)
class Edges:
    """The first and the last 10 ms of a recording.

    Attributes:
        start_db: level of the first 10 ms, dB re the speech's own level.
        end_db: of the last 10 ms.
        cut_start: the recording begins in the middle of a sound of speech.
        cut_end: it ends in one.
    """

    start_db: float
    end_db: float
    cut_start: bool
    cut_end: bool


def edges(samples: Samples, rate: int, speech: Sequence[tuple[float, float]]) -> Edges:
    """Look for speech that is there from the first sample, or to the last.

    A cut within a pause, or in the closure of a stop, leaves no trace and is not found.

    Args:
        samples: float32 mono in [-1, 1], shape (n,).
        rate: Hz.
        speech: (start, end) in seconds, from `studio.quality.vad.speech`.
    """
    level = levels(samples, rate)
    width = round(rate * _EDGE_SECONDS)
    if not speech or len(samples) < 2 * width:
        return Edges(FLOOR_DB, FLOOR_DB, False, False)
    own = active_db(level[marks(speech, len(level))])
    floor = noise_db(level, speech) + _ABOVE_NOISE_DB
    least = max(own + _CUT_DB, floor)
    centred = np.asarray(samples, np.float64) - np.mean(samples, dtype=np.float64)
    first, last = _level(centred[:width]), _level(centred[-width:])
    near_start = speech[0][0] <= _NEAR_SECONDS or _lasts(centred, width, least)
    near_end = speech[-1][1] >= len(samples) / rate - _NEAR_SECONDS or _lasts(
        centred[::-1], width, least
    )
    return Edges(
        start_db=first - own,
        end_db=last - own,
        cut_start=first > least and near_start,
        cut_end=last > least and near_end,
    )


def _lasts(centred: npt.NDArray[np.float64], width: int, least: float) -> bool:
    """Whether the sound at the start goes on at this level."""
    return all(_level(centred[i * width : (i + 1) * width]) > least for i in range(_LASTING))


def _level(samples: npt.NDArray[np.float64]) -> float:
    if samples.size == 0:
        return FLOOR_DB
    power = float(np.mean(np.square(samples)))
    return float(10 * np.log10(max(power, 10 ** (FLOOR_DB / 10))))
