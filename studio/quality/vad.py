"""Where there is speech: Silero's voice activity detection, whose weights ship in its package."""

import functools
import importlib.metadata
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from studio.audio.resample import Samples, resample

_RATE = 16_000
_FRAME = 512
"""Samples of one decision: 32 ms."""
_THRESHOLD = 0.5
_WORKING_PEAK = 0.5
"""The model hears level: speech 40 dB below full scale is half missed. It hears a copy that
peaks here; what is all but silent is lifted by no more than `_MOST_GAIN`."""
_MOST_GAIN = 100.0

Spans = tuple[tuple[float, float], ...]
"""Stretches of time, (start, end) in seconds, ascending and apart."""


def method() -> str:
    """Name and version of the model, without loading it: ``silero-vad 6.2.3``."""
    return f"silero-vad {importlib.metadata.version('silero-vad')}"


def speech(
    samples: Samples, rate: int, *, pause_seconds: float = 0.1, pad_seconds: float = 0.03
) -> Spans:
    """Find speech.

    Args:
        samples: float32 mono in [-1, 1], shape (n,).
        rate: Hz.
        pause_seconds: a shorter pause belongs to the speech around it.
        pad_seconds: what is added on each side, where there is room.

    Returns:
        (start, end) in seconds, ascending, within the recording, to about 30 ms. Empty where
        nobody speaks, or for less than a quarter of a second.
    """
    from silero_vad.utils_vad import get_speech_timestamps_from_probs

    if len(samples) == 0:
        return ()
    found = get_speech_timestamps_from_probs(
        probabilities(samples, rate).tolist(),
        threshold=_THRESHOLD,
        min_silence_duration_ms=round(1000 * pause_seconds),
        speech_pad_ms=round(1000 * pad_seconds),
        audio_length_samples=max(1, round(len(samples) * _RATE / rate)),
    )
    seconds = len(samples) / rate
    return tuple(
        (span["start"] / _RATE, min(span["end"] / _RATE, seconds))
        for span in found
        if span["start"] / _RATE < seconds
    )


def probabilities(samples: Samples, rate: int) -> npt.NDArray[np.float32]:
    """How likely each 32 ms hold speech.

    Args:
        samples: float32 mono in [-1, 1], shape (n,).
        rate: Hz.

    Returns:
        In [0, 1], shape (ceil(n * 16000 / rate / 512),).
    """
    heard = resample(samples, rate, _RATE)
    if heard.size == 0:
        return np.zeros(0, np.float32)
    heard = heard - np.float32(np.mean(heard, dtype=np.float64))
    top = float(np.percentile(np.abs(heard), 99.9))  # one click is not the level of the recording
    gain = min(_WORKING_PEAK / top, _MOST_GAIN) if top > 0 else 1.0
    heard = np.clip(heard * np.float32(gain), -1.0, 1.0)
    return np.asarray(_model().audio_forward(heard, _RATE), np.float32).ravel()


def total(spans: Sequence[tuple[float, float]]) -> float:
    """Seconds that spans cover together."""
    return float(sum(end - start for start, end in spans))


def gaps(spans: Sequence[tuple[float, float]], seconds: float) -> Spans:
    """What lies between spans, before the first and after the last.

    Args:
        spans: (start, end) in seconds, ascending and apart.
        seconds: length of the recording.
    """
    edges = [0.0, *(edge for span in spans for edge in span), seconds]
    return tuple(
        (start, end) for start, end in zip(edges[::2], edges[1::2], strict=True) if end > start
    )


@functools.cache
def _model() -> Any:
    from silero_vad import load_silero_vad

    return load_silero_vad(sequence=True)
