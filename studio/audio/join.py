"""Joining recordings of one speaker to one, so that nobody hears where: level, pause, no clicks.

The first recording is handed on while it is made, but for the quiet at its end; the others when
they are whole, each brought to the first one's loudness. Between two of them there is as long a
pause as is asked for, made of their own quiet as far as that goes.
"""

from dataclasses import dataclass
from statistics import median

import numpy as np

from studio.audio.loudness import integrated_loudness
from studio.audio.resample import Samples
from studio.audio.silence import quiet_stretches, sound_bounds

VERSION = 1
"""Raise it when the same recordings come out joined otherwise."""
_FADE_SECONDS = 0.008
_MARGIN_SECONDS = 0.02
"""Of the quiet before a sound that is always kept: soft onsets begin in it."""
_QUIET = 10 ** (-50 / 20)
"""While nobody knows how loud the first recording is, what stays below that may be its end."""
_MOST_GAIN_DB = 12.0
_HIGHEST_PEAK = 0.98
_TONE_SECONDS = 0.04
"""Less quiet than this is too little to make more of it."""
_LEAST_PAUSE_SECONDS = 0.08
"""A closure within a word is shorter than a pause."""


@dataclass(frozen=True)
class Span:
    """Where a recording's sound lies in the whole, in samples, end exclusive."""

    start: int
    end: int


@dataclass(frozen=True)
class _End:
    """The end of a recording, of which nothing was handed on yet."""

    samples: Samples
    sound: int
    """So many samples of it still sound; below 0: so much of the quiet after it was handed on."""
    pause: int
    """Samples of quiet that belong between its last sound and the next first one."""

    @property
    def quiet(self) -> Samples:
        """What sounds no more."""
        return self.samples[max(0, self.sound) :]


class Joiner:
    """Joins recordings in their order.

    Args:
        rate: Hz, of all of them.

    Attributes:
        spans: of the recordings so far.
    """

    def __init__(self, rate: int) -> None:
        self._rate = rate
        self._fade = max(1, round(_FADE_SECONDS * rate))
        self._heard: list[Samples] = []
        self._pending = 0
        self._total = 0
        self._loudness: float | None = None
        self._end: _End | None = None
        self.spans: list[Span] = []

    def hear(self, samples: Samples) -> Samples:
        """Take more of the first recording; what of it can be handed on already.

        Args:
            samples: float32 mono, shape (n,).
        """
        self._heard.append(samples)
        self._pending += len(samples)
        loud = np.flatnonzero(np.abs(samples) > _QUIET)
        if not len(loud):
            return samples[:0]
        ready = self._pending - (len(samples) - int(loud[-1]) - 1) - self._fade
        if ready <= 0:
            return samples[:0]
        pending = np.concatenate(self._heard)
        self._heard = [pending[ready:]]
        self._pending = len(pending) - ready
        self._total += ready
        return pending[:ready]

    def add(self, samples: Samples, pause_seconds: float) -> Samples:
        """Take the next recording as a whole; what can be handed on now.

        Args:
            samples: float32 mono, shape (n,); the first one as a whole too, after it was heard.
            pause_seconds: of quiet between its last sound and the first one of the next.

        Returns:
            float32, shape (m,): the end of the one before, the pause, and this one but for its end.
        """
        start, end = sound_bounds(samples, self._rate)
        if end == 0:  # nothing sounds: there is only quiet
            start = end = len(samples)
        before = self._end
        if before is None:
            self._loudness = integrated_loudness(samples, self._rate)
            given = max(self._total, end - self._fade)
            out = samples[self._total : given]
            self.spans.append(Span(0, end))
        else:
            samples = samples * self._gain(samples)
            given = max(start, end - self._fade)
            out, begins = self._joined(before, samples[:given], start)
            self.spans.append(Span(self._total + begins, self._total + len(out) + end - given))
        self._end = _End(samples[given:], end - given, round(pause_seconds * self._rate))
        self._total += len(out)
        return out

    def finish(self) -> Samples:
        """No more follows: the end of the last recording, as it is.

        Raises:
            ValueError: there was none.
        """
        if self._end is None:
            raise ValueError("nothing to join")
        rest = self._end.samples
        self._total += len(rest)
        self.spans[-1] = Span(self.spans[-1].start, self._total)
        return rest

    def _gain(self, samples: Samples) -> np.float32:
        """What brings a recording to the first one's loudness, without clipping it."""
        loudness = integrated_loudness(samples, self._rate)
        if loudness is None or self._loudness is None:
            return np.float32(1.0)
        step = float(np.clip(self._loudness - loudness, -_MOST_GAIN_DB, _MOST_GAIN_DB))
        peak = float(np.abs(samples).max())
        return np.float32(min(10 ** (step / 20), max(1.0, _HIGHEST_PEAK / peak)))

    def _joined(self, before: _End, samples: Samples, start: int) -> tuple[Samples, int]:
        """The end of the one before and the next one, with the pause; where the next one sounds."""
        own, wanted = before.quiet, before.pause
        gone = max(0, -before.sound)
        margin = round(_MARGIN_SECONDS * self._rate)
        lead = min(start, max(margin, wanted // 2))
        tail = min(len(own), max(0, wanted - lead - gone))
        lead = min(start, max(margin, wanted - tail - gone))
        lacking = max(0, wanted - gone - tail - lead)
        left = before.samples[: max(0, before.sound) + tail]
        right = samples[start - lead :]
        fade = min(self._fade, len(left), len(right))
        if lacking:
            tone = self._room_tone(own, samples[:start], lacking + 2 * fade)
            left = _crossfaded(left, tone, fade)
        out = _crossfaded(left, right, fade)
        return out, len(out) - len(right) + lead

    def _room_tone(self, after: Samples, before: Samples, count: int) -> Samples:
        """As much quiet of the recordings' own kind; digital silence where there is none."""
        source = max((after[len(after) // 3 :], before), key=len)
        if len(source) < _TONE_SECONDS * self._rate:
            return np.zeros(count, np.float32)
        there_and_back = np.concatenate([source, source[::-1]])
        return np.resize(there_and_back, count).astype(np.float32)


def own_pause(samples: Samples, rate: int, sentences: int) -> float | None:
    """How long a speaker pauses between sentences, in seconds, by a recording of several.

    The median of the longest pauses inside it, of as many as there are sentences but one: it is
    between sentences that speakers pause longest.

    Args:
        samples: float32 mono, shape (n,).
        rate: Hz.
        sentences: how many there are.

    Returns:
        ``None`` where it holds one sentence only, or fewer pauses than ends of sentences.
    """
    found = [end - start for start, end in quiet_stretches(samples, rate, _LEAST_PAUSE_SECONDS)]
    count = sentences - 1
    if count < 1 or len(found) < count:
        return None
    return median(sorted(found, reverse=True)[:count])


def _crossfaded(left: Samples, right: Samples, fade: int) -> Samples:
    """One after the other, the last samples of the one under the first ones of the other."""
    if fade == 0:
        return np.concatenate([left, right])
    up = (0.5 - 0.5 * np.cos(np.pi * (np.arange(fade) + 0.5) / fade)).astype(np.float32)
    both = left[-fade:] * (1 - up) + right[:fade] * up
    return np.concatenate([left[:-fade], both, right[fade:]]).astype(np.float32)
