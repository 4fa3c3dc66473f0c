"""Evening the level of sentences that come one by one, each as loud as chance has it."""

import numpy as np
from numpy.typing import NDArray

_FRAME_SECONDS = 0.02
_QUIET_DB = -30.0
"""Frames so far below the loudest one are pauses, not speech."""


def evened(
    samples: NDArray[np.float32],
    sample_rate: int,
    *,
    target_dbfs: float = -20.0,
    peak: float = 0.95,
) -> NDArray[np.float32]:
    """One linear gain that brings the speech in ``samples`` to a level.

    Args:
        samples: float32 mono, shape (n,).
        sample_rate: Hz.
        target_dbfs: RMS of the frames that hold speech, in dB re full scale.
        peak: no sample ends above; the gain is smaller where it would.

    Returns:
        Scaled samples; silence as it came.
    """
    frame = max(1, round(_FRAME_SECONDS * sample_rate))
    whole = len(samples) // frame * frame
    loudest = float(np.abs(samples).max(initial=0.0))
    if not whole or loudest < 1e-4:  # noqa: PLR2004 - -80 dBFS: nothing is said
        return samples
    power = np.square(samples[:whole].reshape(-1, frame), dtype=np.float64).mean(axis=1)
    speech = power[power >= power.max() * 10 ** (_QUIET_DB / 10)]
    gain = 10 ** (target_dbfs / 20) / float(np.sqrt(speech.mean()))
    return samples * np.float32(min(gain, peak / loudest))
