"""How a study is shown to its owner: rows, takes, counts and readiness put together."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import func, select

from studio.listening.conditions import title
from studio.locales import Note
from studio.problems import NotFound
from studio.store.blobs import Blobs
from studio.store.database import Database
from studio.store.study_tables import (
    Study,
    StudyCondition,
    StudyInvite,
    StudyItem,
    StudyReference,
    StudyText,
)
from studio.studies.owner.candidates import candidate
from studio.studies.owner.conditions import Conditions, Outlook
from studio.studies.owner.decisions import decisions_of
from studio.studies.owner.readiness import readiness
from studio.studies.owner.rows import Whole, counts, study_of, whole
from studio.studies.owner.views import (
    ConditionView,
    ItemView,
    ListeningView,
    ReadyView,
    ReferenceView,
    RenderingView,
    StudyBrief,
    StudyView,
    TextView,
)
from studio.studies.plan import StudyPlan
from studio.studies.seal import public_part
from studio.takes.service import TakeService
from studio.takes.views import ComparisonView
from studio.voices.service import VoiceService


class Showing:
    """Views of studies. Everything belongs to an owner.

    Args:
        database, blobs: rows, and whether recordings are there.
        takes: how the takes stand.
        voices: knows their names.
        conditions: says what would be refused.
    """

    def __init__(
        self,
        database: Database,
        blobs: Blobs,
        takes: TakeService,
        voices: VoiceService,
        conditions: Conditions,
    ) -> None:
        self._database = database
        self._blobs = blobs
        self._takes = takes
        self._voices = voices
        self._conditions = conditions

    def list(self, owner: str) -> list[StudyBrief]:
        """All studies, the newest first."""
        query = select(Study).where(Study.owner == owner, Study.deleted_at.is_(None))
        with self._database.read() as session:
            rows = list(session.scalars(query.order_by(Study.created_at.desc(), Study.id)))
            ids = [row.id for row in rows]
            taking_part = counts(session, ids)
            sizes = [
                dict(
                    session.execute(
                        select(table.study_id, func.count())
                        .where(table.study_id.in_(ids))
                        .group_by(table.study_id)
                    )
                    .tuples()
                    .all()
                )
                for table in (StudyCondition, StudyText)
            ]
            decided = {one.study: one for one in reversed(decisions_of(session, owner))}
        shown = []
        for row in rows:
            plan = StudyPlan.model_validate(row.plan)
            count = taking_part[row.id]
            shown.append(
                StudyBrief(
                    **_named(row, StudyBrief),
                    conditions=sizes[0].get(row.id, 0),
                    texts=sizes[1].get(row.id, 0),
                    raters=count.raters,
                    finished=count.finished,
                    answers=count.answers,
                    target_answers=plan.raters * plan.trials,
                    decision=decided.get(row.id),
                )
            )
        return shown

    def one(self, owner: str, study_id: str) -> StudyView:
        """A study with everything in it.

        Raises:
            NotFound: ``unknown_study``.
        """
        with self._database.read() as session:
            study = study_of(session, owner, study_id)
            all_ = whole(session, study)
            count = counts(session, [study.id])[study.id]
            invited = select(func.count()).where(StudyInvite.study_id == study.id)
            invites = session.scalar(invited) or 0
            decided = [one for one in decisions_of(session, owner) if one.study == study.id]
        plan = StudyPlan.model_validate(study.plan)
        items = self.items(owner, all_)
        out = bad_texts(items)
        draft = study.state == "draft"
        return StudyView(
            **_named(study, StudyView),
            plan=plan,
            conditions=tuple(self._condition(owner, all_, one) for one in all_.conditions),
            texts=tuple(
                TextView(
                    position=one.position,
                    text=one.text,
                    source=one.source,
                    out=one.position in out,
                )
                for one in all_.texts
            ),
            items=items,
            references=tuple(self._reference(owner, one) for one in all_.references),
            rendering=RenderingView.of(items),
            listening=listening(items, len(all_.texts)),
            ready=self.readiness(all_, items) if draft else ReadyView(),
            seal=_seal(study),
            invites=invites,
            raters=count.raters,
            answers=count.answers,
            decision=decided[0] if decided else None,
        )

    def readiness(self, all_: Whole, items: tuple[ItemView, ...]) -> ReadyView:
        """Whether a draft may be opened."""
        held = all(self._blobs.exists(one.blob) for one in all_.references)
        return readiness(all_, items, bad_texts(items), held=held)

    def rendering(self, owner: str, study_id: str) -> tuple[ItemView, ...]:
        """Every text with every condition, as its take stands.

        Raises:
            NotFound: ``unknown_study``.
        """
        with self._database.read() as session:
            all_ = whole(session, study_of(session, owner, study_id))
        return self.items(owner, all_)

    def items(self, owner: str, all_: Whole) -> tuple[ItemView, ...]:
        """Every text with every condition, as its take stands."""
        ordered = self._takes.of_study(owner, all_.study.id)
        rows = {(one.text, one.condition): one for one in all_.items}
        return tuple(
            _item(all_.study, text.position, condition.position, rows, ordered)
            for text in all_.texts
            for condition in all_.conditions
        )

    def _condition(self, owner: str, all_: Whole, one: StudyCondition) -> ConditionView:
        outlook = Outlook()
        if all_.study.state == "draft":
            first = all_.texts[0].text if all_.texts else None
            outlook = self._conditions.outlook(owner, one, all_.study.language, first)
        return ConditionView(
            position=one.position,
            label=one.label,
            condition=one.condition,
            engine=one.engine,
            title=title(one.engine),
            wanted=one.wanted,
            voice_id=one.voice_id,
            voice_name=self._voice_name(owner, one.voice_id),
            instruction=one.instruction,
            refusal=outlook.refusal,
            aspects=outlook.aspects,
        )

    def _reference(self, owner: str, one: StudyReference) -> ReferenceView:
        return ReferenceView(
            id=one.id,
            voice_id=one.voice_id,
            voice_name=self._voice_name(owner, one.voice_id),
            text=one.text,
            name=one.name,
            seconds=one.seconds,
            findings=tuple(Note.from_json(finding) for finding in one.findings),
        )

    def _voice_name(self, owner: str, voice_id: str | None) -> str | None:
        if voice_id is None:
            return None
        try:
            return self._voices.get(owner, voice_id).name
        except NotFound:  # deleted since
            return None


def _item(
    study: Study,
    text: int,
    condition: int,
    rows: Mapping[tuple[int, int], StudyItem],
    ordered: Mapping[str, ComparisonView],
) -> ItemView:
    row = rows.get((text, condition))
    if row is None:
        return ItemView(text=text, condition=condition, take=None, heard=False, verdict="")
    take = candidate(study, row, ordered)
    # What was said of another attempt is not said of this one; once open, nothing changes.
    fits = study.state != "draft" or (take is not None and row.take_id == take.id)
    return ItemView(
        text=text,
        condition=condition,
        take=take,
        heard=fits and row.heard_at is not None,
        verdict=row.verdict if fits else "",
    )


def bad_texts(items: Iterable[ItemView]) -> frozenset[int]:
    """Positions of texts that a bad take takes out, for all conditions."""
    return frozenset(item.text for item in items if item.verdict == "bad")


def listening(items: Sequence[ItemView], texts: int) -> ListeningView:
    """How far the owner's listening is.

    Args:
        items: every text with every condition.
        texts: how many there are.
    """
    out = bad_texts(items)
    verdicts = [item.verdict for item in items]
    return ListeningView(
        total=len(items),
        heard=sum(item.heard for item in items),
        good=verdicts.count("good"),
        bad=verdicts.count("bad"),
        left=sum(item.verdict == "" and item.text not in out for item in items),
        texts_left=texts - len(out),
    )


def _seal(study: Study) -> dict[str, Any] | None:
    if study.seal is None:
        return None
    salt = {"salt": study.seal["salt"]} if study.state == "closed" else {}
    return {**public_part(study.seal), **salt}


def _named(study: Study, view: type[StudyBrief] | type[StudyView]) -> dict[str, Any]:
    """What a row and its view call by the same name."""
    columns = set(Study.__table__.columns.keys()) - {"plan", "seal"}
    return {name: getattr(study, name) for name in columns & set(view.model_fields)}
