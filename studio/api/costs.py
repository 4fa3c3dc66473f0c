"""The cost calculator over HTTP: somebody's assumptions, what is known, and what a month costs."""

from typing import Self

from fastapi import APIRouter
from pydantic import BaseModel

from studio.api.dependencies import Owner, StudioDep
from studio.costs.assumptions import (
    ASSUMED_RTF,
    Assumptions,
    estimated_characters_per_minute,
)
from studio.costs.calculation import calculate
from studio.costs.facts import Facts, LocalEngine, Measured, Service
from studio.costs.rental import OFFERS, STORAGE_AS_OF, STORAGE_SOURCE, Kind
from studio.costs.result import Calculation
from studio.costs.service import Book

router = APIRouter(tags=["costs"])
_LANGUAGES = ("ko", "en", "ja", "zh", "es", "fr", "de", "it", "pt", "ru", "hi", "ar")
"""Offered beside those that somebody has takes in."""


class OfferJson(BaseModel):
    """A machine by the hour, as its vendor's page was quoted."""

    id: str
    vendor: str
    machine: str
    kind: Kind
    memory_gb: int
    hourly: float
    currency: str
    as_of: str
    """ISO 8601 date or month; empty: the page has none."""
    source: str
    quoted_by: str
    """Who read it there; empty: the page itself."""


class LanguageJson(BaseModel):
    """How densely a language is written."""

    tag: str
    estimated: float
    """Characters a minute, as the studio estimates the length of texts."""
    measured: Measured | None
    """On one's own takes."""


class CostsJson(BaseModel):
    """Assumptions, what is known to choose from, and what a month costs under them."""

    assumptions: Assumptions
    own: list[str]
    """Assumptions that are somebody's own."""
    defaults: Assumptions
    services: list[Service]
    engines: list[LocalEngine]
    assumed_rtf: dict[Kind, float]
    """Where nothing was measured."""
    offers: list[OfferJson]
    languages: list[LanguageJson]
    storage_as_of: str
    storage_source: str
    calculation: Calculation

    @classmethod
    def of(cls, book: Book, facts: Facts, calculation: Calculation) -> Self:
        """All that the calculator shows."""
        measured = facts.characters_per_minute
        return cls(
            assumptions=book.assumptions,
            own=list(book.own),
            defaults=Assumptions(),
            services=list(facts.services),
            engines=list(facts.engines),
            assumed_rtf=dict(ASSUMED_RTF),
            offers=[OfferJson(**vars(one)) for one in OFFERS],
            languages=[
                LanguageJson(
                    tag=tag,
                    estimated=estimated_characters_per_minute(tag),
                    measured=measured.get(tag),
                )
                for tag in dict.fromkeys([*measured, *_LANGUAGES, book.assumptions.language])
            ],
            storage_as_of=STORAGE_AS_OF,
            storage_source=STORAGE_SOURCE,
            calculation=calculation,
        )


@router.get("/api/costs")
def read_costs(studio: StudioDep, owner: Owner) -> CostsJson:
    """Somebody's assumptions (the studio's, where they have no own), and what follows from them."""
    return _shown(studio.costs.book(owner), studio, owner)


@router.put("/api/costs")
def keep_costs(assumptions: Assumptions, studio: StudioDep, owner: Owner) -> CostsJson:
    """Keep assumptions as one's own. Those that are left out are the studio's again."""
    return _shown(studio.costs.keep(owner, assumptions), studio, owner)


@router.delete("/api/costs")
def reset_costs(studio: StudioDep, owner: Owner) -> CostsJson:
    """Back to the studio's assumptions."""
    return _shown(studio.costs.reset(owner), studio, owner)


@router.post("/api/costs/calculation")
def what_it_costs(
    assumptions: Assumptions, studio: StudioDep, owner: Owner, far: bool = False
) -> Calculation:
    """What a month costs under some assumptions. Nothing is kept.

    ``far``: lines reach every break-even, however far off.
    """
    return studio.costs.calculate(owner, assumptions, far=far)


def _shown(book: Book, studio: StudioDep, owner: str) -> CostsJson:
    facts = studio.costs.facts(owner)
    return CostsJson.of(book, facts, calculate(book.assumptions, facts))
