"""Looking at takes: single ones, comparisons, the latest ones, and how they change."""

import asyncio
import contextlib
import time
from collections.abc import AsyncGenerator

from sqlalchemy import func, select

from studio.problems import NotFound
from studio.pronunciation import Reading
from studio.store.blobs import Blobs
from studio.store.database import Database
from studio.store.tables import Comparison, Take
from studio.takes.attempts import shown_attempts
from studio.takes.bell import Bells
from studio.takes.hearing import Hearing
from studio.takes.marks import marks_of
from studio.takes.order import ComparisonOrder, EngineOrder
from studio.takes.rendering import Renderer
from studio.takes.reports import reports_of
from studio.takes.rows import comparison_of, kept, take_of, takes_of
from studio.takes.showing import comparison_view, take_view
from studio.takes.speakers import VoiceLookup
from studio.takes.views import ComparisonView, TakeView

_REMIND_SECONDS = 15.0
"""Proxies close a stream on which nothing comes for long."""
_MOST_PROJECTS = 200
_LOOK_SECONDS = 0.5
"""How often a process looks at rows that another process renders: no bell rings across them."""


class Looking(Hearing):
    """Views of takes, now and as they change. Everything belongs to an owner.

    Args:
        database, blobs: where takes are.
        renderer: knows those in the making.
        voices: knows their names.
        bells: rung by comparison id when something changed.
    """

    def __init__(
        self,
        database: Database,
        blobs: Blobs,
        renderer: Renderer,
        voices: VoiceLookup,
        bells: Bells,
    ) -> None:
        super().__init__(database, blobs, renderer)
        self._voices = voices
        self._bells = bells

    def comparison(self, owner: str, comparison_id: str) -> ComparisonView:
        """A comparison as it stands.

        Raises:
            NotFound: ``unknown_comparison``.
        """
        with self._database.read() as session:
            row = comparison_of(session, owner, comparison_id)
            takes = takes_of(session, [row.id])[row.id]
            reports = reports_of(session, takes)
            marks = marks_of(session, takes)
        name = self._voice_name(row)
        return comparison_view(row, takes, reports, name, self._renderer.progress, marks)

    def order_again(self, owner: str, comparison_id: str) -> ComparisonOrder:
        """What was ordered with a comparison: for a form, to be changed and ordered again.

        Raises:
            NotFound: ``unknown_comparison``.
        """
        with self._database.read() as session:
            row = comparison_of(session, owner, comparison_id)
            firsts = [take for take in takes_of(session, [row.id])[row.id] if take.attempt == 1]
        orders = [EngineOrder.model_validate(take.request["wanted"]) for take in firsts]
        retries = {take.request.get("retries_ordered") for take in firsts}
        return ComparisonOrder(
            text=row.text,
            language=row.language,
            voice=row.voice_id,
            instruction=row.instruction,
            title=row.title,
            project=row.project,
            readings=[Reading.model_validate(one) for one in row.readings or ()] or None,
            engines=orders,
            retries=retries.pop() if len(retries) == 1 else None,
        )

    def recent(self, owner: str, limit: int = 20) -> list[ComparisonView]:
        """The latest comparisons but for studies' and batches', newest first; brief reports."""
        query = select(Comparison).where(Comparison.owner == owner, Comparison.study_id.is_(None))
        query = query.where(Comparison.batch_id.is_(None), *kept(Comparison))
        query = query.order_by(Comparison.created_at.desc(), Comparison.id).limit(limit)
        with self._database.read() as session:
            rows = list(session.scalars(query))
            takes = takes_of(session, [row.id for row in rows])
            reports = reports_of(session, [take for some in takes.values() for take in some])
        names = {row.voice_id: self._voice_name(row) for row in rows}
        return [
            comparison_view(
                row, takes[row.id], reports, names[row.voice_id], self._renderer.progress
            ).brief()
            for row in rows
        ]

    def projects(self, owner: str) -> list[str]:
        """What somebody's comparisons were made for, by name, the one used last first."""
        latest = func.max(Comparison.created_at)
        query = select(Comparison.project).where(Comparison.owner == owner)
        query = query.where(Comparison.project != "", Comparison.deleted_at.is_(None))
        query = query.group_by(Comparison.project).order_by(latest.desc(), Comparison.project)
        with self._database.read() as session:
            return list(session.scalars(query.limit(_MOST_PROJECTS)))

    def of_study(self, owner: str, study_id: str) -> dict[str, ComparisonView]:
        """All that was ordered for a study, by comparison id; reports without figures."""
        query = select(Comparison).where(Comparison.owner == owner, Comparison.study_id == study_id)
        with self._database.read() as session:
            rows = list(session.scalars(query))
            takes = takes_of(session, [row.id for row in rows])
            reports = reports_of(session, [take for some in takes.values() for take in some])
        return {
            row.id: comparison_view(
                row, takes[row.id], reports, None, self._renderer.progress
            ).brief()
            for row in rows
        }

    def take(self, owner: str, take_id: str) -> TakeView:
        """A take as it stands, any attempt.

        Raises:
            NotFound: ``unknown_take``.
        """
        with self._database.read() as session:
            take, _ = take_of(session, owner, take_id)
            attempts = shown_attempts(session, take)
            reports = reports_of(session, attempts)
            marks = marks_of(session, attempts)
        return take_view(take, attempts, reports, self._renderer.progress, marks)

    async def changes(self, owner: str, comparison_id: str) -> AsyncGenerator[ComparisonView]:
        """The comparison now and after each change; ends when nothing more will happen by itself.

        Raises:
            NotFound: ``unknown_comparison``.
        """
        from anyio.to_thread import run_sync

        told: ComparisonView | None = None
        told_at = 0.0
        with self._bells.listen(comparison_id) as rung:
            while not self._closed:
                rang = told is None or rung.is_set()
                rung.clear()
                view = await run_sync(self.comparison, owner, comparison_id)
                moment = time.monotonic()
                # once in a while without a change, too, to keep the line open
                if rang or view != told or moment - told_at >= _REMIND_SECONDS:
                    told, told_at = view, moment
                    yield view
                if view.settled:
                    return
                with contextlib.suppress(TimeoutError):
                    pause = _REMIND_SECONDS if self._renderer.open else _LOOK_SECONDS
                    await asyncio.wait_for(rung.wait(), pause)

    def _shown(self, take: Take) -> TakeView:
        """A row just written, with what is beside it."""
        with self._database.read() as session:
            attempts = shown_attempts(session, take)
            reports = reports_of(session, attempts)
            marks = marks_of(session, attempts)
        return take_view(take, attempts, reports, self._renderer.progress, marks)

    def _voice_name(self, row: Comparison) -> str | None:
        if row.voice_id is None:
            return None
        try:
            return self._voices.get(row.owner, row.voice_id).name
        except NotFound:  # deleted since
            return None
