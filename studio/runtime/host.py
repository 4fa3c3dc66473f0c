"""The parent side of one engine: whose turn it is, and which process serves."""

import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress

from studio.engines.card import Card
from studio.engines.contract import Enrolment, Preset, ReferenceClip, StopFlag
from studio.engines.registry import engine_class
from studio.locales import Note
from studio.problems import Problem, Unavailable
from studio.runtime.engine_process import Cancelled, EngineProcess
from studio.runtime.launcher import Launcher
from studio.runtime.limits import Limits
from studio.runtime.process import ChildSpec
from studio.runtime.report import BatchItem, RenderReport
from studio.runtime.rosters import Rosters, has_roster
from studio.runtime.speech import Outcome, Speech
from studio.runtime.turnstile import Turnstile
from studio.runtime.weights import WeightsFound
from studio.settings import Settings

log = logging.getLogger("studio.runtime")


class EngineHost:
    """One engine and its process, if it has one now.

    Args:
        card: the engine's.
        launcher: starts the process.
        settings: time limits.
        python: the interpreter for a device; raises what stands in the way.
        rosters: keeps the voices that the engine's service tells of.
    """

    def __init__(
        self,
        card: Card,
        launcher: Launcher,
        settings: Settings,
        python: Callable[[str], str],
        rosters: Rosters,
    ) -> None:
        self._card = card
        self._name = card.name
        self._launcher = launcher
        self._limits = Limits(settings, card.patience)
        self._python = python
        self._rosters = rosters
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
            self._rosters.put(self._name, voices)
            return voices

    # leaving memory

    def end_if_idle(self, seconds: float) -> bool:
        """End the process when nobody used it for so long; whether it was ended."""
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
        if not self._turn.enter(cancel):
            raise Cancelled
        try:
            yield self._loaded(weights, cancel)
        finally:
            self._turn.leave()

    def _loaded(
        self, weights: Sequence[WeightsFound], cancel: StopFlag | None
    ) -> tuple[EngineProcess, float]:
        began = time.monotonic()
        try:
            python = self._python("cpu")
            process = self.process
            if process is not None and not (
                process.python == python and self._fits(process.loaded, weights)
            ):
                process = None
            lacking = [w for w in weights if process is None or w.set_name not in process.loaded]
            if process is not None and not lacking:
                return process, 0.0
            if process is None:
                process = self._started(python)
            for found in lacking:
                self._load(process, found, cancel)
        except Problem as problem:
            self.failure = Note(f"error.{problem.code}", dict(problem.params))
            raise
        self.failure = None
        seconds = time.monotonic() - began
        log.info("engine %s loaded in %.2f s", self._name, seconds)
        return process, seconds

    def _fits(self, loaded: dict[str, str], weights: Sequence[WeightsFound]) -> bool:
        """Whether a process with these sets loaded can serve, after loading more perhaps."""
        if self._card.sets_serve == "any":
            return loaded == {found.set_name: found.revision for found in weights}
        return all(
            loaded.get(found.set_name, found.revision) == found.revision for found in weights
        )

    def _started(self, python: str) -> EngineProcess:
        self._drop()
        if self._closed:
            raise Unavailable("engine_crashed", engine=self._name, reason="ended")
        variables = tuple(variable.name for variable in self._card.variables)
        spec = ChildSpec(name=self._name, python=python, variables=variables)
        process = EngineProcess(self._name, "cpu", spec, self._limits, self._launcher)
        self._process = process
        if self._closed:  # meanwhile
            self._drop()
        return process

    def _load(self, process: EngineProcess, found: WeightsFound, cancel: StopFlag | None) -> None:
        folder = None if found.folder is None else str(found.folder.absolute())
        first = not process.loaded
        process.load(found.set_name, found.revision, folder, cancel)
        if first and has_roster(engine_class(self._name)):
            try:
                self._rosters.put(self._name, process.roster())
            except Problem as problem:
                log.warning("engine %s: the voices known before stay: %s", self._name, problem)
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
