"""Where a job stands that renders a take on another machine."""

from enum import StrEnum


class JobState(StrEnum):
    """Where a job stands. The names are for people and the API, too."""

    QUEUED = "queued"
    """Accepted; no machine works on it yet."""
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    """Its program ended with an error, or never began."""
    PREEMPTED = "preempted"
    """The machine was taken away; the same work may be asked for again."""
    CANCELLED = "cancelled"
    LOST = "lost"
    """The service knows no such job."""

    @property
    def over(self) -> bool:
        """Nothing more will happen to it."""
        return self not in {JobState.QUEUED, JobState.RUNNING}
