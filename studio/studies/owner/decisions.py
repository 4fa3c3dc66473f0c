"""Decisions: what the studio proposes for a language and a use, with the evidence for it."""

import uuid
from collections.abc import Mapping
from typing import Any, Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from studio.listening.conditions import title
from studio.problems import Conflict, NotFound
from studio.store.base import now
from studio.store.database import Database
from studio.store.study_tables import Decision, Study
from studio.studies.owner.rows import study_of, whole
from studio.studies.owner.views import DecisionView
from studio.studies.owner.words import use_of
from studio.takes.rows import is_id
from studio.voices import fields


class Evidence(Protocol):
    """Where the evidence of a decision comes from."""

    def evidence(self, owner: str, study_id: str, condition: int) -> Mapping[str, Any]:
        """What a study showed of a condition.

        Returns:
            ``sentence`` (a note as JSON), ``votes``, ``raters``, ``value``, ``low``, ``high``,
            ``method`` and ``answers_sha256``.

        Raises:
            NotFound: ``unknown_study``.
            Conflict: ``result_shut``: the plan does not allow to look yet.
        """
        ...


class Decisions:
    """Makes decisions and takes them back.

    Args:
        database: rows.
        evidence: what studies showed.
    """

    def __init__(self, database: Database, evidence: Evidence) -> None:
        self._database = database
        self._evidence = evidence

    def decide(
        self,
        owner: str,
        study_id: str,
        condition: int,
        language: str | None = None,
        use: str | None = None,
    ) -> DecisionView:
        """Make a condition the default of a language and a use: by default the study's own.

        Raises:
            NotFound: ``unknown_study``, ``unknown_study_condition``.
            Conflict: ``study_not_opened``; ``result_shut`` while the result may not be seen.
            BadInput, TooLarge: language or use cannot be kept.
        """
        with self._database.read() as session:
            all_ = whole(session, study_of(session, owner, study_id))
        if all_.study.state == "draft":
            raise Conflict("study_not_opened")
        chosen = next((one for one in all_.conditions if one.position == condition), None)
        if chosen is None:
            raise NotFound("unknown_study_condition")
        evidence = dict(self._evidence.evidence(owner, study_id, condition))
        row = Decision(
            id=str(uuid.uuid4()),
            owner=owner,
            study_id=study_id,
            language=fields.language(language) if language else all_.study.language,
            use=use_of(use) if use is not None else all_.study.use,
            label=chosen.label,
            condition=chosen.condition,
            wanted=chosen.wanted,
            voice_id=chosen.voice_id,
            instruction=chosen.instruction,
            evidence=evidence,
            decided_at=now(),
        )
        self._database.write(lambda session: session.add(row))
        return next(one for one in self.list(owner) if one.id == row.id)

    def list(
        self, owner: str, language: str | None = None, use: str | None = None
    ) -> list[DecisionView]:
        """Decisions that hold, the newest first; the newest of a language and use is current.

        Args:
            owner: whose they are.
            language: ISO 639 code; ``None`` for all.
            use: what speech is for; ``None`` for all.
        """
        with self._database.read() as session:
            found = decisions_of(session, owner)
        return [
            one
            for one in found
            if language in (None, one.language) and (use is None or one.use == use_of(use))
        ]

    def withdraw(self, owner: str, decision_id: str) -> None:
        """Take a decision back; the one before it, for the same language and use, holds again.

        Raises:
            NotFound: ``unknown_decision``.
        """

        def take_back(session: Session) -> None:
            row = session.get(Decision, decision_id) if is_id(decision_id) else None
            if row is None or row.owner != owner or row.withdrawn_at is not None:
                raise NotFound("unknown_decision")
            row.withdrawn_at = now()

        self._database.write(take_back)


def decisions_of(session: Session, owner: str) -> list[DecisionView]:
    """All decisions of an owner that were not withdrawn, the newest first."""
    query = (
        select(Decision, Study.title)
        .join(Study, Study.id == Decision.study_id)
        .where(Decision.owner == owner, Decision.withdrawn_at.is_(None), Study.deleted_at.is_(None))
        .order_by(Decision.decided_at.desc(), Decision.id)
    )
    newest: set[tuple[str, str]] = set()
    found = []
    for row, study_title in session.execute(query):
        about = (row.language, row.use)
        engine = str(row.wanted["engine"])
        found.append(
            DecisionView(
                id=row.id,
                study=row.study_id,
                study_title=study_title,
                language=row.language,
                use=row.use,
                label=row.label,
                condition=row.condition,
                engine=engine,
                title=title(engine),
                wanted=row.wanted,
                voice_id=row.voice_id,
                instruction=row.instruction,
                evidence=row.evidence,
                decided_at=row.decided_at,
                current=about not in newest,
            )
        )
        newest.add(about)
    return found
