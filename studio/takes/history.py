"""How an engine's latest renderings went: speed, failures by day, and the last error.

Figures are about the engine and count everybody's takes; an error's sentence may quote what was
asked for, so it is told only to those whose take it was, or who may see all.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median
from typing import Literal

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from studio.locales import Note
from studio.store.base import now
from studio.store.database import Database
from studio.store.tables import Comparison, Take

LATEST = 60
"""Renderings that are told one by one."""
DAYS = 14
"""Days that are told, today among them."""
_FINAL = ("done", "failed")


@dataclass(frozen=True)
class Rendering:
    """One rendering. ``rtf`` and ``ttfa_seconds`` are of done ones alone."""

    at: datetime
    state: Literal["done", "failed"]
    rtf: float | None
    ttfa_seconds: float | None
    seconds: float | None


@dataclass(frozen=True)
class Day:
    """What came of a day's renderings (UTC)."""

    day: date
    done: int = 0
    failed: int = 0


@dataclass(frozen=True)
class LastError:
    """An error, and when."""

    note: Note
    at: datetime


@dataclass(frozen=True)
class History:
    """An engine's latest past."""

    renderings: tuple[Rendering, ...] = ()
    """The latest, the oldest first."""
    days: tuple[Day, ...] = ()
    """All of the last days, the oldest first, those without renderings too."""
    load_seconds: float | None = None
    """Median of the latest loads; None where none was seen."""
    last_error: LastError | None = None
    rtf: float | None = None
    """Median of the renderings told."""


class EngineHistory:
    """Reads what became of an engine's takes.

    Args:
        database: with the takes.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, engine: str, owner: str | None) -> History:
        """One engine's latest past; empty where it never rendered.

        Answers from the store and refusals are no renderings. Takes in the bin count: they tell of
        the engine, and nothing of what was said.

        Args:
            engine: its name.
            owner: whose errors may be told; None: everybody's.
        """
        with self._database.read() as session:
            renderings = _latest(session, engine)
            speeds = [one.rtf for one in renderings if one.rtf is not None]
            return History(
                renderings=tuple(renderings),
                days=tuple(_days(session, engine, now().date())),
                load_seconds=_load_seconds(session, engine),
                last_error=_last_error(session, engine, owner),
                rtf=median(speeds) if speeds else None,
            )

    def load_seconds(self, engine: str) -> float | None:
        """How long loading an engine took lately, in the median; None where nobody saw it."""
        with self._database.read() as session:
            return _load_seconds(session, engine)


def _rendered(engine: str) -> Sequence[ColumnElement[bool]]:
    """Final takes that the engine itself worked on."""
    return (
        Take.engine == engine,
        Take.state.in_(_FINAL),
        Take.reused.is_(False),
        Take.tries > 0,
        Take.finished_at.is_not(None),
    )


def _latest(session: Session, engine: str) -> list[Rendering]:
    query = (
        select(Take.finished_at, Take.state, Take.rtf, Take.ttfa_seconds, Take.seconds)
        .where(*_rendered(engine))
        .order_by(Take.finished_at.desc())
        .limit(LATEST)
    )
    return [
        Rendering(at, "done" if state == "done" else "failed", rtf, ttfa, seconds)
        for at, state, rtf, ttfa, seconds in reversed(session.execute(query).all())
        if at is not None
    ]


def _days(session: Session, engine: str, today: date) -> list[Day]:
    first = now() - timedelta(days=DAYS)
    day = func.date(Take.finished_at)
    query = (
        select(day, Take.state, func.count())
        .where(*_rendered(engine), Take.finished_at >= first)
        .group_by(day, Take.state)
    )
    counts = {(str(when), state): count for when, state, count in session.execute(query)}
    found = (today - timedelta(days=back) for back in reversed(range(DAYS)))
    return [
        Day(one, *(counts.get((one.isoformat(), state), 0) for state in _FINAL)) for one in found
    ]


def _load_seconds(session: Session, engine: str) -> float | None:
    query = (
        select(Take.measures)
        .where(*_rendered(engine), Take.state == "done")
        .order_by(Take.finished_at.desc())
        .limit(LATEST)
    )
    told = ((measures or {}).get("load_seconds") for measures in session.scalars(query))
    loads = [seconds for seconds in told if seconds]
    return median(loads) if loads else None


def _last_error(session: Session, engine: str, owner: str | None) -> LastError | None:
    query = select(Take.error, Take.finished_at).where(*_rendered(engine), Take.state == "failed")
    if owner is not None:
        query = query.join(Comparison, Take.comparison_id == Comparison.id)
        query = query.where(Comparison.owner == owner)
    row = session.execute(query.order_by(Take.finished_at.desc()).limit(1)).first()
    if row is None or row[0] is None or row[1] is None:
        return None
    return LastError(Note.from_json(row[0]), row[1])
