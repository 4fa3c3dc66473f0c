"""What the service says about batches: typed, ready for any door."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

BatchState = Literal["running", "paused", "cancelled", "done"]


class BatchView(BaseModel):
    """A batch as it stands. Times: seconds."""

    model_config = ConfigDict(frozen=True)

    id: str
    name: str
    state: BatchState
    """``done``: nothing is left to be rendered."""
    language: str
    voice: str | None
    instruction: str
    engines: tuple[str, ...]
    created_at: datetime
    total: int
    """How many takes were ordered."""
    queued: int
    running: int
    done: int
    failed: int
    cancelled: int
    takes_per_minute: float | None
    """Of late; ``None``: nothing has come of it yet, or of late."""
    remaining_seconds: float | None
    """Until all is rendered, at that rate."""
    ends_at: datetime | None
    """When that will be."""

    @property
    def left(self) -> int:
        """How many takes are still to be rendered."""
        return self.queued + self.running
