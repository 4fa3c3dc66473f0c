"""The first comparison of a newcomer over HTTP: asked for by the studio page when it opens."""

from typing import Self

from fastapi import APIRouter
from pydantic import BaseModel

from studio.api.dependencies import Language, StudioDep, Who
from studio.locales import Note, say
from studio.takes.example import Remedy
from studio.takes.welcome import Welcomed

router = APIRouter(tags=["comparisons"])


class RemedyJson(BaseModel):
    """A weight set that would give the page's language a voice more."""

    engine: str
    title: str
    set: str
    bytes: int | None
    licence: str

    @classmethod
    def of(cls, remedy: Remedy | None) -> Self | None:
        """A remedy, where there is one."""
        if remedy is None:
            return None
        return cls(
            engine=remedy.engine,
            title=remedy.title,
            set=remedy.set_name,
            bytes=remedy.bytes,
            licence=remedy.licence,
        )


class WelcomeJson(BaseModel):
    """What a newcomer is shown."""

    comparison: str | None
    """The example's id; ``null``: they made something themselves, or there is nothing to show."""
    other_language: str | None
    """Why the example is in another language than was asked for."""
    remedy: RemedyJson | None
    nothing: str | None
    """Why there is no example."""


@router.post("/api/welcome")
def welcome(studio: StudioDep, who: Who, language: Language) -> WelcomeJson:
    """An example to listen to, made once for each person; programs that show a key get none."""
    found = studio.welcome.welcome(who.id, language) if who.key_id is None else Welcomed()
    return WelcomeJson(
        comparison=found.comparison,
        other_language=_said(found.other_language, language),
        remedy=RemedyJson.of(found.remedy),
        nothing=_said(found.nothing, language),
    )


def _said(words: Note | None, language: str) -> str | None:
    return say(language, words) if words else None
