"""Takes waiting for one engine: by priority, and those that can be rendered together at once."""

import threading
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from studio.takes.live import LiveTake


@dataclass(frozen=True)
class Waiting:
    """A queued take."""

    take: str
    live: LiveTake
    turn: tuple[int, datetime, int]
    """Priority, when it was ordered, its place in the order; the smallest goes first."""
    comparison: str = ""
    """Where it belongs."""
    checkpoints: tuple[str, ...] = ()
    """Weight sets that it needs; only takes that need the same go together."""


class Line:
    """A queue that many threads fill and an engine's threads serve."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._waiting: list[Waiting] = []
        self._closed = False

    def __len__(self) -> int:
        with self._changed:
            return len(self._waiting)

    def put(self, takes: Iterable[Waiting]) -> None:
        """Add takes, all before the next is served."""
        with self._changed:
            self._waiting.extend(takes)
            self._changed.notify_all()

    def close(self) -> list[Waiting]:
        """Serve no more. Gives back what waits."""
        with self._changed:
            self._closed = True
            left, self._waiting = self._waiting, []
            self._changed.notify_all()
            return left

    def next(self, most: int) -> list[Waiting]:
        """The first take and up to ``most - 1`` that can go with it; waits. Empty: closed."""
        with self._changed:
            while not self._waiting and not self._closed:
                self._changed.wait()
            if self._closed:
                return []
            first, *rest = sorted(self._waiting, key=lambda waiting: waiting.turn)
            fitting = [w for w in rest if w.checkpoints == first.checkpoints][: most - 1]
            together = [first, *fitting]
            self._waiting = [w for w in self._waiting if w not in together]
            return together
