"""How the rows of a draft change: new lists in the place of old ones, takes kept where possible."""

from collections.abc import Mapping, Sequence

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from studio.problems import BadInput
from studio.store.library_tables import Tag
from studio.store.study_tables import (
    Decision,
    Study,
    StudyAnswer,
    StudyClip,
    StudyCondition,
    StudyInvite,
    StudyItem,
    StudyRater,
    StudyReference,
    StudyText,
    StudyTrial,
)
from studio.studies.owner.change import Change
from studio.studies.owner.conditions import Known, same_as
from studio.studies.owner.plan_change import changed
from studio.studies.owner.rows import Whole, whole
from studio.studies.owner.scale import DIFFERENCES, farthest, unit
from studio.studies.owner.texts import GivenText
from studio.studies.owner.words import one_line, use_of
from studio.studies.plan import StudyPlan
from studio.studies.protocols import QUESTIONS, protocol
from studio.voices import fields

TITLE_MOST_CHARACTERS = 200


def write(
    session: Session,
    study: Study,
    change: Change,
    known: list[Known] | None,
    texts: list[GivenText] | None,
) -> tuple[list[str], list[str]]:
    """Write a change.

    Returns:
        orders that are needed no more, and blobs.
    """
    before = whole(session, study)
    _words(study, change)
    keep_takes = True
    if change.language is not None:
        language = fields.language(change.language)
        keep_takes = language == study.language
        study.language = language
    if change.plan is not None:
        plan = changed(StudyPlan.model_validate(study.plan), change.plan)
        # One rule for all takes: without retries none was made again.
        keep_takes = keep_takes and (study.plan["retries"] or not plan.retries)
        study.plan = plan.model_dump(mode="json")
    if study.plan["difference"] >= farthest(study.protocol):
        raise BadInput("study_plan_below", field="difference", limit=farthest(study.protocol))
    if known is None and texts is None and keep_takes:
        return [], []
    return _rearranged(session, before, known, texts, keep_takes=keep_takes)


def _words(study: Study, change: Change) -> None:
    if change.title is not None:
        study.title = one_line(change.title, "title", TITLE_MOST_CHARACTERS)
    if change.use is not None:
        study.use = use_of(change.use)
    if change.protocol is None and change.question is None:
        return
    kind = protocol(change.protocol or study.protocol)
    question = change.question or study.question
    if question not in QUESTIONS:
        raise BadInput("study_question_unknown", known=", ".join(QUESTIONS))
    if question not in kind.questions:
        if change.question is not None:
            raise BadInput("study_question_unfit", allowed=", ".join(kind.questions))
        question = kind.questions[0]
    before = study.protocol
    study.protocol, study.question = kind.name, question
    chosen = study.plan["difference"] != DIFFERENCES[before]
    if not chosen or unit(before) != unit(kind.name):  # a share says nothing on a scale
        study.plan = {**study.plan, "difference": DIFFERENCES[kind.name]}


def _rearranged(
    session: Session,
    before: Whole,
    known: list[Known] | None,
    texts: list[GivenText] | None,
    *,
    keep_takes: bool,
) -> tuple[list[str], list[str]]:
    """Put new lists in the place of old ones; what is the same keeps its takes."""
    study_id = before.study.id
    text_now = {one.position: one.position for one in before.texts}
    condition_now = {one.position: one.position for one in before.conditions}
    if texts is not None:
        places = {one.sha256: place for place, one in enumerate(texts)}
        text_now = {
            one.position: places[one.text_sha256]
            for one in before.texts
            if one.text_sha256 in places
        }
        session.execute(delete(StudyText).where(StudyText.study_id == study_id))
        session.add_all(text_rows(study_id, texts, 0))
    if known is not None:
        condition_now = _matched(before.conditions, known)
        session.execute(delete(StudyCondition).where(StudyCondition.study_id == study_id))
        session.add_all(_condition_rows(study_id, known))
    moved = [
        _copied(item, text=text_now[item.text], condition=condition_now[item.condition])
        for item in before.items
        if keep_takes and item.text in text_now and item.condition in condition_now
    ]
    orders = {item.comparison_id for item in before.items}
    session.execute(delete(StudyItem).where(StudyItem.study_id == study_id))
    session.add_all(moved)
    blobs = _moved_references(session, before, text_now)
    return sorted(orders - {item.comparison_id for item in moved}), blobs


def _moved_references(session: Session, before: Whole, text_now: Mapping[int, int]) -> list[str]:
    """Let recordings follow their texts.

    Returns:
        blobs of those whose text is gone.
    """
    blobs = []
    for reference in before.references:
        if reference.text is None:
            continue
        if reference.text in text_now:
            reference.text = text_now[reference.text]
        else:
            blobs.append(reference.blob)
            session.delete(reference)
    return blobs


def _matched(old: Sequence[StudyCondition], new: Sequence[Known]) -> dict[int, int]:
    """Which new condition each old one is; of equal ones the first to the first."""
    free = dict(enumerate(new))
    found: dict[int, int] = {}
    for one in old:
        for place, other in free.items():
            if other.same_as == same_as(one):
                found[one.position] = place
                del free[place]
                break
    return found


def _copied(item: StudyItem, **moved: int) -> StudyItem:
    values = {column.key: getattr(item, column.key) for column in StudyItem.__table__.columns}
    return StudyItem(**{**values, **moved})


def text_rows(study_id: str, texts: Sequence[GivenText], start: int) -> list[StudyText]:
    return [
        StudyText(
            study_id=study_id,
            position=place,
            text=one.text,
            text_sha256=one.sha256,
            source=one.source,
        )
        for place, one in enumerate(texts, start)
    ]


def _condition_rows(study_id: str, known: Sequence[Known]) -> list[StudyCondition]:
    return [
        StudyCondition(
            study_id=study_id,
            position=place,
            label=one.label,
            condition=one.condition,
            engine=one.engine,
            wanted=one.wanted,
            voice_id=one.voice_id,
            instruction=one.instruction,
        )
        for place, one in enumerate(known)
    ]


def forget_rows(session: Session, all_: Whole) -> tuple[list[str], list[str]]:
    """Remove every row of a study but its withdrawn decisions."""
    study = all_.study
    orders = sorted({item.comparison_id for item in all_.items})
    blobs = [reference.blob for reference in all_.references]
    mine = select(StudyTrial.token).where(StudyTrial.study_id == study.id)
    session.execute(delete(StudyClip).where(StudyClip.trial.in_(mine)))
    for table in (
        StudyAnswer,
        StudyTrial,
        StudyRater,
        StudyInvite,
        StudyReference,
        StudyItem,
        StudyText,
        StudyCondition,
        Decision,
    ):
        session.execute(delete(table).where(table.study_id == study.id))
    session.execute(delete(Tag).where(Tag.kind == "study", Tag.thing_id == study.id))
    session.delete(study)
    return orders, blobs
