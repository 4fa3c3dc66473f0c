"""Ogg: its pages (RFC 3533), and the identification headers of Opus, Vorbis and FLAC in it."""
# ruff: noqa: PLR2004 (the numbers are the format's own)

from collections.abc import Iterator
from dataclasses import dataclass

from studio.audio.containers import flac
from studio.audio.containers.facts import Facts
from studio.audio.errors import AudioError

_HEADER = 27
_NO_GRANULE = (1 << 64) - 1
_OPUS_RATE = 48000
_FIRST_PAGE = 0x02


@dataclass
class _Stream:
    kind: str
    rate: int
    channels: int
    skip: int = 0
    native_rate: int | None = None
    end: int = 0


def matches(data: bytes) -> bool:
    """Say whether the bytes begin an Ogg stream."""
    return data[:4] == b"OggS"


def inspect(data: bytes) -> Facts:
    """Walk the pages, read the audio stream's header and its last granule position.

    Raises:
        AudioError: no_audio, unreadable, or truncated where the last page is cut.
    """
    streams: dict[int, _Stream] = {}
    for flags, serial, granule, body in _pages(data):
        if flags & _FIRST_PAGE and serial not in streams:
            stream = _identify(body)
            if stream is not None:
                streams[serial] = stream
        elif serial in streams and granule != _NO_GRANULE:
            streams[serial].end = max(streams[serial].end, granule)
    if not streams:
        raise AudioError("no_audio")
    stream = next(iter(streams.values()))
    samples = max(0, stream.end - stream.skip)
    return Facts(
        "ogg",
        "ogg",
        stream.rate,
        stream.channels,
        samples / stream.rate if stream.rate and samples else None,
        stream.native_rate,
    )


def _pages(data: bytes) -> Iterator[tuple[int, int, int, bytes]]:
    at = 0
    while at < len(data):
        head = data[at : at + _HEADER]
        if not b"OggS".startswith(head[:4]) or (len(head) > 4 and head[4] != 0):
            raise AudioError("unreadable")
        if len(head) < _HEADER:
            raise AudioError("truncated")
        segments = data[at + _HEADER : at + _HEADER + head[26]]
        body = at + _HEADER + head[26]
        end = body + sum(segments)
        if len(segments) < head[26] or end > len(data):
            raise AudioError("truncated")
        serial = int.from_bytes(head[14:18], "little")
        yield head[5], serial, int.from_bytes(head[6:14], "little"), data[body:end]
        at = end


def _identify(body: bytes) -> _Stream | None:
    if body[:8] == b"OpusHead" and len(body) >= 19:
        native = int.from_bytes(body[12:16], "little") or None
        return _Stream("opus", _OPUS_RATE, body[9], int.from_bytes(body[10:12], "little"), native)
    if body[:7] == b"\x01vorbis" and len(body) >= 30:
        return _Stream("vorbis", int.from_bytes(body[12:16], "little"), body[11])
    if body[:5] == b"\x7fFLAC" and flac.matches(body, 9):
        facts = flac.inspect(body, 9)
        return _Stream("flac", facts.rate or 0, facts.channels or 0)
    return None
