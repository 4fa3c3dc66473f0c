"""What a person changes about a draft."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from studio.studies.owner.conditions import ConditionOrder


class TextOrder(BaseModel):
    """A text as a person puts it."""

    model_config = ConfigDict(extra="forbid")

    text: str
    source: str = Field(default="typed", max_length=80)


class Change(BaseModel):
    """What is to change about a draft; what is not named stays, lists are replaced whole."""

    model_config = ConfigDict(extra="forbid")

    title: str | None = None
    question: str | None = Field(default=None, max_length=32)
    protocol: str | None = Field(default=None, max_length=16)
    language: str | None = Field(default=None, max_length=35)
    use: str | None = None
    conditions: list[ConditionOrder] | None = None
    texts: list[str | TextOrder] | None = None
    plan: dict[str, Any] | None = None
    """A part of `StudyPlan`; its inner objects are merged, too."""
