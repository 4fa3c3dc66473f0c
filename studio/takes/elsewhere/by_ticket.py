"""The job's side: renders one take in this process, for whoever holds its ticket."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from studio.locales import note
from studio.problems import Conflict, Problem
from studio.runtime.report import RenderReport
from studio.store.database import Database
from studio.store.tables import Comparison, Take
from studio.takes.elsewhere.ticket import punched
from studio.takes.job import Job
from studio.takes.keeping import Keeper
from studio.takes.lasting import lasting
from studio.takes.live import LiveTake
from studio.takes.preparing import Preparer
from studio.takes.repeating import pause_seconds
from studio.takes.speaking import Narrator


@dataclass(frozen=True)
class _Ticket:
    """A fence that needs no scheduler's term: the ticket alone decides."""

    take: str
    ticket: str

    def holds(self, session: Session, *, locked: bool = True) -> bool:
        """Whether the ticket is in force."""
        row = session.get(Take, self.take, with_for_update=locked or None)
        return row is not None and punched(row, self.ticket)


class _TicketJob(Job):
    """A take whose row may be queued for a moment while another process takes over scheduling."""

    def row(self, session: Session) -> Take | None:
        """The row, while the ticket is in force."""
        return session.get(Take, self.take.id) if self.fence.holds(session) else None

    def counts(self, session: Session) -> bool:
        """The same at the moment of looking."""
        return self.fence.holds(session, locked=False)


class ByTicket:
    """Renders takes without being the scheduler.

    Args:
        database: rows.
        narrator: has takes spoken.
        preparer: settles what an engine is asked.
        keeper: keeps what comes of it.
    """

    def __init__(
        self, database: Database, narrator: Narrator, preparer: Preparer, keeper: Keeper
    ) -> None:
        self._database = database
        self._narrator = narrator
        self._preparer = preparer
        self._keeper = keeper

    def render(self, take_id: str, ticket: str) -> bool:
        """Render a take and write its result.

        Returns:
            False where it failed for good and its row says why.

        Raises:
            Conflict: ``ticket_void``: nobody waits for this any more.
            Problem: another try may help; the row is untouched, whoever gave the ticket decides.
        """
        job = self._begun(take_id, ticket)
        try:
            prepared = self._preparer.prepare(job)
            if prepared is None:  # the store had the answer, or the row has changed
                return True
            self._narrator.speak([(job, prepared)], lambda job: job.live.add, self._conclude)
        except Problem as problem:
            if pause_seconds(problem, job.take.tries, 0.0) is not None:
                raise
            error = note(f"error.{problem.code}", **problem.params)
            self._keeper.fail(job, error, lasting=lasting(problem))
            return False
        with self._database.read() as session:
            row = session.get(Take, take_id)
        if row is None or row.state != "done":
            raise Conflict("ticket_void")
        return True

    def _conclude(self, job: Job, outcome: RenderReport | Exception) -> None:
        if isinstance(outcome, Exception):
            raise outcome
        self._keeper.keep(job, outcome)

    def _begun(self, take_id: str, ticket: str) -> Job:
        def begin(session: Session) -> Job:
            row = session.get(Take, take_id)
            if row is None or not punched(row, ticket):
                raise Conflict("ticket_void")
            row.state = "running"
            comparison = session.get_one(Comparison, row.comparison_id)
            return _TicketJob(row, comparison, LiveTake(), _Ticket(take_id, ticket))

        return self._database.write(begin)
