"""The library over HTTP: everything somebody made, found again, named, tagged, deleted."""

from datetime import datetime
from typing import Annotated, Any, Self

from fastapi import APIRouter, Path
from fastapi import Query as Parameter
from pydantic import BaseModel, ConfigDict, Field

from studio.accounts.principal import Principal, Role
from studio.api.comparisons import ComparisonJson
from studio.api.dependencies import Language, Owner, StudioDep, Who
from studio.api.problems import spoken
from studio.library.query import KINDS, MOST_CHARACTERS, Kind, Query, Sort
from studio.library.views import Choices, Moved, Page, Thing
from studio.locales import note
from studio.problems import NotAllowed
from studio.takes.order import MOST_TITLE_CHARACTERS

router = APIRouter(tags=["library"])

_MOST_THINGS = 500
Short = Annotated[str, Parameter(max_length=MOST_CHARACTERS)]


class ThingsOrder(BaseModel):
    """Several things at once."""

    model_config = ConfigDict(extra="forbid")

    things: list[Thing] = Field(min_length=1, max_length=_MOST_THINGS)


class MovedJson(BaseModel):
    """What was done, and what stays as it is for which reason."""

    things: list[Thing]
    refused: list[dict[str, Any]]
    """Each with ``kind``, ``id``, ``code`` and a sentence."""

    @classmethod
    def of(cls, moved: Moved, language: str) -> Self:
        """Put into a language."""
        refused = [
            {
                **spoken(language, note(f"error.{one.code}", **one.params)),
                "kind": one.kind,
                "id": one.id,
            }
            for one in moved.refused
        ]
        return cls(things=list(moved.things), refused=refused)


class TagsOrder(BaseModel):
    """The tags that a thing shall carry, and no others."""

    model_config = ConfigDict(extra="forbid")

    tags: list[Annotated[str, Field(max_length=MOST_CHARACTERS)]] = Field(max_length=100)


class TagsJson(BaseModel):
    """The tags as they are kept."""

    tags: list[str]


class NamesOrder(BaseModel):
    """New names of a comparison; what is left out stays."""

    model_config = ConfigDict(extra="forbid")

    title: str | None = Field(default=None, max_length=MOST_TITLE_CHARACTERS * 2)
    project: str | None = Field(default=None, max_length=MOST_CHARACTERS)


@router.get("/api/library")
def read_library(  # noqa: PLR0913, PLR0917 (the filters there are)
    studio: StudioDep,
    who: Who,
    kind: Kind = "comparison",
    q: Short = "",
    tag: Short = "",
    project: Short = "",
    engine: Short = "",
    language: Annotated[str, Parameter(max_length=35)] = "",
    state: Annotated[str, Parameter(max_length=16)] = "",
    starred: bool = False,
    since: Annotated[datetime | None, Parameter(alias="from")] = None,
    until: Annotated[datetime | None, Parameter(alias="to")] = None,
    sort: Sort = "newest",
    cursor: Annotated[str, Parameter(max_length=1000)] = "",
    bin: bool = False,  # noqa: A002 (the name in the address)
) -> Page:
    """Things of one kind, forty at a time, and how many of each kind answer the same question.

    ``q``: words that must all be found, as parts of words too. ``from`` and ``to``: moments with a
    time zone. ``cursor``: ``next`` of the page before. A filter that a kind has nothing for finds
    none of that kind.
    """
    asked = Query(
        kind=kind,
        q=q,
        tag=tag,
        project=project,
        engine=engine,
        language=language,
        state=state,
        starred=starred,
        since=since,
        until=until,
        sort=sort,
        cursor=cursor,
        bin=bin,
    )
    return studio.library.page(who.id, asked, _kinds(who))


@router.get("/api/library/choices")
def read_choices(studio: StudioDep, owner: Owner) -> Choices:
    """The tags, projects, engines and languages that things can be filtered by."""
    return studio.library.choices(owner)


@router.put("/api/library/{kind}/{thing_id}/tags")
def tag_thing(
    kind: Annotated[Kind, Path()], thing_id: str, order: TagsOrder, studio: StudioDep, who: Who
) -> TagsJson:
    """Have a thing carry these tags and no others."""
    _check(who, [Thing(kind=kind, id=thing_id)])
    return TagsJson(tags=list(studio.library.tags.put(who.id, kind, thing_id, order.tags)))


@router.post("/api/library/bin")
def bin_things(order: ThingsOrder, studio: StudioDep, who: Who, language: Language) -> MovedJson:
    """Put things into the bin; they are seen nowhere else until they are restored."""
    _check(who, order.things)
    return MovedJson.of(studio.library.bin.put(who.id, order.things), language)


@router.post("/api/library/restore")
def restore_things(
    order: ThingsOrder, studio: StudioDep, who: Who, language: Language
) -> MovedJson:
    """Take things out of the bin."""
    _check(who, order.things)
    return MovedJson.of(studio.library.bin.restore(who.id, order.things), language)


@router.post("/api/library/purge")
def purge_things(order: ThingsOrder, studio: StudioDep, who: Who, language: Language) -> MovedJson:
    """Remove things that are in the bin for good."""
    _check(who, order.things)
    return MovedJson.of(studio.library.bin.purge(who.id, order.things), language)


@router.post("/api/library/empty")
def empty_bin(studio: StudioDep, owner: Owner, language: Language) -> MovedJson:
    """Remove everything in the bin for good."""
    return MovedJson.of(studio.library.bin.empty(owner), language)


@router.patch("/api/comparisons/{comparison_id}")
def rename_comparison(
    comparison_id: str, order: NamesOrder, studio: StudioDep, owner: Owner, language: Language
) -> ComparisonJson:
    """Give a comparison a title or a project."""
    studio.library.rename(owner, comparison_id, order.title, order.project)
    return ComparisonJson.of(studio.takes.comparison(owner, comparison_id), language)


def _kinds(who: Principal) -> tuple[Kind, ...]:
    """Studies are for those who may open their page."""
    return KINDS if who.may(Role.STUDY_OWNER) else tuple(one for one in KINDS if one != "study")


def _check(who: Principal, things: list[Thing]) -> None:
    if any(one.kind not in _kinds(who) for one in things):
        raise NotAllowed("role_needed", role=Role.STUDY_OWNER)
