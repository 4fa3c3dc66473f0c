"""JSON bodies are bounded while they arrive; forms with files have a bound of their own."""

import json

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from studio.api.dependencies import language
from studio.locales import text

_LIMIT = 1024 * 1024


class _TooMuch(Exception):
    pass


class BodyLimit:
    """Refuses requests to ``/api/`` with more than 1 MiB that are not forms."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Count what comes; refuse at once where the header already says too much."""
        if scope["type"] != "http" or not scope["path"].startswith("/api/"):
            await self._app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        if headers.get(b"content-type", b"").startswith(b"multipart/form-data"):
            await self._app(scope, receive, send)
            return
        announced = headers.get(b"content-length", b"0")
        if announced.isdigit() and int(announced) > _LIMIT:
            await _refuse(scope, send)
            return
        received, refused = 0, False

        async def counted() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > _LIMIT:
                raise _TooMuch
            return message

        async def watched(message: Message) -> None:
            nonlocal refused
            if received <= _LIMIT:
                await send(message)
            elif not refused:  # instead of what the application makes of the interruption
                refused = True
                await _refuse(scope, send)

        await self._app(scope, counted, watched)


async def _refuse(scope: Scope, send: Send) -> None:
    kilobytes = _LIMIT // 1024
    message = text(
        language(HTTPConnection(scope)), "error.body_too_large", limit_kilobytes=kilobytes
    )
    error = {"code": "body_too_large", "message": message, "limit_kilobytes": kilobytes}
    body = json.dumps({"error": error}, ensure_ascii=False).encode()
    headers = [(b"content-type", b"application/json"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": body})
