"""Tags in WAV files: ``LIST INFO`` for players, a chunk ``id3`` for what INFO cannot say."""

import struct
from collections.abc import Iterator

from studio.audio.tags import id3
from studio.audio.tags.tags import MAX_PARTS, MAX_TEXT_BYTES, Tags

_HEAD = 12


def tagged(data: bytes, tags: Tags) -> bytes:
    """With both chunks behind the samples, which stay where they are."""
    words = tags.comment.encode() + b"\0"
    chunks = _chunk(b"LIST", b"INFO" + _chunk(b"ICMT", words)) if tags.comment else b""
    chunks += _chunk(b"id3 ", id3.tag(tags))
    size = struct.unpack_from("<I", data, 4)[0] + len(chunks)
    return data[:4] + struct.pack("<I", size) + data[8:] + chunks


def _chunk(name: bytes, content: bytes) -> bytes:
    return name + struct.pack("<I", len(content)) + content + b"\0" * (len(content) % 2)


def read(data: bytes) -> Tags:
    """Read both; what stands in the chunk ``id3`` leads."""
    found, info = Tags(), Tags()
    for name, content in _chunks(data, _HEAD):
        if name in (b"id3 ", b"ID3 "):
            found |= id3.read(content)
        elif name == b"LIST" and content[:4] == b"INFO":
            info |= _info(content)
    return found | info


def _info(content: bytes) -> Tags:
    for name, text in _chunks(content, 4):
        if name == b"ICMT" and len(text) <= MAX_TEXT_BYTES:
            return Tags(text.rstrip(b"\0").decode("utf-8", "replace"))
    return Tags()


def _chunks(data: bytes, at: int) -> Iterator[tuple[bytes, bytes]]:
    """(name, content) of whole chunks; the samples' own content is left out."""
    for _ in range(MAX_PARTS):
        if at + 8 > len(data):
            return
        name, size = data[at : at + 4], struct.unpack_from("<I", data, at + 4)[0]
        end = at + 8 + size
        if end > len(data):
            return
        yield name, b"" if name == b"data" else data[at + 8 : end]
        at = end + size % 2
