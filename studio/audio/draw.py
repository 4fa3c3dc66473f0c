"""Pictures of a take: the waveform's peaks and a spectrogram."""

import io

import numpy as np
import numpy.typing as npt

from studio.audio.resample import Samples

_INT8 = 127
_LOW_HZ, _HIGH_HZ = 80.0, 8000.0
_WINDOW_SECONDS = 0.030  # wide enough to part the harmonics of most voices
_RANGE_DB = 75.0
_STOPS = (  # from nothing to loud: black, violet, red, orange, near white; lightness only rises
    (0.00, (0, 0, 6)),
    (0.20, (42, 14, 84)),
    (0.40, (120, 28, 109)),
    (0.60, (196, 56, 86)),
    (0.80, (247, 132, 62)),
    (0.92, (253, 203, 120)),
    (1.00, (255, 253, 214)),
)
_TINY = 1e-12


def peaks(samples: Samples, n: int = 600) -> list[int]:
    """Reduce a signal to the extremes of n equal spans, for drawing its waveform.

    Args:
        samples: float32 mono, shape (m,).
        n: spans, at least 1.

    Returns:
        2 n integers in [-127, 127]: minimum and maximum of each span in turn. All zeros for no
        samples; a signal shorter than n repeats its samples.
    """
    if len(samples) == 0:
        return [0] * (2 * n)
    edges = np.linspace(0, len(samples), n + 1)
    starts = np.minimum(edges[:-1].astype(np.int64), len(samples) - 1)
    if len(samples) >= n:
        low = np.minimum.reduceat(samples, starts)
        high = np.maximum.reduceat(samples, starts)
    else:
        low = high = samples[starts]
    both = np.stack((low, high), axis=1)
    return np.rint(np.clip(both, -1.0, 1.0) * _INT8).astype(int).ravel().tolist()


def spectrogram_png(samples: Samples, rate: int, width: int = 800, height: int = 160) -> bytes:
    """Draw a spectrogram: time to the right, 80 Hz to 8 kHz (or half the rate) upwards.

    The frequency axis is logarithmic, colours span 75 dB down from the loudest point.

    Args:
        samples: float32 mono, shape (n,).
        rate: Hz.
        width: pixels, one short-time spectrum each.
        height: pixels.

    Returns:
        A PNG with a palette; one colour throughout for silence.
    """
    from PIL import Image

    power = _columns(samples, rate, width) @ _rows(rate, height)
    level = 10 * np.log10(power + _TINY)
    top = max(float(level.max()), 10 * np.log10(_TINY) + _RANGE_DB)
    shade = np.clip((level - top) / _RANGE_DB + 1, 0, 1) * 255
    image = Image.fromarray(np.ascontiguousarray(shade.T[::-1].astype(np.uint8)), mode="P")
    image.putpalette(_palette().tobytes())
    out = io.BytesIO()
    image.save(out, "PNG", compress_level=3)
    return out.getvalue()


def _window(rate: int) -> int:
    return 1 << round(np.log2(rate * _WINDOW_SECONDS))


def _columns(samples: Samples, rate: int, width: int) -> npt.NDArray[np.float32]:
    """Return one power spectrum for each pixel, shape (width, bins)."""
    size = _window(rate)
    padded = np.pad(np.asarray(samples, np.float32), (size // 2, size))
    centres = ((np.arange(width) + 0.5) * len(samples) / width).astype(np.int64)
    windows = np.lib.stride_tricks.sliding_window_view(padded, size)[centres]
    spectra = np.fft.rfft(windows * np.hanning(size).astype(np.float32), axis=1)
    return np.asarray(spectra.real**2 + spectra.imag**2, dtype=np.float32)


def _rows(rate: int, height: int) -> npt.NDArray[np.float32]:
    """Return the weights of the bins for each pixel of height, shape (bins, height).

    A row is the triangle between its neighbours, or where the bins are farther apart than the rows
    the interpolation between the two nearest bins.
    """
    size = _window(rate)
    top = min(_HIGH_HZ, rate / 2)
    edges = _LOW_HZ * (top / _LOW_HZ) ** (np.arange(-1, height + 1) / (height - 1))
    centre = edges[1:-1] * size / rate
    reach = np.maximum((edges[2:] - edges[:-2]) / 2 * size / rate, 1.0)
    weights = np.clip(1 - np.abs(np.arange(size // 2 + 1)[:, None] - centre) / reach, 0, None)
    return np.asarray(weights / weights.sum(axis=0), dtype=np.float32)


def _palette() -> npt.NDArray[np.uint8]:
    at = np.linspace(0, 1, 256)
    places = [place for place, _ in _STOPS]
    channels = [np.interp(at, places, [colour[c] for _, colour in _STOPS]) for c in range(3)]
    return np.rint(np.stack(channels, axis=1)).astype(np.uint8)
