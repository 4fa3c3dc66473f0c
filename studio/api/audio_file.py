"""A take's file as an answer that players seek in and downloads: ranges, validators, a name."""

import hashlib
from urllib.parse import quote

from fastapi import Response

from studio.api.ranges import ranged

AUDIO_TYPES = {"wav": "audio/wav", "flac": "audio/flac", "mp3": "audio/mpeg"}


def audio_file(  # noqa: PLR0913 (named parts of one answer)
    data: bytes,
    *,
    file_format: str,
    name: str,
    watermark: str | None,
    byte_range: str | None,
    if_range: str | None,
    if_none_match: str | None,
) -> Response:
    """A file that a browser plays in place and that downloads under a name.

    Args:
        data: the file.
        file_format: a key of ``AUDIO_TYPES``.
        name: for a download, without extension.
        watermark: of the sound.
        byte_range: the request's ``Range``.
        if_range: its ``If-Range``.
        if_none_match: its ``If-None-Match``.
    """
    etag = f'"{hashlib.sha256(data).hexdigest()[:32]}"'
    headers = {
        "Cache-Control": "private, no-cache",
        "Content-Disposition": disposition("inline", f"{name}.{file_format}"),
        "ETag": etag,
        "X-Content-Type-Options": "nosniff",
        "X-Watermark": watermark or "none",
    }
    if if_none_match and _names(if_none_match, etag):
        return Response(status_code=304, headers=headers)
    return ranged(data, AUDIO_TYPES[file_format], headers, byte_range, if_range)


def _names(if_none_match: str, etag: str) -> bool:
    """Whether a list of validators has ours, compared as weak ones (RFC 9110, 13.1.2)."""
    given = {one.strip().removeprefix("W/") for one in if_none_match.split(",")}
    return "*" in given or etag in given


def disposition(kind: str, name: str) -> str:
    """``Content-Disposition`` with a plain name for old clients and the real one (RFC 6266)."""
    plain = "".join(c if c.isascii() and (c.isalnum() or c in "-_.") else "_" for c in name)
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
