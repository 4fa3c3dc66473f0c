"""Sending a stimulus whole, with headers that say nothing, and knowing when its last byte left."""

import asyncio
from collections.abc import Awaitable, Callable

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

_BLOCK = 128 * 1024
"""More than a server buffers for a slow client, so that each block waits for the one before."""

_HEADERS = {
    "Cache-Control": "no-store",
    "Accept-Ranges": "none",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}


class StimulusResponse(Response):
    """A WAV file, always whole: no ranges, no validators, no name.

    Args:
        content: the file.
        sent: awaited once the last byte has left; not when the client went away before.
    """

    media_type = "audio/wav"

    def __init__(self, content: bytes, sent: Callable[[], Awaitable[None]]) -> None:
        super().__init__(content, headers=_HEADERS)
        self._sent = sent

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002
        """Send block by block, watching for the client to leave."""
        leaving = asyncio.create_task(_until_gone(receive))
        try:
            await send(
                {
                    "type": "http.response.start",
                    "status": self.status_code,
                    "headers": self.raw_headers,
                }
            )
            body = memoryview(self.body)
            for begin in range(0, len(body), _BLOCK):
                block = bytes(body[begin : begin + _BLOCK])
                await send({"type": "http.response.body", "body": block, "more_body": True})
                if leaving.done():
                    return
            # The server takes an empty block, too, only when its buffer has room again.
            await send({"type": "http.response.body", "body": b"", "more_body": True})
            await asyncio.sleep(0)
            if leaving.done():
                return
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        except OSError:  # how newer servers say that the client has gone
            return
        finally:
            leaving.cancel()
        await self._sent()


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
