"""Where engines run: the one door to their processes for the rest of the studio."""

import threading
from collections.abc import Callable, Sequence
from typing import Any

from studio.engines.card import Card
from studio.engines.contract import (
    Asked,
    Chunk,
    Enrolment,
    Preset,
    ReferenceClip,
    Request,
    StopFlag,
    Usage,
)
from studio.engines.registry import engine_class, engine_names
from studio.problems import Problem, Unavailable
from studio.runtime.at_hand import AtHand, revision
from studio.runtime.devices import Devices
from studio.runtime.eviction import Tenants
from studio.runtime.host import EngineHost, Host
from studio.runtime.launcher import Launcher
from studio.runtime.leases import Leases
from studio.runtime.memory import available_mb
from studio.runtime.readiness import Environments, interpreter
from studio.runtime.report import BatchItem, EngineState, RenderReport
from studio.runtime.residence import House
from studio.runtime.rosters import Rosters
from studio.runtime.speech import Outcome
from studio.runtime.standing import Standing
from studio.runtime.sweeper import Sweeper
from studio.runtime.vitals import ProcessVitals, process_vitals
from studio.runtime.weights import WeightStore
from studio.runtime.workbench import BENCHES, Workbench
from studio.settings import Settings


class Runtime:
    """Runs engines, each in a process of its own, and plain functions on workbenches.

    Nothing is started before it is needed. All methods may be called from any thread.

    Args:
        settings: time limits, and where lists of voices are kept.
        weights: finds the engines' weights.
        environments: finds the interpreters of engines that have an environment of their own;
            without it they cannot run.
        available_mb: memory that could be used now (10⁶ bytes), None where nobody can tell.
    """

    def __init__(
        self,
        settings: Settings,
        weights: WeightStore,
        environments: Environments | None = None,
        available_mb: Callable[[], float | None] = available_mb,
    ) -> None:
        self._environments = environments
        self._lock = threading.Lock()
        self._launcher = Launcher()
        self._hosts: dict[str, Host] = {}
        nice = {"measuring": settings.measure_niceness}
        self._benches = {
            name: Workbench(name, self._launcher, nice.get(name, 0)) for name in BENCHES
        }
        rosters = Rosters(settings.data_dir / "rosters")
        self._at_hand = AtHand(weights, rosters)
        tenants = Tenants(available_mb)
        self._leases = Leases(Devices(settings.devices), tenants)
        self._house = House(settings, self._launcher, rosters, tenants, self._leases)
        self._standing = Standing(weights, self._at_hand, self._leases, environments)
        self._closed = threading.Event()
        self._sweeper = Sweeper(settings, self._owners, self._closed)

    # what there is

    def state(self, engine: str) -> EngineState:
        """Where an engine stands, without starting anything.

        Raises:
            NotFound: no such engine.
        """
        return self._standing.of(engine, self._hosts.get(engine))

    def states(self) -> list[EngineState]:
        """All engines, built-in ones first."""
        return [self.state(name) for name in engine_names()]

    def presets(self, engine: str) -> list[Preset]:
        """An engine's voices with the weights at hand, the default first, its service's last.

        Raises:
            NotFound: no such engine.
            Unavailable: its weights are missing.
        """
        return self._at_hand.voices(engine, self._at_hand.required(engine_class(engine).card, ()))

    def refresh_roster(self, engine: str) -> list[Preset]:
        """Ask an engine's service for its voices now; they are kept for the next start.

        Raises:
            The same as :meth:`render`.
        """
        host = self._host(engine)
        return host.refresh_roster(self._at_hand.required(engine_class(engine).card, ())[:1])

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
        return revision(card, self._at_hand.required(card, sets))

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
        return host.render(item, self._at_hand.needed(engine, sets, _asked(request)))

    def render_batch(
        self, engine: str, items: Sequence[BatchItem], sets: Sequence[str] = ()
    ) -> list[Outcome]:
        """Speak several requests together, as many at once as the engine's card says.

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
            weights = self._at_hand.needed(engine, sets, _asked(items[0].request))
        except Exception as problem:  # noqa: BLE001 - handed over, not hidden
            return [problem] * len(items)
        size = engine_class(engine).card.batch
        parts = [items[start : start + size] for start in range(0, len(items), size)]
        return [outcome for part in parts for outcome in host.render_batch(part, weights)]

    def lanes(self, engine: str) -> int:  # noqa: ARG002 (elsewhere an engine has several)
        """How many calls of :meth:`render` an engine works on at the same time."""
        return 1

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
        return host.enroll(clip, self._at_hand.needed(engine, sets, asked)[:1])

    def warm(self, engine: str, sets: Sequence[str] = (), cancel: StopFlag | None = None) -> None:
        """Load an engine now, so that the next render need not.

        Args:
            engine: its name.
            sets: as for :meth:`render`; without them the first that is at hand.
            cancel: set by anyone to stop; the load ends within a moment, with its process.

        Raises:
            The same as :meth:`render`, and ``Cancelled``.
        """
        host = self._host(engine)
        weights = self._at_hand.required(engine_class(engine).card, sets)
        host.warm(weights if sets else weights[:1], cancel)

    def release(self, engine: str) -> bool:
        """Have an engine leave memory, before its files are removed say.

        Returns:
            False where it is at work, or not in memory.

        Raises:
            NotFound: no such engine.
        """
        engine_class(engine)
        host = self._hosts.get(engine)
        return host is not None and host.try_leave()

    def call(
        self,
        function: str,
        *arguments: Any,
        timeout: float = 60.0,
        bench: str = "media",
        processor_seconds: float | None = None,
    ) -> Any:
        """Run a plain function in a workbench process.

        Args:
            function: ``package.module:function``.
            arguments: plain values and arrays of numbers (see ``wire.py``); so is the result.
            timeout: seconds; the process is ended then. Waiting for other calls does not count.
            bench: one of `studio.runtime.workbench.BENCHES`.
            processor_seconds: of computing, after which the process is ended too
                (``workbench_crashed``, reason ``SIGXCPU``); by default four times the timeout.

        Raises:
            Problem: the function raised one, or an exception with ``code`` and ``params``
                (then it is a BadInput).
            Unavailable: ``workbench_crashed``, ``workbench_timeout`` or ``workbench_failed``.
        """
        if self._closed.is_set():
            raise Unavailable("workbench_crashed", reason="ended")
        self._sweeper.start()
        return self._benches[bench].call(function, arguments, timeout, processor_seconds)

    def end_bench(self, bench: str) -> None:
        """End a workbench's process; a call under way raises ``workbench_crashed``."""
        self._benches[bench].close()

    def processes(self) -> list[ProcessVitals]:
        """Memory of the processes that run now."""
        return list(process_vitals(self._owners()))

    def close(self) -> None:
        """End all processes. Renders under way raise."""
        self._closed.set()
        for owner in self._owners().values():
            owner.close()
        self._launcher.close()

    # inside

    def _host(self, engine: str) -> Host:
        card = engine_class(engine).card
        if problem := self._hindered(card):
            raise problem
        self._sweeper.start()
        with self._lock:
            if self._closed.is_set():
                raise Unavailable("engine_crashed", engine=engine, reason="ended")
            if engine not in self._hosts:
                self._hosts[engine] = host = self._made_host(card)
                self._house.tenants.add(host)
            return self._hosts[engine]

    def _hindered(self, card: Card) -> Problem | None:
        """What keeps an engine from being started."""
        found = self._standing.hindrance(card)
        return found.problem if found else None

    def _made_host(self, card: Card) -> Host:
        return EngineHost(
            card, self._house, lambda device: interpreter(card, device, self._environments)
        )

    def _owners(self) -> dict[str, Host | Workbench]:
        with self._lock:
            return {**self._hosts, **{f"workbench {n}": b for n, b in self._benches.items()}}


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
