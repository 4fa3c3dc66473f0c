"""MP3, FLAC, Ogg, AAC and rarer WAV decoded while their bytes are still coming, through FFmpeg."""

from collections.abc import Iterator
from typing import Any, NoReturn

import numpy as np

from studio.engines.contract import Chunk, StopFlag
from studio.engines.services.refusals import Identity

_CODECS = {
    "wav": "pcm_u8,pcm_s16le,pcm_s24le,pcm_s32le,pcm_f32le,pcm_f64le,pcm_alaw,pcm_mulaw",
    "mp3": "mp3float,mp3",
    "flac": "flac",
    "ogg": "opus,libopus,vorbis,flac",
    "aac": "aac",
}
"""Demuxers, and the decoders each may use."""
_PROBE = "2048"
"""Bytes that FFmpeg may look at before it decodes: it would otherwise wait for megabytes."""


def decoded(
    head: bytes, pieces: Iterator[bytes], form: str, identity: Identity, stop: StopFlag
) -> Iterator[Chunk]:
    """Chunks of float32 mono.

    Args:
        head: the first bytes.
        pieces: the others, in order.
        form: FFmpeg's name of the demuxer; it opens nothing but these bytes.
        identity: for sentences.
        stop: once set, an end in the middle is no problem.

    Raises:
        EngineProblem: ``service_not_audio``.
    """
    import av

    pull = _Pull(head, pieces)
    options = {
        "codec_whitelist": _CODECS[form],
        "format_whitelist": form,
        "protocol_whitelist": "none",
        "probesize": _PROBE,
        "analyzeduration": "0",
    }
    try:
        with av.open(
            pull, mode="r", format=form, options=options, io_open=_refuse, metadata_errors="replace"
        ) as container:
            yield from _frames(container)
    except (av.error.FFmpegError, ValueError, LookupError, OSError, ArithmeticError):
        if pull.failure is not None:
            raise pull.failure from None
        if not stop.is_set():
            raise identity.problem("service_not_audio", host=identity.host) from None
    if pull.failure is not None:
        raise pull.failure


class _Pull:
    """A file that reads on where the network is. What fails there is kept for the caller."""

    name = ""

    def __init__(self, head: bytes, pieces: Iterator[bytes]) -> None:
        self._waiting = bytearray(head)
        self._pieces = pieces
        self.failure: Exception | None = None

    def read(self, size: int) -> bytes:
        if not self._waiting and self.failure is None:
            try:
                self._waiting += next(self._pieces, b"")
            except Exception as failure:  # noqa: BLE001 - FFmpeg would make another of it
                self.failure = failure
        data = bytes(self._waiting[:size])
        del self._waiting[:size]
        return data


def _refuse(*_: object) -> NoReturn:
    """Stand where FFmpeg would open a further file or address."""
    raise PermissionError


def _frames(container: Any) -> Iterator[Chunk]:
    rate = 0
    stream = container.streams.best("audio")
    if stream is None:
        raise ValueError("no audio")
    for frame in container.decode(stream):
        if rate not in (0, frame.sample_rate):
            raise ValueError("two recordings in one")
        rate = frame.sample_rate
        samples = _mono(frame)
        if samples.size:
            yield Chunk(samples, rate)


def _mono(frame: Any) -> np.ndarray:
    values = frame.to_ndarray()
    if not frame.format.is_planar:
        values = values.reshape(-1, frame.layout.nb_channels).T
    if values.dtype == np.uint8:
        scaled = (values.astype(np.float32) - np.float32(128)) / np.float32(128)
    elif values.dtype.kind == "i":
        scaled = values.astype(np.float32) * np.float32(-1 / np.iinfo(values.dtype).min)
    else:
        scaled = values.astype(np.float32)
    return np.ascontiguousarray(scaled.mean(axis=0, dtype=np.float32))
