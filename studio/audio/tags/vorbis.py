"""Vorbis comments, as FLAC and Ogg carry them (RFC 9639, section 8.6), and FLAC's block of them."""

import struct

from studio.audio.tags.tags import MAX_PARTS, MAX_TEXT_BYTES, Tags, gathered

_STREAMINFO_END = 4 + 4 + 34
_LAST = 0x80
_VORBIS_COMMENT = 4


def comments(tags: Tags) -> bytes:
    """The fields as one structure, the comment under ``COMMENT``; no vendor is named."""
    texts = {**({"COMMENT": tags.comment} if tags.comment else {}), **tags.fields}
    fields = [f"{name}={text}".encode() for name, text in texts.items()]
    packed = b"".join(struct.pack("<I", len(each)) + each for each in fields)
    return struct.pack("<II", 0, len(fields)) + packed


def read(data: bytes) -> Tags:
    """Read such a structure; what does not fit into the bytes is left out."""
    texts: dict[str, str] = {}
    try:
        at = 4 + struct.unpack_from("<I", data)[0]
        count = struct.unpack_from("<I", data, at)[0]
        at += 4
        for _ in range(min(count, MAX_PARTS)):
            size = struct.unpack_from("<I", data, at)[0]
            field, at = data[at + 4 : at + 4 + size], at + 4 + size
            if at > len(data):
                break
            name, equals, text = field.partition(b"=")
            if equals and size <= MAX_TEXT_BYTES:
                texts.setdefault(name.decode("ascii", "replace").upper(), text.decode())
    except (struct.error, UnicodeError):
        pass  # the rest cannot be told from noise
    return gathered(texts)


def tagged_flac(data: bytes, tags: Tags) -> bytes:
    """A FLAC file whose only metadata is ``STREAMINFO``, with a block of comments behind it."""
    block = comments(tags)
    header = bytes([_LAST | _VORBIS_COMMENT]) + len(block).to_bytes(3, "big")
    first = bytes([data[4] & ~_LAST])
    rest = data[5:_STREAMINFO_END] + header + block + data[_STREAMINFO_END:]
    return data[:4] + first + rest


def read_flac(data: bytes) -> Tags:
    """Read the comments of a FLAC file."""
    at = 4
    for _ in range(MAX_PARTS):
        if at + 4 > len(data):
            break
        kind, size = data[at], int.from_bytes(data[at + 1 : at + 4], "big")
        if kind & ~_LAST == _VORBIS_COMMENT:
            return read(data[at + 4 : at + 4 + size])
        if kind & _LAST:
            break
        at += 4 + size
    return Tags()
