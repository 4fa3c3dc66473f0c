"""One term's work as the scheduler: the engines' lines and the threads that serve them."""

import threading
import time
from collections.abc import Callable, Iterable

from studio.takes.fence import Fence
from studio.takes.lines import Line, Waiting

ROOM = 64
"""So many takes of an engine wait in memory; the others' rows wait where they are."""


class Shift:
    """Lines by engine, each served by as many threads as the engine has lanes.

    Args:
        fence: the term.
        lanes: how many takes (or passes of several) an engine may have under way at once.
        serve: gets an engine's name and its line; returns when the line is closed.
    """

    def __init__(
        self, fence: Fence, lanes: Callable[[str], int], serve: "Callable[[Shift, str, Line], None]"
    ) -> None:
        self.fence = fence
        self.closing = threading.Event()
        """Set when whatever is under way is to stop."""
        self._lanes = lanes
        self._serve = serve
        self._lock = threading.Lock()
        self._lines: dict[str, Line] = {}
        self._threads: list[threading.Thread] = []
        self._shut = False
        self._deep: set[str] = set()

    def put(self, engine: str, takes: Iterable[Waiting]) -> bool:
        """Let takes wait for an engine; False: too late."""
        with self._lock:
            if self._shut:
                return False
            line = self._line(engine)
            line.put(takes)
            if len(line) >= ROOM // 2:
                self._deep.add(engine)
            return True

    def ebbs(self, engine: str) -> bool:
        """Whether a long line has just become short: there may be more rows than are in memory."""
        with self._lock:
            if engine not in self._deep or len(self._lines[engine]) >= ROOM // 2:
                return False
            self._deep.discard(engine)
            return True

    def room(self, engine: str) -> int:
        """How many more may wait for an engine."""
        with self._lock:
            line = self._lines.get(engine)
        return ROOM if line is None else max(0, ROOM - len(line))

    def shut(self) -> list[Waiting]:
        """Begin no more. Gives back what was not begun."""
        with self._lock:
            self._shut = True
            return [waiting for line in self._lines.values() for waiting in line.close()]

    def wait(self, seconds: float) -> bool:
        """Whether all that was begun has ended within so many seconds; after :meth:`shut`."""
        deadline = time.monotonic() + seconds
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        return not any(thread.is_alive() for thread in self._threads)

    def _line(self, engine: str) -> Line:
        if engine not in self._lines:
            line = self._lines[engine] = Line()
            for lane in range(self._lanes(engine)):
                thread = threading.Thread(
                    target=self._serve,
                    args=(self, engine, line),
                    name=f"render-{engine}-{lane}" if lane else f"render-{engine}",
                    daemon=True,
                )
                self._threads.append(thread)
                thread.start()
        return self._lines[engine]
