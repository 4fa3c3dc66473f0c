"""Engines' own Python environments over HTTP: install and remove."""

import threading

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict

from studio.api.dependencies import Language, StudioDep
from studio.api.jobs import JobJson
from studio.api.weights import FreedJson, require_licence
from studio.engines.registry import engine_class
from studio.locales import Note, note
from studio.problems import Conflict
from studio.runtime.hub import Stopped
from studio.runtime.jobs import Told
from studio.runtime.pip_output import Step

router = APIRouter(tags=["engines"])


class WhichJson(BaseModel):
    """Which of an engine's environments, where it has two."""

    model_config = ConfigDict(extra="forbid")

    cuda: bool | None = None
    """The one for graphics cards, or the other; by default the one there is."""


@router.post("/api/engines/{name}/environment", status_code=202)
def install_environment(
    name: str, studio: StudioDep, language: Language, which: WhichJson | None = None
) -> JobJson:
    """Build an engine's environment; the answer is the job to look at."""
    card = engine_class(name).card
    require_licence(studio, card)
    cuda = which.cuda if which else None
    studio.environments.wanted(name, cuda=cuda)  # what is not offered is refused now

    def work(told: Told, stop: threading.Event) -> Note:
        def step(one: Step) -> None:
            told(one.share or 0.0, 1.0 if one.share is not None else 0.0, one.note)

        if not studio.environments.install(name, step, stop, cuda=cuda):
            raise Stopped
        studio.runtime.release(name)  # the next render takes the new one
        return note("job.installed")

    job = studio.jobs.start("environment", name, "cuda" if cuda else "", work, measure="share")
    return JobJson.of(job, language)


@router.delete("/api/engines/{name}/environment")
def remove_environment(name: str, studio: StudioDep, cuda: bool | None = None) -> FreedJson:
    """Delete an engine's environment."""
    engine_class(name)
    if studio.jobs.busy(name):
        raise Conflict("job_running", engine=name)
    studio.runtime.release(name)  # what is idle need not stay for files that go
    return FreedJson(freed=studio.environments.remove(name, cuda=cuda))
