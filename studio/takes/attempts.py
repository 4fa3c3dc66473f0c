"""Attempts at one take: which of them stands for all, and whether and how another one is made."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from studio.store.base import now
from studio.store.tables import Comparison, Take, TakeReport
from studio.store.work_tables import Batch
from studio.takes.priorities import LATER, PERSON
from studio.takes.rows import new_id
from studio.takes.views import FINAL

_STOPPED = "retries_stopped"
CHOSEN = "chosen"
"""In the ``request`` of a take that was ordered: the attempt that a person chose."""
_UNCHECKED = frozenset({"measure.remark.no_recogniser", "measure.remark.failed"})
"""Remarks of reports whose checks did not all run."""
_SEEDS = 2**31 - 1


def by_position(takes: Iterable[Take]) -> list[list[Take]]:
    """Takes of one comparison as attempts at each of its places, the first ones first."""
    places: dict[int, list[Take]] = {}
    for take in takes:
        places.setdefault(take.position, []).append(take)
    return [sorted(places[place], key=lambda take: take.attempt) for place in sorted(places)]


def chosen(attempts: Sequence[Take], reports: Mapping[str, TakeReport]) -> Take:
    """The attempt that stands for all: a person's choice, else the one with the fewest faults.

    Of those that were measured, the earliest of several; and the first one where none was. An
    attempt that could not be checked as a whole is no better than one with a fault, whose warning
    it would hide.

    Args:
        attempts: the oldest first.
        reports: by take id.
    """
    said = next((take.request.get(CHOSEN) for take in attempts if take.attempt == 1), None)
    for take in attempts:
        if take.id == said and take.state == "done":
            return take
    measured = [
        take
        for take in attempts
        if take.state == "done" and take.id in reports and reports[take.id].state == "done"
    ]
    return min(measured, key=lambda take: _doubts(reports[take.id]), default=attempts[0])


def _doubts(report: TakeReport) -> int:
    unchecked = any(remark["code"] in _UNCHECKED for remark in report.remarks)
    return faults(report) + unchecked


def faults(report: TakeReport) -> int:
    """How many findings have a take made again."""
    return sum(finding["severity"] == "fault" for finding in report.findings)


def attempts_of(session: Session, take: Take) -> list[Take]:
    """All attempts at a take, the oldest first, itself and those in the bin included."""
    first = take.first_attempt or take.id
    query = select(Take).where((Take.id == first) | (Take.first_attempt == first))
    return list(session.scalars(query.order_by(Take.attempt)))


def shown_attempts(session: Session, take: Take) -> list[Take]:
    """:func:`attempts_of` without those in the bin, the take itself always among them."""
    attempts = attempts_of(session, take)
    return [other for other in attempts if other.deleted_at is None or other.id == take.id]


def derived_seed(first: int, attempt: int) -> int:
    """The seed of a further attempt: never 0, and the same every time, so the store may answer.

    Args:
        first: seed of the take that was ordered.
        attempt: 2 for the first one after that.
    """
    digest = hashlib.sha256(f"{first}:{attempt}".encode()).digest()
    return 1 + int.from_bytes(digest[:8]) % _SEEDS


def follow_up(session: Session, take: Take, report: TakeReport) -> Take | None:
    """The queued row of the next attempt, if the report and the plan ask for one.

    In the transaction that writes the report: a crash leaves both or none, and whoever finishes a
    report twice makes one attempt.
    """
    attempts = attempts_of(session, take)
    first = attempts[0]
    wanted = (
        faults(report) > 0
        and take.attempt == attempts[-1].attempt
        and take.attempt <= int(first.request.get("retries", 0))
        and not first.request.get(_STOPPED)
        and first.deleted_at is None
        and not _left(session, first)
    )
    return another(session, attempts) if wanted else None


def _left(session: Session, take: Take) -> bool:
    """Whether its comparison is in the bin, or its batch was cancelled."""
    comparison = session.get_one(Comparison, take.comparison_id)
    if comparison.deleted_at is not None:
        return True
    batch = session.get(Batch, comparison.batch_id) if comparison.batch_id else None
    return batch is not None and batch.state == "cancelled"


def another(session: Session, attempts: Sequence[Take], *, waited_for: bool = False) -> Take:
    """The queued row of one more attempt with a seed of its own.

    Args:
        session: to write in.
        attempts: those there are; the last was rendered.
        waited_for: a person asked for it and waits; else it gives way to what others wait for.
    """
    first, last = attempts[0], attempts[-1]
    number = last.attempt + 1
    seed = derived_seed(int(first.request.get("seed", 0)), number)
    planned = int(first.request.get("planned_warnings", 0))
    request = {**first.request, "seed": seed, "fallback": None, "insistable": False}
    request["wanted"] = {**request["wanted"], "seed": seed, "fallback": None}
    row = Take(
        id=new_id(),
        comparison_id=first.comparison_id,
        position=first.position,
        attempt=number,
        first_attempt=first.id,
        engine=first.engine,
        preset=first.preset,
        model=first.model,
        speaker=first.speaker,
        attribution=first.attribution,
        key="",
        priority=PERSON if waited_for else max(first.priority, LATER),
        state="queued",
        request=request,
        aspects=first.aspects,
        warnings=first.warnings[:planned],
        instead_of=first.instead_of,
        created_at=now(),
    )
    session.add(row)
    return row


def stop(session: Session, take: Take) -> list[Take]:
    """Let no further attempt follow, and cancel what is not final.

    Returns:
        the attempts that were cancelled.
    """
    attempts = attempts_of(session, take)
    going = [attempt for attempt in attempts if attempt.state not in FINAL]
    for attempt in going:
        attempt.state, attempt.finished_at = "cancelled", now()
    first = attempts[0]
    if first.state == "done" and first.request.get("retries") and not first.request.get(_STOPPED):
        first.request = {**first.request, _STOPPED: True}
    return going
