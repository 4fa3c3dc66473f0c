"""One service as an engine speaks to it: HTTP with limits, and failures as refusals."""

import asyncio
import contextlib
import json
from collections.abc import (
    AsyncGenerator,
    AsyncIterator,
    Awaitable,
    Generator,
    Iterator,
    Mapping,
)
from typing import Any, TypeVar

import httpx

from studio.engines.contract import EngineProblem, StopFlag
from studio.engines.services.bounds import bounded_by
from studio.engines.services.refusals import Explain, Identity, refusal_of
from studio.engines.services.steps import Silent, Steps
from studio.engines.services.waits import Waits

CONNECT_SECONDS = 10.0
SILENCE_SECONDS = 25.0
"""The longest wait for any byte."""
PROGRESS_SECONDS = 45.0
"""The longest wait for a piece of audio, so that bytes without audio cannot hold a take up for
ever. Shorter than the studio's own patience, which would end the whole process."""
ROSTER_SECONDS = 9.0
"""For a list of voices: the studio itself waits ten before it renders without the list."""
CLONING_SECONDS = 110.0
"""For an upload and what the service makes of it."""
_STORY = 64 * 1024
"""Bytes read of the body of an error."""

Result = TypeVar("Result")


class Service:
    """Requests to one address with one key.

    Args:
        identity: for sentences.
        base: address without a slash at its end; every path is below it.
        headers: sent with every request.
        explain: what the service's own error bodies mean, where that is known.
        silence: the longest wait for any byte; of the module where ``None``.
        progress: the longest wait for a piece of audio; of the module where ``None``.
    """

    def __init__(  # noqa: PLR0913 - what a connection is made of
        self,
        identity: Identity,
        base: str,
        headers: Mapping[str, str],
        explain: Explain = lambda _status, _body: None,
        *,
        silence: float | None = None,
        progress: float | None = None,
    ) -> None:
        self.identity = identity
        self._made_of = (identity, base, headers, explain)
        self.base = base
        self._explain = explain
        self._silence = SILENCE_SECONDS if silence is None else silence
        self._progress = progress
        self._steps = Steps()
        self.client = httpx.AsyncClient(
            # What is not compressed cannot grow when it is unpacked.
            headers={"Accept-Encoding": "identity", **headers},
            timeout=httpx.Timeout(self._silence, connect=CONNECT_SECONDS),
            follow_redirects=False,  # the key and the text are for this host alone
            event_hooks={"response": [bounded_by(identity)]},
        )

    # from the engine's thread

    def run(
        self, work: Awaitable[Result], stop: StopFlag | None = None, seconds: float | None = None
    ) -> Result:
        """Wait for one answer.

        Raises:
            EngineProblem: it did not come, or not as it should.
            Stopped: the flag was set.
        """
        limit = self._limit if seconds is None else seconds
        with self._told(limit):
            return self._steps.run(work, stop, limit)

    def iterate(
        self, source: AsyncGenerator[Result, None], stop: StopFlag | None
    ) -> Generator[Result, None, None]:
        """Hand over pieces of an answer as they come; ends early when the flag is set.

        Raises:
            EngineProblem: the next one did not come, or not as it should.
        """
        with self._told(self._limit):
            yield from self._steps.iterate(source, stop, self._limit)

    @contextlib.contextmanager
    def another(self) -> Iterator["Service"]:
        """The same service over connections of its own, for a question from another thread."""
        other = Service(*self._made_of, silence=self._silence, progress=self._progress)
        try:
            yield other
        finally:
            other.close()

    def close(self) -> None:
        """Close what connections are left."""
        with contextlib.suppress(Silent, httpx.HTTPError, OSError):
            self._steps.run(self.client.aclose(), None, 1.0)
        self._steps.close()

    @property
    def _limit(self) -> float:
        return PROGRESS_SECONDS if self._progress is None else self._progress

    @contextlib.contextmanager
    def _told(self, seconds: float) -> Iterator[None]:
        """Turn what HTTP raises into refusals. Nothing of the messages is kept: they may quote."""
        who = self.identity
        try:
            yield
        except (
            httpx.ConnectError,
            httpx.ConnectTimeout,
            httpx.UnsupportedProtocol,
            httpx.InvalidURL,
        ):
            raise who.problem(
                "service_unreachable", host=who.host, variable=who.address_variable
            ) from None
        except httpx.TimeoutException:
            raise who.problem("service_silent", host=who.host, seconds=self._silence) from None
        except Silent:
            raise who.problem("service_silent", host=who.host, seconds=seconds) from None
        except httpx.HTTPError:
            raise who.problem("service_cut_off", host=who.host) from None

    # inside a coroutine

    @contextlib.asynccontextmanager
    async def request(
        self, method: str, path: str, **content: Any
    ) -> AsyncIterator[httpx.Response]:
        """Open an answer whose status is good; the body is read by the caller.

        A busy service (429, 503) that asks for a short wait gets it, twice at most.

        Raises:
            EngineProblem: any other status.
        """
        waits = Waits()
        while True:
            async with self.client.stream(method, self.base + path, **content) as response:
                if response.is_success:
                    yield response
                    return
                story = await _beginning(response)
                wait = waits.obeyed(response.status_code, response.headers)
                if wait is None:
                    raise self.refusal(response.status_code, response.headers, story)
            await asyncio.sleep(wait)

    async def json(self, method: str, path: str, limit: int, **content: Any) -> Any:
        """A whole answer as JSON.

        Args:
            method: of HTTP.
            path: below the service's address.
            limit: the largest body, in bytes.
            content: what httpx takes (``json``, ``data``, ``files``).

        Raises:
            EngineProblem: it is not JSON, or larger.
        """
        async with self.request(method, path, **content) as response:
            return self.decoded(await self.body(response, limit))

    async def body(self, response: httpx.Response, limit: int) -> bytes:
        """The whole body.

        Raises:
            EngineProblem: ``service_too_much``, it is larger than ``limit`` bytes.
        """
        data = bytearray()
        async for piece in response.aiter_bytes():
            data += piece
            if len(data) > limit:
                raise self.identity.problem("service_too_much", host=self.identity.host)
        return bytes(data)

    def decoded(self, data: bytes | str) -> Any:
        """JSON.

        Raises:
            EngineProblem: ``service_garbled``.
        """
        try:
            return json.loads(data)
        except (ValueError, RecursionError):
            raise self.identity.problem("service_garbled", host=self.identity.host) from None

    def refusal(self, status: int, headers: Mapping[str, str], story: bytes | Any) -> EngineProblem:
        """What an HTTP status that is not good means: see :func:`refusal_of`."""
        return refusal_of(self.identity, self._explain, status, headers, story)


async def _beginning(response: httpx.Response) -> bytes:
    data = bytearray()
    async for piece in response.aiter_bytes():
        data += piece
        if len(data) >= _STORY:
            break
    return bytes(data[:_STORY])
