"""The service of takes: orders in, views out. Everything belongs to an owner."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from studio.locales import Note
from studio.problems import BadInput, Conflict, NotFound
from studio.runtime.runtime import Runtime
from studio.settings import Settings
from studio.store.blobs import Blobs
from studio.store.database import Database
from studio.store.tables import Comparison, Take, now
from studio.takes.acceptance import LicenceService
from studio.takes.bell import Bells
from studio.takes.hearing import Hearing
from studio.takes.keeping import Keeper
from studio.takes.order import ComparisonOrder, EngineOrder
from studio.takes.planner import Planned, Planner
from studio.takes.preparing import Preparer
from studio.takes.prices import Prices
from studio.takes.rendering import Renderer
from studio.takes.row_states import answer_from_store, apply_plan, stand_in
from studio.takes.rows import (
    comparison_of,
    comparison_view,
    new_comparison,
    new_take,
    take_of,
    take_view,
    takes_of,
)
from studio.takes.speakers import VoiceLookup
from studio.takes.views import FINAL, ComparisonView, TakePlan, TakeView

_REMIND_SECONDS = 15.0
"""Proxies close a stream on which nothing comes for long."""


class TakeService(Hearing):
    """Plans, renders, keeps and streams takes.

    Args:
        settings: limits and prices.
        database, blobs: where everything is kept.
        runtime: where engines run.
        voices: finds what an order says by voice id.
        licences: which licences were accepted.
    """

    def __init__(  # noqa: PLR0913, PLR0917 (the services it is built on)
        self,
        settings: Settings,
        database: Database,
        blobs: Blobs,
        runtime: Runtime,
        voices: VoiceLookup,
        licences: LicenceService,
    ) -> None:
        prices = Prices(settings.prices)
        self._bells = Bells()
        self._planner = Planner(settings, database, blobs, runtime, voices, licences, prices)
        preparer = Preparer(database, blobs, runtime, voices, licences)
        keeper = Keeper(database, blobs, prices)
        super().__init__(
            database, blobs, Renderer(database, runtime, preparer, keeper, self._bells)
        )
        self._voices = voices
        self._closed = False

    def start(self) -> None:
        """Take up what was left: running takes are queued again, everything queued is rendered."""
        self._blobs.sweep()

        def requeue(session: Session) -> list[Take]:
            running = update(Take).where(Take.state == "running")
            session.execute(running.values(state="queued"))
            queued = select(Take).where(Take.state == "queued")
            return list(session.scalars(queued.order_by(Take.created_at, Take.position)))

        self._renderer.enqueue(self._database.write(requeue))

    def close(self) -> None:
        """Stop rendering and end event streams; the next start takes up what was not finished."""
        self._closed = True
        self._bells.ring_all()
        self._renderer.close()

    # ordering

    def plan(self, owner: str, order: ComparisonOrder) -> list[TakePlan]:
        """What each engine of an order will honour, approximate, ignore or refuse. Keeps nothing.

        Raises:
            BadInput, TooLarge, NotFound: the order is wrong as a whole.
        """
        order, voice = self._planner.checked(owner, order)
        return [self._planner.plan(owner, order, wanted, voice) for wanted in order.engines]

    def create(self, owner: str, order: ComparisonOrder) -> ComparisonView:
        """Order takes. All rows are kept in one transaction; a refused engine is a failed take.

        Raises:
            BadInput, TooLarge, NotFound: the order is wrong as a whole, or every engine refuses it
                for what it asks.
        """
        order, voice = self._planner.checked(owner, order)
        planned = [self._planner.planned(owner, order, wanted, voice) for wanted in order.engines]
        if all(_wrong(item.plan) for item in planned):
            raise _refused(planned[0].plan.refusal)

        def keep(session: Session) -> tuple[Comparison, list[Take]]:
            comparison = new_comparison(owner, order)
            session.add(comparison)
            session.flush()  # takes refer to it
            takes = []
            for position, item in enumerate(planned):
                take = new_take(comparison, position, item.wanted)
                _apply(take, item)
                takes.append(take)
            session.add_all(takes)
            return comparison, takes

        comparison, takes = self._database.write(keep)
        self._renderer.enqueue(take for take in takes if take.state == "queued")
        return comparison_view(
            comparison, takes, voice.name if voice else None, self._renderer.progress
        )

    def cancel(self, owner: str, take_id: str) -> TakeView:
        """Stop a take. One that is final already stays as it is.

        Raises:
            NotFound: ``unknown_take``.
        """

        def mark(session: Session) -> tuple[Take, bool]:
            take, _ = take_of(session, owner, take_id)
            changed = take.state not in FINAL
            if changed:
                take.state, take.finished_at = "cancelled", now()
            return take, changed

        take, changed = self._database.write(mark)
        if changed:
            self._renderer.stop(take_id)
            self._bells.ring(take.comparison_id)
        return take_view(take, self._renderer.progress)

    def retry(self, owner: str, take_id: str, *, insist: bool = False) -> TakeView:
        """Render a failed or cancelled take anew, with the same seed, planned by today's facts.

        Args:
            owner: whose take it is.
            take_id: the take.
            insist: render although the studio advised against it.

        Raises:
            NotFound: ``unknown_take``, or its voice is gone.
            Conflict: ``take_not_retryable``.
        """
        with self._database.read() as session:
            take, comparison = take_of(session, owner, take_id)
        if take.state not in ("failed", "cancelled"):
            raise Conflict("take_not_retryable")
        wanted = EngineOrder.model_validate(take.request["wanted"])
        if insist:
            wanted = wanted.model_copy(update={"insist": True})
        order = ComparisonOrder(
            text=comparison.text,
            language=comparison.language,
            voice=comparison.voice_id,
            instruction=comparison.instruction,
            engines=[wanted],
        )
        order, voice = self._planner.checked(owner, order)
        planned = self._planner.planned(owner, order, wanted, voice)

        def again(session: Session) -> Take:
            row, _ = take_of(session, owner, take_id)
            if row.state not in ("failed", "cancelled"):
                raise Conflict("take_not_retryable")
            row.request = {**row.request, "wanted": wanted.model_dump(mode="json")}
            _apply(row, planned)
            return row

        take = self._database.write(again)
        if take.state == "queued":
            self._renderer.enqueue([take])
        self._bells.ring(take.comparison_id)
        return take_view(take, self._renderer.progress)

    # looking

    def comparison(self, owner: str, comparison_id: str) -> ComparisonView:
        """A comparison as it stands.

        Raises:
            NotFound: ``unknown_comparison``.
        """
        with self._database.read() as session:
            row = comparison_of(session, owner, comparison_id)
            takes = takes_of(session, [row.id])[row.id]
        return comparison_view(row, takes, self._voice_name(row), self._renderer.progress)

    def recent(self, owner: str, limit: int = 20) -> list[ComparisonView]:
        """The latest comparisons, newest first."""
        query = select(Comparison).where(Comparison.owner == owner)
        query = query.order_by(Comparison.created_at.desc(), Comparison.id).limit(limit)
        with self._database.read() as session:
            rows = list(session.scalars(query))
            takes = takes_of(session, [row.id for row in rows])
        names = {row.voice_id: self._voice_name(row) for row in rows}
        return [
            comparison_view(row, takes[row.id], names[row.voice_id], self._renderer.progress)
            for row in rows
        ]

    def take(self, owner: str, take_id: str) -> TakeView:
        """A take as it stands.

        Raises:
            NotFound: ``unknown_take``.
        """
        with self._database.read() as session:
            take, _ = take_of(session, owner, take_id)
        return take_view(take, self._renderer.progress)

    async def changes(self, owner: str, comparison_id: str) -> AsyncGenerator[ComparisonView]:
        """The comparison now and after each change; ends when all takes are final.

        Raises:
            NotFound: ``unknown_comparison``.
        """
        from anyio.to_thread import run_sync

        with self._bells.listen(comparison_id) as rung:
            while not self._closed:
                rung.clear()
                view = await run_sync(self.comparison, owner, comparison_id)
                yield view
                if view.final:
                    return
                with contextlib.suppress(TimeoutError):  # then once more, to keep the line open
                    await asyncio.wait_for(rung.wait(), _REMIND_SECONDS)

    def _voice_name(self, row: Comparison) -> str | None:
        if row.voice_id is None:
            return None
        try:
            return self._voices.get(row.owner, row.voice_id).name
        except NotFound:  # deleted since
            return None


def _apply(take: Take, item: Planned) -> None:
    apply_plan(take, item.plan, item.key, item.model_revision)
    if item.earlier is not None:
        answer_from_store(take, item.earlier)
    elif item.plan.refusal is not None:
        stand_in(take, _bare(item.plan.refusal))


def _bare(refusal: Note) -> Note:
    """Why, without the advice for whoever orders: the take is being made."""
    reason = refusal.params.get("reason")
    return reason if isinstance(reason, Note) else refusal


def _wrong(plan: TakePlan) -> bool:
    """Refused for what was sent, and nobody stands by."""
    if plan.fallback is not None and plan.fallback.refusal is None:
        return False
    return plan.refusal is not None and plan.by_input


def _refused(reason: Note | None) -> BadInput:
    assert reason is not None  # noqa: S101 (only called with a refusal)
    return BadInput(reason.code.removeprefix("error."), **reason.params)  # type: ignore[arg-type]
