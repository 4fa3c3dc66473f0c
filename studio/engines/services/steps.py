"""An event loop that runs only while someone waits for it, and looks at the stop flag meanwhile.

A request that is being waited for can be given up at any point (while connecting, while the server
is silent, in the middle of a body), and giving up closes its connection. No thread is left behind,
and nobody reads ahead of the listener.
"""

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Iterator
from typing import Any, TypeVar

from studio.engines.contract import StopFlag

_LOOK = 0.1
"""Seconds between two looks at the stop flag."""
_FAREWELL = 0.5
"""Seconds that closing a connection may take."""

Result = TypeVar("Result")
_END = object()


class Stopped(Exception):
    """The stop flag was set."""


class Silent(Exception):
    """Nothing came in time."""


class Steps:
    """Runs coroutines, one at a time, in the caller's thread."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()

    def run(self, work: Awaitable[Result], stop: StopFlag | None, seconds: float) -> Result:
        """Wait for one result.

        Args:
            work: what to run; cancelled when it is given up.
            stop: looked at ten times a second.
            seconds: the longest wait.

        Raises:
            Stopped: the flag was set.
            Silent: the time was over.
        """
        task = self._loop.create_task(_coroutine(work))
        deadline = time.monotonic() + seconds
        try:
            while not task.done():
                if stop is not None and stop.is_set():
                    raise Stopped
                left = deadline - time.monotonic()
                if left <= 0:
                    raise Silent
                self._loop.run_until_complete(asyncio.wait({task}, timeout=min(_LOOK, left)))
            return task.result()
        finally:
            if not task.done():
                task.cancel()
                self._loop.run_until_complete(_settled())

    def iterate(
        self, source: AsyncGenerator[Result, None], stop: StopFlag | None, seconds: float
    ) -> Iterator[Result]:
        """Hand over what a generator yields; ends, without an error, when the flag is set.

        Args:
            source: closed when the iteration ends, however it does.
            stop: looked at while waiting.
            seconds: the longest wait for each.

        Raises:
            Silent: nothing came for so long.
        """
        try:
            while (item := self.run(anext(source, _END), stop, seconds)) is not _END:
                yield item  # type: ignore[misc]
        except Stopped:
            return
        finally:
            if not self._loop.is_closed():
                self._loop.create_task(_coroutine(source.aclose()))
                self._loop.run_until_complete(_settled())

    def close(self) -> None:
        """Let go of the loop. Nothing can be run afterwards."""
        self._loop.close()


async def _coroutine(work: Awaitable[Any]) -> Any:
    return await work


async def _settled() -> None:
    """Let everything that was begun come to its end, generators that nobody reads on included."""
    deadline = time.monotonic() + _FAREWELL
    await asyncio.sleep(0)
    while others := asyncio.all_tasks() - {asyncio.current_task()}:
        await asyncio.wait(others, timeout=max(0.0, deadline - time.monotonic()))
        await asyncio.sleep(0)  # what ended may have left a generator inside it to be closed
        if time.monotonic() > deadline:
            break
