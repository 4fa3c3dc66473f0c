"""Refusing a request before any route sees it, in the shape that every refusal has."""

import json
from collections.abc import Sequence

from starlette.requests import HTTPConnection
from starlette.types import Scope, Send

from studio.api.dependencies import language
from studio.locales import text

Header = tuple[bytes, bytes]


async def refuse(
    scope: Scope,
    send: Send,
    status: int,
    code: str,
    *,
    more: Sequence[Header] = (),
    **params: str | float,
) -> None:
    """Answer ``{"error": {"code", "message", …}}`` and close the connection, body read or not.

    Args:
        scope: the request's, for its language.
        send: where the answer goes.
        status: HTTP status.
        code: key of the sentence, below ``error``.
        more: further headers.
        params: values of its placeholders.
    """
    message = text(language(HTTPConnection(scope)), f"error.{code}", **params)
    error = {"code": code, "message": message, **params}
    body = json.dumps({"error": error}, ensure_ascii=False).encode()
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
        (b"connection", b"close"),
        *more,
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})
