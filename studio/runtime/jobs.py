"""Long work with progress that outlives the page that asked for it: downloads, installations."""

import logging
import threading
import time
import uuid
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal, Protocol

from studio.locales import Note
from studio.problems import Conflict, NotFound, Problem

_KEEP_SECONDS = 900.0
"""How long a finished job can still be looked at."""
_KEEP_ENDED = 50
"""How many finished jobs are kept at most; a script may start hundreds."""
_WINDOW_SECONDS = 5.0
"""The stretch over which the speed is taken."""
_LEAVE_SECONDS = 2.0
log = logging.getLogger("studio.runtime")

State = Literal["running", "done", "failed", "cancelled"]
Measure = Literal["bytes", "share"]


class Told(Protocol):
    """Gets what is done and the total (0 while unknown), and what is being done."""

    def __call__(self, done: float, total: float, phase: Note | None = None) -> None: ...


Work = Callable[[Told, threading.Event], Note | None]
"""Does the job: told how far, asked to stop by the event, and gives a sentence on what came of it.

Raises a ``Problem`` when it cannot, and anything at all once the event is set.
"""


@dataclass(frozen=True)
class JobView:
    """A job as it stands."""

    id: str
    kind: str
    engine: str
    detail: str
    """What of the engine: the name of a weight set, say."""
    state: State
    cancelling: bool
    measure: Measure
    """What is counted: bytes of the whole, or the share of the phase."""
    done: float
    total: float
    """0 while nobody knows."""
    speed: float | None
    """Bytes a second over the last seconds."""
    phase: Note | None
    result: Note | None
    error: Note | None
    started_at: datetime
    ended_at: datetime | None


@dataclass
class _Job:
    kind: str
    engine: str
    detail: str
    measure: Measure
    id: str = field(default_factory=lambda: uuid.uuid4().hex)
    state: State = "running"
    done: float = 0.0
    total: float = 0.0
    phase: Note | None = None
    result: Note | None = None
    error: Note | None = None
    started_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    ended_at: datetime | None = None
    ended: float = 0.0
    stop: threading.Event = field(default_factory=threading.Event)
    marks: deque[tuple[float, float]] = field(default_factory=deque)
    thread: threading.Thread | None = None


class Jobs:
    """Runs jobs, each in a thread of its own; one of a kind for an engine at a time."""

    def __init__(self, keep_seconds: float = _KEEP_SECONDS) -> None:
        self._keep = keep_seconds
        self._lock = threading.Lock()
        self._jobs: dict[str, _Job] = {}

    def start(
        self, kind: str, engine: str, detail: str, work: Work, measure: Measure = "bytes"
    ) -> JobView:
        """Begin a job; the same one under way already is answered instead.

        Raises:
            Conflict: ``job_running``, one of this kind for this engine, but about something else.
        """
        with self._lock:
            self._prune()
            for job in self._jobs.values():
                if (job.kind, job.engine, job.state) == (kind, engine, "running"):
                    if job.detail == detail and not job.stop.is_set():
                        return _view(job)
                    raise Conflict("job_running", engine=engine)
            job = _Job(kind, engine, detail, measure)
            self._jobs[job.id] = job
            job.thread = threading.Thread(
                target=self._run, args=(job, work), name=f"job-{kind}-{engine}", daemon=True
            )
            job.thread.start()
            return _view(job)

    def list(self) -> list[JobView]:
        """All jobs under way and those lately ended, the newest first."""
        with self._lock:
            self._prune()
            return [_view(job) for job in reversed(self._jobs.values())]

    def get(self, job: str) -> JobView:
        """One job.

        Raises:
            NotFound: ``unknown_job``, or it ended too long ago.
        """
        with self._lock:
            return _view(self._found(job))

    def cancel(self, job: str) -> JobView:
        """Ask a job to stop; one that is over stays as it is.

        Raises:
            NotFound: ``unknown_job``.
        """
        with self._lock:
            found = self._found(job)
            if found.state == "running":
                found.stop.set()
            return _view(found)

    def busy(self, engine: str) -> bool:
        """Whether any job of the engine is under way."""
        with self._lock:
            return any(j.engine == engine and j.state == "running" for j in self._jobs.values())

    def close(self) -> None:
        """Stop all jobs, and wait a moment for them."""
        with self._lock:
            running = [job for job in self._jobs.values() if job.state == "running"]
            for job in running:
                job.stop.set()
        until = time.monotonic() + _LEAVE_SECONDS
        for job in running:
            if job.thread is not None:
                job.thread.join(max(0.0, until - time.monotonic()))

    # inside

    def _run(self, job: _Job, work: Work) -> None:
        def told(done: float, total: float, phase: Note | None = None) -> None:
            now = time.monotonic()
            with self._lock:
                job.done, job.total = done, total
                job.phase = phase or job.phase
                job.marks.append((now, done))
                while len(job.marks) > 2 and job.marks[0][0] < now - _WINDOW_SECONDS:  # noqa: PLR2004
                    job.marks.popleft()

        state: State = "done"
        result = error = None
        try:
            result = work(told, job.stop)
        except Exception as problem:  # anyone's work may raise anything
            if job.stop.is_set():
                state = "cancelled"
            elif isinstance(problem, Problem):
                state, error = "failed", Note(f"error.{problem.code}", problem.params)
            else:
                log.exception("the job %s of %s failed", job.kind, job.engine)
                reason = type(problem).__name__
                state, error = "failed", Note("error.job_failed", {"reason": reason})
        with self._lock:
            job.state, job.result, job.error = state, result, error
            job.ended_at, job.ended = datetime.now(UTC), time.monotonic()

    def _found(self, job: str) -> _Job:
        self._prune()
        if job not in self._jobs:
            raise NotFound("unknown_job")
        return self._jobs[job]

    def _prune(self) -> None:
        old = time.monotonic() - self._keep
        for name, job in list(self._jobs.items()):
            if job.state != "running" and job.ended < old:
                del self._jobs[name]
        ended = [name for name, job in self._jobs.items() if job.state != "running"]
        for name in ended[:-_KEEP_ENDED]:
            del self._jobs[name]


def _view(job: _Job) -> JobView:
    return JobView(
        id=job.id,
        kind=job.kind,
        engine=job.engine,
        detail=job.detail,
        state=job.state,
        cancelling=job.state == "running" and job.stop.is_set(),
        measure=job.measure,
        done=job.done,
        total=job.total,
        speed=_speed(job),
        phase=job.phase,
        result=job.result,
        error=job.error,
        started_at=job.started_at,
        ended_at=job.ended_at,
    )


def _speed(job: _Job) -> float | None:
    if job.state != "running" or job.measure != "bytes" or len(job.marks) < 2:  # noqa: PLR2004
        return None
    (began, before), (ended, after) = job.marks[0], job.marks[-1]
    return (after - before) / (ended - began) if ended > began and after > before else None
