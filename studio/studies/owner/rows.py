"""The rows of a study: found for its owner, read together."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from studio.problems import Conflict, NotFound
from studio.store.study_tables import (
    Study,
    StudyAnswer,
    StudyCondition,
    StudyItem,
    StudyRater,
    StudyReference,
    StudyText,
    StudyTrial,
)
from studio.takes.rows import is_id


@dataclass(frozen=True)
class Whole:
    """A study with everything its owner put into it, each in order of position."""

    study: Study
    conditions: Sequence[StudyCondition]
    texts: Sequence[StudyText]
    items: Sequence[StudyItem]
    references: Sequence[StudyReference]

    def item(self, text: int, condition: int) -> StudyItem | None:
        """The item of a text and a condition, if it was ordered."""
        return next((i for i in self.items if (i.text, i.condition) == (text, condition)), None)


@dataclass(frozen=True)
class Counts:
    """How many took part so far. ``answers`` are those to counted trials, checks not among them."""

    raters: int = 0
    finished: int = 0
    answers: int = 0


def study_of(session: Session, owner: str, study_id: str, *, binned: bool = False) -> Study:
    """A study of this owner.

    Args:
        session: to look in.
        owner: whose it is.
        study_id: the study.
        binned: also when it is in the bin: to remove it for good.

    Raises:
        NotFound: ``unknown_study``.
    """
    row = session.get(Study, study_id) if is_id(study_id) else None
    hidden = row is not None and row.deleted_at is not None and not binned
    if row is None or row.owner != owner or hidden:
        raise NotFound("unknown_study")
    return row


def draft_of(session: Session, owner: str, study_id: str) -> Study:
    """A study of this owner that may still be changed.

    Raises:
        NotFound: ``unknown_study``.
        Conflict: ``study_not_draft``.
    """
    row = study_of(session, owner, study_id)
    if row.state != "draft":
        raise Conflict("study_not_draft")
    return row


def whole(session: Session, study: Study) -> Whole:
    """A study with its conditions, texts, items and references."""
    conditions = select(StudyCondition).where(StudyCondition.study_id == study.id)
    texts = select(StudyText).where(StudyText.study_id == study.id)
    items = select(StudyItem).where(StudyItem.study_id == study.id)
    references = select(StudyReference).where(StudyReference.study_id == study.id)
    return Whole(
        study,
        list(session.scalars(conditions.order_by(StudyCondition.position))),
        list(session.scalars(texts.order_by(StudyText.position))),
        list(session.scalars(items.order_by(StudyItem.text, StudyItem.condition))),
        list(session.scalars(references.order_by(StudyReference.created_at, StudyReference.id))),
    )


def counts(session: Session, study_ids: Sequence[str]) -> dict[str, Counts]:
    """How many took part in some studies, by their id."""
    raters = (
        select(StudyRater.study_id, func.count(), func.count(StudyRater.finished_at))
        .where(StudyRater.study_id.in_(study_ids))
        .group_by(StudyRater.study_id)
    )
    answers = (
        select(StudyAnswer.study_id, func.count())
        .join(StudyTrial, StudyTrial.token == StudyAnswer.trial)
        .where(StudyAnswer.study_id.in_(study_ids), StudyTrial.kind == "main")
        .group_by(StudyAnswer.study_id)
    )
    people = {study: (started, done) for study, started, done in session.execute(raters)}
    said = dict(session.execute(answers).tuples().all())
    return {study: Counts(*people.get(study, (0, 0)), said.get(study, 0)) for study in study_ids}
