"""Waking coroutines from threads: a rendering thread rings, listeners on any loop look again."""

import asyncio
import contextlib
import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager


class Bell:
    """A bell that many coroutines listen to. Rings that come while one is busy become one."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._listeners: set[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = set()

    def ring(self) -> None:
        """Wake all listeners. From any thread."""
        with self._lock:
            listeners = list(self._listeners)
        for loop, event in listeners:
            with contextlib.suppress(RuntimeError):  # that loop has ended
                loop.call_soon_threadsafe(event.set)

    @contextmanager
    def listen(self) -> Iterator[asyncio.Event]:
        """An event set at every ring; clear it *before* looking at what may have changed."""
        listener = (asyncio.get_running_loop(), asyncio.Event())
        with self._lock:
            self._listeners.add(listener)
        try:
            yield listener[1]
        finally:
            with self._lock:
                self._listeners.discard(listener)

    @property
    def silent(self) -> bool:
        """Nobody listens."""
        with self._lock:
            return not self._listeners


class Bells:
    """A bell for each name, kept only while somebody listens."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._bells: defaultdict[str, Bell] = defaultdict(Bell)

    def ring(self, name: str) -> None:
        """Wake those who listen to a name."""
        with self._lock:
            bell = self._bells.get(name)
        if bell is not None:
            bell.ring()

    def ring_all(self) -> None:
        """Wake everybody: the studio closes."""
        with self._lock:
            bells = list(self._bells.values())
        for bell in bells:
            bell.ring()

    @contextmanager
    def listen(self, name: str) -> Iterator[asyncio.Event]:
        """See :meth:`Bell.listen`."""
        with self._lock:
            bell = self._bells[name]
            context = bell.listen()
            event = context.__enter__()
        try:
            yield event
        finally:
            with self._lock:
                context.__exit__(None, None, None)
                if bell.silent:
                    self._bells.pop(name, None)
