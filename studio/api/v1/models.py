"""``/v1/models``: what can be named as ``model``."""

from typing import Literal, Self

from fastapi import APIRouter
from pydantic import BaseModel

from studio.api.dependencies import Owner, StudioDep
from studio.dialects.speech_models import SpeechModel
from studio.problems import NotFound

router = APIRouter(prefix="/v1/models", tags=["OpenAI speech"])


class OpenAiModelJson(BaseModel):
    """A name that can be given as ``model``."""

    id: str
    object: Literal["model"] = "model"
    created: int = 0
    """Unix time; engines do not say when they were made."""
    owned_by: str

    @classmethod
    def of(cls, model: SpeechModel) -> Self:
        """A model as OpenAI lists it."""
        return cls(id=model.id, owned_by=model.owner)


class OpenAiModelsJson(BaseModel):
    """All of them; those that stand for the studio's default first."""

    object: Literal["list"] = "list"
    data: list[OpenAiModelJson]


@router.get("")
def list_speech_models(studio: StudioDep, owner: Owner) -> OpenAiModelsJson:  # noqa: ARG001
    """Engines that can speak now, and their models as ``engine/model``."""
    return OpenAiModelsJson(data=[OpenAiModelJson.of(one) for one in studio.speech.models.list()])


@router.get("/{model:path}")
def read_speech_model(model: str, studio: StudioDep, owner: Owner) -> OpenAiModelJson:  # noqa: ARG001
    """One of them."""
    found = studio.speech.models.list()
    for one in found:
        if one.id == model:
            return OpenAiModelJson.of(one)
    known = ", ".join(one.id for one in found) or "–"
    raise NotFound("model_not_found", model=model[:80], known=known)
