"""Slows down whoever guesses passwords: failures are counted by name and by network address."""

import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable

from studio.problems import TooMany

_MINUTES = 15.0
_PER_NAME_AND_ADDRESS, _PER_NAME, _PER_ADDRESS = 8, 60, 60
_KEYS = 20_000


class Throttle:
    """At most so many failures in a quarter of an hour.

    The bound for one name from one address is the small one: somebody else's guessing from
    elsewhere does not shut out the person whose name it is, before it has gone on for long.

    Args:
        clock: seconds that never go back.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._failures: OrderedDict[tuple[str, str], deque[float]] = OrderedDict()
        self._lock = threading.Lock()

    def check(self, name: str, address: str) -> None:
        """Let a try pass, or not. A try counts as failed until :meth:`forgive`.

        Counting before the password is looked at bounds tries that come at once.

        Raises:
            TooMany: ``too_many_sign_ins`` with ``retry_after`` in seconds.
        """
        with self._lock:
            moment = self._clock()
            bounds = _bounds(name, address)
            waits = [
                found[len(found) - bound] + _MINUTES * 60 - moment
                for key, bound in bounds
                if len(found := self._recent(key, moment)) >= bound
            ]
            if waits:
                raise TooMany("too_many_sign_ins", retry_after=max(1, int(max(waits) + 0.999)))
            for key, _ in bounds:
                self._failures.setdefault(key, deque()).append(moment)
                self._failures.move_to_end(key)
            while len(self._failures) > _KEYS:
                self._failures.popitem(last=False)

    def forgive(self, name: str, address: str) -> None:
        """The password was right: this try does not count, nor what was mistyped before it."""
        with self._lock:
            for place, (key, _) in enumerate(_bounds(name, address)):
                if place == 0:
                    self._failures.pop(key, None)
                elif self._failures.get(key):
                    self._failures[key].pop()

    def _recent(self, key: tuple[str, str], moment: float) -> deque[float]:
        found = self._failures.get(key, deque())
        while found and found[0] <= moment - _MINUTES * 60:
            found.popleft()
        return found


def _bounds(name: str, address: str) -> tuple[tuple[tuple[str, str], int], ...]:
    return (
        ((name, address), _PER_NAME_AND_ADDRESS),
        ((name, ""), _PER_NAME),
        (("", address), _PER_ADDRESS),
    )
