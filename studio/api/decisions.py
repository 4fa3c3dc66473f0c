"""Decisions over HTTP: the default of a language and a use, with its evidence."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from studio.api.dependencies import Language, Owner, StudioDep, bare_language
from studio.api.study_json import DecisionJson

router = APIRouter(tags=["studies"])


class DecisionOrder(BaseModel):
    """Which condition becomes the default, and of what."""

    model_config = ConfigDict(extra="forbid")

    condition: Annotated[int, Field(ge=0, le=9999)]
    language: str | None = Field(default=None, max_length=35)
    """By default the study's."""
    use: str | None = Field(default=None, max_length=1000)
    """By default the study's."""


class DecisionsJson(BaseModel):
    """Decisions that hold, the newest first."""

    decisions: list[DecisionJson]


@router.post("/api/studies/{study_id}/decision", status_code=201)
def decide(
    study_id: str, order: DecisionOrder, studio: StudioDep, owner: Owner, language: Language
) -> DecisionJson:
    """Make a condition the default; refused while the plan does not let its result be seen."""
    made = studio.studies.decisions.decide(
        owner, study_id, order.condition, order.language, order.use
    )
    return DecisionJson.of(made, language)


@router.get("/api/decisions")
def list_decisions(
    studio: StudioDep,
    owner: Owner,
    language: Language,
    spoken: Annotated[str | None, Query(alias="language", max_length=64)] = None,
    use: Annotated[str | None, Query(max_length=64)] = None,
) -> DecisionsJson:
    """Decisions that were not withdrawn; ``current`` is the newest of a language and a use."""
    views = studio.studies.decisions.list(owner, bare_language(spoken), use or None)
    return DecisionsJson(decisions=[DecisionJson.of(view, language) for view in views])


@router.delete("/api/decisions/{decision_id}", status_code=204)
def withdraw_decision(decision_id: str, studio: StudioDep, owner: Owner) -> None:
    """Take a decision back; the one before it holds again."""
    studio.studies.decisions.withdraw(owner, decision_id)
