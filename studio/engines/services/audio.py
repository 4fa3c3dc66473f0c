"""Audio that comes in pieces, known by its bytes: raw PCM and WAV as they are, others decoded."""

from collections.abc import Iterator

import numpy as np

from studio.engines.contract import Chunk, StopFlag
from studio.engines.services.decoding import decoded
from studio.engines.services.refusals import Identity
from studio.engines.services.wav_stream import WavForm, wav_chunks, wav_form

_SIGN = 12
"""Bytes in which every container but MP3 and AAC shows itself."""
_HEAD = 4096
"""Bytes in which those do: two frames and more."""
_HEADER = 64 * 1024
"""Bytes within which a WAV's samples begin, unless it is no ordinary one."""
_LEAST_SECONDS = 0.02
"""Of a chunk, save for the last."""


def chunks(
    pieces: Iterator[bytes],
    *,
    raw_rate: int | None,
    identity: Identity,
    stop: StopFlag,
) -> Iterator[Chunk]:
    """Chunks of float32 mono out of the bytes of one recording.

    Args:
        pieces: in order, cut anywhere; they end early once ``stop`` is set.
        raw_rate: Hz of bytes without a header, which are 16-bit little-endian mono; ``None`` where
            a header was asked for, and bytes without one are refused. Where none was, only a
            certain sign of a container speaks against samples, since those may look like the
            first bytes of an MP3.
        identity: for sentences.
        stop: nothing that is missing at the end is missed once it is set.

    Raises:
        EngineProblem: ``service_no_audio``, ``service_not_audio``; ``service_cut_off`` where the
            end is missing.
    """
    head = bytearray()
    for piece in pieces:
        head += piece
        if len(head) >= (_HEAD if head[:1] in (b"\xff", b"I") else _SIGN):
            break
    if stop.is_set():
        return
    if not head:
        raise identity.problem("service_no_audio", host=identity.host)
    form = _form(bytes(head), certain=raw_rate is not None)
    plain = _whole_header(head, pieces) if form == "wav" else None
    if plain is not None:
        yield from wav_chunks(plain, bytes(head), pieces, identity, stop)
    elif form is not None:
        yield from decoded(bytes(head), pieces, form, identity, stop)
    elif raw_rate is not None and not _is_text(bytes(head)):
        yield from _raw(head, pieces, raw_rate, identity, stop)
    else:
        raise identity.problem("service_not_audio", host=identity.host)


def _whole_header(head: bytearray, pieces: Iterator[bytes]) -> WavForm | None:
    """The header of a WAV, for which ``head`` may have to grow."""
    while (form := wav_form(bytes(head))) is None and len(head) < _HEADER:
        piece = next(pieces, None)
        if piece is None:
            break
        head += piece
    return form


def _form(head: bytes, *, certain: bool) -> str | None:
    """FFmpeg's demuxer for these bytes."""
    if head[:4] == b"RIFF" and head[8:12] == b"WAVE":
        return "wav"
    for sign, form in ((b"fLaC", "flac"), (b"OggS", "ogg"), (b"ID3", "mp3")):
        if head.startswith(sign):
            return form
    return _mpeg(head, certain=certain)


def _mpeg(head: bytes, *, certain: bool) -> str | None:
    from studio.audio.containers import inspect
    from studio.audio.containers.mpeg import matches_adts, matches_mp3
    from studio.audio.errors import AudioError

    form = "mp3" if matches_mp3(head, 0) else "aac" if matches_adts(head, 0) else None
    if form is None or not certain:
        return form
    try:
        inspect(head)
    except AudioError as problem:
        # "truncated" is a second frame that begins in this head and ends beyond it.
        return form if problem.code == "truncated" and len(head) >= _HEAD else None
    return form


def _is_text(head: bytes) -> bool:
    """A page or a message in place of audio."""
    plain = all(32 <= byte < 127 or byte in b"\t\r\n" for byte in head)  # noqa: PLR2004
    return plain and len(head) >= _SIGN


def _raw(
    waiting: bytearray, pieces: Iterator[bytes], rate: int, identity: Identity, stop: StopFlag
) -> Iterator[Chunk]:
    """16-bit samples; a sample may be cut in two by the end of a piece."""
    least = 2 * round(rate * _LEAST_SECONDS)
    piece: bytes | None = b""
    while piece is not None:
        waiting += piece
        if len(waiting) >= least:
            whole = len(waiting) // 2 * 2
            yield _from_pcm16(bytes(waiting[:whole]), rate)
            del waiting[:whole]
        piece = next(pieces, None)
    if stop.is_set():
        return
    if len(waiting) % 2:
        raise identity.problem("service_cut_off", host=identity.host)
    if waiting:
        yield _from_pcm16(bytes(waiting), rate)


def _from_pcm16(data: bytes, rate: int) -> Chunk:
    return Chunk(np.frombuffer(data, "<i2").astype(np.float32) / np.float32(32768), rate)
