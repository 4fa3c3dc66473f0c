"""A client that goes away: noticed while it waits, and told to whoever works for it."""

from collections.abc import AsyncGenerator, Callable
from typing import Any

from anyio import CancelScope, create_task_group
from anyio.to_thread import run_sync
from fastapi.responses import StreamingResponse
from starlette.requests import ClientDisconnect, Request
from starlette.types import Receive, Scope, Send


async def first_of(request: Request, pieces: AsyncGenerator[bytes]) -> bytes:
    """The first piece, unless the client goes away before it is there.

    Raises:
        ClientDisconnect: it did.
        Exception: whatever the pieces raise.
    """
    found: list[bytes] = []
    failed: list[Exception] = []
    async with create_task_group() as group:

        async def watch() -> None:
            while (await request.receive())["type"] != "http.disconnect":
                pass
            group.cancel_scope.cancel()

        group.start_soon(watch)
        try:
            found.append(await anext(pieces, b""))
        except Exception as problem:  # noqa: BLE001 (a group would wrap it up)
            failed.append(problem)
        group.cancel_scope.cancel()
    if failed:
        raise failed[0]
    if not found:
        raise ClientDisconnect
    return found[0]


class ForAsLongAsHeard(StreamingResponse):
    """Streams pieces; when nobody listens any more, or all was heard, it says so.

    Args:
        pieces: what is streamed.
        left: called once in a thread, however the stream ended.
        given: what a streaming response takes besides.
    """

    def __init__(
        self, pieces: AsyncGenerator[bytes], left: Callable[[], None], **given: Any
    ) -> None:
        super().__init__(pieces, **given)
        self._pieces, self._left = pieces, left

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Stream."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            with CancelScope(shield=True):  # the server has cancelled everything else by now
                await self._pieces.aclose()
                await run_sync(self._left)
