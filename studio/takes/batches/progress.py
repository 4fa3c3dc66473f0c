"""How far batches are: counted in their takes' rows, never kept beside them."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from studio.store.base import now
from studio.store.tables import Comparison, Take
from studio.store.work_tables import Batch
from studio.takes.batches.views import BatchView

_OF_LATE = timedelta(seconds=60)
"""The rate is that of the last minute."""


def view_of(session: Session, batch: Batch) -> BatchView:
    """One batch."""
    return views_of(session, [batch])[0]


def views_of(session: Session, batches: Sequence[Batch]) -> list[BatchView]:
    """Batches as they stand; further attempts at a take are not counted."""
    ids = [batch.id for batch in batches]
    of_them = (Comparison.batch_id.in_(ids), Take.attempt == 1)
    counts: dict[str, dict[str, int]] = {identity: {} for identity in ids}
    query = select(Comparison.batch_id, Take.state, func.count())
    query = query.join(Comparison, Comparison.id == Take.comparison_id).where(*of_them)
    for identity, state, count in session.execute(query.group_by(Comparison.batch_id, Take.state)):
        counts[str(identity)][state] = count
    moment = now()
    late = select(Comparison.batch_id, func.count(), func.min(Take.finished_at))
    late = late.join(Comparison, Comparison.id == Take.comparison_id).where(*of_them)
    late = late.where(Take.state == "done", Take.finished_at > moment - _OF_LATE)
    rates: dict[str, float] = {}
    for identity, count, first in session.execute(late.group_by(Comparison.batch_id)):
        seconds = (moment - first).total_seconds() if first is not None else 0.0
        if count > 1 and seconds > 0:
            rates[str(identity)] = count / seconds
    return [_view(batch, counts[batch.id], rates.get(batch.id)) for batch in batches]


def _view(batch: Batch, counts: dict[str, int], per_second: float | None) -> BatchView:
    states = ("queued", "running", "done", "failed", "cancelled")
    numbers = {state: counts.get(state, 0) for state in states}
    left = numbers["queued"] + numbers["running"]
    over = left == 0 and batch.state != "cancelled"
    going = per_second is not None and left > 0 and batch.state == "running"
    remaining = left / per_second if going and per_second else None
    return BatchView(
        id=batch.id,
        name=batch.name,
        state="done" if over else batch.state,
        language=batch.order["language"],
        voice=batch.order["voice"],
        instruction=batch.order["instruction"],
        engines=tuple(wanted["engine"] for wanted in batch.order["engines"]),
        created_at=batch.created_at,
        total=batch.total,
        **numbers,
        takes_per_minute=round(per_second * 60, 1) if per_second and left else None,
        remaining_seconds=round(remaining, 1) if remaining is not None else None,
        ends_at=now() + timedelta(seconds=remaining) if remaining is not None else None,
    )
