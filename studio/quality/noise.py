"""How far speech stands above the noise: from the pauses, or from the quietest moments."""

from collections.abc import Sequence

import numpy as np

from studio.audio.resample import Samples
from studio.quality.levels import FLOOR_DB, Levels, active_db, levels, marks

METHOD = "Voice Studio 1 (pauses by silero-vad)"

BEST_DB = 90.0
"""What 16 bits can say: digital silence in the pauses would be infinite."""
_WORST_DB = -20.0

_RINGING_SECONDS, _BREATH_SECONDS = 0.20, 0.08
"""What follows the end of speech still rings, what precedes its start already breathes."""
_MIN_PAUSE_FRAMES = 15
_QUIET_PERCENTILE = 5.0
_MIN_SPEECH_FRAMES = 30


def snr_db(samples: Samples, rate: int, speech: Sequence[tuple[float, float]]) -> float | None:
    """Estimate the signal-to-noise ratio of a recording of speech.

    The power of the active frames of the speech is compared with that of the noise. Where there
    are 0.15 s of pause, 0.2 s behind speech and 0.08 s before it, the noise is the median of the
    frames there. Where there are none, it is the level that the quietest twentieth of all frames
    stays under, after the idea of minimum statistics (Martin 2001, "Noise power spectral density
    estimation based on optimal smoothing and minimum statistics"): closures of stops let it
    through. That errs towards noise, by no more than 20 dB of SNR can tell.

    Args:
        samples: float32 mono in [-1, 1], shape (n,).
        rate: Hz.
        speech: (start, end) in seconds, from `studio.quality.vad.speech`.

    Returns:
        dB, -20 to 90; None without 0.3 s of speech.
    """
    level = levels(samples, rate)
    talking = marks(speech, len(level))
    if talking.sum() < _MIN_SPEECH_FRAMES:
        return None
    noise = noise_db(level, speech)
    power = 10 ** (active_db(level[talking]) / 10) - 10 ** (noise / 10)
    signal = 10 * np.log10(max(power, 10 ** ((noise + _WORST_DB) / 10)))
    return float(np.clip(signal - noise, _WORST_DB, BEST_DB))


def noise_db(level: Levels, speech: Sequence[tuple[float, float]]) -> float:
    """The level of the noise, dB re full scale, as `snr_db` says.

    Args:
        level: from `studio.quality.levels.levels`.
        speech: (start, end) in seconds.
    """
    if level.size == 0:
        return FLOOR_DB
    pause = ~marks(speech, len(level), before=_BREATH_SECONDS, after=_RINGING_SECONDS)
    if pause.sum() < _MIN_PAUSE_FRAMES:
        return float(np.percentile(level, _QUIET_PERCENTILE))
    return float(np.median(level[pause]))
