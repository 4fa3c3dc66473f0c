"""A limit on every body that is read, whoever reads it."""

from collections.abc import AsyncIterator, Awaitable, Callable

import httpx

from studio.engines.services.refusals import Identity

_LARGEST_STREAM = 1 << 30
_LARGEST_ANSWER = 64 << 20
"""Bytes of a body: of one that is handed on as it comes, and of any other."""


def bounded_by(identity: Identity) -> Callable[[httpx.Response], Awaitable[None]]:
    """A hook for a client that gives every answer its limit."""

    async def bound(response: httpx.Response) -> None:
        kind = response.headers.get("content-type", "")
        streams = kind.startswith(("audio/", "text/event-stream", "application/octet-stream"))
        whole = response.stream
        if isinstance(whole, httpx.AsyncByteStream):
            limit = _LARGEST_STREAM if streams else _LARGEST_ANSWER
            response.stream = _Bounded(whole, limit, identity)

    return bound


class _Bounded(httpx.AsyncByteStream):
    """A body that may not pass a limit, whoever reads it."""

    def __init__(self, body: httpx.AsyncByteStream, limit: int, identity: Identity) -> None:
        self._body = body
        self._left = limit
        self._identity = identity

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for piece in self._body:
            self._left -= len(piece)
            if self._left < 0:
                raise self._identity.problem("service_too_much", host=self._identity.host)
            yield piece

    async def aclose(self) -> None:
        await self._body.aclose()
