"""A take while an engine's thread works on it."""

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from studio.engines.contract import Usage
from studio.store.base import now
from studio.store.tables import Comparison, Take
from studio.takes.admission import Admission
from studio.takes.fence import Fence
from studio.takes.live import LiveTake
from studio.takes.priorities import PAUSED


@dataclass(frozen=True)
class Job:
    """What a rendering thread needs of a row, outside any session."""

    take: Take
    comparison: Comparison
    live: LiveTake
    fence: Fence
    """The term of the scheduler that began it."""
    charges: list[Usage] = field(default_factory=list)
    """What a service charged so far and no transaction has written down yet."""
    parts: list[dict[str, Any]] = field(default_factory=list)
    """What becomes of its parts, as its row keeps them; empty where it is rendered as a whole."""

    @property
    def owner(self) -> str:
        """Whose take it is."""
        return self.comparison.owner

    @property
    def engine(self) -> str:
        """Name of the engine at work."""
        return self.take.engine

    @property
    def checkpoints(self) -> tuple[str, ...]:
        """Weight sets that it needs."""
        return tuple(self.take.request.get("checkpoints", ()))

    def row(self, session: Session) -> Take | None:
        """The take's row, as long as what this job makes of it counts.

        Not any more once it was cancelled, or another process schedules, which has begun it anew.

        Args:
            session: one that writes; the answer holds until its transaction ends.
        """
        row = session.get(Take, self.take.id)
        wanted = row is not None and row.state == "running" and not self.live.cancel.is_set()
        return row if wanted and self.fence.holds(session) else None

    def counts(self, session: Session) -> bool:
        """The same at the moment of looking, in a session that only reads."""
        row = session.get(Take, self.take.id)
        return (
            row is not None and row.state == "running" and self.fence.holds(session, locked=False)
        )


def begin(
    session: Session, take_id: str, live: LiveTake, fence: Fence, admission: Admission
) -> Job | None:
    """Mark a queued take as running; ``None`` when it is not to be rendered (any more)."""
    row = session.get(Take, take_id)
    if row is None or row.state != "queued" or row.priority >= PAUSED or not fence.holds(session):
        return None
    comparison = session.get_one(Comparison, row.comparison_id)
    refusal = admission.refusal_to_begin(session, comparison.owner, row)
    if refusal is not None:
        row.state, row.error, row.finished_at = "failed", refusal.to_json(), now()
        return None
    row.state, row.error, row.not_before = "running", None, None
    row.tries += 1
    return Job(row, comparison, live, fence)
