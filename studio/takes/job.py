"""A take while an engine's thread works on it."""

from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from studio.engines.contract import Usage
from studio.store.tables import Comparison, Take
from studio.takes.live import LiveTake


@dataclass(frozen=True)
class Job:
    """What a rendering thread needs of a row, outside any session."""

    take: Take
    comparison: Comparison
    live: LiveTake
    charges: list[Usage] = field(default_factory=list)
    """What a service charged so far and no transaction has written down yet."""

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


def begin(session: Session, take_id: str, live: LiveTake) -> Job | None:
    """Mark a queued take as running; ``None`` when it is not queued any more."""
    row = session.get(Take, take_id)
    if row is None or row.state != "queued":
        return None
    comparison = session.get_one(Comparison, row.comparison_id)
    row.state = "running"
    return Job(row, comparison, live)
