"""One service as an engine speaks to it: HTTP with limits, and failures as refusals."""

import asyncio
import contextlib
import email.utils
import json
import math
import re
import time
from collections.abc import (
    AsyncGenerator,
    AsyncIterator,
    Awaitable,
    Callable,
    Generator,
    Iterator,
    Mapping,
)
from dataclasses import dataclass, field
from typing import Any, TypeVar

import httpx

from studio.engines.contract import EngineProblem, StopFlag
from studio.engines.services.steps import Silent, Steps

CONNECT_SECONDS = 10.0
SILENCE_SECONDS = 25.0
"""The longest wait for any byte."""
PROGRESS_SECONDS = 45.0
"""The longest wait for a piece of audio, so that bytes without audio cannot hold a take up for
ever. Shorter than the studio's own patience, which would end the whole process."""
_PATIENT_SECONDS = 8.0
"""The longest wait, all in all, that a busy service may ask for and be obeyed."""
_WAITS = 2
_LARGEST_STREAM = 1 << 30
_LARGEST_ANSWER = 64 << 20
"""Bytes of a body: of one that is handed on as it comes, and of any other."""
_STORY = 64 * 1024
"""Bytes read of the body of an error."""
_QUOTED = 200
"""Characters quoted of a service's own words."""

Result = TypeVar("Result")
Explain = Callable[[int, Any], EngineProblem | None]
"""From an HTTP status and a decoded body (``None`` where it is no JSON) to a refusal."""


@dataclass(frozen=True)
class Identity:
    """Who is spoken to, for sentences about what went wrong."""

    title: str
    host: str
    key_variable: str
    address_variable: str
    secret: str = field(repr=False, default="")

    def problem(self, code: str, **params: str | float) -> EngineProblem:
        """A refusal in this service's name."""
        return EngineProblem(code, engine=self.title, **params)

    def quoted(self, words: object) -> str:
        """A service's own words as one short line, without the key should they repeat it."""
        line = re.sub(r"\s+", " ", str(words)).strip()
        if self.secret:
            line = line.replace(self.secret, "…")
        line = "".join(character for character in line if character.isprintable())
        return line if len(line) <= _QUOTED else line[: _QUOTED - 1] + "…"


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
            event_hooks={"response": [self._bound]},
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
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.UnsupportedProtocol):
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

    async def _bound(self, response: httpx.Response) -> None:
        kind = response.headers.get("content-type", "")
        streams = kind.startswith(("audio/", "text/event-stream", "application/octet-stream"))
        limit = _LARGEST_STREAM if streams else _LARGEST_ANSWER
        whole = response.stream
        if isinstance(whole, httpx.AsyncByteStream):
            response.stream = _Bounded(whole, limit, self.identity)

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
        """What an HTTP status that is not good means.

        Args:
            status: of the answer.
            headers: of the answer.
            story: the beginning of its body, or the body already decoded.
        """
        body: Any = story
        if isinstance(story, bytes):
            try:
                body = json.loads(story)
            except (ValueError, RecursionError):
                body = None
        known = self._explain(status, body)
        if known is not None:
            return known
        who = self.identity
        if status in (429, 503) and (wait := retry_after(headers)) is not None:
            return who.problem("service_busy_until", seconds=math.ceil(wait))
        simple = _SENTENCES.get(status)
        if simple is not None:
            return who.problem(
                simple,
                host=who.host,
                status=status,
                variable=who.key_variable,
                address=who.address_variable,
            )
        if 300 <= status < 400:  # noqa: PLR2004
            return who.problem("service_moved", host=who.host, variable=who.address_variable)
        if status >= 500:  # noqa: PLR2004
            return who.problem("service_failed", host=who.host, status=status)
        words = who.quoted(message_of(body)) or "–"
        return who.problem("service_refused", status=status, words=words)


_SENTENCES = {
    401: "service_key_refused",
    403: "service_key_refused",
    402: "service_unpaid",
    404: "service_not_there",
    405: "service_not_there",
    408: "service_overloaded",
    413: "service_request_too_large",
    429: "service_busy",
}


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


class Waits:
    """What a busy service (429, 503) asked to wait for, and how much of that was granted."""

    def __init__(self) -> None:
        self._granted = 0
        self._seconds = 0.0

    def obeyed(self, status: int | None, headers: Mapping[str, str] | None) -> float | None:
        """Seconds to wait before asking again; ``None``: it asks too much, or nothing."""
        wait = retry_after(headers or {}) if status in (429, 503) else None
        if wait is None or self._granted >= _WAITS or self._seconds + wait > _PATIENT_SECONDS:
            return None
        self._granted += 1
        self._seconds += wait
        return wait


def message_of(body: Any) -> str:
    """The sentence in a decoded error body, in any of the shapes servers use."""
    if isinstance(body, str):
        return body
    if isinstance(body, list):
        return "; ".join(filter(None, map(message_of, body[:3])))
    if isinstance(body, dict):
        for key in ("message", "msg", "error", "detail", "status_msg"):
            if found := message_of(body.get(key)):
                return found
    return ""


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds that a ``Retry-After`` header asks for, as a number or as a date (RFC 9110)."""
    value = next((text for name, text in headers.items() if name.lower() == "retry-after"), "")
    value = value.strip()
    if re.fullmatch(r"\d{1,9}(\.\d{1,6})?", value):
        return float(value)
    try:
        moment = email.utils.parsedate_to_datetime(value)
    except (TypeError, ValueError, IndexError):
        return None
    return max(0.0, moment.timestamp() - time.time())


async def _beginning(response: httpx.Response) -> bytes:
    data = bytearray()
    async for piece in response.aiter_bytes():
        data += piece
        if len(data) >= _STORY:
            break
    return bytes(data[:_STORY])
