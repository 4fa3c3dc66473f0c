"""What paid services charged: written with the end of a take, summed by engine and currency."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from studio.engines.contract import Usage
from studio.store.base import now
from studio.store.database import Database
from studio.store.tables import LedgerRow
from studio.takes.rows import new_id
from studio.takes.views import Cost


class _View(BaseModel):
    model_config = ConfigDict(frozen=True, from_attributes=True)


class LedgerEntry(_View):
    """One charge. The price is the one that was valid then."""

    take_id: str
    engine: str
    model: str
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
    characters: int
    amount: float | None


class LedgerView(_View):
    """Charges, the newest first, and their sums over all time."""

    rows: tuple[LedgerEntry, ...]
    sums: tuple[LedgerSum, ...]


def charge(  # noqa: PLR0913, PLR0917 (the parts of one row)
    session: Session, owner: str, take_id: str, engine: str, usage: Usage, cost: Cost
) -> None:
    """Write a charge in the session's own transaction."""
    session.add(
        LedgerRow(
            id=new_id(),
            owner=owner,
            take_id=take_id,
            engine=engine,
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

    def view(self, owner: str, limit: int = 100) -> LedgerView:
        """A person's latest charges and the sums of all."""
        mine = LedgerRow.owner == owner
        latest = select(LedgerRow).where(mine).order_by(LedgerRow.at.desc(), LedgerRow.id)
        sums = (
            select(
                LedgerRow.engine,
                LedgerRow.currency,
                func.count().label("charges"),
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
                    LedgerEntry.model_validate(row) for row in session.scalars(latest.limit(limit))
                ),
                sums=tuple(LedgerSum.model_validate(row) for row in session.execute(sums)),
            )
