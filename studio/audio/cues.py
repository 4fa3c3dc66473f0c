"""Is it speech at all: two simple cues that tones, hum, noise and alarms do not give together."""

from dataclasses import dataclass

import numpy as np

from studio.audio.frames import HOP_SECONDS, Frames

_ACTIVE_DB = 30.0  # frames so far below the loud ones say nothing about the source
_PROFILE_FLOOR_DB = -30.0  # bands this far below their frame hold leakage and background
_SMOOTHING_FRAMES = 5  # 50 ms: evens out the chance in noise, keeps phones apart
_SYLLABLE_HZ = (2.0, 10.0)
_MIN_FRAMES = 20

MIN_MOVEMENT_DB = 2.5
"""Measured on eSpeak NG (7 languages), Piper and Kokoro: 4.2 and more, with noise at 5 dB SNR 4.1,
at 0 dB 3.0; tones, hum, white and brown noise, wind, gated or not, and melodies: 1.8 and less."""
MIN_MODULATION = 0.10
"""Speech, the same: 0.22 and more, at 0 dB SNR 0.15. Sirens and sweeps, whose spectrum does move:
0.00; steady noise 0.06."""


@dataclass(frozen=True)
class Cues:
    """What the frames of a recording say about its source.

    Attributes:
        movement_db: how much the shape of the spectrum changes over time: standard deviation of
            the mel bands relative to their frame, mean of the bands, dB.
        modulation: how much the envelope varies at the rate of syllables, 2 to 10 Hz, relative
            to its mean (1 would be a wave between silence and twice the mean).
    """

    movement_db: float
    modulation: float

    @property
    def like_speech(self) -> bool:
        """Whether both cues are as strong as in speech."""
        return self.movement_db >= MIN_MOVEMENT_DB and self.modulation >= MIN_MODULATION


def cues(analysed: Frames) -> Cues:
    """Measure the cues; both are 0 where there is less than 0.2 s to measure."""
    level = analysed.level_db
    if len(level) < _MIN_FRAMES:
        return Cues(0.0, 0.0)
    return Cues(_movement(analysed), _modulation(analysed))


def _movement(analysed: Frames) -> float:
    level = analysed.level_db
    active = level > np.percentile(level, 95) - _ACTIVE_DB
    profile = analysed.bands_db[active] - level[active, None]
    if len(profile) < _MIN_FRAMES:
        return 0.0
    total = np.cumsum(np.maximum(profile, _PROFILE_FLOOR_DB), axis=0, dtype=np.float64)
    smooth = (total[_SMOOTHING_FRAMES:] - total[:-_SMOOTHING_FRAMES]) / _SMOOTHING_FRAMES
    return float(np.mean(np.std(smooth, axis=0)))


def _modulation(analysed: Frames) -> float:
    envelope = np.power(10.0, analysed.level_db / 20, dtype=np.float64)
    mean = float(np.sum(envelope))
    power = np.square(np.abs(np.fft.rfft((envelope - envelope.mean()) * np.hanning(len(envelope)))))
    rate = np.fft.rfftfreq(len(envelope), HOP_SECONDS)
    syllables = (rate >= _SYLLABLE_HZ[0]) & (rate <= _SYLLABLE_HZ[1])
    return float(np.sqrt(2 * power[syllables].sum()) / mean) if mean > 0 else 0.0
