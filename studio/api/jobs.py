"""Long work over HTTP: downloads, installations; looked at, and called off."""

from datetime import datetime
from typing import Any, Self

from fastapi import APIRouter
from pydantic import BaseModel

from studio.api.dependencies import Language, StudioDep
from studio.api.problems import spoken
from studio.locales import say
from studio.runtime.jobs import JobView, Measure, State

router = APIRouter(tags=["jobs"])


class JobJson(BaseModel):
    """A job as it stands."""

    id: str
    kind: str
    """``weights`` (a download), ``verify`` or ``environment`` (an installation)."""
    engine: str
    detail: str
    """The weight set, or ``cuda`` for an environment for graphics cards."""
    state: State
    cancelling: bool
    measure: Measure
    """Whether ``done``, ``total`` and ``speed`` are bytes, or ``done`` a share of the ``phase``."""
    done: float
    total: float
    """0 while nobody knows."""
    speed: float | None
    """Bytes a second."""
    phase: str | None
    """What is being done."""
    result: str | None
    error: dict[str, Any] | None
    started_at: datetime
    ended_at: datetime | None

    @classmethod
    def of(cls, job: JobView, language: str) -> Self:
        """A job put into a language."""
        return cls(
            id=job.id,
            kind=job.kind,
            engine=job.engine,
            detail=job.detail,
            state=job.state,
            cancelling=job.cancelling,
            measure=job.measure,
            done=job.done,
            total=job.total,
            speed=job.speed,
            phase=say(language, job.phase) if job.phase else None,
            result=say(language, job.result) if job.result else None,
            error=spoken(language, job.error) if job.error else None,
            started_at=job.started_at,
            ended_at=job.ended_at,
        )


class JobsJson(BaseModel):
    """All jobs under way and those of the last minutes, the newest first."""

    jobs: list[JobJson]


@router.get("/api/jobs")
def list_jobs(studio: StudioDep, language: Language) -> JobsJson:
    """All jobs."""
    return JobsJson(jobs=[JobJson.of(job, language) for job in studio.jobs.list()])


@router.get("/api/jobs/{job}")
def read_job(job: str, studio: StudioDep, language: Language) -> JobJson:
    """One job."""
    return JobJson.of(studio.jobs.get(job), language)


@router.delete("/api/jobs/{job}")
def cancel_job(job: str, studio: StudioDep, language: Language) -> JobJson:
    """Ask a job to stop; what a download brought so far stays, to go on from."""
    return JobJson.of(studio.jobs.cancel(job), language)
