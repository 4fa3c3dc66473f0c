"""Costs of a person: what was charged, their book of prices and assumptions, and the calculator."""

from pydantic import BaseModel, ConfigDict, ValidationError
from sqlalchemy.orm import Session

from studio.costs.assumptions import Assumptions
from studio.costs.calculation import calculate
from studio.costs.facts import Facts, LocalEngine, Service
from studio.costs.measured import characters_per_minute, real_time_factors
from studio.costs.result import Calculation
from studio.costs.sums import Sums, sums, voice_names
from studio.engines.card import Card
from studio.engines.registry import engine_classes
from studio.store.base import now
from studio.store.database import Database
from studio.store.library_tables import CostBook
from studio.takes.prices import Prices


class Book(BaseModel):
    """Somebody's assumptions, and which of them are their own."""

    model_config = ConfigDict(frozen=True)

    assumptions: Assumptions
    own: tuple[str, ...]
    """Names of those that differ from the studio's."""


class CostService:
    """Reads and calculates; keeps nothing but cost books.

    Args:
        database: where charges, takes and books are kept.
        prices: of services.
    """

    def __init__(self, database: Database, prices: Prices) -> None:
        self._database = database
        self._prices = prices

    def sums(self, owner: str) -> Sums:
        """All charges of a person, summed by engine, voice, project and month."""
        with self._database.read() as session:
            return sums(session, owner)

    def voice_names(self, owner: str, ids: list[str]) -> dict[str, str]:
        """Names of voices that a person still has, by their ids."""
        with self._database.read() as session:
            return voice_names(session, owner, ids)

    def book(self, owner: str) -> Book:
        """Somebody's assumptions; the studio's where they have none of their own."""
        with self._database.read() as session:
            row = session.get(CostBook, owner)
            values = dict(row.values) if row else {}
        try:
            assumptions = Assumptions.model_validate(values)
        except ValidationError:  # of an earlier version: what is not understood is not guessed
            return Book(assumptions=Assumptions(), own=())
        return Book(assumptions=assumptions, own=_own(assumptions))

    def keep(self, owner: str, assumptions: Assumptions) -> Book:
        """Make these somebody's own, where they differ from the studio's.

        Raises:
            BadInput: ``unknown_offer``, ``unknown_local_engine``.
        """
        self.calculate(owner, assumptions)
        values = assumptions.model_dump(mode="json", include=set(_own(assumptions)))

        def write(session: Session) -> None:
            row = session.get(CostBook, owner)
            if row is None:
                session.add(CostBook(owner=owner, values=values))
            else:
                row.values, row.changed_at = values, now()

        self._database.write(write)
        return self.book(owner)

    def reset(self, owner: str) -> Book:
        """Back to the studio's assumptions."""

        def forget(session: Session) -> None:
            row = session.get(CostBook, owner)
            if row is not None:
                session.delete(row)

        self._database.write(forget)
        return self.book(owner)

    def facts(self, owner: str) -> Facts:
        """What is known of services and engines, and was measured here."""
        cards = [kind.card for kind in engine_classes().values()]
        services = [one for card in cards for one in self._services(card)]
        with self._database.read() as session:
            engines = [
                _local(card).model_copy(update={"rtf": real_time_factors(session, card.name)})
                for card in cards
                if {"cpu", "cuda"} & set(card.hardware.runs_on)
            ]
            density = characters_per_minute(session, owner)
        return Facts(
            services=tuple(services), engines=tuple(engines), characters_per_minute=density
        )

    def calculate(self, owner: str, assumptions: Assumptions, *, far: bool = False) -> Calculation:
        """Cost each way of paying.

        Raises:
            BadInput: ``unknown_offer``, ``unknown_local_engine``.
        """
        return calculate(assumptions, self.facts(owner), far=far)

    def _services(self, card: Card) -> list[Service]:
        """A service at its usual model and, where they cost otherwise, at its others."""
        price = self._prices.of(card)
        if price is None:
            if "remote" not in card.hardware.runs_on:
                return []
            return [Service(id=card.name, engine=card.name, title=card.title, per_million=None)]
        models = {"": price.per_million_characters, **price.by_model}
        return [
            Service(
                id=f"{card.name}/{model}" if model else card.name,
                engine=card.name,
                title=card.title,
                model=model,
                per_million=rate,
                currency=price.currency,
                as_of=price.as_of,
                source=price.source,
            )
            for model, rate in models.items()
        ]


def _local(card: Card) -> LocalEngine:
    kinds = tuple(kind for kind in ("cpu", "cuda") if kind in card.hardware.runs_on)
    return LocalEngine(
        name=card.name,
        title=card.title,
        kinds=kinds,
        memory_mb=card.hardware.memory_mb,
        cuda_memory_mb=card.hardware.cuda_memory_mb,
        languages=tuple(card.languages),
    )


def _own(assumptions: Assumptions) -> tuple[str, ...]:
    standard = Assumptions()
    return tuple(
        name
        for name in Assumptions.model_fields
        if getattr(assumptions, name) != getattr(standard, name)
    )
