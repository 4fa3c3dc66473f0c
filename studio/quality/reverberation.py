"""How much a room rings along: a hint from how fast speech dies away."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from studio.audio.frames import HOP_SECONDS, frames
from studio.audio.resample import Samples

METHOD = "Voice Studio 1 (decay rates, after Wen, Habets and Naylor 2008)"

Room = Literal["dry", "some", "echoing"]

_WINDOW = 8  # frames: 80 ms, longer than the closure of a stop, shorter than a syllable
_BANDS = slice(3, 20)  # 0.3 to 5 kHz: below, the voice itself rings; above, there is too little
_ABOVE_FLOOR_DB = 20.0  # where a decay must begin, to be one
_STAYS_ABOVE_DB = 3.0
_BELOW_TOP_DB = 25.0
_BUMP_DB = 1.5  # how far a frame may rise within a decay
_STEEP_PERCENTILE = 20.0
_MIN_DECAYS = 40
_MIN_FRAMES = 100

_RATES = (74.0, 115.0, 145.0, 172.0, 236.0, 330.0)
_SECONDS = (2.0, 1.0, 0.6, 0.45, 0.3, 0.2)
"""Steep decay (dB/s) of speech in simulated rooms and their reverberation times (RT60, seconds);
0.45 stands for 0.6 s heard from nearby. Speech without a room gives 280 to 600."""
_DRY_DB_PER_S, _ECHO_DB_PER_S = 262.0, 196.0


@dataclass(frozen=True)
class Reverberation:
    """What the decays of a recording say about its room.

    Attributes:
        decay_db_per_s: rate of the steep decays.
        seconds: reverberation time that would explain it, RT60; 0.2 or less means none is heard.
            A hint: a far microphone in a small room and a near one in a hall look alike.
        room: in a word.
    """

    decay_db_per_s: float
    seconds: float
    room: Room


def reverberation(samples: Samples, rate: int) -> Reverberation | None:
    """Judge the room by the steepest decays of speech.

    A room lets no sound die away faster than its own decay, 60 dB within the reverberation time.
    The distribution of decay rates in speech is cut off there (Wen, Habets and Naylor 2008, "Blind
    estimation of reverberation time based on the distribution of signal decay rates"). Decays are
    looked for in 17 mel bands, as 80 ms that fall throughout, begin 20 dB above the band's
    quietest moments and end above them; the rate that the steepest fifth exceeds is compared with
    that of speech in simulated rooms.

    Args:
        samples: float32 mono in [-1, 1], shape (n,); at least 1 s.
        rate: Hz.

    Returns:
        None where there are too few decays: silence, noise, very little speech.
    """
    level = frames(samples, rate).bands_db[:, _BANDS]
    if len(level) < _MIN_FRAMES:
        return None
    slopes = _decays(level)
    if slopes.size < _MIN_DECAYS:
        return None
    steep = -float(np.percentile(slopes, _STEEP_PERCENTILE))
    room: Room = "dry" if steep > _DRY_DB_PER_S else "some" if steep > _ECHO_DB_PER_S else "echoing"
    return Reverberation(steep, float(np.interp(steep, _RATES, _SECONDS)), room)


def _decays(level: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
    """Slopes (dB/s, negative) of all windows that fall, of all bands."""
    floor, top = np.percentile(level, (5, 95), axis=0)
    window = np.lib.stride_tricks.sliding_window_view(level, _WINDOW, axis=0)
    time = (np.arange(_WINDOW) - (_WINDOW - 1) / 2) * HOP_SECONDS
    slopes = window @ time / (time @ time)
    first = window[..., 0]
    falls = (
        (slopes < 0)
        & (np.diff(window, axis=-1) < _BUMP_DB).all(axis=-1)
        & (first > np.maximum(top - _BELOW_TOP_DB, floor + _ABOVE_FLOOR_DB))
        & (window.min(axis=-1) > floor + _STAYS_ABOVE_DB)
    )
    return np.asarray(slopes[falls], np.float64)
