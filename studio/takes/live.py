"""A take in the making: what was rendered so far, for everyone who listens already."""

import threading
from collections.abc import AsyncGenerator

import numpy as np
from numpy.typing import NDArray

from studio.audio.encode import pcm16
from studio.engines.contract import Chunk
from studio.takes.bell import Bell


class LiveTake:
    """Chunks in order, from one rendering thread to any number of listeners."""

    def __init__(self) -> None:
        self.cancel = threading.Event()
        """Set when nobody wants the rest."""
        self.began = False
        """Its row says that it is running."""
        self._chunks: list[Chunk] = []
        self._pcm: list[bytes] = []
        self._ended = False
        self._bell = Bell()
        self._seconds = 0.0

    @property
    def seconds(self) -> float:
        """Seconds of audio made so far."""
        return self._seconds

    @property
    def sample_rate(self) -> int | None:
        """Hz; ``None`` before the first chunk."""
        return self._chunks[0].sample_rate if self._chunks else None

    def add(self, chunk: Chunk) -> None:
        """Append a chunk and wake listeners. Called by the rendering thread only."""
        self._chunks.append(chunk)
        self._pcm.append(pcm16(chunk.samples))
        self._seconds += chunk.samples.size / chunk.sample_rate
        self._bell.ring()

    def end(self) -> None:
        """No chunk will follow; listeners finish what they have."""
        self._ended = True
        self._bell.ring()

    def samples(self) -> NDArray[np.float32]:
        """Everything so far as one float32 mono array of shape (n,)."""
        if not self._chunks:
            return np.zeros(0, dtype=np.float32)
        return np.concatenate([chunk.samples for chunk in self._chunks]).astype(
            np.float32, copy=False
        )

    async def pcm(self) -> AsyncGenerator[bytes]:
        """16-bit mono PCM from the beginning, as it comes; ends with the take."""
        position = 0
        with self._bell.listen() as rung:
            while True:
                rung.clear()
                ended = self._ended  # before the chunks: what came before the end is not missed
                while position < len(self._pcm):
                    yield self._pcm[position]
                    position += 1
                if ended:
                    return
                await rung.wait()
