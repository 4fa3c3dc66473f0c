"""How much of a recording was cut off at the top."""

import numpy as np
import numpy.typing as npt

from studio.audio.loudness import peak
from studio.audio.resample import Samples

_FLAT_STEP = 1.5 / 32768  # neighbours on a flat top differ by rounding to 16 bits at most
_NEAR_TOP = 0.98
_FLAT_RUN = 4  # the crest of a 50 Hz wave at 48 kHz holds three samples as equal as that
_FULL_SCALE = 0.9995
_FULL_RUN = 3
_AUDIBLE_TOP = 0.1  # -20 dBFS: below, 16 bits are too coarse to tell a crest from a flat top


def clipping_ratio(samples: Samples) -> float:
    """Return the share of samples that lie in flattened crests.

    Counted are runs of at least 3 samples at full scale, and runs of at least 4 equal samples (to
    1.5 steps of 16 bits) within 2 % of the recording's own peak: a converter that clipped before
    the level was turned down leaves such flat tops.

    Args:
        samples: float32 mono, shape (n,).

    Returns:
        In [0, 1]. A codec or a resampler rounds flat tops off, and hides them from this.
    """
    return float(np.mean(clipped(samples))) if len(samples) else 0.0


def clipped(samples: Samples) -> npt.NDArray[np.bool_]:
    """Mark the samples that `clipping_ratio` counts.

    Args:
        samples: float32 mono, shape (n,).

    Returns:
        Shape (n,).
    """
    top = peak(samples)
    if top < _AUDIBLE_TOP:
        return np.zeros(len(samples), np.bool_)
    level = np.abs(samples)
    full = _in_runs(level >= _FULL_SCALE, _FULL_RUN)
    flat = np.zeros(len(samples), np.bool_)
    steady = (np.abs(np.diff(samples)) <= _FLAT_STEP) & (level[1:] >= _NEAR_TOP * top)
    steps = _in_runs(steady, _FLAT_RUN - 1)
    flat[1:] |= steps
    flat[:-1] |= steps
    return np.asarray(full | flat)


def _in_runs(marks: np.ndarray, shortest: int) -> np.ndarray:
    """Keep the marks that stand in a run of at least so many."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], marks.astype(np.int8), [0]))))
    kept = np.zeros(len(marks) + 1, np.int32)
    for start, end in edges.reshape(-1, 2)[np.diff(edges)[::2] >= shortest]:
        kept[start] += 1
        kept[end] -= 1
    return np.cumsum(kept)[:-1] > 0
