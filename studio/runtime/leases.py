"""Whose turn it is on a graphics card: one load or render at a time, first come, first served."""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from studio.engines.card import Card
from studio.engines.contract import StopFlag
from studio.locales import Note, note
from studio.problems import Unavailable
from studio.runtime.devices import Devices, GraphicsCard
from studio.runtime.engine_process import Cancelled
from studio.runtime.eviction import Tenant, Tenants
from studio.runtime.sets import in_words
from studio.runtime.turnstile import Turnstile

_MB = 10**6


@dataclass(frozen=True)
class Need:
    """What an engine needs for one piece of work."""

    card: Card
    memory_mb: int
    """Of a graphics card, 10⁶ bytes."""
    cuda: bool = True
    """Its libraries can use a graphics card."""


def least_need(card: Card) -> Need:
    """What an engine needs for the least it can do."""
    names = [weights.name for weights in card.weights] or [""]
    return Need(card, min(graphics_memory_mb(card, {name}) for name in names))


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

    @property
    def by_setting(self) -> bool:
        """Whether a person said which cards there are, so that nothing is doubted."""
        return self._devices.by_setting

    @property
    def any_cards(self) -> bool:
        """Whether there is a graphics card."""
        return bool(self._devices.cards)

    def memory_mb(self, device: str) -> int:
        """All memory of a graphics card."""
        return next(card.memory_mb for card in self._devices.cards if card.device == device)

    def hindrance(self, need: Need) -> Unavailable | None:
        """Why no device is fit for an engine."""
        if set(need.card.hardware.runs_on) == {"cuda"}:
            return self._short_of(need)
        return None

    def _short_of(self, need: Need) -> Unavailable | None:
        """Why no graphics card is fit for an engine."""
        engine, cards = need.card.name, self._devices.cards
        if not cards:
            return Unavailable("no_graphics_card", engine=engine)
        if not need.cuda:
            return Unavailable("torch_without_cuda", engine=engine)
        largest = max(graphics.memory_mb for graphics in cards)
        if need.memory_mb <= largest:
            return None
        sizes = {"needed": in_words(need.memory_mb * _MB), "largest": in_words(largest * _MB)}
        return Unavailable("graphics_memory_short", engine=engine, **sizes)

    @contextmanager
    def turn(
        self, tenant: Tenant, need: Need, cancel: StopFlag | None
    ) -> Iterator[tuple[str, Note | None]]:
        """A device for one piece of work: ``cpu`` at once, ``cuda:N`` in turn.

        Args:
            tenant: the engine.
            need: what it needs.
            cancel: leaves the queue.

        Returns:
            The device, and why it is the processor though there is a card.

        Raises:
            Unavailable: ``no_graphics_card``, ``torch_without_cuda`` or ``graphics_memory_short``.
            Cancelled: before it was its turn.
        """
        if "cuda" not in need.card.hardware.runs_on:
            yield "cpu", None
            return
        if (short := self._short_of(need)) is not None:
            if "cpu" not in need.card.hardware.runs_on:
                raise short
            why = note(f"state.{short.code}", **short.params) if self._devices.cards else None
            yield "cpu", why
            return
        device = self._place(tenant, need.memory_mb)
        turn = self._turns[device]
        try:
            if not turn.enter(cancel):
                raise Cancelled
            try:
                yield device, None
            finally:
                turn.leave()
        finally:
            with self._lock:
                self._waiting[tenant.name, device] -= 1

    def _place(self, tenant: Tenant, need_mb: int) -> str:
        with self._lock:

            def preference(graphics: GraphicsCard) -> tuple[bool, int, bool]:
                device = graphics.device
                at_home = bool(tenant.held_mb(device) or self._waiting[tenant.name, device] > 0)
                queue = self._turns.setdefault(device, Turnstile()).length
                free = graphics.memory_mb - self._tenants.held_mb(device, tenant)
                return not at_home, queue, free < need_mb

            fit = [graphics for graphics in self._devices.cards if graphics.memory_mb >= need_mb]
            device = min(fit, key=preference).device
            self._waiting[tenant.name, device] += 1
            return device


def graphics_memory_mb(card: Card, sets: set[str]) -> int:
    """Memory of a graphics card that these weight sets take while rendering (10⁶ bytes)."""
    stated = {weights.name: weights.cuda_memory_mb for weights in card.weights}
    return sum(stated.get(name, 0) or card.hardware.cuda_memory_mb for name in sets)
