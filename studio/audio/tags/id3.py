"""ID3v2 tags: written as 2.4, read as 2.3 and 2.4 (id3.org, informal standards)."""

import struct
from collections.abc import Iterator

from studio.audio.tags.tags import MAX_PARTS, MAX_TEXT_BYTES, Tags, gathered

_HEADER = 10
_UTF8 = b"\x03"
_CODECS = {0: "latin-1", 1: "utf-16", 2: "utf-16-be", 3: "utf-8"}
_UNSYNCHRONISED, _EXTENDED = 0x80, 0x40
_PLAIN_FRAME = (0x00, 0x00)
"""Flags of a frame that is neither compressed, encrypted nor grouped."""


def tag(tags: Tags) -> bytes:
    """A tag of version 2.4: the comment as ``COMM``, every field as ``TXXX``, all in UTF-8."""
    frames = _frame(b"COMM", b"eng\0" + tags.comment.encode()) if tags.comment else b""
    for name, text in tags.fields.items():
        frames += _frame(b"TXXX", name.encode() + b"\0" + text.encode())
    return b"ID3\x04\0\0" + _sync_safe(len(frames)) + frames


def _frame(name: bytes, content: bytes) -> bytes:
    body = _UTF8 + content
    return name + _sync_safe(len(body)) + b"\0\0" + body


def _sync_safe(number: int) -> bytes:
    """28 bits in four bytes whose highest bit is never set."""
    return bytes(number >> shift & 0x7F for shift in (21, 14, 7, 0))


def read(data: bytes) -> Tags:
    """Read the tag at the beginning of some bytes; what cannot be read is left out."""
    if data[:3] != b"ID3" or len(data) < _HEADER or data[3] not in (3, 4):
        return Tags()
    version, flags = data[3], data[5]
    body = data[_HEADER : _HEADER + _number(data[6:10], safe=True)]
    if flags & _UNSYNCHRONISED and version == 3:  # noqa: PLR2004 (2.4 marks each frame instead)
        body = body.replace(b"\xff\x00", b"\xff")
    if flags & _EXTENDED and len(body) >= 4:  # noqa: PLR2004
        size = _number(body[:4], safe=version == 4)  # noqa: PLR2004
        body = body[size + (4 if version == 3 else 0) :]  # noqa: PLR2004
    texts: dict[str, str] = {}
    for name, content in _frames(body, safe=version == 4):  # noqa: PLR2004
        found = _text(name, content)
        if found is not None:
            texts.setdefault(*found)
    return gathered(texts)


def _frames(body: bytes, *, safe: bool) -> Iterator[tuple[bytes, bytes]]:
    at = 0
    for _ in range(MAX_PARTS):
        name, size = body[at : at + 4], _number(body[at + 4 : at + 8], safe=safe)
        end = at + _HEADER + size
        if len(name) < 4 or not name.isalnum() or end > len(body):  # noqa: PLR2004 (or padding)
            return
        changed = body[at + 9] & 0x0F if safe else body[at + 9] & 0xE0
        if not changed and size <= MAX_TEXT_BYTES:
            yield name, body[at + _HEADER : end]
        at = end


def _text(name: bytes, content: bytes) -> tuple[str, str] | None:
    """(name, text) of a comment or a field; None for other frames and for damaged ones."""
    if name not in (b"COMM", b"TXXX") or not content or content[0] not in _CODECS:
        return None
    start = 4 if name == b"COMM" else 1  # a comment says its language first
    try:
        title, text = _split(content[start:], content[0])
    except UnicodeError:
        return None
    if name == b"COMM":
        return ("comment" if not title else f"comment_{title}"), text
    return title, text


def _split(content: bytes, coding: int) -> tuple[str, str]:
    """A description and a text with a zero between, as an encoding writes zeros."""
    if coding in (0, 3):
        title, _, text = content.partition(b"\0")
    else:
        at = next(
            (n for n in range(0, len(content) - 1, 2) if content[n : n + 2] == b"\0\0"),
            len(content),
        )
        title, text = content[:at], content[at + 2 :]
    codec = _CODECS[coding]
    return title.decode(codec).strip("\0"), text.decode(codec).rstrip("\0")


def _number(data: bytes, *, safe: bool) -> int:
    if not safe:
        return int(struct.unpack(">I", data)[0]) if len(data) == 4 else 0  # noqa: PLR2004
    value = 0
    for byte in data:
        value = value << 7 | byte & 0x7F
    return value
