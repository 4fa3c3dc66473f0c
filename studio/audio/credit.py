"""Writing a line of credit into a finished file, where players and editors show it as a comment."""

import struct
from typing import Literal

_STREAMINFO_END = 4 + 4 + 34
_LAST = 0x80
_VORBIS_COMMENT = 4


def credited(data: bytes, file_format: Literal["wav", "flac", "mp3"], words: str) -> bytes:
    """A file of `studio.audio.encode` with a comment; the samples stay as they are.

    Args:
        data: the file.
        file_format: what it is.
        words: the credit, one line.
    """
    if file_format == "wav":
        return _wav(data, words.encode())
    return _flac(data, words.encode()) if file_format == "flac" else _mp3(data, words.encode())


def _wav(data: bytes, words: bytes) -> bytes:
    """With a chunk ``LIST`` of type ``INFO`` behind the samples, the comment as ``ICMT``."""
    words += b"\0" * (2 - len(words) % 2)  # ended by a zero, and even
    comment = b"INFOICMT" + struct.pack("<I", len(words)) + words
    chunk = b"LIST" + struct.pack("<I", len(comment)) + comment
    size = struct.unpack_from("<I", data, 4)[0] + len(chunk)
    return data[:4] + struct.pack("<I", size) + data[8:] + chunk


def _flac(data: bytes, words: bytes) -> bytes:
    """With a block ``VORBIS_COMMENT`` behind ``STREAMINFO`` (RFC 9639, section 8.6)."""
    field = b"COMMENT=" + words
    block = struct.pack("<III", 0, 1, len(field)) + field  # no vendor, one field
    header = bytes([_LAST | _VORBIS_COMMENT]) + len(block).to_bytes(3, "big")
    first = data[4] & ~_LAST
    return (
        data[:4]
        + bytes([first])
        + data[5:_STREAMINFO_END]
        + header
        + block
        + data[_STREAMINFO_END:]
    )


def _mp3(data: bytes, words: bytes) -> bytes:
    """With an ID3v2.4 tag of one frame ``COMM`` in UTF-8 before the first frame of sound."""
    body = b"\x03eng\0" + words
    frame = b"COMM" + _sync_safe(len(body)) + b"\0\0" + body
    return b"ID3\x04\0\0" + _sync_safe(len(frame)) + frame + data


def _sync_safe(number: int) -> bytes:
    """28 bits in four bytes whose highest bit is never set."""
    return bytes(number >> shift & 0x7F for shift in (21, 14, 7, 0))
