"""MP4 and M4A (ISO/IEC 14496-12): the boxes, their extent, and how many samples they index."""

from collections.abc import Iterator

from studio.audio.containers.facts import Facts
from studio.audio.errors import AudioError

_PATH_TO_TABLES = {b"moov", b"trak", b"mdia", b"minf", b"stbl", b"moof", b"traf"}
_MAX_INDEX = 1_000_000
"""Entries of all sample tables together. An AAC frame is 1024 samples, so an hour at 96 kHz has
338,000. A table may claim 2^32 in twenty bytes, and the demuxer would fill memory for each."""
_COUNT_AT = {b"stsz": 8, b"stz2": 8, b"trun": 4}
_MAX_DEPTH = 8


def matches(data: bytes) -> bool:
    """Say whether the bytes begin an MP4."""
    return data[4:8] == b"ftyp"


def inspect(data: bytes) -> Facts:
    """Walk the boxes.

    Raises:
        AudioError: truncated where a box passes the end of the file; unreadable without an index,
            or where the index claims more samples than any clip has.
    """
    names, indexed = _survey(data, 0, len(data), 0)
    if b"moov" not in names:
        raise AudioError("unreadable")
    if indexed > _MAX_INDEX:
        raise AudioError("unreadable")
    return Facts("mp4", "mov")


def _survey(data: bytes, start: int, end: int, depth: int) -> tuple[set[bytes], int]:
    """Return the names of the boxes in a span, and the samples that their tables claim."""
    names: set[bytes] = set()
    indexed = 0
    for name, body, stop in _boxes(data, start, end):
        names.add(name)
        if name in _PATH_TO_TABLES and depth < _MAX_DEPTH:
            indexed += _survey(data, body, stop, depth + 1)[1]
        elif name in _COUNT_AT:
            at = body + _COUNT_AT[name]
            indexed += int.from_bytes(data[at : min(at + 4, stop)], "big")
    return names, indexed


def _boxes(data: bytes, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Yield (name, first byte of the content, end) of the boxes in a span."""
    at = start
    while at + 8 <= end:
        size, name, body = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8], at + 8
        if size == 1:
            size, body = int.from_bytes(data[at + 8 : at + 16], "big"), at + 16
        elif size == 0:
            size = end - at
        if at + size > end:
            raise AudioError("truncated")
        if at + size < body:
            raise AudioError("unreadable")
        yield name, body, at + size
        at += size
    if start == 0 and at < end:
        raise AudioError("truncated")
