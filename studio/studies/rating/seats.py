"""Who sits at a study: an invitation, the study behind it, and the rater it lets in."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from studio.listening.raters import is_token
from studio.problems import NotFound
from studio.store.base import now
from studio.store.study_tables import Study, StudyAnswer, StudyInvite, StudyRater, StudyTrial
from studio.studies.plan import StudyPlan

COOKIE = "study_rater"
"""Name of the cookie with a rater's key; one for all studies, unlike the digests of it."""
GRACE = timedelta(minutes=30)
"""After a study that had enough has closed, screens that were served may be answered so long."""
_AWAY = timedelta(hours=2)
"""Who was not seen for so long does not keep a place from others."""
_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"


def key_digest(study: str, key: str | None) -> str | None:
    """What is kept of a cookie's key: another digest in each study, so that none can be joined."""
    if key is None or not is_token(key):
        return None
    return hashlib.sha256(f"key:{study}:{key}".encode()).hexdigest()


def link_digest(token: str) -> str:
    """What is kept of a personal link, which is its rater's whole identity."""
    return hashlib.sha256(f"link:{token}".encode()).hexdigest()


def completion_code() -> str:
    """A code to read out or paste: 59 random bits, no letters that look alike."""
    drawn = "".join(secrets.choice(_LETTERS) for _ in range(12))
    return "-".join((drawn[:4], drawn[4:8], drawn[8:]))


@dataclass(frozen=True, slots=True)
class Seat:
    """An invitation with what belongs to it.

    Attributes:
        key: digest that the rater is, or would be, known by; None without a cookie.
        rater: None before they began.
    """

    invite: StudyInvite
    study: Study
    key: str | None
    rater: StudyRater | None

    @property
    def revoked(self) -> bool:
        """Whether the invitation was taken back."""
        return self.invite.revoked_at is not None

    @property
    def lingers(self) -> bool:
        """Whether what was served before the study closed may still be answered."""
        return lingers(self.study.closed_because, self.study.closed_at)


def lingers(closed_because: str, closed_at: datetime | None) -> bool:
    """Whether a closed study still takes answers to what it had served: never its owner's."""
    enough = closed_because not in ("", "owner")
    return enough and closed_at is not None and now() - closed_at < GRACE


def seat(session: Session, invite: str, key: str | None) -> Seat:
    """Find the seat of an invitation's token and a cookie's key.

    Raises:
        NotFound: ``unknown_invite``.
    """
    query = (
        select(StudyInvite, Study)
        .join(Study, Study.id == StudyInvite.study_id)
        .where(StudyInvite.token == invite, Study.deleted_at.is_(None))
    )
    row = session.execute(query).one_or_none() if len(invite) <= 64 else None  # noqa: PLR2004
    if row is None:
        raise NotFound("unknown_invite")
    found, study = row.tuple()
    digest = link_digest(invite) if found.kind == "personal" else key_digest(study.id, key)
    rater = session.scalars(
        select(StudyRater).where(StudyRater.study_id == study.id, StudyRater.key == digest)
    ).one_or_none()
    return Seat(found, study, digest, rater)


def full(session: Session, at: Seat) -> bool:
    """Whether enough people finished or are under way. A personal link always has its place."""
    plan = StudyPlan.model_validate(at.study.plan)
    if at.invite.kind == "personal" or plan.stopping.rule == "owner":
        return False
    here = StudyRater.finished_at.is_not(None) | (StudyRater.seen_at > now() - _AWAY)
    query = select(func.count()).where(StudyRater.study_id == at.study.id, here)
    return session.execute(query).scalar_one() >= plan.raters


def answered(session: Session, rater: str) -> int:
    """How many screens a rater has answered."""
    query = select(func.count()).where(StudyAnswer.rater == rater)
    return session.execute(query).scalar_one()


def waiting(session: Session, rater: str) -> list[StudyTrial]:
    """A rater's screens that were served and are not answered, in their order."""
    query = (
        select(StudyTrial)
        .join(StudyAnswer, StudyAnswer.trial == StudyTrial.token, isouter=True)
        .where(StudyTrial.rater == rater, StudyAnswer.trial.is_(None))
        .order_by(StudyTrial.number)
    )
    return list(session.scalars(query))
