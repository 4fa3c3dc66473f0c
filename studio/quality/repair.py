"""What can be put right in a reference clip without changing the voice; each repair is told."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from studio.audio.loudness import decibels, integrated_loudness, true_peak
from studio.audio.resample import Samples
from studio.locales import Note

REFERENCE_LUFS = -20.0
"""Loudness that references get: between broadcasts (-23) and podcasts (-16), as the studio-recorded
corpora are that cloning models learn from."""
REFERENCE_PEAK_DB = -1.0
"""True peak at most; where it is reached first, the clip stays quieter."""
_MOST_GAIN_DB = 40.0
SILENCE_SECONDS = 0.5
"""Appended, because a model that continues the clip otherwise carries its last sound over."""

_OFFSET_TOLD = 0.001
_GAIN_TOLD_DB = 1.0
_TRIM_TOLD_SECONDS = 0.3
_KEPT_BEFORE, _KEPT_AFTER = 0.2, 0.3
"""Seconds around the speech: weak consonants lie there that voice activity detection misses."""
_LONG_PAUSE, _PAUSE_LEFT = 0.9, 0.6
_JOIN_SECONDS = 0.01

Span = tuple[float, float]


@dataclass(frozen=True)
class Repaired:
    """A reference as engines get it.

    Attributes:
        samples: float32 mono in [-1, 1], shape (n,).
        gain_db: linear gain that was applied to all of it.
        repairs: sentences ``doctor.repair.*`` on what was done, in the order in which it was.
    """

    samples: Samples
    gain_db: float
    repairs: tuple[Note, ...]


def repair(samples: Samples, rate: int, speech: Sequence[Span]) -> Repaired:
    """Prepare a clip as a reference.

    A constant offset is taken out; silence before and after the speech is cut, long pauses are
    shortened within their silence; one gain brings the clip to -20 LUFS, or as near as a true peak
    of -1 dBTP allows; half a second of silence is appended. Nothing else: no denoising, no
    equaliser, no compression. The samples of the speech differ from the original's by an offset
    and a factor only.

    Args:
        samples: float32 mono in [-1, 1], shape (n,); the chosen part.
        rate: Hz.
        speech: (start, end) in seconds within it; where empty, nothing is cut.
    """
    repairs: list[Note] = []
    offset = float(np.mean(samples, dtype=np.float64)) if len(samples) else 0.0
    clean = np.asarray(samples - np.float32(offset), np.float32)
    if abs(offset) > _OFFSET_TOLD:
        repairs.append(Note("doctor.repair.offset_removed", {"percent": abs(100 * offset)}))
    if speech:
        clean = _less_silence(clean, rate, speech, repairs)
    gain_db = _gain(clean, rate)
    clean = clean * np.float32(10 ** (gain_db / 20))
    if abs(gain_db) >= _GAIN_TOLD_DB:
        code = "doctor.repair.made_louder" if gain_db > 0 else "doctor.repair.made_quieter"
        repairs.append(Note(code, {"db": abs(gain_db)}))
    silence = np.zeros(round(SILENCE_SECONDS * rate), np.float32)
    repairs.append(Note("doctor.repair.silence_appended", {"seconds": SILENCE_SECONDS}))
    return Repaired(np.concatenate((_faded(clean, rate, speech), silence)), gain_db, tuple(repairs))


def _less_silence(
    samples: Samples, rate: int, speech: Sequence[Span], repairs: list[Note]
) -> Samples:
    seconds = len(samples) / rate
    first = max(0.0, speech[0][0] - _KEPT_BEFORE)
    last = min(seconds, speech[-1][1] + _KEPT_AFTER)
    trimmed = first + seconds - last
    if trimmed >= _TRIM_TOLD_SECONDS:
        repairs.append(Note("doctor.repair.silence_trimmed", {"seconds": trimmed}))
    kept, at, shortened = [], first, 0.0
    for (_, end), (start, _) in pairwise(speech):
        if start - end > _LONG_PAUSE:
            middle = end + _PAUSE_LEFT / 2, start - _PAUSE_LEFT / 2
            kept.append((at, middle[0]))
            at = middle[1]
            shortened += middle[1] - middle[0]
    kept.append((at, last))
    if shortened:
        repairs.append(
            Note("doctor.repair.pauses_shortened", {"count": len(kept) - 1, "seconds": shortened})
        )
    return _joined([samples[round(a * rate) : round(b * rate)] for a, b in kept], rate)


def _joined(parts: Sequence[Samples], rate: int) -> Samples:
    """Put parts one after the other; their ends, which are silence, overlap for 10 ms."""
    whole = parts[0]
    width = round(_JOIN_SECONDS * rate)
    rise = np.linspace(0, 1, width, dtype=np.float32)
    for part in parts[1:]:
        join = whole[-width:] * (1 - rise) + part[:width] * rise
        whole = np.concatenate((whole[:-width], join, part[width:]))
    return whole


def _gain(samples: Samples, rate: int) -> float:
    loudness = integrated_loudness(samples, rate)
    top = decibels(true_peak(samples, rate))
    if loudness is None or top is None:
        return 0.0
    return min(REFERENCE_LUFS - loudness, REFERENCE_PEAK_DB - top, _MOST_GAIN_DB)


def _faded(samples: Samples, rate: int, speech: Sequence[Span]) -> Samples:
    """Let the room's noise behind the last word run out into the silence that follows."""
    width = round(_JOIN_SECONDS * rate)
    if not speech or len(samples) <= width:
        return samples
    faded = samples.copy()
    faded[-width:] *= np.linspace(1, 0, width, dtype=np.float32)
    return faded
