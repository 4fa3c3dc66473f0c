"""WAV while its bytes are still coming. FFmpeg would wait for 64 KiB to rule out other contents."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from studio.engines.contract import Chunk, StopFlag
from studio.engines.services.refusals import Identity

_START = 12
_FORMAT_BYTES = 16
_PCM, _FLOAT, _EXTENSIBLE = 1, 3, 0xFFFE
_SUBFORMAT = 24
_ENDLESS = 1 << 30
"""A header that promises more was written by a server that did not know the length yet."""
_CHANNELS = 8
_LEAST_SECONDS = 0.02


@dataclass(frozen=True)
class WavForm:
    """What a WAV header tells.

    kind: NumPy's name of a sample; ``i3`` for 24 bits.
    start: of the samples, in bytes.
    promised: bytes of samples; 0 where the header does not know.
    """

    rate: int
    channels: int
    kind: str
    start: int
    promised: int

    @property
    def frame(self) -> int:
        """Bytes of one sample of every channel."""
        return int(self.kind[-1]) * self.channels

    def mono(self, data: bytes) -> NDArray[np.float32]:
        """Whole frames as float32 mono in [-1, 1], shape (n,)."""
        if self.kind == "i3":
            padded = np.zeros((len(data) // 3, 4), np.uint8)
            padded[:, 1:] = np.frombuffer(data, np.uint8).reshape(-1, 3)
            values = padded.view("<i4")[:, 0].astype(np.float32) / np.float32(1 << 31)
        else:
            raw = np.frombuffer(data, f"<{self.kind}")
            scale = {"u1": 1 << 7, "i2": 1 << 15, "i4": 1 << 31}.get(self.kind, 1)
            values = raw.astype(np.float32)
            if self.kind == "u1":
                values -= np.float32(scale)
            values /= np.float32(scale)
        folded = values.reshape(-1, self.channels).mean(axis=1, dtype=np.float32)
        return np.ascontiguousarray(folded)


def wav_form(head: bytes) -> WavForm | None:
    """Read a header; ``None`` where it does not end in these bytes, or is of a rarer kind."""
    at, told = _START, None
    while at + 8 <= len(head):
        name, size = head[at : at + 4], int.from_bytes(head[at + 4 : at + 8], "little")
        at += 8
        if name == b"data":
            if told is None:
                return None
            rate, channels, kind = told
            return WavForm(rate, channels, kind, at, size if 0 < size < _ENDLESS else 0)
        if name == b"fmt ":
            told = _told(head[at : at + size])
        at += size + size % 2
    return None


def _told(fields: bytes) -> tuple[int, int, str] | None:
    if len(fields) < _FORMAT_BYTES:
        return None
    kind, channels = (int.from_bytes(fields[at : at + 2], "little") for at in (0, 2))
    rate, bits = int.from_bytes(fields[4:8], "little"), int.from_bytes(fields[14:16], "little")
    if kind == _EXTENSIBLE:
        kind = int.from_bytes(fields[_SUBFORMAT : _SUBFORMAT + 2], "little")
    names = {_PCM: {8: "u1", 16: "i2", 24: "i3", 32: "i4"}, _FLOAT: {32: "f4", 64: "f8"}}
    name = names.get(kind, {}).get(bits)
    return (rate, channels, name) if name and 1 <= channels <= _CHANNELS else None


def wav_chunks(
    form: WavForm, head: bytes, pieces: Iterator[bytes], identity: Identity, stop: StopFlag
) -> Iterator[Chunk]:
    """Chunks of float32 mono.

    Args:
        form: what the header told.
        head: the first bytes, header and all.
        pieces: the others, in order.
        identity: for sentences.
        stop: once set, an end in the middle is no problem.

    Raises:
        EngineProblem: ``service_cut_off`` where the header promised more.
    """
    waiting, taken = bytearray(), 0
    least = max(1, round(form.rate * _LEAST_SECONDS)) * form.frame
    piece: bytes | None = head[form.start :]
    while piece is not None:
        if form.promised:  # what may follow the samples is no sound
            piece = piece[: form.promised - taken]
        taken += len(piece)
        waiting += piece
        if len(waiting) >= least:
            whole = len(waiting) // form.frame * form.frame
            yield Chunk(form.mono(bytes(waiting[:whole])), form.rate)
            del waiting[:whole]
        piece = next(pieces, None)
    if stop.is_set():
        return
    if len(waiting) % form.frame or taken < form.promised:
        raise identity.problem("service_cut_off", host=identity.host)
    if waiting:
        yield Chunk(form.mono(bytes(waiting)), form.rate)
