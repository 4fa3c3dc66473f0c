"""Removing for good what has lain in the bin for too long, in the process that schedules takes."""

import logging
import threading
from collections.abc import Callable
from datetime import timedelta

from studio.library.bin import Bin
from studio.store.base import now

_FIRST_SECONDS = 60.0
"""After a start the studio has more urgent things to do."""
_EVERY_SECONDS = 3600.0
log = logging.getLogger(__name__)


class Purging:
    """Looks into all bins once an hour.

    Args:
        bin: removes.
        days: how long things may lie there.
        here: whether this process is the one that does such work.
    """

    def __init__(self, bin: Bin, days: float, here: Callable[[], bool]) -> None:  # noqa: A002 (its name)
        self._bin = bin
        self._stay = timedelta(days=days)
        self._here = here
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._look_on, name="bin", daemon=True)

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def close(self) -> None:
        """End; what is being removed is removed as a whole."""
        self._closing.set()
        if self._thread.is_alive():
            self._thread.join(10.0)

    def purge(self) -> int:
        """Remove what is due now. Returns how many things went."""
        due = now() - self._stay
        gone = 0
        for owner in self._bin.owners(due):
            if self._closing.is_set():
                break
            gone += len(self._bin.empty(owner, due).things)
        return gone

    def _look_on(self) -> None:
        pause = _FIRST_SECONDS
        while not self._closing.wait(pause):
            pause = _EVERY_SECONDS
            if not self._here():
                continue
            try:
                gone = self.purge()
            except Exception:
                log.exception("the bin could not be emptied")
                continue
            if gone:
                log.info("things removed for good after their time in the bin: %d", gone)
