"""Bodies are bounded while they arrive; the forms with recordings have a bound of their own."""

import re

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from studio.api.refusing import refuse

_LIMIT = 1024 * 1024
_FORMS = re.compile(
    r"/api/(voices|checkups|doctor|provenance|studies/[^/]+/references)"
    r"|/upload-voice|/gradio/gradio_api/upload"
    r"|/v1/audio/voices"
    r"|/api/batches"
)
"""Their route counts what comes (`studio.api.uploads`). The path decides, not the content type: a
client may call anything a form, and a route for JSON would read all of it into memory."""


class _TooMuch(Exception):
    pass


class BodyLimit:
    """Refuses requests with more than 1 MiB, to our routes and to the pages', but for uploads."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Count what comes; refuse at once where the header already says too much."""
        if scope["type"] != "http" or _FORMS.fullmatch(_path(scope)):
            await self._app(scope, receive, send)
            return
        announced = dict(scope["headers"]).get(b"content-length", b"0")
        if announced.isdigit() and int(announced) > _LIMIT:
            await _refuse(scope, send)
            return
        received, started, refused = 0, False, False

        async def counted() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > _LIMIT:
                raise _TooMuch
            return message

        async def watched(message: Message) -> None:
            nonlocal started, refused
            if received <= _LIMIT or started:
                started = True
                await send(message)
            elif not refused:  # instead of what the application makes of the interruption
                refused = True
                await _refuse(scope, send)

        try:
            await self._app(scope, counted, watched)
        except _TooMuch:
            if not started and not refused:
                await _refuse(scope, send)


def _path(scope: Scope) -> str:
    path: str = scope["path"]
    return path.removeprefix(scope.get("root_path", ""))


async def _refuse(scope: Scope, send: Send) -> None:
    await refuse(scope, send, 413, "body_too_large", limit_kilobytes=_LIMIT // 1024)
