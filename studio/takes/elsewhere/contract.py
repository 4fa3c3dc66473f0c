"""What rendering elsewhere is to the scheduler, and what a service of jobs is to it."""

from typing import Protocol

from studio.takes.elsewhere.state import JobState
from studio.takes.job import Job


class JobService(Protocol):
    """A service that runs this studio's image with arguments. May be called from any thread.

    Methods raise Unavailable: ``jobs_unreachable`` where trying again may help, ``jobs_refused``
    where it will not.
    """

    def submit(self, take_id: str, ticket: str) -> str:
        """Have a take rendered; the job's name."""
        ...

    def find(self, ticket: str) -> str | None:
        """The job that was submitted with a ticket, if there is one."""
        ...

    def state(self, name: str) -> tuple[JobState, str]:
        """Where a job stands, and the service's own words where it failed."""
        ...

    def cancel(self, name: str) -> None:
        """Let a job end; no error where it has ended already."""
        ...


class Closing(Protocol):
    """Tells whether this process is to stop."""

    def is_set(self) -> bool:
        """Whether it is."""
        ...


class Elsewhere(Protocol):
    """Renders some engines' takes elsewhere."""

    def takes(self, engine: str) -> bool:
        """Whether an engine's takes are rendered there."""
        ...

    def lanes(self, engine: str) -> int:
        """How many of its takes may be under way at once."""
        ...

    def render(self, job: Job, closing: Closing) -> Exception | None:
        """Have a take rendered and wait for it.

        Returns:
            why it failed; None where its row tells what became of it, or where this process is
            to stop (the job goes on, and the next process waits for it).
        """
        ...
