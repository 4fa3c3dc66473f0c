"""The takes of a study: ordered text by text, tried again, called off, estimated."""

import contextlib
from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict
from sqlalchemy.orm import Session

from studio.locales import Note
from studio.problems import Conflict, NotFound
from studio.settings import Settings
from studio.store.database import Database
from studio.store.study_tables import StudyCondition, StudyItem, StudyText
from studio.studies.owner.candidates import candidate
from studio.studies.owner.conditions import groups, order_of
from studio.studies.owner.rows import Whole, draft_of, whole
from studio.takes.service import TakeService
from studio.takes.views import Cost

_AGAIN = ("failed", "cancelled")


class Said(BaseModel):
    """What is to be told of a condition."""

    model_config = ConfigDict(frozen=True)

    condition: int
    label: str
    note: Note


class Estimate(BaseModel):
    """What rendering all that is missing comes to."""

    model_config = ConfigDict(frozen=True)

    takes: int
    seconds: float | None
    """One after the other, from the engines' recent takes; ``None`` where one is not known."""
    costs: tuple[Cost, ...]
    refusals: tuple[Said, ...]
    warnings: tuple[Said, ...]


class _Ordered(Exception):
    """Somebody else ordered the same at the same time; one order is enough."""


class Rendering:
    """Orders the takes of drafts.

    Args:
        settings: how many takes one order may have.
        database: rows of studies.
        takes: renders.
    """

    def __init__(self, settings: Settings, database: Database, takes: TakeService) -> None:
        self._most = settings.comparison_max_engines
        self._database = database
        self._takes = takes

    def render(self, owner: str, study_id: str) -> None:
        """Order every take that is missing, and those anew that failed or were cancelled.

        Each order is kept with its items in one transaction: whatever ends the process, what was
        ordered goes on at the next start, and asking again orders only the rest.

        Raises:
            NotFound: ``unknown_study``.
            Conflict: ``study_not_draft``, ``study_nothing_to_render``.
            BadInput: an engine no longer has what a condition asks for.
        """
        all_ = self._draft(owner, study_id)
        if not all_.texts or not all_.conditions:
            raise Conflict("study_nothing_to_render")
        retries = bool(all_.study.plan["retries"])
        ordered = self._takes.of_study(owner, study_id)
        for item in all_.items:
            take = candidate(all_.study, item, ordered)
            if take is not None and take.state in _AGAIN and item.verdict != "bad":
                self._takes.retry(owner, item.first_take)
        for text in all_.texts:
            missing = [c for c in all_.conditions if all_.item(text.position, c.position) is None]
            for some in groups(missing, self._most):
                self._order(owner, all_, text, some, retries=retries)

    def estimate(self, owner: str, study_id: str) -> Estimate:
        """How long the missing takes will take and what they will cost. Keeps nothing.

        Raises:
            NotFound: ``unknown_study``.
            Conflict: ``study_not_draft``.
            BadInput: as :meth:`render`.
        """
        all_ = self._draft(owner, study_id)
        retries = bool(all_.study.plan["retries"])
        takes, seconds, known = 0, 0.0, True
        costs: dict[str, Cost] = {}
        refusals: dict[tuple[int, str], Said] = {}
        warnings: dict[tuple[int, str], Said] = {}
        for text in all_.texts:
            missing = [c for c in all_.conditions if all_.item(text.position, c.position) is None]
            for some in groups(missing, self._most):
                order = order_of(text.text, all_.study.language, some, retries=retries)
                for one, plan in zip(some, self._takes.plan(owner, order), strict=True):
                    takes += 1
                    known = known and plan.estimate_seconds is not None
                    seconds += plan.estimate_seconds or 0.0
                    if plan.cost is not None:
                        before = costs.get(plan.cost.currency)
                        costs[plan.cost.currency] = before.plus(plan.cost) if before else plan.cost
                    if plan.refusal is not None:
                        said = Said(condition=one.position, label=one.label, note=plan.refusal)
                        refusals.setdefault((one.position, plan.refusal.code), said)
                    for warning in plan.warnings:
                        said = Said(condition=one.position, label=one.label, note=warning)
                        warnings.setdefault((one.position, warning.code), said)
        return Estimate(
            takes=takes,
            seconds=round(seconds, 1) if known else None,
            costs=tuple(costs.values()),
            refusals=tuple(refusals.values()),
            warnings=tuple(warnings.values()),
        )

    def retry(self, owner: str, study_id: str, text: int, condition: int, *, insist: bool) -> None:
        """Render one failed or cancelled take anew.

        What was said of it is forgotten: it will sound otherwise.

        Raises:
            NotFound: ``unknown_study``, ``unknown_study_item``.
            Conflict: ``study_not_draft``, ``take_not_retryable``.
        """
        self._takes.retry(owner, self._first(owner, study_id, text, condition), insist=insist)

        def forget(session: Session) -> None:
            study = draft_of(session, owner, study_id)
            row = session.get(StudyItem, (study.id, text, condition))
            if row is not None:
                row.take_id, row.verdict, row.heard_at = None, "", None

        self._database.write(forget)

    def cancel(self, owner: str, study_id: str) -> None:
        """Stop every take of a draft that is not finished.

        Raises:
            NotFound: ``unknown_study``.
            Conflict: ``study_not_draft``.
        """
        all_ = self._draft(owner, study_id)
        self.drop(owner, sorted({item.comparison_id for item in all_.items}))

    def remove(self, owner: str, orders: Sequence[str]) -> None:
        """Remove orders that no study needs any more, with their sound."""
        self._takes.removal.comparisons(owner, orders)

    def drop(self, owner: str, orders: Sequence[str]) -> None:
        """Stop orders."""
        for order in orders:
            try:
                view = self._takes.comparison(owner, order)
            except NotFound:
                continue
            for take in view.takes:
                if not take.settled:
                    self._takes.cancel(owner, take.id)

    def _first(self, owner: str, study_id: str, text: int, condition: int) -> str:
        """The attempt that was ordered."""
        row = self._draft(owner, study_id).item(text, condition)
        if row is None:
            raise NotFound("unknown_study_item")
        return row.first_take

    def _draft(self, owner: str, study_id: str) -> Whole:
        with self._database.read() as session:
            return whole(session, draft_of(session, owner, study_id))

    def _order(
        self,
        owner: str,
        all_: Whole,
        text: StudyText,
        some: Sequence[StudyCondition],
        *,
        retries: bool,
    ) -> None:
        study = all_.study
        order = order_of(text.text, study.language, some, retries=retries)

        def items(session: Session, comparison: str, takes: Sequence[str]) -> None:
            # Between looking and writing another window may have changed or rendered the draft.
            now_ = whole(session, draft_of(session, owner, study.id))
            same = next((t for t in now_.texts if t.position == text.position), None)
            if same is None or same.text_sha256 != text.text_sha256:
                raise Conflict("study_changed_meanwhile")
            for one, take in zip(some, takes, strict=True):
                there = next((c for c in now_.conditions if c.position == one.position), None)
                taken = now_.item(text.position, one.position)
                if taken is not None:
                    raise _Ordered
                if there is None or there.wanted != one.wanted:
                    raise Conflict("study_changed_meanwhile")
                session.add(
                    StudyItem(
                        study_id=study.id,
                        text=text.position,
                        condition=one.position,
                        comparison_id=comparison,
                        first_take=take,
                        verdict="",
                    )
                )

        with contextlib.suppress(_Ordered):
            self._takes.create(owner, order, study.id, items)
