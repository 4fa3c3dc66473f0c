"""How long ago the clips of a trial had been sent, on clocks the rater cannot touch."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Literal

from studio.store.base import now

Side = Literal["a", "b"]


class Stopwatches:
    """Seconds since the last of a trial's clips left, never too many.

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
        self._started: OrderedDict[tuple[str, str], float] = OrderedDict()
        self._lock = threading.Lock()

    def start(self, trial: str, side: str) -> None:
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
        return self.since(trial, {"a": heard_a_at, "b": heard_b_at})

    def since(self, trial: str, sent: Mapping[str, datetime | None]) -> float | None:
        """Seconds since the last of any number of clips had left; ``None`` when one has not.

        Args:
            trial: its token.
            sent: for each clip when the database says that it had left.
        """
        found = [self._side(trial, side, sent_at) for side, sent_at in sent.items()]
        known = [seconds for seconds in found if seconds is not None]
        return min(known) if known and len(known) == len(found) else None

    def _side(self, trial: str, side: str, sent_at: datetime | None) -> float | None:
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
