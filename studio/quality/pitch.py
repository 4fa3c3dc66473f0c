"""How high a voice is and how far its melody reaches: the fundamental frequency, frame by frame.

The method is Boersma's ("Accurate short-term analysis of the fundamental frequency and the
harmonics-to-noise ratio of a sampled sound", IFA Proceedings 17, 1993, 97-110), with his costs:
the autocorrelation of a windowed frame divided by that of the window, several candidates a frame,
and the cheapest path through them. It runs twice, the second time within bounds from the first
(De Looze and Hirst 2008, "Detecting changes in key and range for the automatic modelling and
coding of intonation"), which takes out what octave errors the path leaves.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from studio.audio.resample import Samples, resample

METHOD = "Voice Studio 1 (Boersma 1993)"

HOP_SECONDS = 0.010
LOWEST_HZ, HIGHEST_HZ = 60.0, 700.0
_RATE = 16_000
_PERIODS = 3.0
"""Of the lowest pitch in a frame."""
_MOST = 8
"""Candidates a frame."""
_BLOCK = 500
"""Frames at a time, which bounds memory."""
_FINER = 4
"""Points of the autocorrelation for each sample (band-limited interpolation): sharp summits that
fall between samples would otherwise lose to those an octave below."""

_VOICING = 0.45
_SILENCE = 0.03
_OCTAVE, _OCTAVE_JUMP, _VOICING_CHANGE = 0.01, 0.35, 0.14
_MIN_VOICED_FRAMES = 20
"""A fifth of a second; less says nothing about a voice."""
_LOW, _HIGH = 5.0, 95.0

Track = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Pitch:
    """The pitch of a recording.

    Attributes:
        median_hz: over the voiced frames; None where next to nothing is voiced.
        range_semitones: from the 5th to the 95th percentile of the voiced frames; None likewise.
        voiced_seconds: how much is voiced.
    """

    median_hz: float | None
    range_semitones: float | None
    voiced_seconds: float


def pitch(samples: Samples, rate: int) -> Pitch:
    """Measure pitch and pitch range.

    Args:
        samples: float32 mono in [-1, 1], shape (n,).
        rate: Hz.
    """
    return summed_up(track(samples, rate))


def summed_up(heard: Track) -> Pitch:
    """Pitch and pitch range of a track.

    Args:
        heard: as :func:`track` gives it.
    """
    voiced = heard[heard > 0]
    seconds = len(voiced) * HOP_SECONDS
    if len(voiced) < _MIN_VOICED_FRAMES:
        return Pitch(None, None, seconds)
    low, high = np.percentile(voiced, (_LOW, _HIGH))
    return Pitch(float(np.median(voiced)), float(12 * np.log2(high / low)), seconds)


def track(samples: Samples, rate: int) -> Track:
    """Follow the fundamental frequency.

    Args:
        samples: float32 mono in [-1, 1], shape (n,).
        rate: Hz.

    Returns:
        Hz, one each 10 ms, 0 where nothing is voiced, shape (frames,).
    """
    heard = resample(samples, rate, _RATE)
    first = _pass(heard, LOWEST_HZ, HIGHEST_HZ)
    voiced = first[first > 0]
    if len(voiced) < _MIN_VOICED_FRAMES:
        return first
    low, high = np.percentile(voiced, (35, 65))
    floor = max(LOWEST_HZ, 0.72 * low - 10)
    return _pass(heard, floor, float(np.clip(1.9 * high + 10, 2 * floor, HIGHEST_HZ)))


def _pass(samples: Samples, floor: float, ceiling: float) -> Track:
    """One run within bounds, Hz."""
    width = round(_PERIODS / floor * _RATE)
    hop = round(HOP_SECONDS * _RATE)
    if len(samples) < hop:
        return np.zeros(0)
    padded = np.pad(samples.astype(np.float64), (width // 2, width))
    frames = np.lib.stride_tricks.sliding_window_view(padded, width)[: len(samples) : hop]
    peak = float(np.max(np.abs(samples - np.mean(samples))))
    if peak <= 0:
        return np.zeros(len(frames))
    blocks = [
        _candidates(frames[start : start + _BLOCK], peak, floor, ceiling)
        for start in range(0, len(frames), _BLOCK)
    ]
    return _cheapest_path(
        np.concatenate([block[0] for block in blocks]),
        np.concatenate([block[1] for block in blocks]),
    )


def _candidates(
    frames: npt.NDArray[np.float64], peak: float, floor: float, ceiling: float
) -> tuple[Track, Track]:
    """Frequencies and strengths, each (frames, 1 + _MOST); the first stands for "unvoiced"."""
    width = frames.shape[1]
    window = np.hanning(width + 2)[1:-1]
    size = 1 << int(np.ceil(np.log2(1.5 * width)))
    centred = frames - frames.mean(axis=1, keepdims=True)
    local = np.max(np.abs(centred), axis=1)
    raw = _autocorrelation(centred * window, size, lags := _FINER * (width // 2 + 1))
    likeness = raw / np.maximum(raw[:, :1], 1e-20)
    own = _autocorrelation(window[None], size, lags)
    likeness /= own / own[:, :1]

    fine = _FINER * _RATE
    low, high = max(1, int(fine / ceiling)), min(int(fine / floor) + 1, lags - 1)
    before, here, after = (likeness[:, low + step : high + step] for step in (-1, 0, 1))
    summit = (here > before) & (here >= after) & (here > _VOICING / 2)
    # a parabola through three points finds the top between samples
    curve = np.minimum(before - 2 * here + after, -1e-12)
    shift = np.clip((before - after) / (2 * curve), -0.5, 0.5)
    lag = np.arange(low, high) + shift
    height = np.minimum(here - (before - after) * shift / 4, 1.0)
    strength = np.where(summit, height - _OCTAVE * np.log2(floor / fine * lag), -np.inf)

    count = min(_MOST, strength.shape[1])
    best = np.argpartition(-strength, count - 1, axis=1)[:, :count]
    hertz = np.zeros((len(frames), 1 + _MOST))
    strengths = np.full((len(frames), 1 + _MOST), -np.inf)
    hertz[:, 1 : 1 + count] = fine / np.take_along_axis(lag, best, axis=1)
    strengths[:, 1 : 1 + count] = np.take_along_axis(strength, best, axis=1)
    quiet = 2 - (local / peak) / (_SILENCE / (1 + _VOICING))
    strengths[:, 0] = _VOICING + np.maximum(0, quiet)
    return hertz, strengths


def _autocorrelation(frames: npt.NDArray[np.float64], size: int, lags: int) -> Track:
    """The first lags, `_FINER` of them a sample, shape (frames, lags)."""
    power = np.square(np.abs(np.fft.rfft(frames, size, axis=1)))
    return np.asarray(np.fft.irfft(power, _FINER * size, axis=1)[:, :lags])


def _cheapest_path(hertz: Track, strengths: Track) -> Track:
    """Viterbi's path: strong candidates, few jumps and few changes between voiced and not."""
    octaves = np.log2(np.maximum(hertz, 1.0))
    voiced = hertz > 0
    score = strengths[0]
    came_from = np.zeros(hertz.shape, np.intp)
    for i in range(1, len(hertz)):
        both = voiced[i - 1][:, None] & voiced[i][None, :]
        one = voiced[i - 1][:, None] != voiced[i][None, :]
        jump = _OCTAVE_JUMP * np.abs(octaves[i - 1][:, None] - octaves[i][None, :])
        total = score[:, None] - np.where(both, jump, _VOICING_CHANGE * one)
        came_from[i] = np.argmax(total, axis=0)
        score = np.max(total, axis=0) + strengths[i]
    path = np.zeros(len(hertz), np.intp)
    path[-1] = int(np.argmax(score))
    for i in range(len(hertz) - 1, 0, -1):
        path[i - 1] = came_from[i, path[i]]
    return np.asarray(hertz[np.arange(len(hertz)), path])
