"""Single byte ranges (RFC 9110, section 14), which audio elements ask for when somebody seeks."""

import re
from collections.abc import Mapping

from fastapi import Response

_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


def ranged(
    data: bytes,
    media_type: str,
    headers: Mapping[str, str],
    byte_range: str | None,
    if_range: str | None,
) -> Response:
    """The bytes, or the part that was asked for.

    Args:
        data: the whole.
        media_type: of the whole.
        headers: further headers, an ``ETag`` among them.
        byte_range: the request's ``Range``; several ranges or other units are answered in whole.
        if_range: the request's ``If-Range``; the range counts only when it is our ``ETag``.
    """
    headers = {**headers, "Accept-Ranges": "bytes"}
    asked = _RANGE.fullmatch((byte_range or "").strip())
    if asked is None or asked.groups() == ("", "") or (if_range and if_range != headers["ETag"]):
        return Response(data, 200, headers, media_type)
    first, last = asked.groups()
    if first:
        start, end = int(first), min(int(last), len(data) - 1) if last else len(data) - 1
    else:
        start, end = max(0, len(data) - int(last)), len(data) - 1
    if start > end:
        if start < len(data):  # "5-2" is no range at all
            return Response(data, 200, headers, media_type)
        return Response(status_code=416, headers={"Content-Range": f"bytes */{len(data)}"})
    headers["Content-Range"] = f"bytes {start}-{end}/{len(data)}"
    return Response(data[start : end + 1], 206, headers, media_type)
