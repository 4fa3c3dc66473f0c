"""How a voice stands with the engines that clone, as JSON."""

from typing import Literal, Self

from pydantic import BaseModel

from studio.locales import say
from studio.voices.views import EnrolmentView


class EnrolmentJson(BaseModel):
    """Whether a voice is compiled for an engine."""

    engine: str
    title: str
    state: Literal["ready", "pending", "failed", "open", "ask", "impossible"]
    reason: str | None
    """Why it is not ready, and what to do."""
    can_start: bool
    paid: bool
    """It leaves this machine, or costs money."""

    @classmethod
    def of(cls, view: EnrolmentView, language: str) -> Self:
        """A state with its reason put into a language."""
        reason = say(language, view.reason) if view.reason else None
        return cls(reason=reason, **view.model_dump(exclude={"reason"}))


class EnrolmentsJson(BaseModel):
    """All engines that clone, in the order of the engines page."""

    enrolments: list[EnrolmentJson]
