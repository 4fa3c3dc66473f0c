"""The votes on one person's takes, where accounts are on."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from studio.listening.vote_rows import COLUMNS, Rows
from studio.store.tables import Comparison, Trial, Vote


class OfOwner:
    """See :class:`~studio.listening.vote_rows.VoteRows`. Few enough to read all when some came.

    A vote on a comparison that was deleted is on nobody's board any more.

    Args:
        owner: whose takes.
    """

    def __init__(self, owner: str) -> None:
        self._owner = owner
        self.forget()

    def forget(self) -> None:
        """Nothing was read yet."""
        self._read = False

    def version(self, session: Session) -> int:
        """How many there are."""
        return session.execute(self._theirs(func.count())).scalar_one()

    def new(self, session: Session) -> Iterator[Rows] | None:
        """See :class:`VoteRows`."""
        if self._read:
            return None
        self._read = True
        columns = [getattr(Vote, name) for name in COLUMNS]
        query = self._theirs(*columns).order_by(Vote.voted_at, Vote.trial)
        rows: Rows = [tuple(row) for row in session.execute(query)]
        return iter([rows] if rows else [])

    def _theirs(self, *columns: Any) -> Select[Any]:
        query = select(*columns).select_from(Vote).join(Trial, Vote.trial == Trial.token)
        query = query.join(Comparison, Trial.comparison_id == Comparison.id)
        return query.where(Comparison.owner == self._owner)
