"""What was charged, summed by engine, voice, project and month; unpriced charges are counted."""

from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict
from sqlalchemy import extract, func, or_, select
from sqlalchemy.orm import Session

from studio.engines.registry import engine_class
from studio.problems import NotFound, Unavailable
from studio.store.tables import LedgerRow, Voice

_MONTHS = 240
"""Twenty years."""


class Sum(BaseModel):
    """Charges in one currency that have something in common."""

    model_config = ConfigDict(frozen=True)

    key: str
    """Engine, id of the voice, project, or month as ``2026-11``; empty: none."""
    name: str
    """Title of the engine, name of the voice; empty where it is gone."""
    currency: str
    """Empty where no price was known."""
    charges: int
    unpriced: int
    """Charges without a known price: the amount is without them."""
    characters: int
    amount: float | None


class Sums(BaseModel):
    """The same charges, summed in four ways."""

    model_config = ConfigDict(frozen=True)

    engine: tuple[Sum, ...]
    voice: tuple[Sum, ...]
    project: tuple[Sum, ...]
    month: tuple[Sum, ...]
    """The latest first, in UTC."""


def sums(session: Session, owner: str) -> Sums:
    """Of all charges of a person."""
    year, month = extract("year", LedgerRow.at), extract("month", LedgerRow.at)
    by_voice = _grouped(session, owner, [LedgerRow.voice_id])
    names = voice_names(session, owner, [row.voice_id for row in by_voice])
    by_month = _grouped(session, owner, [year.label("year"), month.label("month")])
    months = [_sum(row, f"{int(row.year):04d}-{int(row.month):02d}") for row in by_month]
    return Sums(
        engine=_largest(
            _sum(row, row.engine, engine_title(row.engine))
            for row in _grouped(session, owner, [LedgerRow.engine])
        ),
        voice=_largest(_sum(row, row.voice_id, names.get(row.voice_id, "")) for row in by_voice),
        project=_largest(
            _sum(row, row.project) for row in _grouped(session, owner, [LedgerRow.project])
        ),
        month=tuple(sorted(months, key=lambda one: one.key, reverse=True)[:_MONTHS]),
    )


def voice_names(session: Session, owner: str, ids: Sequence[str]) -> dict[str, str]:
    """Names of voices that a person may still use."""
    wanted = {identity for identity in ids if identity}
    query = select(Voice.id, Voice.name).where(
        Voice.id.in_(wanted),
        Voice.deleted_at.is_(None),
        or_(Voice.owner == owner, Voice.shared.is_(True)),
    )
    return dict(session.execute(query).tuples().all()) if wanted else {}


def engine_title(engine: str) -> str:
    """As its card has it; empty where the engine is gone."""
    try:
        return engine_class(engine).card.title
    except (NotFound, Unavailable):
        return ""


def _grouped(session: Session, owner: str, by: list[Any]) -> Sequence[Any]:
    return session.execute(
        select(
            *by,
            LedgerRow.currency,
            func.count().label("charges"),
            (func.count() - func.count(LedgerRow.amount)).label("unpriced"),
            func.sum(LedgerRow.characters).label("characters"),
            func.sum(LedgerRow.amount).label("amount"),
        )
        .where(LedgerRow.owner == owner)
        .group_by(*by, LedgerRow.currency)
    ).all()


def _sum(row: Any, key: str, name: str = "") -> Sum:
    return Sum(
        key=key,
        name=name,
        currency=row.currency,
        charges=row.charges,
        unpriced=row.unpriced,
        characters=int(row.characters),
        amount=None if row.amount is None else float(row.amount),
    )


def _largest(found: Any) -> tuple[Sum, ...]:
    """The most expensive first, those without a price last."""
    return tuple(sorted(found, key=lambda one: (-(one.amount or -1.0), one.key, one.currency)))
