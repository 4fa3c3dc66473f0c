"""The scheduler: one thread an engine renders its takes in order; engines run side by side."""

import logging
import threading
import time
from collections.abc import Iterable, Sequence

import numpy as np

from studio.engines.contract import Chunk
from studio.engines.registry import engine_class
from studio.locales import note
from studio.problems import NotFound, Problem, Unavailable
from studio.runtime.report import BatchItem, RenderReport
from studio.runtime.runtime import Runtime
from studio.store.database import Database
from studio.store.tables import Take
from studio.takes.bell import Bells
from studio.takes.job import Job, begin
from studio.takes.keeping import Keeper
from studio.takes.lasting import lasting, stale_enrolment
from studio.takes.lines import Line, Waiting
from studio.takes.live import LiveTake
from studio.takes.preparing import Prepared, Preparer

_PROGRESS_SECONDS = 0.25
"""Listeners hear of progress at most this often."""
log = logging.getLogger(__name__)


class Renderer:
    """Renders queued takes. The row leads: a thread that finds it changed drops its own result.

    Args:
        database: knows which takes are queued.
        runtime: renders.
        preparer: settles what an engine is asked.
        keeper: keeps what comes of it.
        bells: rung by comparison id when something changed.
    """

    def __init__(
        self, database: Database, runtime: Runtime, preparer: Preparer, keeper: Keeper, bells: Bells
    ) -> None:
        self._database = database
        self._runtime = runtime
        self._preparer = preparer
        self._keeper = keeper
        self._bells = bells
        self._lock = threading.Lock()
        self._lines: dict[str, Line] = {}
        self._threads: list[threading.Thread] = []
        self._live: dict[str, LiveTake] = {}
        self._told: dict[str, float] = {}
        self._closing = False

    def enqueue(self, takes: Iterable[Take]) -> None:
        """Render takes whose rows are queued (and committed)."""
        with self._lock:
            if self._closing:
                return  # the rows stay queued: the next start renders them
            by_engine: dict[str, list[Waiting]] = {}
            for take in takes:
                live = self._live[take.id] = LiveTake()
                checkpoints = tuple(take.request.get("checkpoints", ()))
                waiting = Waiting(take.id, live, checkpoints, later=take.attempt > 1)
                by_engine.setdefault(take.engine, []).append(waiting)
            for engine, together in by_engine.items():
                self._line(engine).put(together)

    def live(self, take_id: str) -> LiveTake | None:
        """The take in the making; ``None`` once its row tells everything."""
        with self._lock:
            return self._live.get(take_id)

    def progress(self, take_id: str) -> float:
        """Seconds of audio made so far."""
        live = self.live(take_id)
        return live.seconds if live else 0.0

    def stop(self, take_id: str) -> None:
        """Let the work on a take end. Its row has been changed already."""
        live = self.live(take_id)
        if live is not None:
            live.cancel.set()

    def close(self, seconds: float = 5.0) -> None:
        """Stop all work; rows of takes that were not finished stay as they are."""
        with self._lock:
            self._closing = True
            for live in self._live.values():
                live.cancel.set()
            for line in self._lines.values():
                line.close()
        deadline = time.monotonic() + seconds
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))

    def _line(self, engine: str) -> Line:
        if engine not in self._lines:
            line = self._lines[engine] = Line()
            thread = threading.Thread(
                target=self._work, args=(engine, line), name=f"render-{engine}", daemon=True
            )
            self._threads.append(thread)
            thread.start()
        return self._lines[engine]

    # in an engine's thread

    def _work(self, engine: str, line: Line) -> None:
        threading.Thread(target=_preload, name="preload-measuring", daemon=True).start()
        while together := line.next(_batch(engine)):
            try:
                self._make(together)
            finally:
                for waiting in together:
                    with self._lock:
                        # a take that went over to its fallback is live anew
                        if self._live.get(waiting.take) is waiting.live:
                            del self._live[waiting.take]
                    waiting.live.end()

    def _make(self, together: Sequence[Waiting]) -> None:
        jobs = [job for waiting in together if (job := self._begun(waiting)) is not None]
        try:
            self._render(jobs)
        except Exception:
            # The database itself failed: the rows stay, the next start tries again.
            log.exception("takes could not be recorded: %s", [job.take.id for job in jobs])
        finally:
            for job in jobs:
                self._told.pop(job.comparison.id, None)
                self._bells.ring(job.comparison.id)

    def _begun(self, waiting: Waiting) -> Job | None:
        if self._closing or waiting.live.cancel.is_set():
            return None
        try:
            job = self._database.write(lambda s: begin(s, waiting.take, waiting.live))
        except Exception:
            log.exception("take %s could not be begun", waiting.take)
            return None
        if job is not None:
            self._bells.ring(job.comparison.id)
        return job

    def _render(self, jobs: Sequence[Job]) -> None:
        """Render jobs of one engine that need the same weight sets."""
        ready: dict[tuple[str, str], tuple[Job, Prepared]] = {}
        same: list[Job] = []
        for job in jobs:
            prepared = self._prepared(job)
            if prepared is None or job.live.cancel.is_set():
                continue
            if (job.owner, prepared.key) in ready:
                same.append(job)
            ready.setdefault((job.owner, prepared.key), (job, prepared))
        pairs = list(ready.values())
        for (job, _), outcome in zip(pairs, self._speak(pairs), strict=True):
            self._conclude(job, outcome)
        for job in same:  # answered from the store now, if all went well
            self._render([job])

    def _prepared(self, job: Job) -> Prepared | None:
        try:
            return self._preparer.prepare(job)
        except Exception as problem:  # noqa: BLE001 (engines and stores may raise anything)
            self._fail(job, problem)
            return None

    def _speak(self, pairs: Sequence[tuple[Job, Prepared]]) -> list[RenderReport | Exception]:
        if not pairs:
            return []
        items = [
            BatchItem(prepared.request, self._listener(job), job.live.cancel, job.charges.append)
            for job, prepared in pairs
        ]
        first = pairs[0][0]
        return self._runtime.render_batch(first.engine, items, first.checkpoints)

    def _conclude(self, job: Job, outcome: RenderReport | Exception) -> None:
        try:
            if isinstance(outcome, Exception) and stale_enrolment(outcome):
                outcome = self._with_fresh_enrolment(job, outcome)
            if isinstance(outcome, Exception):
                self._fail(job, outcome)
            elif outcome.cancelled or job.live.cancel.is_set():
                # whoever cancelled has changed the row; on closing it stays for the next start
                self._keeper.stopped(job)
            else:
                self._keeper.keep(job, outcome)
        except Problem as problem:
            self._fail(job, problem)

    def _with_fresh_enrolment(self, job: Job, problem: Exception) -> RenderReport | Exception:
        """Once more, the clip compiled anew: services forget voices that go unused."""
        if job.take.request["speaker"] != "clone" or job.live.seconds:
            return problem
        try:
            self._preparer.forget_enrolment(job)
            prepared = self._preparer.prepare(job)
        except Problem as other:
            return other
        if prepared is None:
            return RenderReport(cancelled=True)
        (outcome,) = self._speak([(job, prepared)])
        return outcome

    def _listener(self, job: Job) -> "_Listener":
        return _Listener(job, self._bells, self._told)

    def _fail(self, job: Job, problem: Exception) -> None:
        if self._closing or job.live.cancel.is_set():
            self._keeper.stopped(job)
            return
        error = note("error.take_failed")
        if isinstance(problem, Problem):
            error = note(f"error.{problem.code}", **problem.params)
        else:
            log.error("take %s failed unexpectedly", job.take.id, exc_info=problem)
        going_on = self._keeper.fail(job, error, lasting=lasting(problem))
        if going_on is not None:
            self.enqueue([going_on])


class _Listener:
    """Gets a take's chunks: keeps them for listeners, and tells of progress now and then."""

    def __init__(self, job: Job, bells: Bells, told: dict[str, float]) -> None:
        self._job = job
        self._bells = bells
        self._told = told

    def __call__(self, chunk: Chunk) -> None:
        self._job.live.add(chunk)
        comparison, moment = self._job.comparison.id, time.monotonic()
        if moment - self._told.get(comparison, 0.0) >= _PROGRESS_SECONDS:
            self._told[comparison] = moment
            self._bells.ring(comparison)


def _batch(engine: str) -> int:
    """How many takes an engine renders in one pass."""
    try:
        return engine_class(engine).card.batch
    except (NotFound, Unavailable):
        return 1


def _preload() -> None:
    """Import what measuring needs while the engine is still at work."""
    from studio.audio import encode, measure

    encode.flac(np.zeros(2400, dtype=np.float32), 24_000)
    measure.measure(np.zeros(24_000, dtype=np.float32), 24_000)
