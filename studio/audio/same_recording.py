"""Is one recording, or a part of it, in another one? By the waveform, whatever level and codec.

Two utterances of a person never agree sample by sample; a copy does, also after another codec,
sample rate, gain or trim. Windows of one recording are sought in the other by normalised
cross-correlation of the signals, both whitened roughly by a pre-emphasis.
"""

import numpy as np
from numpy.typing import NDArray

from studio.audio.resample import Samples, resample

RATE = 8000
"""Hz: of speech, what all codecs keep."""
_WINDOW = RATE
_HOP = RATE // 2
_ALIKE = 0.6
_QUIET_DB = -30.0
"""Windows so far below the loudest one hold no speech: hum is alike everywhere."""
_EMPHASIS = 0.97


def shared_seconds(one: Samples, one_rate: int, other: Samples, other_rate: int) -> float:
    """How many seconds of one recording are found, as the same sound, in another one.

    Args:
        one: float32 mono, shape (n,).
        one_rate: Hz.
        other: float32 mono, shape (n,).
        other_rate: Hz.

    Returns:
        seconds in steps of half a second; 0 where nothing is shared. Windows of one second are
        compared, so less than a second is not found.
    """
    short, long = _whitened(one, one_rate), _whitened(other, other_rate)
    if short.size > long.size:
        short, long = long, short
    if short.size < _WINDOW:
        return 0.0
    starts = np.arange(0, short.size - _WINDOW + 1, _HOP)
    windows = np.lib.stride_tricks.sliding_window_view(short, _WINDOW)[starts]
    energies = np.sum(windows**2, axis=1)
    loud = energies > energies.max() * 10 ** (_QUIET_DB / 10)
    longer = _Sought(long)
    covered = np.zeros(short.size // _HOP + 1, dtype=bool)
    for start, window, energy, heard in zip(starts, windows, energies, loud, strict=True):
        if heard and energy > 0 and longer.has(window, energy):
            covered[start // _HOP : (start + _WINDOW) // _HOP] = True
    return float(covered.sum() * _HOP / RATE)


class _Sought:
    """A recording in which windows of another one are sought."""

    def __init__(self, signal: NDArray[np.float64]) -> None:
        self._size = 1 << int(np.ceil(np.log2(signal.size + _WINDOW)))
        self._spectrum = np.fft.rfft(signal, self._size)
        squares = np.concatenate([[0.0], np.cumsum(signal**2)])
        self._local = squares[_WINDOW:] - squares[:-_WINDOW]
        self._there = self._local > self._local.max() * 10 ** (_QUIET_DB / 10)

    def has(self, window: NDArray[np.float64], energy: float) -> bool:
        """Whether a window, with this sum of squares, is somewhere in it."""
        across = self._spectrum * np.conj(np.fft.rfft(window, self._size))
        product = np.fft.irfft(across, self._size)[: self._local.size]
        alike = np.abs(product[self._there]) / np.sqrt(energy * self._local[self._there])
        return bool(alike.size and alike.max() > _ALIKE)


def _whitened(samples: Samples, rate: int) -> NDArray[np.float64]:
    signal = resample(samples, rate, RATE).astype(np.float64)
    return signal[1:] - _EMPHASIS * signal[:-1]
