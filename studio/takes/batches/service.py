"""The service of batches: ordered at once, rendered after what people wait for. By owner."""

import uuid
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from studio.problems import BadInput, Conflict, NotFound
from studio.settings import Settings
from studio.store.base import now
from studio.store.database import Database
from studio.store.tables import Comparison, Take
from studio.store.work_tables import Batch
from studio.takes.admission import Admission, Demand
from studio.takes.batches.order import BatchOrder, Line, lines_of, order_of
from studio.takes.batches.progress import view_of, views_of
from studio.takes.batches.views import BatchView
from studio.takes.order import ComparisonOrder
from studio.takes.ordering import apply, refused, wrong
from studio.takes.parts_kept import adopt_for
from studio.takes.planner import Facts, Planned, Planner
from studio.takes.priorities import BATCH, PAUSED
from studio.takes.rows import is_id, kept, new_comparison, new_take
from studio.takes.scheduler import Scheduler
from studio.takes.speakers import VoiceFacts
from studio.takes.views import FINAL

_DRAFT = "draft"
"""State of a batch and its takes until all of them are rows."""
_TEXTS_AT_ONCE = 200
"""In one transaction: others who write wait for no longer than that."""
_ABANDONED = timedelta(hours=1)
"""A draft that is older was being made when its process ended."""
_TICK = timedelta(microseconds=1)


class BatchService:
    """Orders, shows, pauses and cancels batches.

    Args:
        settings: limits.
        database: where rows are.
        planner: what engines would do with each text.
        admission: quotas and caps.
        scheduler: told when rows were changed in bulk.
    """

    def __init__(
        self,
        settings: Settings,
        database: Database,
        planner: Planner,
        admission: Admission,
        scheduler: Scheduler,
    ) -> None:
        self._settings = settings
        self._database = database
        self._planner = planner
        self._admission = admission
        self._scheduler = scheduler

    def start(self) -> None:
        """Remove drafts that a process left when it ended: nobody was told that they exist."""
        old = (Batch.state == _DRAFT, Batch.created_at < now() - _ABANDONED)
        with self._database.read() as session:
            abandoned = list(session.scalars(select(Batch.id).where(*old)))
        for batch_id in abandoned:
            self._discard(batch_id)

    # ordering

    def create(self, owner: str, order: BatchOrder) -> BatchView:
        """Order a batch. It exists when this returns, as a whole; before, nothing of it is seen.

        What the store knows already is found when its turn comes. An engine that refuses a text
        is a failed take.

        Raises:
            BadInput, TooLarge, NotFound: the order is wrong, with the number of the first wrong
                text; or every engine refuses every text for what it asks.
            TooMany, NotAllowed: a quota or a spending cap, see `Admission.admit`.
        """
        lines = lines_of(order, self._settings)
        moment = now()
        batch = Batch(
            id=str(uuid.uuid4()),
            owner=owner,
            name=order.name.strip(),
            state=_DRAFT,
            order=order.model_dump(mode="json", exclude={"texts", "csv", "name"}),
            total=len(lines) * len(order.engines),
            created_at=moment,
        )
        batch_id = batch.id
        for number, line in enumerate(lines, 1):
            order_of(order, line, number, self._settings)  # the first wrong one refuses all
        plans = self._plans(owner, order, lines)
        self._database.write(lambda session: session.add(batch))
        try:
            demand = Demand()
            for start in range(0, len(lines), _TEXTS_AT_ONCE):
                made = [
                    _rows(owner, batch_id, parts, moment + (start + place) * _TICK)
                    for place, parts in enumerate(islice(plans, _TEXTS_AT_ONCE))
                ]
                demand = sum(
                    (Demand.of(takes, comparison.text) for comparison, takes in made), demand
                )
                self._keep(made)
            for _ in plans:
                pass  # its end says whether there is anything to render
            self._database.write(lambda session: self._publish(session, owner, batch_id, demand))
        except BaseException:
            self._discard(batch_id)
            raise
        self._scheduler.nudge()
        return self.one(owner, batch_id)

    def _plans(
        self, owner: str, order: BatchOrder, lines: Sequence[Line]
    ) -> Iterator[tuple[ComparisonOrder, list[Planned]]]:
        """Each text's order and plans; ten thousand at once would be much memory."""
        first = order_of(order, lines[0], 1, self._settings)
        _, voice = self._planner.checked(owner, first)  # what is the same for all, once
        return self._planned(owner, order, lines, voice)

    def _planned(
        self, owner: str, order: BatchOrder, lines: Sequence[Line], voice: VoiceFacts | None
    ) -> Iterator[tuple[ComparisonOrder, list[Planned]]]:
        known: Facts = {}
        refusal: BadInput | None = None
        hopeless = True
        for number, line in enumerate(lines, 1):
            one = order_of(order, line, number, self._settings)
            plans = [
                Planned(wanted, self._planner.plan(owner, one, wanted, voice, known), "", "", None)
                for wanted in one.engines
            ]
            if all(wrong(item.plan) for item in plans):
                refusal = refusal or refused(plans[0].plan)
            else:
                hopeless = False
            yield one, plans
        if hopeless and refusal is not None:
            raise refusal

    def _keep(self, made: Sequence[tuple[Comparison, list[Take]]]) -> None:
        def keep(session: Session) -> None:
            session.add_all([comparison for comparison, _ in made])
            session.flush()  # takes refer to them
            for comparison, takes in made:
                for take in takes:
                    take.state = _DRAFT if take.state == "queued" else take.state
                session.add_all(takes)
                adopt_for(session, comparison, takes)

        self._database.write(keep)

    def _publish(self, session: Session, owner: str, batch_id: str, demand: Demand) -> None:
        self._admission.admit(session, owner, demand)
        session.get_one(Batch, batch_id).state = "running"
        drafts = update(Take).where(_of(batch_id), Take.state == _DRAFT)
        session.execute(drafts.values(state="queued"), execution_options=_BULK)

    def _discard(self, batch_id: str) -> None:
        """Remove a draft."""

        def remove(session: Session) -> None:
            session.execute(delete(Take).where(_of(batch_id)), execution_options=_BULK)
            mine = delete(Comparison).where(Comparison.batch_id == batch_id)
            session.execute(mine, execution_options=_BULK)
            session.execute(delete(Batch).where(Batch.id == batch_id))

        self._database.write(remove)

    # looking

    def one(self, owner: str, batch_id: str) -> BatchView:
        """A batch as it stands.

        Raises:
            NotFound: ``unknown_batch``.
        """
        with self._database.read() as session:
            return view_of(session, _mine(session, owner, batch_id))

    def latest(self, owner: str, limit: int = 20) -> list[BatchView]:
        """The latest batches, newest first."""
        query = select(Batch).where(Batch.owner == owner, Batch.state != _DRAFT)
        query = query.order_by(Batch.created_at.desc(), Batch.id).limit(limit)
        with self._database.read() as session:
            return views_of(session, list(session.scalars(query)))

    def comparisons(self, owner: str, batch_id: str) -> Iterator[list[str]]:
        """Ids of a batch's comparisons in the order of its texts, some at a time.

        Raises:
            NotFound: ``unknown_batch``.
        """
        last: tuple[datetime, str] | None = None
        while True:
            with self._database.read() as session:
                _mine(session, owner, batch_id)
                query = select(Comparison.created_at, Comparison.id)
                query = query.where(Comparison.batch_id == batch_id, *kept(Comparison))
                if last is not None:
                    query = query.where(Comparison.created_at > last[0])
                query = query.order_by(Comparison.created_at).limit(_TEXTS_AT_ONCE)
                rows = [(row.created_at, row.id) for row in session.execute(query)]
            if not rows:
                return
            last = rows[-1]
            yield [identity for _, identity in rows]

    # steering

    def pause(self, owner: str, batch_id: str) -> BatchView:
        """Begin no more of a batch; what is being rendered is finished.

        Raises:
            NotFound: ``unknown_batch``.
            Conflict: ``batch_over``.
        """
        return self._shift(owner, batch_id, "paused", Take.priority < PAUSED, PAUSED)

    def resume(self, owner: str, batch_id: str) -> BatchView:
        """Go on with a batch. Raises as :meth:`pause` does."""
        return self._shift(owner, batch_id, "running", Take.priority >= PAUSED, -PAUSED)

    def _shift(self, owner: str, batch_id: str, state: str, which: Any, by: int) -> BatchView:
        def shift(session: Session) -> None:
            batch = _mine(session, owner, batch_id)
            if batch.state == "cancelled" or view_of(session, batch).state == "done":
                raise Conflict("batch_over")
            batch.state = state
            moved = update(Take).where(_of(batch_id), which).values(priority=Take.priority + by)
            session.execute(moved, execution_options=_BULK)

        self._database.write(shift)
        self._scheduler.nudge()
        return self.one(owner, batch_id)

    def cancel(self, owner: str, batch_id: str) -> BatchView:
        """Stop a batch for good; what is done stays.

        Raises:
            NotFound: ``unknown_batch``.
        """

        def cancel(session: Session) -> None:
            batch = _mine(session, owner, batch_id)
            if view_of(session, batch).state == "done":
                return
            batch.state = "cancelled"
            left = update(Take).where(_of(batch_id), Take.state.not_in(FINAL))
            values = {"state": "cancelled", "finished_at": now()}
            session.execute(left.values(values), execution_options=_BULK)

        self._database.write(cancel)
        self._scheduler.nudge()
        return self.one(owner, batch_id)


_BULK = {"synchronize_session": False}
"""No row of these is loaded in the session that changes them."""


def _rows(
    owner: str, batch_id: str, parts: tuple[ComparisonOrder, Sequence[Planned]], moment: datetime
) -> tuple[Comparison, list[Take]]:
    order, plans = parts
    comparison = new_comparison(owner, order)
    comparison.batch_id, comparison.created_at = batch_id, moment
    takes = []
    for position, item in enumerate(plans):
        take = new_take(comparison, position, item.wanted, order.retries)
        take.priority, take.created_at = BATCH, moment
        apply(take, item)
        takes.append(take)
    return comparison, takes


def _mine(session: Session, owner: str, batch_id: str) -> Batch:
    row = session.get(Batch, batch_id) if is_id(batch_id) else None
    if row is None or row.owner != owner or row.state == _DRAFT:
        raise NotFound("unknown_batch")
    return row


def _of(batch_id: str) -> Any:
    """Takes of a batch."""
    return Take.comparison_id.in_(select(Comparison.id).where(Comparison.batch_id == batch_id))
