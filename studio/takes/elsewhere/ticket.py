"""A take's ticket: which job may write its result. It stands in the row, and goes with the job."""

import secrets
from typing import Any

from sqlalchemy.orm import Session

from studio.store.tables import Take
from studio.takes.elsewhere.state import JobState

_KEY = "elsewhere"
_OPEN = ("queued", "running")


def ticket_of(take: Take) -> str | None:
    """The ticket in force, if there is one."""
    kept: dict[str, Any] | None = take.request.get(_KEY)
    return str(kept["ticket"]) if kept else None


def job_state(take: Take) -> JobState | None:
    """Where the job of a take stood when it was looked at last; ``None`` once the take is over."""
    kept: dict[str, Any] | None = take.request.get(_KEY)
    return JobState(kept["state"]) if kept and take.state in _OPEN else None


def punched(take: Take, ticket: str) -> bool:
    """Whether whoever shows this ticket may still write the take's result."""
    return take.state in _OPEN and ticket_of(take) == ticket


def issue(session: Session, take_id: str) -> str | None:
    """The take's ticket, a new one where it has none; ``None`` where it is over or gone.

    It is on disk before the job is asked for, so that a crash in between leads to a search for the
    job and not to a second one.
    """
    take = session.get(Take, take_id)
    if take is None or take.state not in _OPEN:
        return None
    kept = ticket_of(take)
    if kept is not None:
        return kept
    ticket = secrets.token_hex(16)
    take.request = {**take.request, _KEY: {"ticket": ticket, "state": JobState.QUEUED}}
    take.remote_job = None
    return ticket


def note_job(session: Session, take_id: str, ticket: str, name: str, state: JobState) -> bool:
    """Write down which job it is and where it stands; False where the ticket is void."""
    take = session.get(Take, take_id)
    if take is None or not punched(take, ticket):
        return False
    take.remote_job = name
    take.request = {**take.request, _KEY: {"ticket": ticket, "state": state}}
    return True


def void(session: Session, take_id: str, ticket: str) -> None:
    """Whatever a job with this ticket may still bring is dropped; a retry gets a new one."""
    take = session.get(Take, take_id)
    if take is not None and ticket_of(take) == ticket:
        tear(take)


def tear(take: Take) -> None:
    """Whatever ticket a take has is not in force any more."""
    take.remote_job = None
    if _KEY in (take.request or {}):
        take.request = {name: value for name, value in take.request.items() if name != _KEY}
