"""How the level of a recording moves: full-band frames of 10 ms, and which of them are speech."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from studio.audio.resample import Samples

HOP_SECONDS = 0.010
_WINDOW_HOPS = 2
_RUMBLE_HZ = 30.0
"""Below: steps, wind, offset. Mains hum (50 Hz and up) is noise and stays."""
FLOOR_DB = -100.0
_LOUD_PERCENTILE = 95.0
_ACTIVE_DB = 20.0

Levels = npt.NDArray[np.float64]


def levels(samples: Samples, rate: int) -> Levels:
    """Return the level of each 10 ms, over 20 ms and from 30 Hz up.

    Args:
        samples: float32 mono, shape (n,).
        rate: Hz.

    Returns:
        dB re full scale, -100 or more, shape (floor(n / (rate / 100)),); frame i is centred at
        (i + 0.5) * 10 ms.
    """
    hop = rate * HOP_SECONDS
    count = int(len(samples) / hop)
    if count == 0:
        return np.zeros(0)
    energy = np.concatenate(([0.0], np.cumsum(np.square(_without_rumble(samples, rate)))))
    centres = (np.arange(count) + 0.5) * hop
    half = _WINDOW_HOPS * hop / 2
    start = np.clip(np.rint(centres - half), 0, len(samples)).astype(np.int64)
    end = np.clip(np.rint(centres + half), 0, len(samples)).astype(np.int64)
    power = (energy[end] - energy[start]) / np.maximum(end - start, 1)
    return 10 * np.log10(np.maximum(power, 10 ** (FLOOR_DB / 10)))


def marks(
    spans: Sequence[tuple[float, float]], count: int, *, before: float = 0.0, after: float = 0.0
) -> npt.NDArray[np.bool_]:
    """Mark the frames that lie in spans.

    Args:
        spans: (start, end) in seconds.
        count: number of frames.
        before: seconds by which a span begins earlier.
        after: seconds by which it ends later.

    Returns:
        Shape (count,).
    """
    inside = np.zeros(count, np.bool_)
    for start, end in spans:
        first = max(0, round((start - before) / HOP_SECONDS))
        inside[first : max(first, round((end + after) / HOP_SECONDS))] = True
    return inside


def active_db(spoken: Levels) -> float:
    """The level of speech while it sounds, after the idea of ITU-T P.56.

    Args:
        spoken: levels of the frames of speech, dB.

    Returns:
        Level of the mean power of the frames within 20 dB of the loud ones (95th percentile); the
        floor for none.
    """
    if spoken.size == 0:
        return FLOOR_DB
    active = spoken[spoken > np.percentile(spoken, _LOUD_PERCENTILE) - _ACTIVE_DB]
    return float(10 * np.log10(np.mean(np.power(10.0, active / 10))))


def _without_rumble(samples: Samples, rate: int) -> Levels:
    from scipy.signal import butter, sosfilt

    stages = butter(2, _RUMBLE_HZ, "highpass", fs=rate, output="sos")
    centred = np.asarray(samples, np.float64) - np.mean(samples, dtype=np.float64)
    return np.asarray(sosfilt(stages, centred))
