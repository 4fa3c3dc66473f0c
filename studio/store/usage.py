"""What an account ordered lately and what it may: the studio's limits, or the account's own.

Orders are counted by the hour, in the transaction that keeps them. Deleting a take gives nothing
back, so nobody can order without end by deleting. Twenty-four hours are the hours that began in
them: what was ordered counts for at least 23 hours and at most 24.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from studio.settings import Settings
from studio.store.account_tables import User
from studio.store.tables import Voice
from studio.store.work_tables import Usage

DAY = timedelta(hours=24)


@dataclass(frozen=True)
class Allowance:
    """What one account may do; ``None``: as much as it likes."""

    takes_per_day: int | None
    characters_per_day: int | None
    voices: int | None
    spending_cap: Mapping[str, float]
    """In a calendar month, by currency; nothing in it: no cap of its own."""


@dataclass(frozen=True)
class Used:
    """What an account ordered in one hour, or in some."""

    takes: int = 0
    characters: int = 0


def allowance(session: Session, settings: Settings, owner: str) -> Allowance:
    """What an account may do. An owner without an account has the settings' limits."""
    row = session.get(User, owner)
    own: Mapping[str, Any] = row.limits if row is not None else {}
    return Allowance(
        takes_per_day=own.get("takes_per_day", settings.quota_takes_per_day),
        characters_per_day=own.get("characters_per_day", settings.quota_characters_per_day),
        voices=own.get("voices", settings.quota_voices),
        spending_cap=own.get("spending_cap", settings.spending_cap_user) or {},
    )


def hours_of(session: Session, owner: str, moment: datetime) -> dict[datetime, Used]:
    """What an account ordered in the 24 hours before a moment, by hour, the oldest first."""
    query = select(Usage).where(Usage.owner == owner, Usage.hour > moment - DAY)
    return {
        row.hour: Used(row.takes, row.characters)
        for row in session.scalars(query.order_by(Usage.hour))
    }


def count(session: Session, owner: str, ordered: Used, moment: datetime) -> None:
    """Add to an account's count, and forget what is too old to matter."""
    hour = moment.replace(minute=0, second=0, microsecond=0)
    session.execute(delete(Usage).where(Usage.owner == owner, Usage.hour <= moment - 2 * DAY))
    row = session.get(Usage, (owner, hour))
    if row is None:
        row = Usage(owner=owner, hour=hour, takes=0, characters=0)
        session.add(row)
    row.takes += ordered.takes
    row.characters += ordered.characters


def voices_kept(session: Session, owner: str) -> int:
    """How many voices an account keeps, those in the bin not among them."""
    query = select(func.count()).select_from(Voice)
    query = query.where(Voice.owner == owner, Voice.deleted_at.is_(None))
    return session.scalars(query).one()
