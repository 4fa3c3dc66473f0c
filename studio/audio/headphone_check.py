"""Sounds that tell whether somebody wears headphones: three intervals, one of which is odd.

*Huggins pitch* (Cramer and Huggins 1958; as a test of headphones: Milne et al. 2021, Behavior
Research Methods 53:1551-1562): the same noise in both ears, but for a narrow band whose phase
turns once round in one of them. Where each ear hears its own channel a faint tone appears; where
the two mix in a room there is none.

*Antiphase tones* (Woods et al. 2017, Attention, Perception, & Psychophysics 79:2064-2072): three
tones, one of them softer, another with one channel turned over. Loudspeakers cancel that one, so
that it seems to be the soft one.
"""

import io
import wave
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Kind = Literal["huggins", "antiphase"]
Stereo = NDArray[np.float64]

RATE = 24000
INTERVALS = 3
TESTS = 6
NEEDED = 5
"""By guessing alone 5 or 6 of 6 come in 1.8 % of cases."""
_GAP_SECONDS = 0.3
_RAMP_SECONDS = 0.03
_NOISE_SECONDS = 0.8
_NOISE_TOP_HZ = 5000.0
_PITCH_HZ, _PITCH_SHARE = 600.0, 0.06
_TONE_SECONDS, _TONE_HZ = 0.8, 200.0
_SOFTER_DB = 6.0
_PEAK = 0.3


def clip(kind: Kind, odd: int, seed: int) -> bytes:
    """One test: three intervals after one another.

    Args:
        kind: which test; of ``huggins`` the odd interval holds the tone, of ``antiphase`` it is the
            softest.
        odd: 1, 2 or 3.
        seed: of the noise, and of what else is left to chance.

    Returns:
        A WAV file: stereo, 16 bits, 24 kHz.

    Raises:
        ValueError: there is no such interval.
    """
    if odd not in range(1, INTERVALS + 1):
        raise ValueError("the odd interval is 1, 2 or 3")
    rng = np.random.default_rng(seed)
    make = _huggins if kind == "huggins" else _antiphase
    gap = np.zeros((2, round(_GAP_SECONDS * RATE)))
    parts: list[Stereo] = []
    for sound in make(odd, rng):
        parts += [gap, _ramped(sound)]
    return _wav(np.concatenate([*parts, gap], axis=1))


def _huggins(odd: int, rng: np.random.Generator) -> list[Stereo]:
    return [_noise(rng, turned=number == odd) for number in range(1, INTERVALS + 1)]


def _noise(rng: np.random.Generator, *, turned: bool) -> Stereo:
    """Noise up to 5 kHz in both ears; ``turned``: its phase makes one turn around 600 Hz."""
    size = round(_NOISE_SECONDS * RATE)
    frequency = np.fft.rfftfreq(size, 1 / RATE)
    spectrum = np.fft.rfft(rng.standard_normal(size)) * (frequency < _NOISE_TOP_HZ)
    low, high = _PITCH_HZ * (1 - _PITCH_SHARE / 2), _PITCH_HZ * (1 + _PITCH_SHARE / 2)
    turn = np.clip((frequency - low) / (high - low), 0, 1) * 2 * np.pi if turned else 0.0
    left = np.fft.irfft(spectrum, size)
    right = np.fft.irfft(spectrum * np.exp(1j * turn), size)
    both = np.stack([left, right])
    return np.asarray(both * (_PEAK / np.abs(both).max()))


def _antiphase(odd: int, rng: np.random.Generator) -> list[Stereo]:
    time = np.arange(round(_TONE_SECONDS * RATE)) / RATE
    tone = _PEAK * np.sin(2 * np.pi * _TONE_HZ * time)
    turned = int(rng.choice([n for n in range(1, INTERVALS + 1) if n != odd]))
    sounds = []
    for number in range(1, INTERVALS + 1):
        level = 10 ** (-_SOFTER_DB / 20) if number == odd else 1.0
        sounds.append(np.stack([tone, -tone if number == turned else tone]) * level)
    return sounds


def _ramped(sound: Stereo) -> Stereo:
    size = round(_RAMP_SECONDS * RATE)
    ramp = 0.5 - 0.5 * np.cos(np.pi * np.arange(size) / size)
    sound[:, :size] *= ramp
    sound[:, -size:] *= ramp[::-1]
    return sound


def _wav(sound: Stereo) -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(np.rint(sound.T * 32767).astype("<i2").tobytes())
    return out.getvalue()
