"""Who leaves when memory runs short: the least recently used engine first, never one at work."""

import logging
import threading
import time
from collections.abc import Callable
from typing import Protocol

from studio.engines.contract import StopFlag

_RESERVE_MB = 500
"""Memory (10⁶ bytes) left over for everything else after an engine was loaded."""
_POLL = 0.02
log = logging.getLogger("studio.runtime")


class Tenant(Protocol):
    """What others must know of an engine that may be in memory."""

    @property
    def name(self) -> str: ...

    @property
    def used_at(self) -> float:
        """When it was last used (``time.monotonic``)."""
        ...

    def held_mb(self, device: str) -> int:
        """Memory of a graphics card that is put down to it; 0 where it is not loaded there."""
        ...

    @property
    def in_memory(self) -> bool: ...

    def try_leave(self) -> bool:
        """End its process unless it is at work or about to be; whether it was ended."""
        ...


class Tenants:
    """All engines that were ever used.

    Args:
        available_mb: memory that could be used now (10⁶ bytes); None where nobody can tell.
    """

    def __init__(self, available_mb: Callable[[], float | None]) -> None:
        self._available_mb = available_mb
        self._lock = threading.Lock()
        self._all: list[Tenant] = []

    def add(self, tenant: Tenant) -> None:
        """Let an engine take part."""
        with self._lock:
            self._all.append(tenant)

    def _others(self, tenant: Tenant) -> list[Tenant]:
        """The least recently used first."""
        with self._lock:
            others = [other for other in self._all if other is not tenant]
        return sorted(others, key=lambda other: other.used_at)

    def held_mb(self, device: str, but: Tenant) -> int:
        """Memory of a graphics card that the others hold."""
        return sum(other.held_mb(device) for other in self._others(but))

    def make_room_on_card(
        self, device: str, memory_mb: int, tenant: Tenant, need_mb: int, cancel: StopFlag | None
    ) -> None:
        """Have others leave a card until an engine fits; called while it is that engine's turn.

        Args:
            device: the card.
            memory_mb: all its memory.
            tenant: the engine that needs some.
            need_mb: how much in all, what it holds already included.
            cancel: ends the waiting.
        """
        for other in self._others(tenant):
            if self.held_mb(device, tenant) + need_mb <= memory_mb:
                return
            # Nobody works on the card now; but it may be leaving it already for another reason.
            while other.held_mb(device) and not (cancel is not None and cancel.is_set()):
                if other.try_leave():
                    log.info("%s left %s for %s", other.name, device, tenant.name)
                    break
                time.sleep(_POLL)

    def make_room_in_memory(self, tenant: Tenant, need_mb: int) -> None:
        """Have idle engines leave the computer's memory until another one fits."""
        for other in self._others(tenant):
            available = self._available_mb()
            if available is None or available >= need_mb + _RESERVE_MB:
                return
            if other.in_memory and other.try_leave():
                log.info("%s left memory for %s", other.name, tenant.name)
