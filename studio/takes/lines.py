"""Takes waiting for one engine: in order, and those that can be rendered together at once."""

import threading
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass

from studio.takes.live import LiveTake


@dataclass(frozen=True)
class Waiting:
    """A queued take."""

    take: str
    live: LiveTake
    checkpoints: tuple[str, ...] = ()
    """Weight sets that it needs; only takes that need the same go together."""
    later: bool = False
    """Nobody waits for it: it gives way to takes that somebody does wait for."""


class Line:
    """A queue that many threads fill and one serves."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._waiting: deque[Waiting] = deque()
        self._closed = False

    def put(self, takes: Iterable[Waiting]) -> None:
        """Append takes, all before the next is served."""
        with self._changed:
            self._waiting.extend(takes)
            self._changed.notify()

    def close(self) -> None:
        """Serve no more."""
        with self._changed:
            self._closed = True
            self._changed.notify()

    def next(self, most: int) -> list[Waiting]:
        """The first take and up to ``most - 1`` that can go with it; waits. Empty: closed."""
        with self._changed:
            while not self._waiting and not self._closed:
                self._changed.wait()
            if self._closed:
                return []
            order = sorted(self._waiting, key=lambda waiting: waiting.later)  # else as they came
            first, *rest = order
            fitting = [w for w in rest if w.checkpoints == first.checkpoints][: most - 1]
            together = [first, *fitting]
            self._waiting = deque(w for w in self._waiting if w not in together)
            return together
