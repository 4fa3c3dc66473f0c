"""Seeing to it that processes nobody has used for a while leave memory."""

import logging
import threading
from collections.abc import Callable, Mapping
from typing import Protocol

from studio.settings import Settings

log = logging.getLogger("studio.runtime")


class Idle(Protocol):
    """Has a process that may end when it is not used."""

    def end_if_idle(self, settings: Settings) -> bool:
        """End the process if it was idle for as long as the settings say; whether it did."""
        ...


class Sweeper:
    """Looks at all processes from time to time, in a thread of its own, once one was started.

    Args:
        settings: how long a process may be idle.
        owners: gives those who have processes, by name.
        closed: set when there is nothing to look after any more.
    """

    def __init__(
        self,
        settings: Settings,
        owners: Callable[[], Mapping[str, Idle]],
        closed: threading.Event,
    ) -> None:
        self._settings = settings
        self._owners = owners
        self._closed = closed
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin, unless that was done."""
        with self._lock:
            if self._thread is None and not self._closed.is_set():
                self._thread = threading.Thread(target=self._sweep, name="idle", daemon=True)
                self._thread.start()

    def _sweep(self) -> None:
        settings = self._settings
        shortest = min(settings.engine_idle_seconds, settings.device_idle_seconds)
        while not self._closed.wait(min(30.0, shortest / 4 + 0.02)):
            for name, owner in self._owners().items():
                if owner.end_if_idle(settings):
                    log.info("%s was idle and left memory", name)
