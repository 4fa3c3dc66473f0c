"""Everything that was answered in a study, as one typed table that no longer needs the database.

Results, exports and verification all start from it, whether it was read from the tables or from a
bundle.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

from sqlalchemy import DateTime, select, text
from sqlalchemy.orm import Session

from studio.problems import NotFound
from studio.store.study_tables import (
    Study,
    StudyCondition,
    StudyItem,
    StudyRater,
    StudyReference,
    StudyText,
)
from studio.studies.plan import StudyPlan
from studio.studies.protocols import PROTOCOLS, Protocol
from studio.studies.seal import (
    answer_record,
    heard_digest,
    key_document,
    minute,
    plan_document,
    token_digest,
)

Role = Literal["item", "reference", "anchor"]
_ROLES: tuple[Role, ...] = ("item", "reference", "anchor")
_ROWS = 5_000


@dataclass(frozen=True, slots=True)
class Slot:
    """What a rater heard in one place of a screen.

    Attributes:
        name: ``a``, ``b``, ``x`` or a number.
        role: a take of a condition, a recording of a person, or a spoilt take.
        condition: its position; None for what is no condition.
        source: ``[text, condition]`` of an item or anchor, the id of a reference.
        nuisance: what was measured on the stimulus itself, by name.
    """

    name: str
    role: Role
    condition: int | None
    source: Any
    nuisance: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answered:
    """One screen with its frozen answer.

    Attributes:
        sequence: 1, 2, … within the study.
        trial: digest of the trial's token.
        rater: random id.
        number: of the screen among the rater's, 1, 2, ….
        kind: training, main, repeat, identical or attention.
        text: position of the text.
        slots: in the order of the screen.
        answer: ``choice``, ``score`` or ``scores``, and ``unusable``.
        seconds: from the last clip's end to the answer.
        answered_at: to the minute.
        check: what the right answer is, where a screen has one.
        repeat_of: digest of the screen that this one mirrors.
        previous_sha256, sha256: the chain.
    """

    sequence: int
    trial: str
    rater: str
    number: int
    kind: str
    text: int
    slots: tuple[Slot, ...]
    answer: Mapping[str, Any]
    seconds: float
    answered_at: str
    check: Mapping[str, Any] | None
    repeat_of: str | None
    previous_sha256: str
    sha256: str

    @property
    def record(self) -> dict[str, Any]:
        """What its hash covers."""
        return answer_record(
            sequence=self.sequence,
            trial=self.trial,
            rater=self.rater,
            kind=self.kind,
            text=self.text,
            conditions=[slot.condition for slot in self.slots],
            heard=heard_digest(
                {"slot": slot.name, "source": {slot.role: slot.source}} for slot in self.slots
            ),
            answer=self.answer,
            answered_at=self.answered_at,
        )

    def slot(self, name: str) -> Slot:
        """The slot of that name.

        Raises:
            KeyError: this screen has none.
        """
        for slot in self.slots:
            if slot.name == name:
                return slot
        raise KeyError(name)


@dataclass(frozen=True, slots=True)
class Rater:
    """Somebody who took part, by a random id.

    Attributes:
        headphones: passed, failed, skipped or empty.
        finished: whether all their screens are done.
    """

    id: str
    headphones: str
    finished: bool


@dataclass(frozen=True)
class Dataset:
    """A study and its answers in the order in which they were counted.

    Attributes:
        plan_document, key_document: what the seal's hashes cover (`studio.studies.seal`).
        texts: by position; an export has them, for they are no secret of a rater.
        seal: with its salt; None where the study was not sealed.
        takes: take by ``(text, condition)``.
    """

    id: str
    title: str
    question: str
    protocol: Protocol
    language: str
    use: str
    state: str
    opened_at: datetime | None
    closed_at: datetime | None
    closed_because: str
    plan: StudyPlan
    labels: Mapping[int, str]
    conditions: Mapping[int, str]
    engines: Mapping[int, str]
    texts: Mapping[int, str]
    takes: Mapping[tuple[int, int], str]
    raters: tuple[Rater, ...]
    answers: tuple[Answered, ...]
    plan_document: Mapping[str, Any]
    key_document: Mapping[str, Any]
    seal: Mapping[str, Any] | None

    @property
    def last(self) -> int:
        """The last answer's number; 0 where there is none."""
        return self.answers[-1].sequence if self.answers else 0

    def of_kind(self, *kinds: str) -> tuple[Answered, ...]:
        """Answers to some kinds of screens."""
        return tuple(one for one in self.answers if one.kind in kinds)


def read(session: Session, study_id: str) -> Dataset:
    """Read a study with all its answers.

    Raises:
        NotFound: ``unknown_study``.
    """
    study = session.get(Study, study_id)
    if study is None:
        raise NotFound("unknown_study")

    def rows(table: Any) -> list[Any]:
        return list(session.scalars(select(table).where(table.study_id == study_id)))

    conditions, texts, items = rows(StudyCondition), rows(StudyText), rows(StudyItem)
    raters = sorted(rows(StudyRater), key=lambda one: one.id)
    conditions.sort(key=lambda one: one.position)
    return Dataset(
        id=study.id,
        title=study.title,
        question=study.question,
        protocol=PROTOCOLS[study.protocol],
        language=study.language,
        use=study.use,
        state=study.state,
        opened_at=study.opened_at,
        closed_at=study.closed_at,
        closed_because=study.closed_because,
        plan=StudyPlan.model_validate(study.plan),
        labels={one.position: one.label for one in conditions},
        conditions={one.position: one.condition for one in conditions},
        engines={one.position: one.engine for one in conditions},
        texts={one.position: one.text for one in sorted(texts, key=lambda one: one.position)},
        takes={(one.text, one.condition): one.take_id for one in items if one.take_id},
        raters=tuple(Rater(one.id, one.headphones, one.finished_at is not None) for one in raters),
        answers=tuple(_answers(session, study_id)),
        plan_document=plan_document(study, texts),
        key_document=key_document(conditions, items, rows(StudyReference)),
        seal=study.seal,
    )


_QUERY = """
SELECT a.sequence, a.trial, a.rater, t.number, t.kind, t.text, t.slots, t.preparation, a.answer,
    a.seconds, a.answered_at, t.repeat_of, a.previous_sha256, a.sha256
FROM study_answers a JOIN study_trials t ON t.token = a.trial
WHERE a.study_id = :study ORDER BY a.sequence
"""


def _answers(session: Session, study_id: str) -> Iterable[Answered]:
    """Answers by plain SQL: rows as objects would take several times as long."""
    query = text(_QUERY).columns(answered_at=DateTime())
    found = session.execute(query, {"study": study_id})
    while block := found.fetchmany(_ROWS):
        for row in block:
            prepared = _plain(row.preparation)
            yield Answered(
                sequence=row.sequence,
                trial=token_digest(row.trial),
                rater=row.rater,
                number=row.number,
                kind=row.kind,
                text=row.text,
                slots=slots_of(_plain(row.slots), prepared.get("slots") or {}),
                answer=_plain(row.answer),
                seconds=row.seconds,
                answered_at=minute(_aware(row.answered_at)),
                check=prepared.get("check"),
                repeat_of=token_digest(row.repeat_of) if row.repeat_of else None,
                previous_sha256=row.previous_sha256,
                sha256=row.sha256,
            )


def slots_of(
    slots: Iterable[Mapping[str, Any]], prepared: Mapping[str, Mapping[str, Any]]
) -> tuple[Slot, ...]:
    """A screen's slots as they are kept, with what was measured on each."""
    found = []
    for slot in slots:
        source = slot["source"]
        role = next(role for role in _ROLES if role in source)
        measured = dict((prepared.get(slot["slot"]) or {}).get("nuisance") or {})
        if measured and slot.get("clip"):
            measured["token"] = float(ord(slot["clip"][0]))
        found.append(Slot(slot["slot"], role, slot["condition"], source[role], measured))
    return tuple(found)


def _plain(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
