"""The models that measure over HTTP: what they are for, and which of their weights are there.

Their weights come and go by the routes of `studio.api.weights`, as those of engines do.
"""

from typing import Self

from fastapi import APIRouter, Request
from pydantic import BaseModel

from studio.api.dependencies import Language, StudioDep
from studio.api.jobs import JobJson
from studio.api.needs_json import WeightsJson
from studio.api.weights import here_alone
from studio.engines.card import ModelCard
from studio.locales import say
from studio.problems import NotFound
from studio.quality.models import MODELS
from studio.runtime.asr_model import Recogniser
from studio.wiring import Studio

router = APIRouter(tags=["models"])


class TermsJson(BaseModel):
    """Terms of the code and of the weights (SPDX identifiers)."""

    code: str
    weights: str
    url: str


class ModelJson(BaseModel):
    """A model that measures. Any one of its weight sets will do; the earlier, the better."""

    name: str
    title: str
    summary: str
    homepage: str
    licence: TermsJson
    ready: bool
    in_use: str | None
    """The weight set that is used now."""
    missing: str | None
    """What is lacking and how to get it, where it is not ready."""
    weights: list[WeightsJson]

    @classmethod
    def of(cls, studio: Studio, card: ModelCard, jobs: list[JobJson], language: str) -> Self:
        """A model as it stands."""
        recogniser = Recogniser(studio.settings, studio.weights)
        folder, weight_set = recogniser.found()
        own = [job for job in jobs if job.engine == card.name]
        return cls(
            name=card.name,
            title=card.title,
            summary=say(language, card.summary),
            homepage=card.homepage,
            licence=TermsJson(
                code=card.licence.code, weights=card.licence.weights, url=card.licence.url
            ),
            ready=folder is not None,
            in_use=weight_set,
            missing=None if folder else say(language, recogniser.missing()),
            weights=[WeightsJson.of(s, own, language) for s in studio.weights.sets(card)],
        )


class ModelsJson(BaseModel):
    """All models that measure and have weights to fetch."""

    models: list[ModelJson]
    folders: bool
    """Whether a folder of one's own can be named for weights from a page."""


@router.get("/api/models")
def list_models(studio: StudioDep, language: Language, request: Request) -> ModelsJson:
    """All models that measure."""
    jobs = [JobJson.of(job, language) for job in studio.jobs.list()]
    return ModelsJson(
        models=[ModelJson.of(studio, card, jobs, language) for card in MODELS.values()],
        folders=here_alone(studio.settings, request),
    )


@router.get("/api/models/{name}")
def read_model(name: str, studio: StudioDep, language: Language) -> ModelJson:
    """One model."""
    if name not in MODELS:
        raise NotFound("unknown_model", model=name, known=", ".join(MODELS))
    jobs = [JobJson.of(job, language) for job in studio.jobs.list()]
    return ModelJson.of(studio, MODELS[name], jobs, language)
