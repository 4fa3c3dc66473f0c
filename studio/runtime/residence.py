"""Where one engine lives: its process, started and filled with weights when they are needed."""

import dataclasses
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from studio.engines.card import Card
from studio.engines.contract import StopFlag
from studio.engines.registry import engine_class
from studio.locales import Note
from studio.problems import Problem, Unavailable
from studio.runtime.engine_process import EngineProcess
from studio.runtime.eviction import Tenant, Tenants
from studio.runtime.launcher import Launcher
from studio.runtime.leases import Leases, graphics_memory_mb
from studio.runtime.limits import Limits
from studio.runtime.process import Child, ChildSpec
from studio.runtime.rosters import Rosters, has_roster
from studio.runtime.torch_build import torch_lacks_cuda
from studio.runtime.weights import WeightsFound
from studio.settings import Settings

log = logging.getLogger("studio.runtime")


@dataclass(frozen=True)
class Failure:
    """Why an engine could not be loaded, and when."""

    note: Note
    at: datetime


@dataclass(frozen=True)
class House:
    """What all engines share."""

    settings: Settings
    launcher: Launcher
    rosters: Rosters
    tenants: Tenants
    leases: Leases


class Residence:
    """An engine's process, if it has one now. One thread at a time may load.

    Args:
        card: the engine's.
        house: what it shares with other engines.
        limits: how long things may take.
        python: the interpreter for a device; raises what stands in the way.
        tenant: who the others see.

    Attributes:
        failure: why the last load failed; None once one went well.
        last_failure: of the load that failed last, whatever came later.
    """

    def __init__(
        self,
        card: Card,
        house: House,
        limits: Limits,
        python: Callable[[str], str],
        tenant: Tenant,
    ) -> None:
        self._card = card
        self._name = card.name
        self._house = house
        self._limits = limits
        self._python = python
        self._tenant = tenant
        self._process: EngineProcess | None = None
        self._closed = False
        self.failure: Note | None = None
        self.last_failure: Failure | None = None

    @property
    def process(self) -> EngineProcess | None:
        """The process, while it is alive."""
        process = self._process
        return process if process is not None and process.alive else None

    @property
    def empty(self) -> bool:
        """Whether there is no process, not even a dead one."""
        return self._process is None

    @property
    def lacks_cuda(self) -> bool:
        """Whether its libraries can do nothing with a graphics card, as far as files tell."""
        if "cuda" not in self._card.hardware.runs_on or self._house.leases.by_setting:
            return False
        python = self._python("cuda:0")
        named = "torch" in self._card.environment.probe
        return (named or self._card.environment.kind == "own") and torch_lacks_cuda(python)

    def close(self) -> None:
        """End the process, whatever it is doing, and start no other."""
        self._closed = True
        self.drop()

    def loaded(
        self,
        weights: Sequence[WeightsFound],
        device: str,
        cancel: StopFlag | None,
        why: Note | None = None,
    ) -> tuple[EngineProcess, float]:
        """The process with these weights loaded on a device, and the seconds that took.

        Args:
            weights: one set, or several where they do different things.
            device: ``cpu`` or ``cuda:N``, where it is this engine's turn.
            cancel: ends the load, with the process.
            why: a remark on the choice of the device.
        """
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
                self.drop()
            self._make_room(lacking, device, cancel)
            if process is None:
                process = self._started(python, device)
            for found in lacking:
                self._load(process, found, cancel)
            process.remarks = (*filter(None, [why]), *process.remarks)
        except Problem as problem:
            self.failure = Note(f"error.{problem.code}", dict(problem.params))
            self.last_failure = Failure(self.failure, datetime.now(UTC))
            raise
        self.failure = None
        seconds = time.monotonic() - began
        log.info("engine %s loaded on %s in %.2f s", self._name, device, seconds)
        return process, seconds

    def _make_room(
        self, lacking: Sequence[WeightsFound], device: str, cancel: StopFlag | None
    ) -> None:
        """See to it that what is loaded and what is to be loaded has room."""
        hardware, tenants = self._card.hardware, self._house.tenants
        if device != "cpu":
            need_mb = self._need_mb(lacking)
            memory_mb = self._house.leases.memory_mb(device)
            tenants.make_room_on_card(device, memory_mb, self._tenant, need_mb, cancel)
        elif hardware.runs_on != ("remote",):
            tenants.make_room_in_memory(self._tenant, hardware.memory_mb)

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
            raise Unavailable("engine_crashed", engine=self._name, reason="ended")
        variables = tuple(variable.name for variable in self._card.variables)
        # as nvidia-smi numbers the cards, whose memory was counted on
        order = (("CUDA_DEVICE_ORDER", "PCI_BUS_ID"),)
        spec = ChildSpec(self._name, python, environment=order, variables=variables)
        launcher = self._house.launcher
        process = EngineProcess(
            self._name,
            device,
            python,
            self._limits,
            lambda seconds: Child(launcher, dataclasses.replace(spec, start_seconds=seconds)),
        )
        self._process = process
        if self._closed:  # meanwhile
            self.drop()
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
        if first and has_roster(engine_class(self._name)):
            try:
                self._house.rosters.put(self._name, process.roster())
            except Problem as problem:
                log.warning("engine %s: the voices known before stay: %s", self._name, problem)
                if not process.alive:
                    raise

    def drop(self) -> None:
        """End the process."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
