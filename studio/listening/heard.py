"""How long ago both clips of a trial had been sent, on clocks the rater cannot touch."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime
from typing import Literal

from studio.store.base import now

Side = Literal["a", "b"]


class Stopwatches:
    """Seconds since the later of a trial's two clips left, never too many.

    Within one process the monotonic clock counts, so setting the wall clock changes nothing. For a
    trial sent before a restart (or by another process) the moment in the database is held against
    the wall clock; should that say that the clip is yet to be sent, the clock was set back, and
    counting begins anew here. Memory is bounded: the oldest trials fall back to the database.

    Args:
        trials: how many trials are remembered.
        clock: seconds that never go back.
        wall: the moment by the wall clock, in UTC.
    """

    def __init__(
        self,
        trials: int = 100_000,
        clock: Callable[[], float] = time.monotonic,
        wall: Callable[[], datetime] = now,
    ) -> None:
        self._trials = trials
        self._clock = clock
        self._wall = wall
        self._started: OrderedDict[tuple[str, Side], float] = OrderedDict()
        self._lock = threading.Lock()

    def start(self, trial: str, side: Side) -> None:
        """Note that a clip has left. A clip sent again keeps its first moment."""
        with self._lock:
            self._started.setdefault((trial, side), self._clock())
            while len(self._started) > 2 * self._trials:
                self._started.popitem(last=False)

    def elapsed(
        self, trial: str, heard_a_at: datetime | None, heard_b_at: datetime | None
    ) -> float | None:
        """Seconds since both clips had left; ``None`` when one has not.

        Args:
            trial: its token.
            heard_a_at: when the database says that A had left.
            heard_b_at: the same of B.
        """
        a = self._side(trial, "a", heard_a_at)
        b = self._side(trial, "b", heard_b_at)
        return None if a is None or b is None else min(a, b)

    def _side(self, trial: str, side: Side, sent_at: datetime | None) -> float | None:
        with self._lock:
            started = self._started.get((trial, side))
        if started is not None:
            return self._clock() - started
        if sent_at is None:
            return None
        seconds = (self._wall() - sent_at).total_seconds()
        if seconds < 0:
            self.start(trial, side)
            return 0.0
        return seconds
