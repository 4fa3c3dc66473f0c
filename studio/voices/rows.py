"""Rows of voices, and the writes that must agree with each other whatever runs meanwhile."""

from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from studio.problems import NotFound
from studio.store.tables import Consent, EnrolmentRow, Voice


@dataclass(frozen=True)
class StoredVoice:
    """A voice's row with the consent it was saved under."""

    voice: Voice
    consent: Consent


def voice_of(session: Session, owner: str, voice_id: str) -> StoredVoice:
    """One voice of this owner.

    Raises:
        NotFound: ``unknown_voice``; also for another person's voice.
    """
    found = session.execute(_stored().where(Voice.owner == owner, Voice.id == voice_id)).first()
    if found is None:
        raise NotFound("unknown_voice")
    return StoredVoice(*found)


def voices_of(session: Session, owner: str) -> list[StoredVoice]:
    """This owner's voices, the newest first."""
    rows = session.execute(
        _stored().where(Voice.owner == owner).order_by(Voice.created_at.desc(), Voice.id)
    )
    return [StoredVoice(*row) for row in rows]


def _stored():  # type: ignore[no-untyped-def]  # noqa: ANN202 (SQLAlchemy's own generics)
    return select(Voice, Consent).join(Consent, Consent.voice_id == Voice.id)


def enrolments_only_of(session: Session, voice: Voice) -> list[EnrolmentRow]:
    """What was compiled from the clip of this voice and serves no other voice."""
    others = select(Voice.id).where(Voice.clip_sha256 == voice.clip_sha256, Voice.id != voice.id)
    if session.scalars(others.limit(1)).first() is not None:
        return []
    mine = select(EnrolmentRow).where(EnrolmentRow.clip_sha256 == voice.clip_sha256)
    return list(session.scalars(mine))


def forget_voice(session: Session, owner: str, voice_id: str) -> list[str]:
    """Remove a voice and what only it needed; the consent stays. Returns blobs to remove."""
    voice = voice_of(session, owner, voice_id).voice
    blobs = [voice.clip_blob]
    for row in enrolments_only_of(session, voice):
        blobs += [row.arrays_blob] if row.arrays_blob else []
        session.delete(row)
    session.execute(delete(Voice).where(Voice.id == voice.id))
    return blobs


def keep_enrolment(session: Session, row: EnrolmentRow) -> str | None:
    """Keep what was compiled from a clip, unless its last voice went away meanwhile.

    Returns:
        the blob of an older row that this one replaces.

    Raises:
        NotFound: ``unknown_voice``: nothing about that speaker is to be kept.
    """
    users = select(Voice.id).where(Voice.clip_sha256 == row.clip_sha256)
    if session.scalars(users.limit(1)).first() is None:
        raise NotFound("unknown_voice")
    older = session.get(EnrolmentRow, (row.clip_sha256, row.engine, row.model_revision))
    replaced = older.arrays_blob if older is not None else None
    session.merge(row)
    return replaced if replaced != row.arrays_blob else None
