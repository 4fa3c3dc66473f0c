"""How a take begins and ends: faded out as speech does, or broken off in full voice."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from studio.audio.resample import Samples

VERSION = "Voice Studio 1"

_FRAME_SECONDS = 0.005
_SILENT_DB = -65.0
"""A take without anything louder holds nothing (dB re full scale)."""
_FLOOR_DB = -85.0
"""What is fainter may be rounding to 16 bits."""
_FAINT_DB = 45.0
"""Below the speech: what is fainter is silence, hiss, or the room."""
_EDGE_FRAMES = 4
_LOUD_PERCENTILE = 90.0


@dataclass(frozen=True)
class Ending:
    """The outermost sound of a take.

    Attributes:
        start_db: level of the first 20 ms that sound, dB re the level of the speech (the 90th
            percentile of frames of 5 ms). Speech swells up: about -25; broken into: 0 to -12.
        end_db: level of the last 20 ms that sound, likewise.
        start: where sound begins, seconds.
        end: where it ends, seconds.
    """

    start_db: float
    end_db: float
    start: float
    end: float


def ending(samples: Samples, rate: int) -> Ending | None:
    """Look at the edges of what sounds.

    Args:
        samples: float32 mono in [-1, 1], shape (n,).
        rate: Hz.

    Returns:
        None where nothing sounds.
    """
    level = _levels(samples, rate)
    if level.size == 0 or level.max() < _SILENT_DB:
        return None
    speech = float(np.percentile(level[level > level.max() - _FAINT_DB], _LOUD_PERCENTILE))
    sounding = np.flatnonzero(level > max(_FLOOR_DB, speech - _FAINT_DB))
    first, last = int(sounding[0]), int(sounding[-1]) + 1
    return Ending(
        start_db=_mean_db(level[first : first + _EDGE_FRAMES]) - speech,
        end_db=_mean_db(level[max(0, last - _EDGE_FRAMES) : last]) - speech,
        start=first * _FRAME_SECONDS,
        end=min(last * _FRAME_SECONDS, len(samples) / rate),
    )


def _levels(samples: Samples, rate: int) -> npt.NDArray[np.float64]:
    """Level of each 5 ms, dB re full scale; a rest that fills no frame counts as one."""
    size = round(rate * _FRAME_SECONDS)
    starts = np.arange(0, len(samples), size)
    if len(starts) == 0:
        return np.zeros(0)
    centred = np.asarray(samples, np.float64) - np.mean(samples, dtype=np.float64)
    if len(starts) > 1 and len(samples) - starts[-1] < size // 2:
        starts = starts[:-1]  # too short for a level of its own
    power = np.add.reduceat(np.square(centred), starts)
    width = np.diff(np.append(starts, len(samples)))
    return 10 * np.log10(power / width + 1e-12)


def _mean_db(level: npt.NDArray[np.float64]) -> float:
    return float(10 * np.log10(np.mean(10 ** (level / 10))))
