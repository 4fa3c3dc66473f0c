"""Where engines run: the one door to their processes for the rest of the studio."""

import importlib.util
import logging
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from studio.engines.card import Card
from studio.engines.contract import Chunk, Enrolment, Preset, ReferenceClip, Request
from studio.engines.registry import engine_class, engine_names
from studio.locales import Note
from studio.problems import Unavailable
from studio.runtime.host import EngineHost
from studio.runtime.launcher import Launcher
from studio.runtime.memory import resident_mb
from studio.runtime.report import EngineState, RenderReport
from studio.runtime.weights import WeightsFound, WeightsMissing, WeightStore
from studio.runtime.workbench import BENCHES, Workbench
from studio.settings import Settings

log = logging.getLogger("studio.runtime")


class Runtime:
    """Runs engines, each in a process of its own, and plain functions on workbenches.

    Nothing is started before it is needed. All methods may be called from any thread.
    """

    def __init__(self, settings: Settings, weights: WeightStore) -> None:
        self._settings = settings
        self._weights = weights
        self._lock = threading.Lock()
        self._launcher = Launcher()
        self._hosts: dict[str, EngineHost] = {}
        self._benches = {name: Workbench(name, self._launcher) for name in BENCHES}
        self._presets: dict[tuple[str, str], list[Preset]] = {}
        self._closed = threading.Event()
        self._sweeper: threading.Thread | None = None

    # what there is

    def state(self, engine: str) -> EngineState:
        """Where an engine stands, without starting anything.

        Raises:
            NotFound: no such engine.
        """
        try:
            card = engine_class(engine).card
        except Unavailable as problem:
            return _broken(engine, str(problem.params["reason"]))
        if missing := _libraries_missing(card):
            note = Note("state.libraries_missing", {"modules": ", ".join(missing)})
            return EngineState(name=engine, state="libraries_missing", detail=note)
        found = self._weights.locate(card)
        if isinstance(found, WeightsMissing):
            return EngineState(name=engine, state="weights_missing", detail=found.note)
        try:
            presets = self.presets(engine)
        except Exception as problem:  # noqa: BLE001 - an engine's own code may raise anything
            log.warning("engine %s cannot list its voices: %r", engine, problem)
            return _broken(engine, type(problem).__name__)
        host = self._hosts.get(engine)
        pid = host.pid if host is not None else None
        failure = host.failure if host is not None and pid is None else None
        return EngineState(
            name=engine,
            state="loaded" if pid is not None else "failed" if failure else "ready",
            detail=failure,
            model_revision=_revision(card, found),
            presets=presets,
            memory_mb=resident_mb(pid) if pid is not None else None,
            pid=pid,
        )

    def states(self) -> list[EngineState]:
        """All engines, built-in ones first."""
        return [self.state(name) for name in engine_names()]

    def presets(self, engine: str) -> list[Preset]:
        """An engine's voices with the weights at hand, the default first.

        Raises:
            NotFound: no such engine.
            Unavailable: its weights are missing.
        """
        kind = engine_class(engine)
        found = self._weights.require(kind.card)
        key = (engine, found.revision)
        if key not in self._presets:
            self._presets[key] = list(kind.presets(found.folder))
        return self._presets[key]

    def model_revision(self, engine: str) -> str:
        """Which model would speak now; part of every take's key. Never empty.

        Raises:
            NotFound: no such engine.
            Unavailable: its weights are missing.
        """
        card = engine_class(engine).card
        return _revision(card, self._weights.require(card))

    # work

    def render(
        self,
        engine: str,
        request: Request,
        on_chunk: Callable[[Chunk], None],
        cancel: threading.Event,
    ) -> RenderReport:
        """Speak, in this thread, and hand over the chunks as they come.

        Renders on one engine wait for each other in the order of their calls; different engines run
        at the same time. A slow ``on_chunk`` slows the engine down; an exception in it ends the
        render and is raised on. After ``cancel`` is set this returns within
        ``engine_stop_seconds`` and a little more, and the work has stopped.

        Args:
            engine: its name.
            request: what to say, already validated.
            on_chunk: gets each chunk: float32 in [-1, 1], one sample rate for all.
            cancel: set by anyone to stop.

        Raises:
            NotFound: no such engine.
            BadInput: the engine refuses the request (``EngineProblem``).
            Unavailable: ``weights_missing``, ``libraries_missing``, ``engine_not_loaded``,
                ``engine_crashed``, ``engine_hung``, ``engine_failed``, ``engine_garbage`` or
                ``engine_gave_nothing``.
        """
        return self._host(engine).render(request, on_chunk, cancel)

    def enroll(self, engine: str, clip: ReferenceClip) -> Enrolment:
        """Compile a reference clip for an engine.

        Raises:
            The same as :meth:`render`.
        """
        return self._host(engine).enroll(clip)

    def warm(self, engine: str) -> None:
        """Load an engine now, so that the next render need not.

        Raises:
            The same as :meth:`render`.
        """
        self._host(engine).warm()

    def call(
        self, function: str, *arguments: Any, timeout: float = 60.0, bench: str = "media"
    ) -> Any:
        """Run a plain function in a workbench process.

        Args:
            function: ``package.module:function``.
            arguments: plain values and arrays of numbers (see ``wire.py``); so is the result.
            timeout: seconds; the process is ended then. Waiting for other calls does not count.
            bench: ``media`` (decoding, check-ups) or ``speaker`` (embeddings).

        Raises:
            Problem: the function raised one, or an exception with ``code`` and ``params``
                (then it is a BadInput).
            Unavailable: ``workbench_crashed``, ``workbench_timeout`` or ``workbench_failed``.
        """
        if self._closed.is_set():
            raise Unavailable("workbench_crashed", reason="ended")
        self._sweep()
        return self._benches[bench].call(function, arguments, timeout)

    def close(self) -> None:
        """End all processes. Renders under way raise."""
        self._closed.set()
        for owner in self._owners().values():
            owner.close()
        self._launcher.close()

    # inside

    def _host(self, engine: str) -> EngineHost:
        card = engine_class(engine).card
        if missing := _libraries_missing(card):
            raise Unavailable("libraries_missing", engine=engine, modules=", ".join(missing))
        self._sweep()
        with self._lock:
            if self._closed.is_set():
                raise Unavailable("engine_crashed", engine=engine, reason="ended")
            if engine not in self._hosts:
                self._hosts[engine] = EngineHost(
                    engine,
                    self._launcher,
                    self._settings,
                    lambda: self._folder(card),
                    device=_device(card),
                )
            return self._hosts[engine]

    def _folder(self, card: Card) -> Path | None:
        return self._weights.require(card).folder

    def _owners(self) -> dict[str, EngineHost | Workbench]:
        with self._lock:
            return {**self._hosts, **{f"workbench {n}": b for n, b in self._benches.items()}}

    def _sweep(self) -> None:
        """See to it that idle processes are ended."""
        with self._lock:
            if self._sweeper is None and not self._closed.is_set():
                self._sweeper = threading.Thread(target=self._tidy, name="idle", daemon=True)
                self._sweeper.start()

    def _tidy(self) -> None:
        idle = self._settings.engine_idle_seconds
        while not self._closed.wait(min(30.0, idle / 4 + 0.02)):
            for name, owner in self._owners().items():
                if owner.end_if_idle(idle):
                    log.info("%s was idle and left memory", name)


def _revision(card: Card, found: WeightsFound) -> str:
    return "+".join(part for part in (found.revision, card.adapter_revision) if part)


def _device(card: Card) -> str:
    """The processor where the engine can use it; leases of graphics cards are not given out yet."""
    return "cuda:0" if set(card.hardware.runs_on) == {"cuda"} else "cpu"


def _libraries_missing(card: Card) -> list[str]:
    """Modules of the card's probe that cannot be found; none is imported for that."""
    return [
        module
        for module in card.environment.probe
        if importlib.util.find_spec(module.partition(".")[0]) is None
    ]


def _broken(engine: str, reason: str) -> EngineState:
    return EngineState(name=engine, state="failed", detail=Note("state.failed", {"reason": reason}))
