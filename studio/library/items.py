"""Rows of the database as things of the library, some dozens at a time."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from studio.library.query import Kind
from studio.library.views import Item, Sound
from studio.store.library_tables import Tag, TakeMark
from studio.store.study_tables import Study, StudyAnswer, StudyCondition, StudyTrial
from studio.store.tables import Comparison, Take, Voice
from studio.takes.rows import title_and_licence
from studio.takes.views import FINAL

_TEXT_CHARACTERS = 240
_NO_MARK = TakeMark(take_id="", owner="", name="", note="", starred=False, pinned=False)


class Items:
    """Reads things by their ids.

    Args:
        bin_days: how long things stay in the bin.
    """

    def __init__(self, bin_days: float) -> None:
        self._stay = timedelta(days=bin_days)

    def of(self, session: Session, owner: str, kind: Kind, ids: Sequence[str]) -> list[Item]:
        """Things of one kind in the order of their ids; those that are gone are left out."""
        read = {
            "comparison": self._comparisons,
            "take": self._takes,
            "voice": self._voices,
            "study": self._studies,
        }[kind]
        found = {one.id: one for one in read(session, owner, ids)}
        tags = _tags(session, kind, ids)
        return [
            found[one].model_copy(update={"tags": tags.get(one, ())}) for one in ids if one in found
        ]

    def _comparisons(self, session: Session, owner: str, ids: Sequence[str]) -> Iterable[Item]:
        rows = list(session.scalars(select(Comparison).where(Comparison.id.in_(ids))))
        query = select(Take).where(Take.comparison_id.in_(ids))
        # with a comparison in the bin lie all its takes, else only those that are not there
        query = query.join(Comparison, Comparison.id == Take.comparison_id)
        query = query.where(or_(Take.deleted_at.is_(None), Comparison.deleted_at.is_not(None)))
        takes: dict[str, list[Take]] = {row.id: [] for row in rows}
        for take in session.scalars(query.order_by(Take.position, Take.attempt)):
            takes[take.comparison_id].append(take)
        marks = _marks(session, [take.id for some in takes.values() for take in some])
        names = _voice_names(session, owner, rows)
        for row in rows:
            sounds = tuple(_sound(take, marks) for take in takes[row.id])
            yield Item(
                **_said(row, names),
                **self._binned(row),
                kind="comparison",
                id=row.id,
                title=row.title,
                state=_state(sounds),
                starred=any(sound.starred for sound in sounds),
                created_at=row.created_at,
                takes=sounds,
            )

    def _takes(self, session: Session, owner: str, ids: Sequence[str]) -> Iterable[Item]:
        query = select(Take, Comparison).join(Comparison, Comparison.id == Take.comparison_id)
        rows = session.execute(query.where(Take.id.in_(ids))).tuples().all()
        marks = _marks(session, ids)
        names = _voice_names(session, owner, [comparison for _, comparison in rows])
        for take, comparison in rows:
            sound = _sound(take, marks)
            yield Item(
                **_said(comparison, names),
                **self._binned(take),
                kind="take",
                id=take.id,
                title=sound.name or comparison.title,
                note=marks.get(take.id, _NO_MARK).note,
                state=take.state,
                starred=sound.starred,
                created_at=take.created_at,
                seconds=take.seconds,
                comparison=comparison.id,
                takes=(sound,),
            )

    def _voices(self, session: Session, owner: str, ids: Sequence[str]) -> Iterable[Item]:
        for row in session.scalars(select(Voice).where(Voice.id.in_(ids), Voice.owner == owner)):
            yield Item(
                **self._binned(row),
                kind="voice",
                id=row.id,
                title=row.name,
                text=row.transcript[:_TEXT_CHARACTERS],
                language=row.language,
                created_at=row.created_at,
                seconds=row.checkup.get("seconds"),
                shared=row.shared,
            )

    def _studies(self, session: Session, owner: str, ids: Sequence[str]) -> Iterable[Item]:
        rows = list(session.scalars(select(Study).where(Study.id.in_(ids), Study.owner == owner)))
        compared: dict[str, list[str]] = {}
        conditions = select(StudyCondition.study_id, StudyCondition.label)
        conditions = conditions.where(StudyCondition.study_id.in_(ids))
        for study, label in session.execute(conditions.order_by(StudyCondition.position)):
            compared.setdefault(study, []).append(label)
        answers = (
            select(StudyAnswer.study_id, func.count())
            .join(StudyTrial, StudyTrial.token == StudyAnswer.trial)
            .where(StudyAnswer.study_id.in_(ids), StudyTrial.kind == "main")
            .group_by(StudyAnswer.study_id)
        )
        given = dict(session.execute(answers).tuples().all())
        for row in rows:
            yield Item(
                **self._binned(row),
                kind="study",
                id=row.id,
                title=row.title,
                text="",
                language=row.language,
                state=row.state,
                created_at=row.created_at,
                question=row.question,
                engines=tuple(compared.get(row.id, ())),
                answers=given.get(row.id, 0),
            )

    def _binned(self, row: Comparison | Take | Voice | Study) -> dict[str, object]:
        since = row.deleted_at
        return {"deleted_at": since, "gone_at": since + self._stay if since else None}


def _said(row: Comparison, names: Mapping[str, str]) -> dict[str, object]:
    """What a comparison and its takes have in common."""
    return {
        "text": row.text[:_TEXT_CHARACTERS],
        "language": row.language,
        "project": row.project,
        "instruction": row.instruction[:_TEXT_CHARACTERS],
        "voice": row.voice_id,
        "voice_name": names.get(row.voice_id or ""),
        "batch": row.batch_id,
    }


def _sound(take: Take, marks: Mapping[str, TakeMark]) -> Sound:
    mark = marks.get(take.id, _NO_MARK)
    return Sound(
        id=take.id,
        engine=take.engine,
        title=title_and_licence(take.engine)[0],
        preset_title=take.request.get("preset_title", ""),
        model=take.model,
        state=take.state,
        seconds=take.seconds,
        name=mark.name,
        starred=mark.starred,
        attempt=take.attempt,
    )


def _state(sounds: Sequence[Sound]) -> str:
    states = {sound.state for sound in sounds}
    if states - FINAL:
        return "running"
    if "done" in states:
        return "done"
    return "failed" if "failed" in states else "cancelled"


def _marks(session: Session, ids: Sequence[str]) -> dict[str, TakeMark]:
    query = select(TakeMark).where(TakeMark.take_id.in_(ids))
    return {mark.take_id: mark for mark in session.scalars(query)}


def _tags(session: Session, kind: Kind, ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
    query = select(Tag.thing_id, Tag.tag).where(Tag.kind == kind, Tag.thing_id.in_(ids))
    found: dict[str, list[str]] = {}
    for thing, tag in session.execute(query):
        found.setdefault(thing, []).append(tag)
    return {thing: tuple(sorted(tags)) for thing, tags in found.items()}


def _voice_names(session: Session, owner: str, rows: Iterable[Comparison]) -> dict[str, str]:
    """Names of the voices that speak, as far as their owner may still see them."""
    ids = {row.voice_id for row in rows if row.voice_id is not None}
    if not ids:
        return {}
    query = select(Voice.id, Voice.name).where(Voice.id.in_(ids), Voice.deleted_at.is_(None))
    query = query.where(or_(Voice.owner == owner, Voice.shared.is_(True)))
    return dict(session.execute(query).tuples().all())
