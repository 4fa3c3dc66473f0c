"""Whether more than one person speaks: by the speaker embeddings of short windows."""

import importlib.metadata
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from studio.audio.resample import Samples, resample
from studio.quality.speaker import encoder

_RATE = 16_000
_LEVEL_DBFS = -30.0
_WINDOW = 160
"""Mel frames of 10 ms that the encoder was trained on."""
_HOP = 40
_MOST_WINDOWS = 160
"""A long recording is looked at in longer steps."""
_MIN_WINDOWS = 6
_MIN_SIDE = 3
_ROUNDS = 10
_CLEAR_OF = 0.5
"""A span counts for a person by the windows that lie in it by at least so much."""

APART = 0.74
"""Cosine between the mean embeddings before and after a change: below, two people speak. On tuning
material one voice gives 0.76 and more, two unlike voices 0.35 to 0.65, a man's and a woman's
setting of one formant synthesiser 0.66 to 0.75. Lively acting brings one voice down to 0.76."""
APART_MIXED = 0.76
"""Cosine between the centroids of two clusters, where people take turns: one voice 0.84 and more,
lively acting 0.82, two unlike voices 0.46 to 0.68."""
SURELY_APART = 0.60
"""Likeness below which there is no doubt that two people speak."""
_SMALLEST_CLUSTER = 0.12

Vectors = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Windows:
    """Speaker embeddings along a recording.

    Attributes:
        vectors: of length 1, shape (windows, 256).
        start: where each window begins in the recording, seconds, shape (windows,).
        end: where it ends.
    """

    vectors: Vectors
    start: npt.NDArray[np.float64]
    end: npt.NDArray[np.float64]


@dataclass(frozen=True)
class Speakers:
    """How alike the voices in a recording are.

    Attributes:
        likeness: cosine of the voice before and after the likeliest change; where several people
            speak, or nobody could have taken over, that between two clusters if it is lower.
        several: whether more than one person speaks.
        at: seconds, where another person is first heard; None where one person speaks.
        main: (start, end) in seconds of the windows that are surely the one who speaks most.
        others: likewise of the others.
    """

    likeness: float
    several: bool
    at: float | None
    main: tuple[tuple[float, float], ...]
    others: tuple[tuple[float, float], ...]


def method() -> str:
    """Name and version of the encoder and of the test."""
    return f"resemblyzer {importlib.metadata.version('resemblyzer')}, Voice Studio 1"


def speakers(samples: Samples, rate: int, speech: Sequence[tuple[float, float]]) -> Speakers | None:
    """Compare the voice along a recording with itself.

    Windows of 1.6 s run over the speech alone. Two tests on their embeddings: the mean before
    every possible change against the mean after it (somebody takes over), and the centroids of
    two clusters (people take turns).

    Args:
        samples: float32 mono in [-1, 1], shape (n,).
        rate: Hz.
        speech: (start, end) in seconds, from `studio.quality.vad.speech`.

    Returns:
        None for less than 3.6 s of speech: embeddings of so little are too uncertain.
    """
    found = windows(samples, rate, speech)
    count = len(found.vectors)
    if count < _MIN_WINDOWS:
        return None
    change, cosine = _change(found)
    second, mixed = _clusters(found.vectors)
    handed_over = cosine < APART
    several = handed_over or (mixed < APART_MIXED and _share(second) >= _SMALLEST_CLUSTER)
    likeness = min(cosine, mixed) if several or change == count else cosine
    if not several:
        whole = ((float(found.start[0]), float(found.end[-1])),)
        return Speakers(likeness, False, None, whole, ())
    if handed_over and cosine <= mixed:
        second = np.arange(count) >= change
    if second.sum() > count / 2:
        second = ~second
    first = int(np.flatnonzero(second != second[0])[0])
    return Speakers(
        likeness,
        True,
        float((found.start[first] + found.end[first - 1]) / 2),
        _stretches(found, ~second),
        _stretches(found, second),
    )


def windows(samples: Samples, rate: int, speech: Sequence[tuple[float, float]]) -> Windows:
    """Embed windows of 1.6 s of the speech, one each 0.4 s (longer steps in long recordings)."""
    from resemblyzer import audio

    heard = resample(samples, rate, _RATE)
    spans = [(round(start * _RATE), round(end * _RATE)) for start, end in speech]
    parts = [heard[start:end] for start, end in spans]
    talk = np.concatenate(parts) if parts else heard[:0]
    empty = Windows(np.zeros((0, 256), np.float32), np.zeros(0), np.zeros(0))
    if len(talk) < _WINDOW * _RATE // 100 or not np.any(talk):
        return empty
    talk = np.clip(audio.normalize_volume(talk, _LEVEL_DBFS), -1.0, 1.0)
    mel = np.asarray(audio.wav_to_mel_spectrogram(talk), np.float32)
    if len(mel) < _WINDOW:
        return empty
    hop = max(_HOP, -(-(len(mel) - _WINDOW) // _MOST_WINDOWS))
    starts = np.arange(0, len(mel) - _WINDOW + 1, hop)
    return Windows(
        _embed(np.stack([mel[at : at + _WINDOW] for at in starts])),
        _in_recording(starts / 100, speech),
        _in_recording((starts + _WINDOW) / 100, speech),
    )


def _in_recording(
    seconds: npt.NDArray[np.float64], speech: Sequence[tuple[float, float]]
) -> npt.NDArray[np.float64]:
    """From seconds of the speech alone to seconds of the recording."""
    lengths = np.array([end - start for start, end in speech])
    before = np.concatenate(([0.0], np.cumsum(lengths)[:-1]))
    span = np.clip(np.searchsorted(before, seconds, "right") - 1, 0, len(lengths) - 1)
    inside = np.minimum(seconds - before[span], lengths[span])
    return np.asarray(np.array([start for start, _ in speech])[span] + inside)


def _embed(mel: npt.NDArray[np.float32]) -> Vectors:
    import torch

    with torch.inference_mode():
        return np.asarray(encoder()(torch.from_numpy(mel)).numpy())


def _change(found: Windows) -> tuple[int, float]:
    """The window at which the voice before and after differ most, and their cosine."""
    vectors, count = found.vectors, len(found.vectors)
    total = np.concatenate((np.zeros((1, vectors.shape[1])), np.cumsum(vectors, axis=0)))
    overlap = -(-_WINDOW // _HOP)  # windows across the change belong to neither side
    best = (count, 1.0)
    for change in range(1, count):
        left = total[max(1, change - overlap + 1)]
        right = total[-1] - total[change]
        if max(1, change - overlap + 1) < _MIN_SIDE or count - change < _MIN_SIDE:
            continue
        cosine = float(left @ right / (np.linalg.norm(left) * np.linalg.norm(right)))
        if cosine < best[1]:
            best = (change, cosine)
    return best


def _clusters(vectors: Vectors) -> tuple[npt.NDArray[np.bool_], float]:
    """Part the windows in two (k-means from the two least alike), and the centroids' cosine."""
    likeness = vectors @ vectors.T
    one, other = np.unravel_index(np.argmin(likeness), likeness.shape)
    first, second = vectors[one], vectors[other]
    labels = np.zeros(len(vectors), np.bool_)
    for _ in range(_ROUNDS):
        labels = vectors @ second > vectors @ first
        if labels.all() or not labels.any():
            return labels, 1.0
        first, second = _centre(vectors[~labels]), _centre(vectors[labels])
    return labels, float(first @ second)


def _centre(vectors: Vectors) -> Vectors:
    mean = vectors.mean(axis=0)
    return np.asarray(mean / np.linalg.norm(mean))


def _share(second: npt.NDArray[np.bool_]) -> float:
    return float(min(second.mean(), 1 - second.mean()))


def _stretches(found: Windows, chosen: npt.NDArray[np.bool_]) -> tuple[tuple[float, float], ...]:
    """Runs of windows, less what a window of the others touches at their ends."""
    steps = np.flatnonzero(np.diff(np.concatenate(([0], chosen.astype(np.int8), [0]))))
    out = []
    for first, last in zip(steps[::2], steps[1::2], strict=True):
        start, end = float(found.start[first]), float(found.end[last - 1])
        margin = _CLEAR_OF * _WINDOW / 100
        start += margin if first > 0 else 0.0
        end -= margin if last < len(chosen) else 0.0
        if end > start:
            out.append((start, end))
    return tuple(out)
