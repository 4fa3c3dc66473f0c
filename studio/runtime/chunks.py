"""Checking the audio that an engine hands over before anyone else touches it."""

import numpy as np

from studio.engines.contract import Chunk

RATE_LOW, RATE_HIGH = 8_000, 192_000
"""Hz."""
LOUDEST = 4.0
"""Overshoot beyond full scale that may be clipped (+12 dB); more than that is no speech signal."""
BASE_SECONDS = 60.0
SECONDS_PER_CHARACTER = 1.0
"""Slow speech takes 0.2 s a character, a digit or an emoji read out may take seconds, a runaway
model minutes for a word: what is longer than a minute plus a second a character is a runaway."""


class Garbage(Exception):
    """What came is no audio of this take; the text is a short fact, the same in every language."""


class ChunkCheck:
    """Checks the chunks of one take, in order.

    Args:
        text: what is spoken; its length bounds the take's.

    Attributes:
        clipped: samples beyond full scale that were brought back to it so far.
    """

    def __init__(self, text: str) -> None:
        self._limit = BASE_SECONDS + SECONDS_PER_CHARACTER * len(text)
        self._rate = 0
        self._samples = 0
        self.clipped = 0

    def accept(self, data: object, rate: object) -> Chunk | None:
        """A chunk of float32 mono in [-1, 1]; None for one without samples.

        Args:
            data: bytes of little-endian float32 samples.
            rate: Hz.

        Raises:
            Garbage: it cannot be played.
        """
        if not isinstance(data, bytes) or len(data) % 4:
            raise Garbage("bytes")
        if not isinstance(rate, int) or not RATE_LOW <= rate <= RATE_HIGH:
            raise Garbage(f"{rate!r:.20} Hz")
        if self._rate not in (0, rate):
            raise Garbage(f"{self._rate} → {rate} Hz")
        if not data:
            return None
        self._rate = rate
        samples = np.frombuffer(data, dtype="<f4")
        self._samples += samples.size
        if self._samples > self._limit * rate:
            raise Garbage(f"> {self._limit:.0f} s")
        low, high = float(samples.min()), float(samples.max())
        if not np.isfinite(low + high):
            raise Garbage("NaN")
        peak = max(-low, high)
        if peak > LOUDEST:
            raise Garbage(f"|x| = {peak:.3g}")
        if peak > 1.0:
            self.clipped += int(np.count_nonzero(np.abs(samples) > 1.0))
            samples = np.clip(samples, -1.0, 1.0)
        return Chunk(samples, rate)
