"""Invitations: one link for everybody, or one for each rater; taken back at any time."""

import secrets
import uuid
from collections.abc import Sequence
from datetime import datetime

from pydantic import BaseModel, ConfigDict
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from studio.problems import BadInput, Conflict, NotFound, TooLarge
from studio.store.base import now
from studio.store.database import Database
from studio.store.study_tables import StudyAnswer, StudyInvite, StudyRater, StudyTrial
from studio.studies.owner.rows import study_of
from studio.studies.owner.words import one_line
from studio.takes.rows import is_id

MOST_AT_ONCE = 200
MOST = 2000
_NAME_CHARACTERS = 120


class InviteView(BaseModel):
    """An invitation, and how far those went who followed it."""

    model_config = ConfigDict(frozen=True)

    id: str
    kind: str
    name: str
    token: str
    created_at: datetime
    revoked_at: datetime | None
    raters: int
    answers: int
    finished: int


class Invites:
    """Makes and revokes invitations.

    Args:
        database: rows.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def list(self, owner: str, study_id: str) -> list[InviteView]:
        """All invitations, the newest first, revoked ones too.

        Raises:
            NotFound: ``unknown_study``.
        """
        with self._database.read() as session:
            study = study_of(session, owner, study_id)
            query = select(StudyInvite).where(StudyInvite.study_id == study.id)
            order = (StudyInvite.created_at.desc(), StudyInvite.name, StudyInvite.id)
            rows = list(session.scalars(query.order_by(*order)))
            people = _people(session, study.id)
            answers = _answers(session, study.id)
        return [
            InviteView(
                id=row.id,
                kind=row.kind,
                name=row.name,
                token=row.token,
                created_at=row.created_at,
                revoked_at=row.revoked_at,
                raters=people.get(row.id, (0, 0))[0],
                finished=people.get(row.id, (0, 0))[1],
                answers=answers.get(row.id, 0),
            )
            for row in rows
        ]

    def token(self, owner: str, study_id: str, invite_id: str) -> str:
        """The token of an invitation that holds.

        Raises:
            NotFound: ``unknown_study``, ``unknown_invite``.
            Conflict: ``study_invite_revoked``.
        """
        with self._database.read() as session:
            row = _invite_of(session, owner, study_id, invite_id)
        if row.revoked_at is not None:
            raise Conflict("study_invite_revoked")
        return row.token

    def open_link(self, owner: str, study_id: str) -> None:
        """Make one more link for everybody.

        Raises:
            NotFound: ``unknown_study``.
            Conflict: ``study_not_running``, ``invites_too_many``.
        """
        self._add(owner, study_id, "open", [""])

    def personal_links(self, owner: str, study_id: str, names: Sequence[str]) -> None:
        """Make a link for each of several people.

        Args:
            owner: whose study it is.
            study_id: the study.
            names: whom each is for; may be empty words.

        Raises:
            NotFound: ``unknown_study``.
            BadInput: ``invites_none``.
            TooLarge: ``invites_too_many_at_once``, ``study_words_too_long``.
            Conflict: ``study_not_running``, ``invites_too_many``.
        """
        if not names:
            raise BadInput("invites_none")
        if len(names) > MOST_AT_ONCE:
            raise TooLarge("invites_too_many_at_once", count=len(names), limit=MOST_AT_ONCE)
        clean = [one_line(name, "name", _NAME_CHARACTERS) for name in names]
        self._add(owner, study_id, "personal", clean)

    def revoke(self, owner: str, study_id: str, invite_id: str) -> None:
        """Take an invitation back; what was answered under it stays.

        Raises:
            NotFound: ``unknown_study``, ``unknown_invite``.
        """

        def take_back(session: Session) -> None:
            row = _invite_of(session, owner, study_id, invite_id)
            row.revoked_at = row.revoked_at or now()

        self._database.write(take_back)

    def _add(self, owner: str, study_id: str, kind: str, names: Sequence[str]) -> None:
        def keep(session: Session) -> None:
            study = study_of(session, owner, study_id)
            if study.state != "open":
                raise Conflict("study_not_running")
            mine = select(func.count()).where(StudyInvite.study_id == study.id)
            count = (session.scalar(mine) or 0) + len(names)
            if count > MOST:
                raise Conflict("invites_too_many", count=count, limit=MOST)
            session.add_all(
                StudyInvite(
                    id=str(uuid.uuid4()),
                    study_id=study.id,
                    token=secrets.token_urlsafe(32),
                    kind=kind,
                    name=name,
                    created_at=now(),
                )
                for name in names
            )

        self._database.write(keep)


def _invite_of(session: Session, owner: str, study_id: str, invite_id: str) -> StudyInvite:
    study = study_of(session, owner, study_id)
    row = session.get(StudyInvite, invite_id) if is_id(invite_id) else None
    if row is None or row.study_id != study.id:
        raise NotFound("unknown_invite")
    return row


def _people(session: Session, study_id: str) -> dict[str, tuple[int, int]]:
    query = (
        select(StudyRater.invite_id, func.count(), func.count(StudyRater.finished_at))
        .where(StudyRater.study_id == study_id)
        .group_by(StudyRater.invite_id)
    )
    return {invite: (started, done) for invite, started, done in session.execute(query)}


def _answers(session: Session, study_id: str) -> dict[str, int]:
    query = (
        select(StudyRater.invite_id, func.count())
        .join(StudyAnswer, StudyAnswer.rater == StudyRater.id)
        .join(StudyTrial, StudyTrial.token == StudyAnswer.trial)
        .where(StudyRater.study_id == study_id, StudyTrial.kind == "main")
        .group_by(StudyRater.invite_id)
    )
    return dict(session.execute(query).tuples().all())
