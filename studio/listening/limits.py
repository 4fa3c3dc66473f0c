"""Token buckets that bound how often one rater, or one address, may ask."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable

from studio.problems import TooMany


class RateLimit:
    """At most ``per_minute`` requests at once from a key, refilled at ``per_minute`` a minute.

    Memory is bounded: beyond ``keys`` the key that has rested longest is forgotten, which gives it
    a full bucket again. A refused request costs nothing.

    Args:
        per_minute: size of a bucket and its refill in a minute.
        keys: how many keys are remembered.
        clock: seconds that never go back.
    """

    def __init__(
        self, per_minute: int, keys: int = 50_000, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._size = float(per_minute)
        self._refill = per_minute / 60
        self._keys = keys
        self._clock = clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        """How many keys are remembered."""
        return len(self._buckets)

    def take(self, key: str) -> None:
        """Count one request.

        Raises:
            TooMany: ``too_many_requests`` with ``retry_after`` in whole seconds.
        """
        with self._lock:
            moment = self._clock()
            level, since = self._buckets.pop(key, (self._size, moment))
            level = min(self._size, level + (moment - since) * self._refill)
            allowed = level >= 1
            self._buckets[key] = (level - 1 if allowed else level, moment)
            if len(self._buckets) > self._keys:
                self._buckets.popitem(last=False)
        if not allowed:
            wait = (1 - level) / self._refill if self._refill else 60.0
            raise TooMany("too_many_requests", retry_after=max(1, int(wait + 0.999)))
