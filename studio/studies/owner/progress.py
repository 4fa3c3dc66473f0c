"""How far an open study is: how many, never what they said."""

import statistics
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from pydantic import BaseModel, ConfigDict
from sqlalchemy import select

from studio.locales import Note, note
from studio.store.base import now
from studio.store.database import Database
from studio.store.study_tables import StudyAnswer, StudyRater, StudyTrial
from studio.studies.owner.rows import study_of
from studio.studies.plan import StudyPlan

_ACTIVE = timedelta(minutes=10)
_RECENT = timedelta(hours=24)
_FEWEST_FOR_A_PACE = 5
_OPENS = {
    "fixed": "study.opens.fixed",
    "owner": "study.opens.owner",
    "anytime": "study.opens.anytime",
}


class Headphones(BaseModel):
    """How the headphone check went."""

    model_config = ConfigDict(frozen=True)

    passed: int
    failed: int
    skipped: int
    none: int


class Raters(BaseModel):
    """Who takes part."""

    model_config = ConfigDict(frozen=True)

    started: int
    trained: int
    finished: int
    active: int
    """Seen in the last ten minutes."""


class Day(BaseModel):
    """Answers of one day (UTC)."""

    model_config = ConfigDict(frozen=True)

    day: str
    answers: int


class ProgressView(BaseModel):
    """How far a study is. Nothing in it depends on what was answered, or says what was compared."""

    model_config = ConfigDict(frozen=True)

    state: str
    closed_because: str
    raters: Raters
    answers: int
    """To counted trials: checks are not among them."""
    target_answers: int
    target_raters: int
    share: float
    """Of the target, at most 1."""
    last_answer_at: datetime | None
    opened_at: datetime | None
    per_hour: float | None
    """Answers, over the last day or since the beginning; ``None`` while there are too few."""
    remaining_hours: float | None
    seconds_per_answer: float | None
    """Median, from the last clip's end."""
    headphones: Headphones
    by_day: tuple[Day, ...]
    enough: bool
    """The target is reached."""
    opens: Note
    """When the result may be seen."""


class Progress:
    """Counts.

    Args:
        database: rows.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, owner: str, study_id: str) -> ProgressView:
        """How far a study is.

        Raises:
            NotFound: ``unknown_study``.
        """
        with self._database.read() as session:
            study = study_of(session, owner, study_id)
            raters = list(
                session.scalars(select(StudyRater).where(StudyRater.study_id == study.id))
            )
            query = (
                select(StudyAnswer.answered_at, StudyAnswer.seconds)
                .join(StudyTrial, StudyTrial.token == StudyAnswer.trial)
                .where(StudyAnswer.study_id == study.id, StudyTrial.kind == "main")
            )
            rows = list(session.execute(query.order_by(StudyAnswer.sequence)))
        plan = StudyPlan.model_validate(study.plan)
        moments = [moment for moment, _ in rows]
        target = plan.raters * plan.trials
        per_hour = _pace(moments, study.opened_at) if study.state == "open" else None
        left = max(target - len(rows), 0)
        heard = Counter(rater.headphones or "none" for rater in raters)
        days = Counter(moment.astimezone(UTC).strftime("%Y-%m-%d") for moment in moments)
        finished = sum(rater.finished_at is not None for rater in raters)
        return ProgressView(
            state=study.state,
            closed_because=study.closed_because,
            raters=Raters(
                started=len(raters),
                trained=sum(rater.trained_at is not None for rater in raters),
                finished=finished,
                active=sum(now() - rater.seen_at < _ACTIVE for rater in raters),
            ),
            answers=len(rows),
            target_answers=target,
            target_raters=plan.raters,
            share=round(min(len(rows) / target, 1.0), 4),
            last_answer_at=max(moments, default=None),
            opened_at=study.opened_at,
            per_hour=per_hour,
            remaining_hours=round(left / per_hour, 1) if per_hour else None,
            seconds_per_answer=(
                round(statistics.median(seconds for _, seconds in rows), 1)
                if len(rows) >= _FEWEST_FOR_A_PACE
                else None
            ),
            headphones=Headphones(
                passed=heard["passed"],
                failed=heard["failed"],
                skipped=heard["skipped"],
                none=heard["none"],
            ),
            by_day=tuple(Day(day=day, answers=days[day]) for day in sorted(days)),
            enough=len(rows) >= target,
            opens=_opens(study.state, plan),
        )


def _pace(moments: Sequence[datetime], opened: datetime | None) -> float | None:
    """Answers an hour over the last day, or since the first of them."""
    since = now() - _RECENT
    recent = [moment for moment in moments if moment >= since]
    if len(recent) < _FEWEST_FOR_A_PACE or opened is None:
        return None
    hours = (now() - max(opened, since)).total_seconds() / 3600
    return round(len(recent) / max(hours, 1 / 60), 1)


def _opens(state: str, plan: StudyPlan) -> Note:
    return note("study.opens.now" if state == "closed" else _OPENS[plan.stopping.rule])
