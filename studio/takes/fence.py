"""The fence around a scheduler's writes: results of one that was replaced are not let through."""

from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from studio.store.work_tables import Lease

SCHEDULER = "scheduler"
"""Name of the lease of the one process that renders takes."""


class Fence(Protocol):
    """Tells whether what a job makes of its take still counts."""

    def holds(self, session: Session, *, locked: bool = True) -> bool:
        """Whether it does.

        Args:
            session: to look in.
            locked: let that not change before the transaction ends; for sessions that write.
        """
        ...


@dataclass(frozen=True)
class Term:
    """One process's time as the scheduler.

    Attributes:
        holder: the process.
        number: grows whenever the lease changes hands.
    """

    holder: str
    number: int

    def holds(self, session: Session, *, locked: bool = True) -> bool:
        """Whether it has not ended; see :class:`Fence`."""
        query = select(Lease.holder, Lease.term).where(Lease.name == SCHEDULER)
        if locked:
            query = query.with_for_update(read=True)  # SQLite's writers are alone anyway
        found = session.execute(query).first()
        return found is not None and tuple(found) == (self.holder, self.number)
