"""Loudness and true peak after ITU-R BS.1770-4."""

import numpy as np

from studio.audio.resample import Samples, resample

_BLOCK_SECONDS, _STEP_SECONDS = 0.4, 0.1
_OVERSAMPLING = 4  # BS.1770-4, annex 2
_OFFSET = -0.691  # BS.1770-4, equation 2
_ABSOLUTE_GATE = -70.0


def integrated_loudness(samples: Samples, rate: int) -> float | None:
    """Measure gated loudness, LUFS (ITU-R BS.1770-4).

    Blocks of 0.4 s each 0.1 s; an incomplete last block is left out, as the recommendation says.
    A signal shorter than one block has no gated loudness: its K-weighted mean square over its own
    length is given instead, ungated but for the absolute gate. The filter is the recommendation's
    own: pyloudnorm's class "DeMan" gives its response at 48 kHz to 1e-3 dB, and the same analogue
    response at other rates.

    Args:
        samples: float32 mono, shape (n,).
        rate: Hz.

    Returns:
        LUFS, or None where nothing passes the absolute gate of -70 LUFS (silence).
    """
    import pyloudnorm

    if len(samples) == 0:
        return None
    meter = pyloudnorm.Meter(rate, filter_class="DeMan", block_size=_BLOCK_SECONDS)
    signal = np.asarray(samples, dtype=np.float64)
    seconds = len(signal) / rate
    if seconds < _BLOCK_SECONDS:
        for stage in meter._filters.values():  # noqa: SLF001 (the filter has no public name)
            signal = stage.apply_filter(signal)
        power = float(np.mean(np.square(signal)))
        value = _OFFSET + 10 * np.log10(power) if power > 0 else -np.inf
        return float(value) if value >= _ABSOLUTE_GATE else None
    steps = int((seconds - _BLOCK_SECONDS) / _STEP_SECONDS + 1e-9)
    whole = round((_BLOCK_SECONDS + steps * _STEP_SECONDS) * rate)
    value = meter.integrated_loudness(signal[:whole])
    return float(value) if np.isfinite(value) else None


def decibels(value: float) -> float | None:
    """Return an amplitude in dB re full scale, None for zero."""
    return float(20 * np.log10(value)) if value > 0 else None


def peak(samples: Samples) -> float:
    """Return the largest magnitude of a sample, 0 for none."""
    return float(np.max(np.abs(samples))) if len(samples) else 0.0


def true_peak(samples: Samples, rate: int) -> float:
    """Estimate the peak between samples by oversampling 4 times (ITU-R BS.1770-4, annex 2).

    Args:
        samples: float32 mono, shape (n,).
        rate: Hz.

    Returns:
        Largest magnitude, linear; never below `peak`.
    """
    if len(samples) == 0:
        return 0.0
    return max(peak(samples), peak(resample(samples, rate, rate * _OVERSAMPLING)))
