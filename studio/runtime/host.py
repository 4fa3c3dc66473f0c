"""The parent side of one engine: whose turn it is, and which process serves."""

import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol

from studio.engines.card import Card
from studio.engines.contract import Enrolment, Preset, ReferenceClip, StopFlag
from studio.locales import Note
from studio.runtime.engine_process import Cancelled, EngineProcess
from studio.runtime.eviction import Tenant
from studio.runtime.leases import Need, graphics_memory_mb
from studio.runtime.limits import Limits
from studio.runtime.report import BatchItem, RenderReport
from studio.runtime.residence import Failure, House, Residence
from studio.runtime.speech import Outcome, Speech
from studio.runtime.turnstile import Turnstile
from studio.runtime.weights import WeightsFound
from studio.settings import Settings

log = logging.getLogger("studio.runtime")


class Host(Tenant, Protocol):
    """Where one engine is served, as the rest of the runtime knows it; see `EngineHost`."""

    @property
    def process(self) -> EngineProcess | None: ...

    @property
    def failure(self) -> Note | None: ...

    @property
    def last_failure(self) -> Failure | None: ...

    def render(self, item: BatchItem, weights: Sequence[WeightsFound]) -> RenderReport: ...

    def render_batch(
        self, items: Sequence[BatchItem], weights: Sequence[WeightsFound]
    ) -> list[Outcome]: ...

    def enroll(self, clip: ReferenceClip, weights: Sequence[WeightsFound]) -> Enrolment: ...

    def warm(self, weights: Sequence[WeightsFound], cancel: StopFlag | None = None) -> None: ...

    def refresh_roster(self, weights: Sequence[WeightsFound]) -> list[Preset]: ...

    def end_if_idle(self, settings: Settings) -> bool: ...

    def close(self) -> None: ...


class EngineHost:
    """One engine and its process, if it has one now.

    Args:
        card: the engine's.
        house: what it shares with other engines.
        python: the interpreter for a device; raises what stands in the way.
    """

    def __init__(self, card: Card, house: House, python: Callable[[str], str]) -> None:
        self.name = card.name
        self._card = card
        self._house = house
        self._limits = Limits(house.settings, card.patience)
        self._residence = Residence(card, house, self._limits, python, self)
        self._turn = Turnstile()

    @property
    def process(self) -> EngineProcess | None:
        """The process with the loaded engine, while there is one."""
        return self._residence.process

    @property
    def failure(self) -> Note | None:
        """Why the last load failed; None once one went well."""
        return self._residence.failure

    @property
    def last_failure(self) -> Failure | None:
        """Of the load that failed last, whatever came later."""
        return self._residence.last_failure

    # work

    def render(self, item: BatchItem, weights: Sequence[WeightsFound]) -> RenderReport:
        """Speak; see :meth:`Runtime.render`."""
        (outcome,) = self.render_batch([item], weights)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    def render_batch(
        self, items: Sequence[BatchItem], weights: Sequence[WeightsFound]
    ) -> list[Outcome]:
        """Speak several together; see :meth:`Runtime.render_batch`."""
        outcomes: list[Outcome] = [RenderReport(cancelled=True) for _ in items]
        try:
            with self._served(weights, _All(items)) as (process, load_seconds):
                left = [n for n, item in enumerate(items) if not item.cancel.is_set()]
                if left:
                    speech = Speech(process, [items[n] for n in left], self._limits)
                    spoken = speech.run(load_seconds, device_name(self._card, process.device))
                    for number, outcome in zip(left, spoken, strict=True):
                        outcomes[number] = outcome
        except Cancelled:
            pass
        except Exception as problem:  # noqa: BLE001 - handed over: none was begun
            return [problem for _ in items]
        return outcomes

    def enroll(self, clip: ReferenceClip, weights: Sequence[WeightsFound]) -> Enrolment:
        """Compile a reference clip; see :meth:`Runtime.enroll`."""
        with self._served(weights, None) as (process, _):
            return process.enroll(clip)

    def warm(self, weights: Sequence[WeightsFound], cancel: StopFlag | None = None) -> None:
        """Load now; nothing happens when it is loaded. ``Cancelled`` when nobody wants it."""
        with self._served(weights, cancel):
            pass

    def refresh_roster(self, weights: Sequence[WeightsFound]) -> list[Preset]:
        """Ask the engine's service for its voices again."""
        with self._served(weights, None) as (process, _):
            voices = process.roster()
            self._house.rosters.put(self.name, voices)
            return voices

    # leaving memory

    @property
    def in_memory(self) -> bool:
        """Whether it has a process."""
        return self.process is not None

    @property
    def used_at(self) -> float:
        """When it was last used (``time.monotonic``)."""
        return self._turn.left_at

    def held_mb(self, device: str) -> int:
        """Memory of a graphics card that is put down to it."""
        process = self.process
        return process.held_mb if process is not None and process.device == device else 0

    def try_leave(self) -> bool:
        """End the process unless it is at work or about to be; whether it was ended."""
        return self._leave_after(0.0)

    def end_if_idle(self, settings: Settings) -> bool:
        """End the process when nobody used it for so long; whether it was ended."""
        process = self.process
        on_card = process is not None and process.device != "cpu"
        seconds = settings.device_idle_seconds if on_card else settings.engine_idle_seconds
        return self._leave_after(seconds)

    def _leave_after(self, seconds: float) -> bool:
        if self._residence.empty or not self._turn.try_enter_after(seconds):
            return False
        try:
            self._residence.drop()
        finally:
            self._turn.leave()
        return True

    def close(self) -> None:
        """End the process, whatever it is doing; renders under way raise ``engine_crashed``."""
        self._residence.close()

    # inside

    @contextmanager
    def _served(
        self, weights: Sequence[WeightsFound], cancel: StopFlag | None
    ) -> Iterator[tuple[EngineProcess, float]]:
        """In turn: the process with the weights loaded, and the seconds that took."""
        need = Need(
            self._card,
            graphics_memory_mb(self._card, {found.set_name for found in weights}),
            cuda=not self._residence.lacks_cuda,
        )
        with self._house.leases.turn(self, need, cancel) as (device, why):
            if not self._turn.enter(cancel):
                raise Cancelled
            try:
                yield self._residence.loaded(weights, device, cancel, why)
            finally:
                self._turn.leave()


def device_name(card: Card, device: str) -> str:
    """Where people are told an engine runs: a service's computer is not ours."""
    return "remote" if card.hardware.runs_on == ("remote",) else device


class _All:
    """Set once all of several items are cancelled."""

    def __init__(self, items: Sequence[BatchItem]) -> None:
        self._cancels: list[threading.Event] = [item.cancel for item in items]

    def is_set(self) -> bool:
        return all(cancel.is_set() for cancel in self._cancels)
