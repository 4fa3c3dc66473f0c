"""Engines over HTTP: their cards, and where each stands now."""

from fastapi import APIRouter, Request
from pydantic import BaseModel

from studio.api.dependencies import Language, StudioDep
from studio.api.engine_json import Circumstances, EngineJson
from studio.api.jobs import JobJson
from studio.api.matrix_json import ColumnJson, language_columns
from studio.api.needs_json import EnvironmentJson
from studio.api.weights import here_alone
from studio.engines.card import Card
from studio.engines.matrix import columns, heading
from studio.engines.registry import engine_class
from studio.locales import say
from studio.problems import Unavailable
from studio.runtime.own_environment import own_environments
from studio.runtime.report import EngineState
from studio.takes.elsewhere.choice import rendered_elsewhere
from studio.wiring import Studio

router = APIRouter(tags=["engines"])


class EnginesJson(BaseModel):
    """All engines, built-in ones first."""

    engines: list[EngineJson]
    columns: list[ColumnJson]
    """Of the matrix; every engine's ``facts`` are in this order."""
    language_columns: list[ColumnJson]
    """Of the matrix of languages; every engine's ``spoken`` are in this order."""
    folders: bool
    """Whether a folder of one's own can be named for weights from a page."""


@router.get("/api/engines")
def list_engines(studio: StudioDep, language: Language, request: Request) -> EnginesJson:
    """All engines."""
    jobs = _jobs(studio, language)
    return EnginesJson(
        engines=[_engine(studio, state, jobs, language) for state in studio.runtime.states()],
        columns=[
            ColumnJson(name=name, title=say(language, heading(name))) for name in columns(language)
        ],
        language_columns=language_columns(language),
        folders=here_alone(studio.settings, request),
    )


@router.get("/api/engines/{name}")
def read_engine(name: str, studio: StudioDep, language: Language) -> EngineJson:
    """One engine."""
    return _engine(studio, studio.runtime.state(name), _jobs(studio, language), language)


def _jobs(studio: Studio, language: str) -> list[JobJson]:
    return [JobJson.of(job, language) for job in studio.jobs.list()]


def _engine(studio: Studio, state: EngineState, jobs: list[JobJson], language: str) -> EngineJson:
    try:
        kind = engine_class(state.name)
    except Unavailable:  # a broken plugin is a state and not an error
        return EngineJson.without_card(state, language)
    card = kind.card
    own = [job for job in jobs if job.engine == card.name]
    found = Circumstances(
        state=state,
        sets=studio.weights.sets(card),
        environments=_environments(studio, card, own),
        acceptance=studio.licences.view(card.name, language) if card.licence.acceptance else None,
        price=studio.prices.of(card),
        jobs=own,
        elsewhere=rendered_elsewhere(studio.settings, card.name),
    )
    return EngineJson.of(kind, found, language)


def _environments(studio: Studio, card: Card, jobs: list[JobJson]) -> list[EnvironmentJson]:
    found = []
    for own in own_environments(card):
        cuda = own.environment is card.cuda_environment
        detail = "cuda" if cuda else ""
        job = next((j for j in jobs if j.kind == "environment" and j.detail == detail), None)
        found.append(
            EnvironmentJson(
                kind=own.environment.kind,
                cuda=cuda,
                state=studio.environments.state(card, own.environment),
                disk_mb=own.environment.disk_mb,
                requirements=own.environment.requirements,
                job=job,
            )
        )
    return found
