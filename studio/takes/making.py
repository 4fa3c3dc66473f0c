"""From takes that wait to what comes of them: begun, prepared, spoken, kept or failed."""

import logging
import threading
import time
from collections.abc import Callable, Sequence

from studio.engines.contract import Chunk
from studio.locales import Note, note
from studio.problems import Problem
from studio.runtime.report import RenderReport
from studio.store.database import Database
from studio.store.tables import Take
from studio.takes.admission import Admission
from studio.takes.bell import Bells
from studio.takes.elsewhere.contract import Elsewhere
from studio.takes.fence import Fence
from studio.takes.job import Job, begin
from studio.takes.keeping import Keeper
from studio.takes.lasting import lasting
from studio.takes.lines import Waiting
from studio.takes.preparing import Prepared, Preparer
from studio.takes.repeating import pause_seconds
from studio.takes.speaking import Narrator

_PROGRESS_SECONDS = 0.25
"""Listeners hear of progress at most this often."""
log = logging.getLogger(__name__)


class Maker:
    """Makes takes, in the threads of their engines.

    Args:
        database: knows what is queued.
        narrator: has takes spoken.
        preparer: settles what an engine is asked.
        keeper: keeps what comes of it.
        admission: asked once more before money is spent.
        bells: rung by comparison id when something changed.
        first_pause: seconds before a take whose failure may pass is tried again.
        again: gets the row of a take that its fallback is to render.
        elsewhere: renders some engines' takes on other machines.
    """

    def __init__(  # noqa: PLR0913, PLR0917 (the services it asks)
        self,
        database: Database,
        narrator: Narrator,
        preparer: Preparer,
        keeper: Keeper,
        admission: Admission,
        bells: Bells,
        first_pause: float,
        again: Callable[[Take], None],
        elsewhere: Elsewhere | None = None,
    ) -> None:
        self._database = database
        self._narrator = narrator
        self._preparer = preparer
        self._keeper = keeper
        self._admission = admission
        self._bells = bells
        self._first_pause = first_pause
        self._again = again
        self._elsewhere = elsewhere
        self._told: dict[str, float] = {}

    def make(self, together: Sequence[Waiting], fence: Fence, closing: threading.Event) -> None:
        """Make takes of one engine that need the same weight sets. Returns when all have ended.

        Args:
            together: what waits.
            fence: the term in which this happens.
            closing: set when whatever is under way is to stop, its row left as it is.
        """
        jobs: list[Job] = []
        for waiting in together:
            job = None if closing.is_set() else self._begun(waiting, fence)
            if job is not None:
                jobs.append(job)
        try:
            self._render(jobs, closing)
        except Exception:
            # The database itself failed: the rows stay, and whoever schedules next tries again.
            log.exception("takes could not be recorded: %s", [job.take.id for job in jobs])
        finally:
            for job in jobs:
                self._told.pop(job.comparison.id, None)
                self._bells.ring(job.comparison.id)

    def _begun(self, waiting: Waiting, fence: Fence) -> Job | None:
        if waiting.live.cancel.is_set():
            return None
        try:
            job = self._database.write(
                lambda s: begin(s, waiting.take, waiting.live, fence, self._admission)
            )
        except Exception:
            log.exception("take %s could not be begun", waiting.take)
            return None
        waiting.live.began = job is not None
        self._bells.ring(waiting.comparison)
        return job

    def _render(self, jobs: Sequence[Job], closing: threading.Event) -> None:
        if jobs and self._elsewhere is not None and self._elsewhere.takes(jobs[0].engine):
            for job in jobs:
                problem = self._elsewhere.render(job, closing)
                if problem is not None:
                    self._fail(job, problem)
            return
        ready: dict[tuple[str, str], tuple[Job, Prepared]] = {}
        same: list[Job] = []
        for job in jobs:
            prepared = self._prepared(job)
            if prepared is None or job.live.cancel.is_set():
                continue
            if (job.owner, prepared.key) in ready:
                same.append(job)
            ready.setdefault((job.owner, prepared.key), (job, prepared))
        self._narrator.speak(list(ready.values()), self._listener, self._conclude)
        for job in same:  # answered from the store now, if all went well
            self._render([job], closing)

    def _prepared(self, job: Job) -> Prepared | None:
        try:
            return self._preparer.prepare(job)
        except Exception as problem:  # noqa: BLE001 (engines and stores may raise anything)
            self._fail(job, problem)
            return None

    def _conclude(self, job: Job, outcome: RenderReport | Exception) -> None:
        try:
            if isinstance(outcome, Exception):
                self._fail(job, outcome)
            elif outcome.cancelled or job.live.cancel.is_set():
                # whoever cancelled has changed the row; on closing it stays for the next start
                self._keeper.stopped(job)
            else:
                self._keeper.keep(job, outcome)
        except Problem as problem:
            self._fail(job, problem)

    def _listener(self, job: Job) -> Callable[[Chunk], None]:
        """Gets a take's chunks: keeps them for listeners, and tells of progress now and then."""
        comparison = job.comparison.id

        def heard(chunk: Chunk) -> None:
            job.live.add(chunk)
            moment = time.monotonic()
            if moment - self._told.get(comparison, 0.0) >= _PROGRESS_SECONDS:
                self._told[comparison] = moment
                self._bells.ring(comparison)

        return heard

    def _fail(self, job: Job, problem: Exception) -> None:
        if job.live.cancel.is_set():
            self._keeper.stopped(job)
            return
        if not isinstance(problem, Problem):
            log.error("take %s failed unexpectedly", job.take.id, exc_info=problem)
        pause = pause_seconds(problem, job.take.tries, self._first_pause)
        going_on = self._keeper.fail(job, _why(problem), lasting=lasting(problem), pause=pause)
        if going_on is not None:
            self._again(going_on)


def _why(problem: Exception) -> Note:
    """A failure as a person reads it."""
    if isinstance(problem, Problem):
        return note(f"error.{problem.code}", **problem.params)
    return note("error.take_failed")
