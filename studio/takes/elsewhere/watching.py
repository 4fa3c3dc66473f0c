"""Has takes rendered by a service of jobs, and waits for what becomes of them."""

import logging
import time
from collections.abc import Collection

from studio.engines.registry import engine_class
from studio.problems import NotFound, Problem, Unavailable
from studio.store.database import Database
from studio.store.tables import Take
from studio.takes.bell import Bells
from studio.takes.elsewhere import ticket
from studio.takes.elsewhere.contract import Closing, JobService
from studio.takes.elsewhere.state import JobState
from studio.takes.job import Job

_LOOK_SECONDS = 0.2
"""How soon a cancel or the end of this process is noticed."""
_GRACE_SECONDS = 10.0
"""A job that succeeded wrote its result before; a database's replica may show it later."""
log = logging.getLogger(__name__)


class RenderedElsewhere:
    """Renders some engines' takes as jobs.

    Args:
        database: the rows, which jobs write to as well.
        service: runs jobs.
        bells: rung by comparison id when something changed.
        engines: whose takes; None: all that run on graphics cards.
        at_once: jobs under way for one engine.
        poll_seconds: how often a job is looked at.
    """

    def __init__(  # noqa: PLR0913, PLR0917 (what it works with)
        self,
        database: Database,
        service: JobService,
        bells: Bells,
        engines: Collection[str] | None,
        at_once: int,
        poll_seconds: float,
    ) -> None:
        self._database = database
        self._service = service
        self._bells = bells
        self._engines = engines
        self._at_once = at_once
        self._poll_seconds = poll_seconds

    def takes(self, engine: str) -> bool:
        """Whether an engine's takes are rendered there."""
        if self._engines is not None:
            return engine in self._engines
        try:
            return "cuda" in engine_class(engine).card.hardware.runs_on
        except (NotFound, Unavailable):
            return False

    def lanes(self, engine: str) -> int:  # noqa: ARG002 (the same for all)
        """How many of its takes may be under way at once."""
        return self._at_once

    def render(self, job: Job, closing: Closing) -> Exception | None:
        """Have a take rendered and wait for it; see :class:`Elsewhere`."""
        take_id = job.take.id
        shown = self._database.write(lambda session: ticket.issue(session, take_id))
        if shown is None:
            return None  # cancelled meanwhile
        try:
            name = self._named(take_id, shown)
            return self._watched(job, shown, name, closing)
        except Problem as problem:
            if problem.code != "jobs_unreachable":
                self._database.write(lambda session: ticket.void(session, take_id, shown))
            return problem  # with its ticket, the next try looks for the job that may be there

    def _named(self, take_id: str, shown: str) -> str:
        """The job with this ticket: the one we know, the one that is found, or a new one."""
        with self._database.read() as session:
            row = session.get(Take, take_id)
            known = row.remote_job if row is not None else None
        name = known or self._service.find(shown) or self._service.submit(take_id, shown)
        if known is None:
            self._noted(take_id, shown, name, JobState.QUEUED)
            log.info("take %s is job %s", take_id, name)
        return name

    def _watched(self, job: Job, shown: str, name: str, closing: Closing) -> Exception | None:
        last: JobState | None = None
        while True:
            state, words = self._state(name, last)
            if state is not last:
                self._noted(job.take.id, shown, name, state)
                self._bells.ring(job.comparison.id)
                last = state
            if state.over:
                return self._ended(job, shown, state, words)
            if not self._open(job, shown):  # cancelled, or concluded by the job itself
                self._leave(job, name)
                return None
            if self._interrupted(job, closing):
                if job.live.cancel.is_set() and not closing.is_set():
                    self._service.cancel(name)
                return None

    def _state(self, name: str, last: JobState | None) -> tuple[JobState, str]:
        """Where the job stands; as before while nobody can be asked: the job goes on meanwhile."""
        try:
            return self._service.state(name)
        except Unavailable as problem:
            if problem.code != "jobs_unreachable":
                raise
            log.warning("job %s could not be looked at: %s", name, problem)
            return last or JobState.QUEUED, ""

    def _interrupted(self, job: Job, closing: Closing) -> bool:
        """Wait until the next look; whether the take was cancelled or this process is to end."""
        until = time.monotonic() + self._poll_seconds
        while (left := until - time.monotonic()) > 0:
            if closing.is_set() or job.live.cancel.wait(min(left, _LOOK_SECONDS)):
                return True
        return closing.is_set() or job.live.cancel.is_set()

    def _leave(self, job: Job, name: str) -> None:
        with self._database.read() as session:
            row = session.get(Take, job.take.id)
        if row is None or row.state == "cancelled":
            self._service.cancel(name)

    def _ended(self, job: Job, shown: str, state: JobState, words: str) -> Exception | None:
        until = time.monotonic() + (_GRACE_SECONDS if state is JobState.SUCCEEDED else 0.0)
        while self._open(job, shown):
            if time.monotonic() >= until:
                self._database.write(lambda session: ticket.void(session, job.take.id, shown))
                # It may have written its result in this very moment; then the row tells.
                return None if self._concluded(job) else _why(state, words)
            time.sleep(_LOOK_SECONDS)
        return None

    def _open(self, job: Job, shown: str) -> bool:
        with self._database.read() as session:
            row = session.get(Take, job.take.id)
        return row is not None and ticket.punched(row, shown)

    def _concluded(self, job: Job) -> bool:
        with self._database.read() as session:
            row = session.get(Take, job.take.id)
        return row is None or row.state not in ("queued", "running")

    def _noted(self, take_id: str, shown: str, name: str, state: JobState) -> None:
        self._database.write(lambda s: ticket.note_job(s, take_id, shown, name, state))


def _why(state: JobState, words: str) -> Unavailable:
    code = {
        JobState.SUCCEEDED: "job_without_result",
        JobState.PREEMPTED: "job_preempted",
        JobState.CANCELLED: "job_cancelled",
        JobState.LOST: "job_lost",
    }.get(state, "remote_job_failed")
    return Unavailable(code, reason=words or "–")
