"""What takes may cost together: what was charged this month, what is under way, and the caps.

A take holds money from its order until its charge is in the ledger, so that orders at the same
time cannot pass a cap together. It holds what the service would count at most: East Asian signs
twice, as some services do, and the instruction, which some send along.
"""

import unicodedata
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import ColumnElement

from studio.engines.registry import engine_class
from studio.problems import NotFound, Unavailable
from studio.store.tables import Comparison, LedgerRow, Take
from studio.takes.retries import charged
from studio.takes.views import TakePlan

HELD = "held"
UNPRICED = "unpriced"
_MILLION = 1_000_000
_ISO_4217 = 3
_LATE_CHARGE = timedelta(minutes=10)
"""A take that was cancelled while it was rendered may be charged yet."""


def at_stake(plan: TakePlan) -> dict[str, Any]:
    """What a take's row keeps of money, for as long as it is under way.

    Returns:
        ``held``: amounts by currency, its fallback's included; ``unpriced``: titles of engines
        that may charge, nobody knows how much.
    """
    held: dict[str, float] = {}
    unpriced = []
    standing_by = plan.fallback if plan.fallback and plan.fallback.refusal is None else None
    for one in (plan, standing_by):
        if one is None or (one.refusal is not None and one is plan and standing_by is None):
            continue
        if one.cost is not None and one.cost.per_million_characters is not None:
            characters = _at_most(one.text) + _at_most(one.instruction)
            amount = characters * one.cost.per_million_characters / _MILLION
            held[one.cost.currency] = held.get(one.cost.currency, 0.0) + amount
        elif _may_charge(one):
            unpriced.append(one.title or one.engine)
    return {HELD: {name: amount for name, amount in held.items() if amount}, UNPRICED: unpriced}


def checked_cap(cap: Mapping[str, float], where: str) -> dict[str, float]:
    """A cap by currency.

    Raises:
        ValueError: it is none; better at start than on an invoice.
    """
    for currency, amount in cap.items():
        if len(currency) != _ISO_4217 or not currency.isalpha() or not currency.isupper():
            raise ValueError(f"the currency of {where} is no ISO 4217 code: {currency}")
        if not 0 <= amount < float("inf"):
            raise ValueError(f"{where} is no amount of {currency}: {amount}")
    return dict(cap)


def month(moment: datetime) -> tuple[datetime, datetime]:
    """First moments of a moment's month and of the next one, in UTC."""
    begin = moment.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return begin, (begin + timedelta(days=32)).replace(day=1)


def spent(session: Session, currency: str, since: datetime, owner: str | None = None) -> float:
    """What was charged since a moment, by everybody or one account."""
    query = select(func.sum(LedgerRow.amount)).where(
        LedgerRow.currency == currency, LedgerRow.at >= since
    )
    if owner is not None:
        query = query.where(LedgerRow.owner == owner)
    return float(session.scalar(query) or 0.0)


def held(  # noqa: PLR0913, PLR0917 (the parts of one sum)
    session: Session,
    currency: str,
    states: Iterable[str],
    moment: datetime,
    owner: str | None = None,
    but: str = "",
) -> float:
    """What takes in some states hold.

    Args:
        session: to read in.
        currency: of the amount.
        states: of takes that hold money; those cancelled a moment ago do in any case.
        moment: now.
        owner: of one account only.
        but: a take that is left out.
    """
    query = select(func.sum(Take.request[HELD][currency].as_float())).where(
        or_(Take.state.in_(list(states)), _charged_late(moment)), Take.id != but
    )
    if owner is not None:
        query = query.join(Comparison, Take.comparison_id == Comparison.id)
        query = query.where(Comparison.owner == owner)
    return float(session.scalar(query) or 0.0)


def _charged_late(moment: datetime) -> ColumnElement[bool]:
    return and_(
        Take.state == "cancelled",
        Take.tries > 0,
        Take.finished_at > moment - _LATE_CHARGE,
        Take.cost.is_(None),
    )


def _at_most(text: str) -> int:
    """How many characters a service may count."""
    return len(text) + sum(unicodedata.east_asian_width(sign) in "WF" for sign in text)


def _may_charge(plan: TakePlan) -> bool:
    try:
        return charged(engine_class(plan.engine).card, plan.cost)
    except (NotFound, Unavailable):  # nothing that could charge
        return False
