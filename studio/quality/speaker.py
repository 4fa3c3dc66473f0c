"""Who speaks: Resemblyzer's speaker embedding. Runs in the workbench process only.

Resemblyzer is the GE2E encoder of Wan et al. 2018 ("Generalized end-to-end loss for speaker
verification"), trained on 16 kHz English speech; its weights ship inside the package.
"""

import functools
import importlib.metadata
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

DIMENSIONS = 256
_RATE = 16_000
_LEVEL_DBFS = -30.0
"""Level below which Resemblyzer's own preparation lifts a recording."""
_FULL_SECONDS = 4.0
"""Shorter speech is repeated up to here. The encoder hears windows of 1.6 s and pads the last one
with silence, which moves the embedding of a short clip more than another text does."""
_MIN_SECONDS = 0.3
"""Less than this leaves no window of voice to look at."""


def encoder_name() -> str:
    """Name and version of the encoder, without loading it: ``resemblyzer 0.1.4 (repeated to 4 s)``.

    What is in brackets changes with the way recordings are prepared for it.
    """
    version = importlib.metadata.version("resemblyzer")
    return f"resemblyzer {version} (repeated to {_FULL_SECONDS:g} s)"


def embed(samples: NDArray[np.float32], rate: int) -> list[float]:
    """The speaker embedding of a recording.

    Args:
        samples: float32 mono in [-1, 1], shape (n,).
        rate: sample rate, Hz.

    Returns:
        256 numbers, none negative, of Euclidean length 1: the dot product of two is their cosine.
        Nothing where no voice is found in the recording.
    """
    import soxr
    from resemblyzer import audio

    signal = soxr.resample(np.asarray(samples, dtype=np.float32), rate, _RATE)
    if signal.size < _MIN_SECONDS * _RATE or not np.any(signal):
        return []
    signal = audio.normalize_volume(signal, _LEVEL_DBFS, increase_only=True)
    voiced = audio.trim_long_silences(np.clip(signal, -1.0, 1.0))
    if voiced.size < _MIN_SECONDS * _RATE:
        return []
    voiced = np.resize(voiced, max(voiced.size, round(_FULL_SECONDS * _RATE)))
    vector = np.asarray(encoder().embed_utterance(voiced), dtype=np.float64)
    return [float(x) for x in vector / np.linalg.norm(vector)]


@functools.cache
def encoder() -> Any:
    """The encoder, loaded once a process: mel frames, shape (n, 160, 40), to vectors (n, 256)."""
    import torch
    from resemblyzer import VoiceEncoder

    torch.set_num_threads(1)  # a small LSTM gains nothing from more, and engines want the cores
    return VoiceEncoder("cpu", verbose=False)


def similarity(first: Sequence[float], second: Sequence[float]) -> float | None:
    """How alike two voices are: the cosine of their embeddings.

    Args:
        first: from :func:`embed`.
        second: likewise.

    Returns:
        In [-1, 1], in practice 0.4 to 1; None where one of the recordings has no embedding.
    """
    if not first or not second:
        return None
    return float(np.clip(np.dot(first, second), -1.0, 1.0))
