"""Where engines run: the one door to their processes for the rest of the studio."""

import dataclasses
import logging
import threading
from collections.abc import Callable, Sequence
from typing import Any

from studio.engines.card import Card
from studio.engines.contract import Asked, Chunk, Enrolment, Preset, ReferenceClip, Request, Usage
from studio.engines.registry import engine_class, engine_names
from studio.locales import Note
from studio.problems import Unavailable
from studio.runtime.host import EngineHost, device_name
from studio.runtime.launcher import Launcher
from studio.runtime.memory import resident_mb
from studio.runtime.readiness import Environments, hindrance, interpreter
from studio.runtime.report import BatchItem, EngineState, RenderReport
from studio.runtime.revision import model_revision
from studio.runtime.rosters import Rosters
from studio.runtime.speech import Outcome
from studio.runtime.weights import WeightsFound, WeightsMissing, WeightStore
from studio.runtime.workbench import BENCHES, Workbench
from studio.settings import Settings

log = logging.getLogger("studio.runtime")


class Runtime:
    """Runs engines, each in a process of its own, and plain functions on workbenches.

    Nothing is started before it is needed. All methods may be called from any thread.

    Args:
        settings: time limits, and where lists of voices are kept.
        weights: finds the engines' weights.
        environments: finds the interpreters of engines that have an environment of their own;
            without it they cannot run.
    """

    def __init__(
        self,
        settings: Settings,
        weights: WeightStore,
        environments: Environments | None = None,
    ) -> None:
        self._settings = settings
        self._weights = weights
        self._environments = environments
        self._lock = threading.Lock()
        self._launcher = Launcher()
        self._hosts: dict[str, EngineHost] = {}
        self._benches = {name: Workbench(name, self._launcher) for name in BENCHES}
        self._rosters = Rosters(settings.data_dir / "rosters")
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
        if found := hindrance(card, self._environments):
            return EngineState(name=engine, state=found.state, detail=found.detail)
        complete = self._complete(card)
        if not complete:
            located = self._weights.locate(card)
            note = located.note if isinstance(located, WeightsMissing) else None
            return EngineState(name=engine, state="weights_missing", detail=note)
        try:
            presets = self._voices(engine, complete)
        except Exception as problem:  # noqa: BLE001 - an engine's own code may raise anything
            log.warning("engine %s cannot list its voices: %r", engine, problem)
            return _broken(engine, type(problem).__name__)
        host = self._hosts.get(engine)
        process = host.process if host is not None else None
        failure = host.failure if host is not None and process is None else None
        return EngineState(
            name=engine,
            state="loaded" if process is not None else "failed" if failure else "ready",
            detail=failure,
            model_revision=_revision(card, complete),
            presets=presets,
            sets=tuple(weights.set_name for weights in complete if weights.set_name),
            memory_mb=resident_mb(process.pid) if process is not None else None,
            pid=process.pid if process is not None else None,
            device=device_name(card, process.device) if process is not None else "",
            remarks=process.remarks if process is not None else (),
        )

    def states(self) -> list[EngineState]:
        """All engines, built-in ones first."""
        return [self.state(name) for name in engine_names()]

    def presets(self, engine: str) -> list[Preset]:
        """An engine's voices with the weights at hand, the default first, its service's last.

        Raises:
            NotFound: no such engine.
            Unavailable: its weights are missing.
        """
        return self._voices(engine, self._required(engine_class(engine).card, ()))

    def refresh_roster(self, engine: str) -> list[Preset]:
        """Ask an engine's service for its voices now; they are kept for the next start.

        Raises:
            The same as :meth:`render`.
        """
        host = self._host(engine)
        return host.refresh_roster(self._required(engine_class(engine).card, ())[:1])

    def model_revision(self, engine: str, sets: Sequence[str] = ()) -> str:
        """Which model would speak now; part of every take's key. Never empty.

        Args:
            engine: its name.
            sets: the weight sets that take part, where the engine's do different things; without
                them all that are complete.

        Raises:
            NotFound: no such engine or set.
            Unavailable: its weights are missing.
        """
        card = engine_class(engine).card
        return _revision(card, self._required(card, sets))

    # work

    def render(  # noqa: PLR0913, PLR0917
        self,
        engine: str,
        request: Request,
        on_chunk: Callable[[Chunk], None],
        cancel: threading.Event,
        sets: Sequence[str] = (),
        on_usage: Callable[[Usage], None] | None = None,
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
            sets: weight sets that this needs (``Engine.checkpoints``), where the engine's do
                different things; without them the engine is asked.
            on_usage: told what a paid service charges as soon as that is known, also when the
                render fails or is cancelled afterwards.

        Raises:
            NotFound: no such engine or set.
            BadInput: the engine refuses the request (``EngineProblem``).
            Unavailable: ``weights_missing``, ``weight_set_missing``, ``libraries_missing``,
                ``environment_missing``, ``setting_missing``, ``engine_not_loaded``,
                ``engine_crashed``, ``engine_hung``, ``engine_failed``, ``engine_garbage``,
                ``engine_gave_nothing``, or what an engine says that does not load.
        """
        item = BatchItem(request, on_chunk, cancel, on_usage)
        host = self._host(engine)
        return host.render(item, self._needed(engine, sets, _asked(request)))

    def render_batch(
        self, engine: str, items: Sequence[BatchItem], sets: Sequence[str] = ()
    ) -> list[Outcome]:
        """Speak several requests together, at most the card's ``batch`` of them.

        As :meth:`render`, but what ends one item ends it alone: a cancel, a refusal, garbage, an
        exception in its ``on_chunk``. What ends the process ends them all. A cancelled item's
        place in the model may be worked on until the others are done.

        Args:
            engine: its name.
            items: the requests, all needing the same weight sets.
            sets: as for :meth:`render`.

        Returns:
            For each item its report, or the exception that :meth:`render` would have raised.
        """
        try:
            host = self._host(engine)
            weights = self._needed(engine, sets, _asked(items[0].request))
            if len(items) > 1:
                return host.render_batch(items, weights)
            return [host.render(items[0], weights)]
        except Exception as problem:  # noqa: BLE001 - handed over, not hidden
            return [problem] * len(items)

    def enroll(self, engine: str, clip: ReferenceClip, sets: Sequence[str] = ()) -> Enrolment:
        """Compile a reference clip for an engine.

        Args:
            engine: its name.
            clip: the reference clip.
            sets: as for :meth:`render`; the first of them enrols.

        Raises:
            The same as :meth:`render`.
        """
        host = self._host(engine)
        asked = Asked(
            text="",
            language=clip.language,
            speaker="clone",
            transcript=bool(clip.transcript.strip()),
        )
        return host.enroll(clip, self._needed(engine, sets, asked)[:1])

    def warm(self, engine: str, sets: Sequence[str] = ()) -> None:
        """Load an engine now, so that the next render need not.

        Raises:
            The same as :meth:`render`.
        """
        host = self._host(engine)
        weights = self._required(engine_class(engine).card, sets)
        host.warm(weights if sets else weights[:1])

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
        if found := hindrance(card, self._environments):
            raise found.problem
        self._sweep()
        with self._lock:
            if self._closed.is_set():
                raise Unavailable("engine_crashed", engine=engine, reason="ended")
            if engine not in self._hosts:
                self._hosts[engine] = EngineHost(
                    card,
                    self._launcher,
                    self._settings,
                    lambda device: interpreter(card, device, self._environments),
                    self._rosters,
                )
            return self._hosts[engine]

    def _complete(self, card: Card) -> list[WeightsFound]:
        """What could be loaded: every complete set, or the one that stands for the others."""
        if card.sets_serve == "each" and card.weights:
            return self._weights.complete(card)
        found = self._weights.locate(card)
        return [found] if isinstance(found, WeightsFound) else []

    def _required(self, card: Card, sets: Sequence[str]) -> list[WeightsFound]:
        """These sets, or without names what could be loaded."""
        if card.sets_serve == "each" and sets:
            return [self._weights.require(card, name) for name in dict.fromkeys(sets)]
        return self._complete(card) or [self._weights.require(card)]

    def _needed(self, engine: str, sets: Sequence[str], asked: Asked) -> list[WeightsFound]:
        kind = engine_class(engine)
        complete = self._required(kind.card, sets)
        if sets or kind.card.sets_serve == "any" or not kind.card.weights:
            return complete
        at_hand = frozenset(weights.set_name for weights in complete)
        sets = kind.checkpoints(dataclasses.replace(asked, sets=at_hand))
        return self._required(kind.card, sets) if sets else complete[:1]

    def _voices(self, engine: str, weights: Sequence[WeightsFound]) -> list[Preset]:
        """Of all these sets and of the engine's service, no id twice."""
        found: dict[str, Preset] = {}
        for one in weights:
            key = (engine, one.revision)
            if key not in self._presets:
                self._presets[key] = list(engine_class(engine).presets(one.folder))
            for preset in self._presets[key]:
                found.setdefault(preset.id, preset)
        for preset in self._rosters.get(engine):
            found.setdefault(preset.id, preset)
        return list(found.values())

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


def _asked(request: Request) -> Asked:
    """A request as a plan would have put it, for those who name no weight sets."""
    return Asked(
        text=request.text,
        language=request.language,
        speaker="clone" if request.enrolment else "preset" if request.preset else "designed",
        preset=request.preset,
        instruction=request.instruction,
        options=request.options,
    )


def _revision(card: Card, weights: Sequence[WeightsFound]) -> str:
    return model_revision(card, [found.revision for found in weights])


def _broken(engine: str, reason: str) -> EngineState:
    return EngineState(name=engine, state="failed", detail=Note("state.failed", {"reason": reason}))
