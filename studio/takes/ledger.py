"""What paid services charged: written with the end of a take, summed by engine and currency."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from pydantic import BaseModel, ConfigDict
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from studio.engines.contract import Usage
from studio.store.base import now
from studio.store.database import Database
from studio.store.tables import Comparison, LedgerRow, Take
from studio.takes.rows import new_id
from studio.takes.views import Cost

_PAGE = 500


class _View(BaseModel):
    model_config = ConfigDict(frozen=True, from_attributes=True)


class LedgerEntry(_View):
    """One charge. The price is the one that was valid then."""

    take_id: str
    engine: str
    model: str
    voice_id: str
    """The cloned voice that spoke; empty where none did."""
    project: str
    """As it was called then."""
    characters: int
    amount: float | None
    """``None`` where no price was known."""
    currency: str
    per_million_characters: float | None
    price_as_of: str
    price_source: str
    at: datetime


class LedgerSum(_View):
    """All charges of an engine in one currency."""

    engine: str
    currency: str
    charges: int
    unpriced: int
    """Charges of which no price was known: the amount is without them."""
    characters: int
    amount: float | None


class LedgerView(_View):
    """Charges, the newest first, and their sums over all time."""

    rows: tuple[LedgerEntry, ...]
    sums: tuple[LedgerSum, ...]


@dataclass(frozen=True)
class Charged:
    """What a charge is for."""

    owner: str
    take_id: str
    engine: str
    voice_id: str = ""
    """The cloned voice that spoke; empty where none did."""
    project: str = ""

    @classmethod
    def of(cls, take: Take, comparison: Comparison) -> "Charged":
        """A take: its voice is the comparison's where neither a preset nor a design spoke."""
        cloned = not take.preset and not take.speaker
        return cls(
            owner=comparison.owner,
            take_id=take.id,
            engine=take.engine,
            voice_id=(comparison.voice_id or "") if cloned else "",
            project=comparison.project or "",
        )


def charge(session: Session, what: Charged, usage: Usage, cost: Cost) -> None:
    """Write a charge in the session's own transaction."""
    session.add(
        LedgerRow(
            id=new_id(),
            owner=what.owner,
            take_id=what.take_id,
            engine=what.engine,
            voice_id=what.voice_id,
            project=what.project,
            model=usage.model[:80],
            characters=usage.characters,
            amount=cost.amount,
            currency=cost.currency,
            per_million_characters=cost.per_million_characters,
            price_as_of=cost.as_of,
            price_source=cost.source,
            at=now(),
        )
    )


class Ledger:
    """Reads what was charged.

    Args:
        database: where it is kept.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def view(self, owner: str, limit: int = 100, skip: int = 0) -> LedgerView:
        """A person's latest charges, some of them left out at the begin, and the sums of all."""
        mine = LedgerRow.owner == owner
        latest = select(LedgerRow).where(mine).order_by(LedgerRow.at.desc(), LedgerRow.id)
        sums = (
            select(
                LedgerRow.engine,
                LedgerRow.currency,
                func.count().label("charges"),
                (func.count() - func.count(LedgerRow.amount)).label("unpriced"),
                func.sum(LedgerRow.characters).label("characters"),
                func.sum(LedgerRow.amount).label("amount"),
            )
            .where(mine)
            .group_by(LedgerRow.engine, LedgerRow.currency)
            .order_by(LedgerRow.engine, LedgerRow.currency)
        )
        with self._database.read() as session:
            return LedgerView(
                rows=tuple(
                    LedgerEntry.model_validate(row)
                    for row in session.scalars(latest.limit(limit).offset(skip))
                ),
                sums=tuple(LedgerSum.model_validate(row) for row in session.execute(sums)),
            )

    def each(self, owner: str) -> Iterator[LedgerEntry]:
        """All charges of a person, the newest first, some hundreds in memory at once."""
        skip = 0
        while rows := self._page(owner, skip):
            yield from rows
            skip += len(rows)

    def _page(self, owner: str, skip: int) -> list[LedgerEntry]:
        query = (
            select(LedgerRow)
            .where(LedgerRow.owner == owner)
            .order_by(LedgerRow.at.desc(), LedgerRow.id)
            .limit(_PAGE)
            .offset(skip)
        )
        with self._database.read() as session:
            return [LedgerEntry.model_validate(row) for row in session.scalars(query)]
