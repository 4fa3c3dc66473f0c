"""Stimuli that are worse on purpose: MUSHRA's low anchor, and speech that is plainly spoilt."""

import numpy as np

from studio.audio.bandwidth import low_pass
from studio.audio.resample import Samples

LOW_ANCHOR_HZ = 3500.0
"""ITU-R BS.1534-3, section 5.1: the low-quality anchor."""
SPOILT_DB = 5.0
"""Q, the ratio of speech to the noise that follows it: rated "bad" in every test of MNRU."""


def low_anchor(samples: Samples, rate: int) -> Samples:
    """Low-pass a sound at 3.5 kHz.

    Args:
        samples: float32 mono, shape (n,).
        rate: Hz.

    Returns:
        float32 mono, shape (n,).
    """
    return low_pass(samples, rate, LOW_ANCHOR_HZ)


def spoilt(samples: Samples, rng: np.random.Generator) -> Samples:
    """Multiply speech with noise, as the modulated noise reference unit does (ITU-T P.810, 1996).

    The noise is as loud as the speech of the moment allows and silent in its pauses, so that it can
    be heard on any loudspeaker, whatever is between it and the ear.

    Args:
        samples: float32 mono, shape (n,).
        rng: where the noise comes from.

    Returns:
        float32 mono, shape (n,); it may pass full scale.
    """
    noise = rng.standard_normal(len(samples)) * 10 ** (-SPOILT_DB / 20)
    return np.asarray(samples * (1 + noise), dtype=np.float32)
