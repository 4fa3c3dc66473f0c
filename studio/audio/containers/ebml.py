"""WebM and Matroska (RFC 8794, RFC 9559): document type, and whether the last element is whole."""
# ruff: noqa: PLR2004 (the numbers are the format's own)

from studio.audio.containers.facts import Facts
from studio.audio.errors import AudioError

_MAGIC = b"\x1a\x45\xdf\xa3"
_DOC_TYPE, _SEGMENT, _CLUSTER = 0x4282, 0x18538067, 0x1F43B675
_OPUS_HEAD_WITHIN = 4096


def matches(data: bytes) -> bool:
    """Say whether the bytes begin an EBML document."""
    return data[:4] == _MAGIC


def inspect(data: bytes) -> Facts:
    """Check the document type and walk the elements to the end of the file.

    A browser's MediaRecorder writes neither a duration nor the sizes of Segment and Cluster; such
    elements are entered instead of skipped.

    Raises:
        AudioError: unknown_format for another document type, truncated, unreadable.
    """
    _, size, body = _element(data, 0)
    if size is None or body + size > len(data):
        raise AudioError("truncated")
    if _doc_type(data[body : body + size]) not in (b"webm", b"matroska"):
        raise AudioError("unknown_format")
    _walk(data, body + size)
    native = None
    opus = data.find(b"OpusHead", 0, _OPUS_HEAD_WITHIN)
    if opus >= 0:
        native = int.from_bytes(data[opus + 12 : opus + 16], "little") or None
    return Facts("webm", "matroska", native_rate=native)


def _walk(data: bytes, at: int) -> None:
    """Step over whole elements; enter those of unknown size; refuse one that passes the end."""
    while at < len(data):
        name, size, body = _element(data, at)
        if name in (_SEGMENT, _CLUSTER) and size is None:
            at = body
        elif size is None:
            raise AudioError("unreadable")
        elif body + size > len(data):
            raise AudioError("truncated")
        elif name == _SEGMENT:
            at = body  # its clusters may be of unknown size
        else:
            at = body + size


def _element(data: bytes, at: int) -> tuple[int, int | None, int]:
    """Return (id, size or None where unknown, first byte of the content) of an element."""
    name, after = _number(data, at, keep_marker=True)
    size, body = _number(data, after, keep_marker=False)
    unknown = (1 << 7 * (body - after)) - 1
    return name, None if size == unknown else size, body


def _number(data: bytes, at: int, *, keep_marker: bool) -> tuple[int, int]:
    """Read a variable-length number; return it and the byte after it."""
    if at >= len(data):
        raise AudioError("truncated")
    length = 9 - data[at].bit_length()
    if length > 8:
        raise AudioError("unreadable")
    if at + length > len(data):
        raise AudioError("truncated")
    value = int.from_bytes(data[at : at + length], "big")
    return (value if keep_marker else value & (1 << 7 * length) - 1), at + length


def _doc_type(header: bytes) -> bytes:
    at = 0
    while at < len(header):
        name, size, body = _element(header, at)
        if size is None:
            break
        if name == _DOC_TYPE:
            return header[body : body + size].rstrip(b"\0")
        at = body + size
    return b"webm"  # the element is mandatory, but some recorders leave it out
