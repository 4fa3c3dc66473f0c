"""Which rows are to be rendered next, and what becomes of those a scheduler leaves behind."""

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, case, null, or_, select, update
from sqlalchemy.orm import Session

from studio.locales import note
from studio.store.base import now
from studio.store.tables import Take
from studio.takes.priorities import PAUSED
from studio.takes.repeating import LONGEST_SECONDS

MOST_BEGINNINGS = 10
"""A take that was under way at so many crashes of the studio itself may well be their cause."""
_AT_ONCE = 500
"""Ids in one question."""


def next_takes(session: Session, most: int, known: Collection[str]) -> list[Take]:
    """Of each engine with queued takes, those that come next by priority and age.

    Args:
        session: to look in.
        most: so many of each engine, known ones included.
        known: ids that are being seen to already; they are left out.
    """
    due = (Take.state == "queued", Take.priority < PAUSED, _due(now()))
    found: list[Take] = []
    for engine in session.scalars(select(Take.engine).where(*due[:2]).distinct()).all():
        query = select(Take).where(*due, Take.engine == engine)
        query = query.order_by(Take.priority, Take.created_at, Take.position).limit(most)
        found += [take for take in session.scalars(query) if take.id not in known]
    return found


def _due(moment: datetime) -> ColumnElement[bool]:
    """Not waiting for a further try; nor told to by a clock that was ahead."""
    far = moment + timedelta(seconds=LONGEST_SECONDS + 1)
    return or_(Take.not_before.is_(None), Take.not_before <= moment, Take.not_before > far)


def states(session: Session, ids: Collection[str]) -> dict[str, tuple[str, str]]:
    """State and comparison of takes, by id; those that are gone are left out."""
    return {
        row.id: (row.state, row.comparison_id)
        for part in _parts(list(ids))
        for row in session.execute(
            select(Take.id, Take.state, Take.comparison_id).where(Take.id.in_(part))
        )
    }


def _parts(ids: list[str]) -> Iterator[list[str]]:
    return (ids[start : start + _AT_ONCE] for start in range(0, len(ids), _AT_ONCE))


def running(session: Session) -> set[str]:
    """Ids of all takes whose rows say that they are being rendered."""
    return set(session.scalars(select(Take.id).where(Take.state == "running")))


def take_up(session: Session) -> None:
    """Queue what was running when the scheduler before ended without a word."""
    under_way = Take.state == "running"
    lost = note("error.take_lost", count=MOST_BEGINNINGS).to_json()
    session.execute(
        update(Take)
        .where(under_way, Take.tries >= MOST_BEGINNINGS)
        .values(state="failed", error=lost, finished_at=now(), measures=null())
    )
    session.execute(update(Take).where(under_way).values(state="queued", measures=null()))


def hand_back(session: Session) -> None:
    """Queue what is running, because this scheduler stops; that was no try."""
    fewer = case((Take.tries > 0, Take.tries - 1), else_=0)
    values = {"state": "queued", "tries": fewer, "measures": null()}
    session.execute(update(Take).where(Take.state == "running").values(values))
