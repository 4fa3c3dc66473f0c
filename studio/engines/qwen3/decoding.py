"""Audio codes to sound while they come: each stretch decoded with some of what precedes it."""

from collections.abc import Iterator
from itertools import chain, repeat
from typing import TYPE_CHECKING, Any

import torch

if TYPE_CHECKING:
    from studio.engines.qwen3.utterance import Sound

CONTEXT_FRAMES = 25
"""What the library's own chunked decoding gives a stretch as left context."""
_SIZES = (4, 8, 16)
"""Frames of the first stretches; a small one first, to be heard soon."""
_SIZE = 25
"""Frames of all others: half of what is computed is context."""


class StreamingDecoder:
    """Turns one utterance's frames into sound, stretch by stretch.

    Args:
        codec: the library's speech tokenizer.
        before: codes that precede the utterance, shape (frames, groups): the clip it continues.
    """

    def __init__(self, codec: Any, before: torch.Tensor | None = None) -> None:
        self._codec = codec
        self._samples_per_frame = codec.get_decode_upsample_rate()
        self._context = list(before[-CONTEXT_FRAMES:]) if before is not None else []
        self._waiting: list[torch.Tensor] = []
        self._sizes: Iterator[int] = chain(_SIZES, repeat(_SIZE))
        self._size = next(self._sizes)

    def add(self, frame: torch.Tensor) -> "Sound | None":
        """Take a frame, shape (groups,); the next stretch of sound when it is complete."""
        self._waiting.append(frame)
        if len(self._waiting) < self._size:
            return None
        self._size = next(self._sizes)
        return self._decode()

    def finish(self) -> "Sound | None":
        """Sound of the frames that are left."""
        return self._decode() if self._waiting else None

    def _decode(self) -> "Sound":
        frames = torch.stack([*self._context, *self._waiting])
        skip = len(self._context) * self._samples_per_frame
        sounds, _ = self._codec.decode([{"audio_codes": frames}])
        self._context = [*self._context, *self._waiting][-CONTEXT_FRAMES:]
        self._waiting = []
        return sounds[0][skip:].clip(-1.0, 1.0)
