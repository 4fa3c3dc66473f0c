"""Everything the studio measures on a take, in one call."""

from dataclasses import dataclass

from studio.audio.clipping import clipping_ratio
from studio.audio.loudness import decibels, integrated_loudness, peak, true_peak
from studio.audio.resample import Samples
from studio.audio.silence import sound_bounds, speech_segments, total_seconds


@dataclass(frozen=True)
class Measures:
    """What was measured on a take.

    Attributes:
        seconds: length.
        loudness_lufs: integrated (ITU-R BS.1770-4); None for silence.
        peak_dbfs: largest sample, dB re full scale; None for digital silence.
        true_peak_dbtp: peak after 4 times oversampling; None for digital silence.
        clipping_ratio: share of samples in clipped crests, in [0, 1].
        speech_seconds: length of the activity, pauses under 0.5 s included.
        leading_silence: seconds before the first sound; the whole length where nothing sounds.
        trailing_silence: seconds after the last sound; 0 where nothing sounds.
    """

    seconds: float
    loudness_lufs: float | None
    peak_dbfs: float | None
    true_peak_dbtp: float | None
    clipping_ratio: float
    speech_seconds: float
    leading_silence: float
    trailing_silence: float


def measure(samples: Samples, rate: int) -> Measures:
    """Measure a take.

    Args:
        samples: float32 mono, shape (n,); may pass full scale, as some engines do.
        rate: Hz.
    """
    start, end = sound_bounds(samples, rate)
    return Measures(
        seconds=len(samples) / rate,
        loudness_lufs=integrated_loudness(samples, rate),
        peak_dbfs=decibels(peak(samples)),
        true_peak_dbtp=decibels(true_peak(samples, rate)),
        clipping_ratio=clipping_ratio(samples),
        speech_seconds=total_seconds(speech_segments(samples, rate)),
        leading_silence=(start if end else len(samples)) / rate,
        trailing_silence=(len(samples) - end) / rate if end else 0.0,
    )
