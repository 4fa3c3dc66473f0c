"""The parent side of one engine: whose turn it is, and which process serves."""

import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from studio.engines.card import Card
from studio.engines.contract import Enrolment, Preset, ReferenceClip, StopFlag
from studio.engines.registry import engine_class
from studio.locales import Note
from studio.problems import Problem, Unavailable
from studio.runtime.engine_process import Cancelled, EngineProcess
from studio.runtime.eviction import Tenants
from studio.runtime.launcher import Launcher
from studio.runtime.leases import Leases, graphics_memory_mb
from studio.runtime.limits import Limits
from studio.runtime.process import ChildSpec
from studio.runtime.report import BatchItem, RenderReport
from studio.runtime.rosters import Rosters, has_roster
from studio.runtime.speech import Outcome, Speech
from studio.runtime.turnstile import Turnstile
from studio.runtime.weights import WeightsFound
from studio.settings import Settings

log = logging.getLogger("studio.runtime")


@dataclass(frozen=True)
class House:
    """What all engines share."""

    settings: Settings
    launcher: Launcher
    rosters: Rosters
    tenants: Tenants
    leases: Leases


class EngineHost:
    """One engine and its process, if it has one now.

    Args:
        card: the engine's.
        house: what it shares with other engines.
        python: the interpreter for a device; raises what stands in the way.
    """

    def __init__(self, card: Card, house: House, python: Callable[[str], str]) -> None:
        self._card = card
        self.name = card.name
        self._house = house
        self._limits = Limits(house.settings, card.patience)
        self._python = python
        self._turn = Turnstile()
        self._process: EngineProcess | None = None
        self._closed = False
        self.failure: Note | None = None
        """Why the last load failed; None once one went well."""

    @property
    def process(self) -> EngineProcess | None:
        """The process with the loaded engine, while there is one."""
        process = self._process
        return process if process is not None and process.alive else None

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
        """Speak several together; see :meth:`Runtime.render_batch`.

        Raises:
            Problem: the engine cannot serve, so that none was begun.
        """
        outcomes: list[Outcome] = [RenderReport(cancelled=True) for _ in items]
        with suppress(Cancelled), self._served(weights, _All(items)) as (process, load_seconds):
            left = [n for n, item in enumerate(items) if not item.cancel.is_set()]
            if left:
                speech = Speech(process, [items[n] for n in left], self._limits)
                spoken = speech.run(load_seconds, device_name(self._card, process.device))
                for number, outcome in zip(left, spoken, strict=True):
                    outcomes[number] = outcome
        return outcomes

    def enroll(self, clip: ReferenceClip, weights: Sequence[WeightsFound]) -> Enrolment:
        """Compile a reference clip; see :meth:`Runtime.enroll`."""
        with self._served(weights, None) as (process, _):
            return process.enroll(clip)

    def warm(self, weights: Sequence[WeightsFound]) -> None:
        """Load now; nothing happens when it is loaded."""
        with self._served(weights, None):
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
        if self._process is None or not self._turn.try_enter_after(seconds):
            return False
        try:
            self._drop()
        finally:
            self._turn.leave()
        return True

    def close(self) -> None:
        """End the process, whatever it is doing; renders under way raise ``engine_crashed``."""
        self._closed = True
        self._drop()

    # inside

    @contextmanager
    def _served(
        self, weights: Sequence[WeightsFound], cancel: StopFlag | None
    ) -> Iterator[tuple[EngineProcess, float]]:
        """In turn: the process with the weights loaded, and the seconds that took."""
        need_mb = graphics_memory_mb(self._card, {found.set_name for found in weights})
        with self._house.leases.turn(self, self._card, need_mb, cancel) as device:
            if not self._turn.enter(cancel):
                raise Cancelled
            try:
                yield self._loaded(weights, device, cancel)
            finally:
                self._turn.leave()

    def _loaded(
        self, weights: Sequence[WeightsFound], device: str, cancel: StopFlag | None
    ) -> tuple[EngineProcess, float]:
        began = time.monotonic()
        try:
            python = self._python(device)
            process = self.process
            if process is not None and (
                (process.python, process.device) != (python, device)
                or not self._fits(process.loaded, weights, device)
            ):
                process = None
            lacking = [w for w in weights if process is None or w.set_name not in process.loaded]
            if process is not None and not lacking:
                return process, 0.0
            if process is None:
                self._drop()
            self._make_room(lacking, device, cancel)
            if process is None:
                process = self._started(python, device)
            for found in lacking:
                self._load(process, found, cancel)
        except Problem as problem:
            self.failure = Note(f"error.{problem.code}", dict(problem.params))
            raise
        self.failure = None
        seconds = time.monotonic() - began
        log.info("engine %s loaded on %s in %.2f s", self.name, device, seconds)
        return process, seconds

    def _make_room(
        self, lacking: Sequence[WeightsFound], device: str, cancel: StopFlag | None
    ) -> None:
        """See to it that what is loaded and what is to be loaded has room."""
        hardware, tenants = self._card.hardware, self._house.tenants
        if device != "cpu":
            need_mb = self._need_mb(lacking)
            memory_mb = self._house.leases.memory_mb(device)
            tenants.make_room_on_card(device, memory_mb, self, need_mb, cancel)
        elif hardware.runs_on != ("remote",):
            tenants.make_room_in_memory(self, hardware.memory_mb)

    def _need_mb(self, more: Sequence[WeightsFound]) -> int:
        """Memory of a graphics card for what is loaded and more."""
        process = self.process
        loaded = set(process.loaded) if process is not None else set()
        return graphics_memory_mb(self._card, loaded | {found.set_name for found in more})

    def _fits(
        self, loaded: Mapping[str, str], weights: Sequence[WeightsFound], device: str
    ) -> bool:
        """Whether a process with these sets loaded can serve, after loading more perhaps."""
        if self._card.sets_serve == "any":
            return loaded == {found.set_name: found.revision for found in weights}
        if any(loaded.get(w.set_name, w.revision) != w.revision for w in weights):
            return False
        return device == "cpu" or self._need_mb(weights) <= self._house.leases.memory_mb(device)

    def _started(self, python: str, device: str) -> EngineProcess:
        if self._closed:
            raise Unavailable("engine_crashed", engine=self.name, reason="ended")
        variables = tuple(variable.name for variable in self._card.variables)
        # as nvidia-smi numbers the cards, whose memory was counted on
        order = (("CUDA_DEVICE_ORDER", "PCI_BUS_ID"),)
        spec = ChildSpec(self.name, python, environment=order, variables=variables)
        process = EngineProcess(self.name, device, spec, self._limits, self._house.launcher)
        self._process = process
        if self._closed:  # meanwhile
            self._drop()
        return process

    def _load(self, process: EngineProcess, found: WeightsFound, cancel: StopFlag | None) -> None:
        folder = None if found.folder is None else str(found.folder.absolute())
        first = not process.loaded
        if process.device != "cpu":
            process.held_mb = self._need_mb([found])
        try:
            process.load(found.set_name, found.revision, folder, cancel)
        finally:
            if process.device != "cpu":
                process.held_mb = self._need_mb([])
        if first and has_roster(engine_class(self.name)):
            try:
                self._house.rosters.put(self.name, process.roster())
            except Problem as problem:
                log.warning("engine %s: the voices known before stay: %s", self.name, problem)
                if not process.alive:
                    raise

    def _drop(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()


def device_name(card: Card, device: str) -> str:
    """Where people are told an engine runs: a service's computer is not ours."""
    return "remote" if card.hardware.runs_on == ("remote",) else device


class _All:
    """Set once all of several items are cancelled."""

    def __init__(self, items: Sequence[BatchItem]) -> None:
        self._cancels: list[threading.Event] = [item.cancel for item in items]

    def is_set(self) -> bool:
        return all(cancel.is_set() for cancel in self._cancels)
