"""Drafts: a study written step by step; what stays the same keeps its takes and verdicts."""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from studio.problems import Conflict
from studio.store.base import now
from studio.store.database import Database
from studio.store.study_tables import (
    Decision,
    Study,
    StudyAnswer,
    StudyCondition,
    StudyText,
)
from studio.studies.owner.change import Change, TextOrder
from studio.studies.owner.conditions import ConditionOrder, Conditions, Known
from studio.studies.owner.draft_rows import forget_rows, text_rows, write
from studio.studies.owner.rows import draft_of, study_of, whole
from studio.studies.owner.texts import GivenText, all_different, given, new_ones
from studio.studies.plan import StudyPlan
from studio.studies.protocols import protocol
from studio.voices import fields

MOST_STUDIES = 500


@dataclass(frozen=True)
class Added:
    """What became of texts that were added."""

    added: int
    repeated: int


class Drafts:
    """Writes drafts.

    Args:
        database: rows.
        conditions: looks conditions up.
        drop_takes: told of orders (comparison ids) that no draft needs any more.
        drop_blobs: told of recordings that nothing names any more.
    """

    def __init__(
        self,
        database: Database,
        conditions: Conditions,
        drop_takes: Callable[[str, Sequence[str]], None],
        drop_blobs: Callable[[Sequence[str]], None],
    ) -> None:
        self._database = database
        self._conditions = conditions
        self._drop_takes = drop_takes
        self._drop_blobs = drop_blobs

    def create(self, owner: str, first: Change, language: str) -> str:
        """Begin a study.

        Args:
            owner: whose it is.
            first: what is known already.
            language: of the texts, unless that says otherwise.

        Returns:
            its id.

        Raises:
            BadInput, TooLarge, NotFound: something of it cannot be kept; then nothing is.
            Conflict: ``studies_too_many``.
        """
        kind = protocol(first.protocol or "ab")
        row = Study(
            id=str(uuid.uuid4()),
            owner=owner,
            title="",
            question=first.question or kind.questions[0],
            protocol=kind.name,
            language=fields.language(first.language or language),
            use="general",
            state="draft",
            plan=StudyPlan().model_dump(mode="json"),
            created_at=now(),
        )
        change = self._looked_up(owner, first, row.language)

        def keep(session: Session) -> None:
            mine = select(func.count()).select_from(Study).where(Study.owner == owner)
            mine = mine.where(Study.deleted_at.is_(None))
            count = session.scalar(mine) or 0
            if count >= MOST_STUDIES:
                raise Conflict("studies_too_many", count=count, limit=MOST_STUDIES)
            session.add(row)
            session.flush()  # its parts refer to it
            write(session, row, first, *change)

        self._database.write(keep)
        return row.id

    def copy(self, owner: str, study_id: str) -> str:
        """Begin a study with the question, conditions, texts and plan of another one.

        Raises:
            NotFound: ``unknown_study``.
            Conflict: ``studies_too_many``.
        """
        with self._database.read() as session:
            old = whole(session, study_of(session, owner, study_id))
        made = self.create(
            owner,
            Change(
                title=old.study.title,
                question=old.study.question,
                protocol=old.study.protocol,
                use=old.study.use,
                texts=[TextOrder(text=one.text, source=one.source) for one in old.texts],
                plan=old.study.plan,
            ),
            old.study.language,
        )

        def add(session: Session) -> None:
            for one in old.conditions:
                session.add(
                    StudyCondition(
                        study_id=made,
                        position=one.position,
                        label=one.label,
                        condition=one.condition,
                        engine=one.engine,
                        wanted=one.wanted,
                        voice_id=one.voice_id,
                        instruction=one.instruction,
                    )
                )

        self._database.write(add)
        return made

    def change(self, owner: str, study_id: str, change: Change) -> None:
        """Change a draft. The title may change at any time: nobody else sees it.

        Raises:
            NotFound: ``unknown_study``, or something in it.
            Conflict: ``study_not_draft``.
            BadInput, TooLarge: something of it cannot be kept; then nothing is changed.
        """
        with self._database.read() as session:
            row = study_of(session, owner, study_id)
            only_title = change.model_fields_set <= {"title"}
            if not only_title:
                draft_of(session, owner, study_id)
            rows = whole(session, row).conditions
        language = fields.language(change.language) if change.language else row.language
        if language != row.language and change.conditions is None:
            # Another preset is the engine's best in another language.
            wanted = [ConditionOrder.of(one) for one in rows]
            change = change.model_copy(update={"conditions": wanted})
        looked_up = self._looked_up(owner, change, language)

        def keep(session: Session) -> tuple[list[str], list[str]]:
            find = study_of if only_title else draft_of
            return write(session, find(session, owner, study_id), change, *looked_up)

        orders, blobs = self._database.write(keep)
        self._drop_takes(owner, orders)
        self._drop_blobs(blobs)

    def add_texts(
        self, owner: str, study_id: str, raw: Sequence[str], source: str = "csv"
    ) -> Added:
        """Add texts after those there are; one that is there already is left out.

        Raises:
            NotFound: ``unknown_study``.
            Conflict: ``study_not_draft``.
            BadInput, TooLarge: a text cannot be kept, or there would be too many.
        """
        texts = [given(text, source, number) for number, text in enumerate(raw, 1)]

        def keep(session: Session) -> Added:
            study = draft_of(session, owner, study_id)
            query = select(StudyText).where(StudyText.study_id == study.id)
            old = list(session.scalars(query.order_by(StudyText.position)))
            fresh, repeated = new_ones(texts, (one.text_sha256 for one in old))
            all_different([GivenText(o.text, o.text_sha256, o.source) for o in old] + fresh)
            start = old[-1].position + 1 if old else 0
            session.add_all(text_rows(study.id, fresh, start))
            return Added(len(fresh), repeated)

        return self._database.write(keep)

    def delete(
        self, owner: str, study_id: str, *, answers: bool = False, binned: bool = False
    ) -> None:
        """Forget a study and everything in it.

        Args:
            owner: whose it is.
            study_id: the study.
            answers: forget what people answered, too.
            binned: also when it is in the bin.

        Raises:
            NotFound: ``unknown_study``.
            Conflict: ``study_open``; ``study_has_answers`` unless they are to go, too;
                ``study_decided`` while a decision rests on it.
        """

        def forget(session: Session) -> tuple[list[str], list[str]]:
            study = study_of(session, owner, study_id, binned=binned)
            if study.state == "open":
                raise Conflict("study_open")
            given_ = select(func.count()).where(StudyAnswer.study_id == study.id)
            count = session.scalar(given_) or 0
            if count and not answers:
                raise Conflict("study_has_answers", count=count)
            decided = select(Decision.id).where(
                Decision.study_id == study.id, Decision.withdrawn_at.is_(None)
            )
            if session.scalar(decided.limit(1)) is not None:
                raise Conflict("study_decided")
            return forget_rows(session, whole(session, study))

        orders, blobs = self._database.write(forget)
        self._drop_takes(owner, orders)
        self._drop_blobs(blobs)

    def _looked_up(
        self, owner: str, change: Change, language: str
    ) -> tuple[list[Known] | None, list[GivenText] | None]:
        """What the lists of a change come to, before anything is written."""
        known = texts = None
        if change.conditions is not None:
            known = self._conditions.known(owner, change.conditions, language)
        if change.texts is not None:
            given_ = [
                given(one, "typed", number)
                if isinstance(one, str)
                else given(one.text, one.source, number)
                for number, one in enumerate(change.texts, 1)
            ]
            texts = list(all_different(given_))
        return known, texts
