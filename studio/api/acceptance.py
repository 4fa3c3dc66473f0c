"""Licences over HTTP: what must be accepted before an engine is used, accepting, withdrawing."""

from datetime import datetime
from typing import Literal, Self

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from studio.api.dependencies import Language, Owner, StudioDep
from studio.takes.acceptance import AcceptanceView

router = APIRouter(tags=["engines"])


class AcceptanceJson(BaseModel):
    """How it stands with an engine's licence."""

    engine: str
    needed: bool
    accepted: bool
    accepted_at: datetime | None
    statement: str
    """What is agreed to, to be shown word for word."""
    terms_sha256: str
    """To be sent back with the acceptance."""
    url: str

    @classmethod
    def of(cls, view: AcceptanceView) -> Self:
        """As JSON."""
        return cls(**view.model_dump())


class AcceptJson(BaseModel):
    """A person accepts the terms that were shown."""

    model_config = ConfigDict(extra="forbid", strict=True)

    accept: Literal[True]
    terms_sha256: str = Field(max_length=64)


@router.get("/api/engines/{name}/acceptance")
def read_acceptance(name: str, studio: StudioDep, language: Language) -> AcceptanceJson:
    """What is to be accepted, and whether it was."""
    return AcceptanceJson.of(studio.licences.view(name, language))


@router.post("/api/engines/{name}/acceptance")
def accept_licence(
    name: str, body: AcceptJson, studio: StudioDep, owner: Owner, language: Language
) -> AcceptanceJson:
    """Accept an engine's licence; who, when and in which words is recorded."""
    return AcceptanceJson.of(studio.licences.accept(owner, name, language, body.terms_sha256))


@router.delete("/api/engines/{name}/acceptance")
def withdraw_acceptance(
    name: str, studio: StudioDep, owner: Owner, language: Language
) -> AcceptanceJson:
    """Take it back: the engine renders no more until it is accepted again."""
    return AcceptanceJson.of(studio.licences.withdraw(owner, name, language))
