"""One at a time, in the order of arrival."""

import threading
import time
from collections import deque

from studio.engines.contract import StopFlag


class Turnstile:
    """A lock that serves first come, first served, and whose queue a waiting caller may leave."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._queue: deque[threading.Event] = deque()
        """The one at the front is inside."""
        self._left = time.monotonic()

    @property
    def length(self) -> int:
        """How many are inside or waiting."""
        with self._lock:
            return len(self._queue)

    @property
    def left_at(self) -> float:
        """When the last one left (``time.monotonic``)."""
        return self._left

    def enter(self, cancel: StopFlag | None = None, poll: float = 0.05) -> bool:
        """Wait for one's turn; False when ``cancel`` was set first (looked at every ``poll`` s)."""
        ticket = threading.Event()
        with self._lock:
            self._queue.append(ticket)
            if self._queue[0] is ticket:
                ticket.set()
        while not ticket.wait(poll if cancel is not None else None):
            if cancel is not None and cancel.is_set():
                self._remove(ticket)
                return False
        return True

    def try_enter(self) -> bool:
        """Enter only if nobody is inside or waiting."""
        with self._lock:
            if self._queue:
                return False
            self._queue.append(threading.Event())
            return True

    def try_enter_after(self, seconds: float) -> bool:
        """Enter only if nobody has been inside for so long."""
        return time.monotonic() - self._left >= seconds and self.try_enter()

    def leave(self) -> None:
        """End one's turn."""
        with self._lock:
            self._left = time.monotonic()
            self._queue.popleft()
            self._call_next()

    def _remove(self, ticket: threading.Event) -> None:
        with self._lock:
            self._queue.remove(ticket)
            self._call_next()

    def _call_next(self) -> None:
        if self._queue:
            self._queue[0].set()
