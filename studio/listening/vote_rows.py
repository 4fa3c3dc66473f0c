"""The rows of votes that came since the last reading, in each database's way."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from studio.store.tables import Vote

COLUMNS = ("condition_a", "condition_b", "choice", "rater", "text_sha256", "language")
_AT_ONCE = 50_000
_OVERLAP = timedelta(minutes=2)

Rows = list[tuple[str, ...]]


class VoteRows(Protocol):
    """Reads each row once, until it is told to forget."""

    def version(self, session: Session) -> int:
        """A number that another vote changes; cheap to ask."""
        ...

    def new(self, session: Session) -> Iterator[Rows] | None:
        """What was not read yet, in blocks of :data:`COLUMNS`; None: read everything again."""
        ...

    def forget(self) -> None:
        """Nothing was read yet."""
        ...


class ByNumber:
    """SQLite numbers rows in the order they came."""

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """Nothing was read yet."""
        self._last = 0

    def version(self, session: Session) -> int:
        """The newest row's number."""
        found = session.connection().exec_driver_sql("SELECT max(rowid) FROM votes").scalar()
        return int(found or 0)

    def new(self, session: Session) -> Iterator[Rows] | None:
        """See :class:`VoteRows`."""
        newest = self.version(session)
        if newest < self._last:
            return None
        query = (
            f"SELECT {', '.join(COLUMNS)} FROM votes"  # noqa: S608 (constants)
            f" WHERE rowid > {self._last:d} ORDER BY rowid"
        )
        self._last = newest
        return _blocks(session.connection().exec_driver_sql(query).cursor)


class ByMoment:
    """Elsewhere rows have a moment alone, by the clock of whoever wrote them.

    Such clocks differ, so that what is around the newest moment is read again; and they may be set
    back, so that the sum is proved by counting: where it is wrong, everything is read again.
    """

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """Nothing was read yet."""
        self._count = 0
        self._until: datetime | None = None
        self._around: dict[str, datetime] = {}

    def version(self, session: Session) -> int:
        """How many there are."""
        return session.execute(select(func.count()).select_from(Vote)).scalar_one()

    def new(self, session: Session) -> Iterator[Rows] | None:
        """See :class:`VoteRows`."""
        columns = [getattr(Vote, name) for name in COLUMNS]
        query = select(*columns, Vote.trial, Vote.voted_at).order_by(Vote.voted_at, Vote.trial)
        if self._until is not None:
            query = query.where(Vote.voted_at >= self._until - _OVERLAP)
        found = [row for row in session.execute(query) if row.trial not in self._around]
        if self._count + len(found) != self.version(session):
            return None
        if found:
            self._count += len(found)
            self._until = max(found[-1].voted_at, self._until or found[-1].voted_at)
            begin = self._until - _OVERLAP
            self._around |= {row.trial: row.voted_at for row in found}
            self._around = {trial: at for trial, at in self._around.items() if at >= begin}
        rows = [tuple(row[: len(COLUMNS)]) for row in found]
        return iter([rows[n : n + _AT_ONCE] for n in range(0, len(rows), _AT_ONCE)])


def _blocks(cursor: Any) -> Iterator[Rows]:
    while found := cursor.fetchmany(_AT_ONCE):
        yield found
