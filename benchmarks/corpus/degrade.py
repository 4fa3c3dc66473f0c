"""Clean speech spoilt in known ways and amounts. Every function leaves its input as it is.

Samples are float32 mono in [-1, 1], shape (n,); a seed makes what is drawn at random repeatable.
"""

from collections.abc import Sequence
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import signal

Samples: TypeAlias = NDArray[np.float32]
Noise: TypeAlias = Literal["white", "pink", "hum"]

_FRAME_SECONDS = 0.02
_SPEECH_RANGE_DB = 30.0
"""Frames this much below the loudest ones are pauses."""


def speech_power(samples: Samples, rate: int) -> float:
    """Mean square of the frames that hold speech."""
    size = int(rate * _FRAME_SECONDS)
    frames = np.square(samples[: len(samples) // size * size].astype(np.float64))
    power = frames.reshape(-1, size).mean(axis=1)
    loud = np.quantile(power, 0.95)
    return float(power[power > loud * 10 ** (-_SPEECH_RANGE_DB / 10)].mean())


def noise(kind: Noise, count: int, rate: int, seed: int) -> Samples:
    """Noise of unit power: white, pink (−3 dB an octave) or 50 Hz mains hum with overtones."""
    random = np.random.default_rng(seed)
    if kind == "hum":
        time = np.arange(count) / rate
        sound = sum(
            np.sin(2 * np.pi * (50 * k * time + random.random())) / k for k in (1, 2, 3, 4, 6, 8)
        )
    else:
        spectrum = np.fft.rfft(random.standard_normal(count))
        if kind == "pink":
            spectrum /= np.sqrt(np.maximum(np.arange(len(spectrum)), 1))
        sound = np.fft.irfft(spectrum, count)
    return (sound / np.sqrt(np.mean(np.square(sound)))).astype(np.float32)


def babble(voices: Sequence[tuple[Samples, int]], count: int, rate: int, seed: int) -> Samples:
    """Many people talking at once, of unit power.

    Args:
        voices: clips and their rates; each is said over and over from a random point.
        count: samples wanted.
        rate: Hz, of the result.
        seed: of the points.
    """
    random = np.random.default_rng(seed)
    sound = np.zeros(count)
    for samples, own_rate in voices:
        said = at_rate(samples, own_rate, rate)
        said = said / np.sqrt(speech_power(said, rate))
        sound += np.resize(np.roll(said, int(random.integers(len(said)))), count)
    return (sound / np.sqrt(np.mean(np.square(sound)))).astype(np.float32)


def with_noise(samples: Samples, rate: int, added: Samples, snr_db: float) -> Samples:
    """Speech in noise.

    Args:
        added: noise of unit power, as long as the speech.
        snr_db: power of the speech while somebody speaks over that of the noise. The whole is
            turned down where it would clip.
    """
    gain = np.sqrt(speech_power(samples, rate) / 10 ** (snr_db / 10))
    return unclipped(samples + gain * added)


def clipped(samples: Samples, share: float) -> Samples:
    """Overdriven so that this share of the samples is cut off, and at full scale."""
    ceiling = float(np.quantile(np.abs(samples), 1 - share))
    return (np.clip(samples, -ceiling, ceiling) / ceiling).astype(np.float32)


def reverberant(
    samples: Samples, rate: int, rt60: float, seed: int, *, direct_db: float = 0.0
) -> Samples:
    """As heard in a room, the tail included.

    The impulse response is Polack's model of a diffuse room ("La transmission de l'énergie sonore
    dans les salles", 1988): Gaussian noise under an exponential decay of 60 dB in ``rt60`` seconds,
    beginning 5 ms after the direct sound.

    Args:
        direct_db: energy of the direct sound over that of the reverberation.
    """
    random = np.random.default_rng(seed)
    time = np.arange(int(rate * rt60 * 1.2)) / rate
    tail = random.standard_normal(len(time)) * 10 ** (-3 * time / rt60)
    tail[: int(0.005 * rate)] = 0
    tail *= np.sqrt(10 ** (-direct_db / 10) / np.sum(np.square(tail)))
    tail[0] = 1.0
    return unclipped(signal.fftconvolve(samples, tail).astype(np.float32))


def cut(samples: Samples, rate: int, start: float = 0.0, end: float = 0.0) -> Samples:
    """Without the first ``start`` and the last ``end`` seconds."""
    return samples[round(start * rate) : len(samples) - round(end * rate)].copy()


def spliced(clips: Sequence[tuple[Samples, int]], rate: int, gap: float = 0.3) -> Samples:
    """One clip after the other, all equally loud, with seconds of silence between."""
    silence = np.zeros(round(gap * rate), np.float32)
    parts: list[Samples] = []
    for samples, own_rate in clips:
        said = at_rate(samples, own_rate, rate)
        parts += [said * np.float32(0.1 / np.sqrt(speech_power(said, rate))), silence]
    return unclipped(np.concatenate(parts[:-1]))


def band_limited(samples: Samples, rate: int, low: float, high: float) -> Samples:
    """Through a band-pass of sixth order, like a telephone's (300 to 3400 Hz)."""
    sections = signal.butter(6, (low, min(high, 0.49 * rate)), "bandpass", fs=rate, output="sos")
    return unclipped(signal.sosfilt(sections, samples).astype(np.float32))


def at_level(samples: Samples, rate: int, speech_dbfs: float) -> Samples:
    """Turned up or down (never so far that it clips) until the speech has this level, dBFS RMS."""
    gain = 10 ** (speech_dbfs / 20) / np.sqrt(speech_power(samples, rate))
    return unclipped((samples * gain).astype(np.float32))


def with_pause(samples: Samples, rate: int, at: float, seconds: float) -> Samples:
    """Silence put in at a place, faded over 5 ms on both sides."""
    place, fade = round(at * rate), round(0.005 * rate)
    before, after = samples[:place].copy(), samples[place:].copy()
    edge = min(fade, len(before), len(after))
    before[len(before) - edge :] *= np.linspace(1, 0, edge, dtype=np.float32)
    after[:edge] *= np.linspace(0, 1, edge, dtype=np.float32)
    return np.concatenate([before, np.zeros(round(seconds * rate), np.float32), after])


def padded(samples: Samples, rate: int, before: float, after: float) -> Samples:
    """With seconds of silence around."""
    return np.pad(samples, (round(before * rate), round(after * rate)))


def at_rate(samples: Samples, rate: int, wanted: int) -> Samples:
    """At another sample rate, Hz."""
    if rate == wanted:
        return samples
    import soxr

    return np.asarray(soxr.resample(samples, rate, wanted), np.float32)


def unclipped(samples: Samples) -> Samples:
    """Turned down where it goes beyond full scale."""
    peak = float(np.max(np.abs(samples), initial=0.0))
    return (samples / max(1.0, peak / 0.99)).astype(np.float32)
