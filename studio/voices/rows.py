"""Rows of voices, and the writes that must agree with each other whatever runs meanwhile."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import delete, or_, select
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


def consent_of(
    session: Session, owner: str, *, voice_id: str = "", consent_id: str = ""
) -> tuple[Consent, bool]:
    """A consent of this owner, by its own id or its voice's, and whether the voice still exists.

    Raises:
        NotFound: ``unknown_consent``; also for another person's.
    """
    wanted = Consent.id == consent_id if consent_id else Consent.voice_id == voice_id
    found = session.scalars(select(Consent).where(Consent.owner == owner, wanted)).first()
    if found is None:
        raise NotFound("unknown_consent")
    return found, session.get(Voice, found.voice_id) is not None


def _uses(sha256: str):  # type: ignore[no-untyped-def]  # noqa: ANN202 (SQLAlchemy's own generics)
    """Engines get a voice's reference, or its clip: whatever is compiled belongs to either."""
    return or_(Voice.clip_sha256 == sha256, Voice.reference_sha256 == sha256)


def enrolments_only_of(session: Session, voice: Voice, sha256: str) -> list[EnrolmentRow]:
    """What was compiled from one recording of this voice and serves no other voice."""
    others = select(Voice.id).where(_uses(sha256), Voice.id != voice.id)
    if session.scalars(others.limit(1)).first() is not None:
        return []
    return list(session.scalars(select(EnrolmentRow).where(EnrolmentRow.clip_sha256 == sha256)))


def drop_enrolments(
    session: Session, voice: Voice, sha256: str, which: Callable[[EnrolmentRow], bool]
) -> list[str]:
    """Remove some of what was compiled from one recording of this voice alone.

    Returns:
        blobs to remove.
    """
    blobs = []
    for row in enrolments_only_of(session, voice, sha256):
        if which(row):
            blobs += [row.arrays_blob] if row.arrays_blob else []
            session.delete(row)
    return blobs


def forget_voice(session: Session, owner: str, voice_id: str) -> list[str]:
    """Remove a voice and what only it needed; the consent stays. Returns blobs to remove."""
    voice = voice_of(session, owner, voice_id).voice
    blobs = recordings(voice)
    for sha256 in {voice.clip_sha256, voice.reference_sha256} - {None}:
        blobs += drop_enrolments(session, voice, str(sha256), lambda _: True)
    session.execute(delete(Voice).where(Voice.id == voice.id))
    return blobs


def recordings(voice: Voice) -> list[str]:
    """The blobs in which its speaker can be heard."""
    return [blob for blob in (voice.clip_blob, voice.reference_blob) if blob is not None]


def keep_enrolment(session: Session, row: EnrolmentRow) -> str | None:
    """Keep what was compiled from a recording, unless its last voice went away meanwhile.

    Returns:
        the blob of an older row that this one replaces.

    Raises:
        NotFound: ``unknown_voice``: nothing about that speaker is to be kept.
    """
    users = select(Voice.id).where(_uses(row.clip_sha256))
    if session.scalars(users.limit(1)).first() is None:
        raise NotFound("unknown_voice")
    older = session.get(EnrolmentRow, (row.clip_sha256, row.engine, row.model_revision))
    replaced = older.arrays_blob if older is not None else None
    session.merge(row)
    return replaced if replaced != row.arrays_blob else None
