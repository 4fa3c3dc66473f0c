"""Change the sample rate, and fold channels into one."""

import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.float32]

_CANCELLED = 0.1  # -20 dB: the sum of the channels has lost nearly all of the loudest one
_DEAD = 0.0316  # -30 dB: a channel this far below the loudest carries nothing of the voice


def resample(samples: Samples, rate: int, target: int) -> Samples:
    """Bring a signal to another sample rate (soxr, quality HQ: linear phase, -120 dB stop band).

    Args:
        samples: float32 mono, shape (n,).
        rate: the rate it has, Hz.
        target: the rate it gets, Hz.

    Returns:
        float32 mono, shape (round(n * target / rate),); the input itself where the rates agree.
    """
    if rate == target:
        return np.asarray(samples, dtype=np.float32)
    import soxr

    out = soxr.resample(np.ascontiguousarray(samples, dtype=np.float32), rate, target, "HQ")
    return np.asarray(out, dtype=np.float32)


def mix(channels: Samples) -> Samples:
    """Fold channels into one by their plain average, dead and cancelling channels excepted.

    A channel 30 dB below the loudest (an unplugged second microphone) would only halve the level,
    and channels of opposite polarity would erase each other; then the loudest speaks alone.

    Args:
        channels: float32, shape (channels, n).

    Returns:
        float32 mono, shape (n,).
    """
    if channels.shape[0] == 1 or channels.shape[1] == 0:
        return np.ascontiguousarray(channels[0])
    levels = np.sqrt(np.mean(np.square(channels), axis=1, dtype=np.float64))
    loudest = int(np.argmax(levels))
    if levels[loudest] == 0.0:
        return np.ascontiguousarray(channels[0])
    alive = channels[levels >= _DEAD * levels[loudest]]
    mono = alive.mean(axis=0, dtype=np.float32)
    level = np.sqrt(np.mean(np.square(mono), dtype=np.float64))
    if level < _CANCELLED * levels[loudest]:
        return np.ascontiguousarray(channels[loudest])
    return np.asarray(mono, dtype=np.float32)
