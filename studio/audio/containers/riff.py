"""WAV (RIFF and RF64): the chunks before the samples."""
# ruff: noqa: PLR2004 (the numbers are the format's own)

import struct

from studio.audio.containers.facts import Facts
from studio.audio.errors import AudioError

_PCM, _FLOAT, _ALAW, _MULAW, _EXTENSIBLE = 1, 3, 6, 7, 0xFFFE
_BITS = {_PCM: (8, 16, 24, 32), _FLOAT: (32, 64), _ALAW: (8,), _MULAW: (8,)}
_IN_DS64 = 0xFFFFFFFF
_GUID_TAIL = bytes.fromhex("000000001000800000aa00389b71")  # KSDATAFORMAT_SUBTYPE_*


def matches(data: bytes) -> bool:
    """Say whether the bytes begin a WAV."""
    return data[:4] in (b"RIFF", b"RF64") and data[8:12] == b"WAVE"


def inspect(data: bytes) -> Facts:
    """Read `fmt ` and the extent of `data`.

    Raises:
        AudioError: unreadable, unsupported_codec, no_audio, or truncated where the header
            declares more samples than the file holds.
    """
    form: tuple[int, int, int] | None = None
    long_size: int | None = None
    at = 12
    while at + 8 <= len(data):
        name, size = data[at : at + 4], int.from_bytes(data[at + 4 : at + 8], "little")
        body = at + 8
        if name == b"data":
            if form is None:
                raise AudioError("unreadable")
            if size == _IN_DS64 and long_size is not None:
                size = long_size
            return _facts(form, size, len(data) - body)
        chunk = data[body : body + size]
        if name == b"fmt ":
            form = _format(chunk)
        elif name == b"ds64" and len(chunk) >= 16 and data[:4] == b"RF64":
            long_size = int.from_bytes(chunk[8:16], "little")
        at = body + size + (size & 1)
    raise AudioError("truncated" if form is None or at > len(data) else "no_audio")


def _format(chunk: bytes) -> tuple[int, int, int]:
    """Return (sample rate, channels, bytes of one sample of all channels)."""
    if len(chunk) < 16:
        raise AudioError("unreadable")
    tag, channels, rate, _, align, bits = struct.unpack("<HHIIHH", chunk[:16])
    if tag == _EXTENSIBLE:
        if len(chunk) < 40 or chunk[26:40] != _GUID_TAIL:
            raise AudioError("unsupported_codec")
        tag = int.from_bytes(chunk[24:26], "little")
    if tag not in _BITS:
        raise AudioError("unsupported_codec")
    if bits not in _BITS[tag] or channels == 0 or align != channels * bits // 8:
        raise AudioError("unreadable")
    return rate, channels, align


def _facts(form: tuple[int, int, int], declared: int, present: int) -> Facts:
    rate, channels, align = form
    if declared < align:
        raise AudioError("no_audio")
    if declared > present:
        raise AudioError("truncated")
    frames = declared // align
    seconds = frames / rate if rate else None
    return Facts("wav", "wav", rate, channels, seconds, frames=frames)
