"""The lease of the one process that schedules: kept by a heartbeat, taken over when that stops.

No process relies on another one's clock, nor on the time of day. The holder counts from the moment
before each renewal that succeeded, by its own monotonic clock, and stops its work well before
anybody may take over; the others count from when they last saw the row's beat change. What is late
nevertheless (a process that was frozen) is kept out by the term (`studio.takes.fence`).
"""

import logging
import threading
import time
import uuid
from collections.abc import Callable

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from studio.store.base import now
from studio.store.database import Database
from studio.store.work_tables import Lease
from studio.takes.fence import SCHEDULER, Term
from studio.takes.place import gone, here

_OWN_SHARE = 0.7
"""Of the patience that others have, what the holder itself has with a renewal that does not come
through; the rest is for ending engines."""
_LOOKS = 20
"""How often within the patience the holder looks at its clock."""
log = logging.getLogger(__name__)


class SchedulerLease:
    """Two threads: one renews the lease or waits for it, one watches the clock.

    Args:
        database: where the lease is.
        beat_seconds: between two renewals.
        patience_seconds: without a sign of life for so long, the holder counts as dead.
        gained: called when this process becomes the scheduler.
        lost: called when it must stop being it, in time before another one may begin.
    """

    def __init__(
        self,
        database: Database,
        beat_seconds: float,
        patience_seconds: float,
        gained: Callable[[Term], None],
        lost: Callable[[], None],
    ) -> None:
        self._database = database
        self._beat_seconds = min(beat_seconds, patience_seconds / 4)
        self._patience = patience_seconds
        self._gained = gained
        self._lost = lost
        self._holder = uuid.uuid4().hex
        self._changing = threading.RLock()
        self._term: Term | None = None
        self._renewed = 0.0
        self._seen: tuple[int, int] | None = None
        self._seen_at = 0.0
        self._closing = threading.Event()
        self._threads: list[threading.Thread] = []

    @property
    def term(self) -> Term | None:
        """This process's term as the scheduler; None while it is another one's, or nobody's."""
        term = self._term
        return term if term is not None and not self._overdue() else None

    def start(self) -> None:
        """Become the scheduler at once where nobody is, else as soon as nobody is."""
        self._attempt()
        for name, work in (("lease", self._keep), ("lease-clock", self._watch_clock)):
            thread = threading.Thread(target=work, name=name, daemon=True)
            self._threads.append(thread)
            thread.start()

    def close(self, before: Callable[[Session], None] | None = None) -> None:
        """Hand the lease back, so that another process need not wait for it.

        Args:
            before: writes in the same transaction, if the lease is still this process's.
        """
        self._closing.set()
        for thread in self._threads:
            thread.join(self._patience)
        with self._changing:
            term, self._term = self._term, None
        if term is None:
            return

        def hand_back(session: Session) -> None:
            if term.holds(session):
                if before is not None:
                    before(session)
                row = session.get_one(Lease, SCHEDULER)
                row.holder, row.place, row.renewed_at = "", "", now()

        self._database.write(hand_back)

    def _overdue(self) -> bool:
        return time.monotonic() - self._renewed > self._patience * _OWN_SHARE

    # in the two threads

    def _keep(self) -> None:
        while not self._closing.wait(self._beat_seconds):
            self._attempt()

    def _attempt(self) -> None:
        try:
            self._renew() if self._term is not None else self._wait_for_it()
        except Exception:
            # No database, no scheduler: the clock ends this one's term, and the next beat tries.
            if not self._closing.is_set():
                log.exception("the scheduler's lease could not be read or renewed")

    def _renew(self) -> None:
        term = self._term
        if term is None:
            return
        asked = time.monotonic()
        mine = (Lease.name == SCHEDULER, Lease.holder == term.holder, Lease.term == term.number)
        beat = update(Lease).where(*mine).values(beat=Lease.beat + 1, renewed_at=now())
        if self._database.write(lambda session: _rows(session, beat)) == 1:
            self._renewed = asked
        else:
            self._lose(term)

    def _watch_clock(self) -> None:
        while not self._closing.wait(self._patience / _LOOKS):
            term = self._term
            if term is not None and self._overdue():
                self._lose(term)

    def _lose(self, term: Term) -> None:
        with self._changing:
            if self._term != term:
                return
            self._term, self._seen = None, None
            log.warning("this process does not schedule takes any more: term %d", term.number)
            self._lost()

    def _wait_for_it(self) -> None:
        with self._database.read() as session:
            found = session.scalars(select(Lease).where(Lease.name == SCHEDULER)).first()
        if found is not None and not self._free(found):
            return
        asked = time.monotonic()
        term = self._database.write(lambda session: self._take(session, found))
        if term is None:
            return
        with self._changing:
            if self._closing.is_set():
                # Nobody will begin anything any more; close() gives it back.
                self._term, self._renewed = term, asked
                return
            self._term, self._renewed = term, asked
            log.info("this process schedules takes now: term %d", term.number)
            try:
                self._gained(term)
            except BaseException:
                self._term = None  # the next beat tries again, in a new term
                raise

    def _free(self, row: Lease) -> bool:
        if row.holder in ("", self._holder) or gone(row.place):
            return True
        if self._seen != (row.term, row.beat):
            self._seen, self._seen_at = (row.term, row.beat), time.monotonic()
        return time.monotonic() - self._seen_at > self._patience

    def _take(self, session: Session, found: Lease | None) -> Term | None:
        if found is None:
            if session.get(Lease, SCHEDULER) is not None:
                return None  # another process was quicker
            new = {"name": SCHEDULER, "holder": self._holder, "term": 1, "beat": 1}
            session.add(Lease(**new, place=here(), renewed_at=now()))
            return Term(self._holder, 1)
        term = found.term + 1
        same = (Lease.holder == found.holder, Lease.term == found.term, Lease.beat == found.beat)
        take = update(Lease).where(Lease.name == SCHEDULER, *same)
        values = {"holder": self._holder, "term": term, "beat": found.beat + 1}
        taken = _rows(session, take.values(**values, place=here(), renewed_at=now()))
        return Term(self._holder, term) if taken == 1 else None


def _rows(session: Session, change: object) -> int:
    """How many rows a change met."""
    return int(session.execute(change).rowcount)  # type: ignore[call-overload]
