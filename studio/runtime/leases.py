"""Whose turn it is on a graphics card: one load or render at a time, first come, first served."""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from studio.engines.card import Card
from studio.engines.contract import StopFlag
from studio.problems import Unavailable
from studio.runtime.devices import Devices, GraphicsCard
from studio.runtime.engine_process import Cancelled
from studio.runtime.eviction import Tenant, Tenants
from studio.runtime.sets import in_words
from studio.runtime.turnstile import Turnstile


class Leases:
    """Gives engines a device, and on graphics cards their turn.

    An engine stays with the card it is loaded on. Another one goes to the card with the shortest
    queue, rather where nobody has to leave for it. One that no card is big enough for runs on the
    processor, where its card allows.

    Args:
        devices: the graphics cards.
        tenants: the engines.
    """

    def __init__(self, devices: Devices, tenants: Tenants) -> None:
        self._devices = devices
        self._tenants = tenants
        self._lock = threading.Lock()
        self._turns: dict[str, Turnstile] = {}
        self._waiting: Counter[tuple[str, str]] = Counter()
        """Turns asked for and not yet over, by engine and device."""

    def memory_mb(self, device: str) -> int:
        """All memory of a graphics card."""
        return next(card.memory_mb for card in self._devices.cards if card.device == device)

    def hindrance(self, card: Card, need_mb: int | None = None) -> Unavailable | None:
        """Why no device is fit for an engine; by default for the least it can do."""
        if set(card.hardware.runs_on) != {"cuda"}:
            return None
        cards = self._devices.cards
        if not cards:
            return Unavailable("no_graphics_card", engine=card.name)
        if need_mb is None:
            names = [weights.name for weights in card.weights] or [""]
            need_mb = min(graphics_memory_mb(card, {name}) for name in names)
        largest = max(graphics.memory_mb for graphics in cards)
        if need_mb <= largest:
            return None
        needed, largest_in_words = in_words(need_mb * 10**6), in_words(largest * 10**6)
        return Unavailable(
            "graphics_memory_short", engine=card.name, needed=needed, largest=largest_in_words
        )

    @contextmanager
    def turn(
        self, tenant: Tenant, card: Card, need_mb: int, cancel: StopFlag | None
    ) -> Iterator[str]:
        """A device for one piece of work: ``cpu`` at once, ``cuda:N`` in turn.

        Args:
            tenant: the engine.
            card: its card.
            need_mb: memory of a graphics card that the work needs.
            cancel: leaves the queue.

        Raises:
            Unavailable: ``no_graphics_card`` or ``graphics_memory_short``.
            Cancelled: before it was its turn.
        """
        if (problem := self.hindrance(card, need_mb)) is not None:
            raise problem
        device = self._place(tenant, card, need_mb)
        if device == "cpu":
            yield device
            return
        turn = self._turns[device]
        try:
            if not turn.enter(cancel):
                raise Cancelled
            try:
                yield device
            finally:
                turn.leave()
        finally:
            with self._lock:
                self._waiting[tenant.name, device] -= 1

    def _place(self, tenant: Tenant, card: Card, need_mb: int) -> str:
        if "cuda" not in card.hardware.runs_on:
            return "cpu"
        with self._lock:
            fit = [graphics for graphics in self._devices.cards if graphics.memory_mb >= need_mb]
            if not fit:
                return "cpu"

            def preference(graphics: GraphicsCard) -> tuple[bool, int, bool]:
                device = graphics.device
                at_home = bool(tenant.held_mb(device) or self._waiting[tenant.name, device] > 0)
                queue = self._turns.setdefault(device, Turnstile()).length
                free = graphics.memory_mb - self._tenants.held_mb(device, tenant)
                return not at_home, queue, free < need_mb

            device = min(fit, key=preference).device
            self._waiting[tenant.name, device] += 1
            return device


def graphics_memory_mb(card: Card, sets: set[str]) -> int:
    """Memory of a graphics card that these weight sets take while rendering (10⁶ bytes)."""
    stated = {weights.name: weights.cuda_memory_mb for weights in card.weights}
    return sum(stated.get(name, 0) or card.hardware.cuda_memory_mb for name in sets)
