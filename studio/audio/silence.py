"""Where there is speech, and where a recording begins and ends to sound: by energy alone."""

import numpy as np
import numpy.typing as npt

from studio.audio.frames import HOP_SECONDS, Frames, frames
from studio.audio.resample import Samples

BRIDGED_PAUSE_SECONDS = 0.5
"""A pause shorter than this belongs to the speech around it: between words, closures, a breath."""

_SILENT_DB = -65.0  # the loudest syllables of anything worth calling speech are above this
_SHARE = 0.4  # of the way from the noise floor up to the level of speech
_DEEPEST_DB, _SHALLOWEST_DB = 35.0, 4.0  # below the level of speech
_CLICK_FRAMES = 5  # shorter activity is a click, not a syllable

_EDGE_DB = 40.0  # below the level of speech: soft consonants lie 25 to 35 dB below it
_EDGE_SHALLOWEST_DB = 30.0
_ABOVE_NOISE_DB = 8.0
_EDGE_FRAME_SECONDS = 0.001
_SUSTAIN_FRAMES, _SUSTAIN_COUNT = 12, 6  # of the next 12 ms, 6 must sound: a click does not
_TINY = 1e-12


def speech_segments(samples: Samples, rate: int) -> list[tuple[float, float]]:
    """Find the stretches of activity that speech would make.

    The threshold lies 40 % of the way from the noise floor (5th percentile of the frame levels, in
    dB) to the level of speech (95th), within 4 to 35 dB below the latter. Pauses shorter than
    `BRIDGED_PAUSE_SECONDS` are bridged. Steady noise or a tone is activity too: see `cues`.

    Args:
        samples: float32 mono, shape (n,).
        rate: Hz.

    Returns:
        (start, end) in seconds, ascending, to about 10 ms.
    """
    return segments_of(frames(samples, rate))


def segments_of(analysed: Frames) -> list[tuple[float, float]]:
    """Do the work of `speech_segments` on frames that are already there."""
    active = active_frames(analysed)
    runs = [run for run in _runs(active) if run[1] - run[0] >= _CLICK_FRAMES]
    bridged: list[tuple[int, int]] = []
    for start, end in runs:
        if bridged and (start - bridged[-1][1]) * HOP_SECONDS < BRIDGED_PAUSE_SECONDS:
            bridged[-1] = (bridged[-1][0], end)
        else:
            bridged.append((start, end))
    return [(start * HOP_SECONDS, end * HOP_SECONDS) for start, end in bridged]


def active_frames(analysed: Frames) -> npt.NDArray[np.bool_]:
    """Mark the frames above the threshold that `speech_segments` describes, shape (frames,)."""
    level = analysed.level_db
    if len(level) == 0:
        return np.zeros(0, np.bool_)
    floor, loud = np.percentile(level, (5, 95))
    if loud < _SILENT_DB:
        # A short word in a long silence escapes the percentile, not the maximum.
        loud = float(np.max(level))
        if loud < _SILENT_DB:
            return np.zeros(len(level), np.bool_)
    threshold = floor + _SHARE * (loud - floor)
    return level > np.clip(threshold, loud - _DEEPEST_DB, loud - _SHALLOWEST_DB)


def total_seconds(segments: list[tuple[float, float]]) -> float:
    """Sum the lengths of segments."""
    return sum(end - start for start, end in segments)


def _runs(marks: npt.NDArray[np.bool_]) -> list[tuple[int, int]]:
    steps = np.flatnonzero(np.diff(np.concatenate(([0], marks.astype(np.int8), [0]))))
    return [(int(start), int(end)) for start, end in zip(steps[::2], steps[1::2], strict=True)]


def sound_bounds(samples: Samples, rate: int) -> tuple[int, int]:
    """Find the first and the last sample that a listener would call sound, to about 2 ms.

    Frames of 1 ms are compared with a threshold 40 dB below the level of the speech (the 95th
    percentile over 20 ms among what is not silence), or 8 dB above the quietest 50 ms of the
    recording where its background is louder, though never less than 30 dB below the speech.
    A click (under 6 ms within 12) starts and ends nothing. A constant offset is no sound.

    Args:
        samples: float32 mono, shape (n,).
        rate: Hz.

    Returns:
        (start, end) as sample indices, end exclusive; (0, 0) where nothing sounds.
    """
    hop = max(1, round(rate * _EDGE_FRAME_SECONDS))
    count = len(samples) // hop
    if count < _SUSTAIN_FRAMES:
        return (0, 0)
    centred = samples - np.mean(samples, dtype=np.float64)
    energy = np.mean(np.square(centred[: count * hop].reshape(count, hop)), axis=1)
    threshold = _edge_threshold(energy)
    if threshold is None:
        return (0, 0)
    loud = energy > threshold
    start = _first_sustained(loud)
    end = _first_sustained(loud[::-1])
    if start is None or end is None:
        return (0, 0)
    return start * hop, min(len(samples), (count - end) * hop)


def _edge_threshold(energy: npt.NDArray[np.float64]) -> float | None:
    """Return the mean square above which a frame of 1 ms sounds; None in silence."""
    smooth = 10 * np.log10(_smoothed(energy, 20) + _TINY)
    if smooth.max() < _SILENT_DB:
        return None
    speech = np.percentile(smooth[smooth > smooth.max() - _EDGE_DB], 95)
    quietest = 10 * np.log10(_smoothed(energy, 50).min() + _TINY)
    noise = min(quietest + _ABOVE_NOISE_DB, speech - _EDGE_SHALLOWEST_DB)
    return float(10 ** (max(speech - _EDGE_DB, noise) / 10))


def _smoothed(energy: npt.NDArray[np.float64], width: int) -> npt.NDArray[np.float64]:
    width = min(width, len(energy))
    total = np.concatenate(([0.0], np.cumsum(energy)))
    return (total[width:] - total[:-width]).clip(0) / width


def _first_sustained(loud: npt.NDArray[np.bool_]) -> int | None:
    """Return the first marked frame that enough marked frames follow."""
    total = np.concatenate(([0], np.cumsum(loud)))
    following = total[np.minimum(np.arange(len(loud)) + _SUSTAIN_FRAMES, len(loud))] - total[:-1]
    found = np.flatnonzero(loud & (following >= _SUSTAIN_COUNT))
    return int(found[0]) if len(found) else None


def trim(samples: Samples, rate: int, keep_seconds: float = 0.0) -> Samples:
    """Cut the silence before and after the sound.

    Args:
        samples: float32 mono, shape (n,).
        rate: Hz.
        keep_seconds: silence to leave on each side, where there is so much.

    Returns:
        A view of the samples; empty where nothing sounds.
    """
    start, end = sound_bounds(samples, rate)
    if end == 0:
        return samples[:0]
    keep = round(keep_seconds * rate)
    return samples[max(0, start - keep) : end + keep]


def quiet_stretches(samples: Samples, rate: int, least_seconds: float) -> list[tuple[float, float]]:
    """Find the pauses between sounds, by the threshold of `sound_bounds`.

    What lies before the first sound and after the last is none; a click does not end one.

    Args:
        samples: float32 mono, shape (n,).
        rate: Hz.
        least_seconds: shorter ones are left out.

    Returns:
        (start, end) in seconds, ascending, to about 2 ms.
    """
    start, end = sound_bounds(samples, rate)
    hop = max(1, round(rate * _EDGE_FRAME_SECONDS))
    count = (end - start) // hop
    if count == 0:
        return []
    centred = samples - np.mean(samples, dtype=np.float64)
    whole = len(samples) // hop
    threshold = _edge_threshold(np.mean(np.square(centred[: whole * hop].reshape(whole, hop)), 1))
    inside = centred[start : start + count * hop].reshape(count, hop)
    loud = np.mean(np.square(inside), axis=1) > threshold
    for first, last in _runs(loud):
        if last - first < _SUSTAIN_COUNT:
            loud[first:last] = False
    least = least_seconds / _EDGE_FRAME_SECONDS
    return [
        ((start + first * hop) / rate, (start + last * hop) / rate)
        for first, last in _runs(~loud)
        if last - first >= least and first > 0 and last < count
    ]
