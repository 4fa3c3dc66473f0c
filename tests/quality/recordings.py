"""Recordings for the doctor's tests: real speech as a microphone in a quiet room would give it."""

import numpy as np

from benchmarks.corpus import degrade
from tests.audio import speech

TEXTS = (
    speech.ENGLISH,
    "My grandmother keeps her recipes in a small blue box. Nobody else is allowed to open it.",
)


def spoken(engine=speech.piper, text=speech.ENGLISH, before=0.4, after=0.5):
    """A sentence between faint room tone: (float32 mono, Hz)."""
    said, rate = engine(text)
    return roomy(said, rate, before, after), rate


def roomy(said, rate, before=0.4, after=0.5):
    """Speech at an ordinary level, with the tone of a quiet room before, in and after it."""
    padded = degrade.padded(said, rate, before, after)
    tone = degrade.noise("pink", len(padded), rate, 7)
    return degrade.at_level(degrade.with_noise(padded, rate, tone, 48.0), rate, -23.0)


def silence(seconds, rate):
    """Room tone of the level that `roomy` has."""
    tone = degrade.noise("pink", round(seconds * rate), rate, 8)
    return (tone * 10 ** ((-23.0 - 48.0) / 20)).astype(np.float32)
