"""Short-time levels and band spectra, the common ground of silence, check-up and bandwidth."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from studio.audio.resample import Samples, resample

Levels = npt.NDArray[np.float32]

HOP_SECONDS = 0.010
"""One frame each 10 ms."""
_WINDOW_SECONDS = 0.025
_ANALYSIS_RATE = 16000  # all that tells speech from the rest lies below 8 kHz
_LOW_HZ = 80.0  # below: mains hum, rumble, breath on the microphone
_BANDS = 24
_FLOOR = 1e-10  # -100 dB, below the noise of 16 bits


@dataclass(frozen=True)
class Frames:
    """A signal in frames of 10 ms.

    Attributes:
        level_db: energy from 80 Hz up, dB re full scale, shape (frames,).
        bands_db: energy in 24 bands equally wide on the mel scale, dB, shape (frames, 24).
    """

    level_db: Levels
    bands_db: Levels


def frames(samples: Samples, rate: int) -> Frames:
    """Analyse a signal in Hann windows of 25 ms, one each 10 ms.

    Args:
        samples: float32 mono, shape (n,).
        rate: Hz.

    Returns:
        Frame i is centred at (i + 0.5) * 10 ms.
    """
    if rate > _ANALYSIS_RATE:
        samples, rate = resample(samples, rate, _ANALYSIS_RATE), _ANALYSIS_RATE
    hop, width = round(rate * HOP_SECONDS), round(rate * _WINDOW_SECONDS)
    count = len(samples) // hop
    if count == 0:
        return Frames(np.zeros(0, np.float32), np.zeros((0, _BANDS), np.float32))
    before = (width - hop) // 2
    padded = np.pad(samples, (before, width))
    windows = np.lib.stride_tricks.sliding_window_view(padded, width)[::hop][:count]
    shape = np.hanning(width + 2)[1:-1].astype(np.float32)
    size = 1 << (width - 1).bit_length()
    power = np.square(np.abs(np.fft.rfft(windows * shape, size, axis=1)), dtype=np.float32)
    power *= np.float32(2.0 / (size * np.sum(np.square(shape))))  # sums to the mean square
    weights = _mel_bands(size, rate)
    low = int(np.ceil(_LOW_HZ * size / rate))
    total = power[:, low:].sum(axis=1)
    return Frames(
        10 * np.log10(total + np.float32(_FLOOR)),
        10 * np.log10(power @ weights + np.float32(_FLOOR)),
    )


def _mel_bands(size: int, rate: int) -> Levels:
    """Return triangles over the bins of an FFT, shape (size // 2 + 1, 24)."""
    top = 2595 * np.log10(1 + rate / 2 / 700)  # O'Shaughnessy's mel scale
    bottom = 2595 * np.log10(1 + _LOW_HZ / 700)
    edges = 700 * (10 ** (np.linspace(bottom, top, _BANDS + 2) / 2595) - 1)
    bins = np.arange(size // 2 + 1)[:, None] * rate / size
    rising = (bins - edges[:-2]) / (edges[1:-1] - edges[:-2])
    falling = (edges[2:] - bins) / (edges[2:] - edges[1:-1])
    return np.asarray(np.clip(np.minimum(rising, falling), 0, None), dtype=np.float32)
