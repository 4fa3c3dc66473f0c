"""Rows of voices, and the writes that must agree with each other whatever runs meanwhile."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import and_, delete, or_, select
from sqlalchemy.orm import Session, aliased

from studio.problems import NotAllowed, NotFound
from studio.store.account_tables import User
from studio.store.library_tables import Tag
from studio.store.tables import Consent, EnrolmentRow, Voice

SPEECH = "speech"
SHARING = "sharing"
"""What a consent may be about."""
_Sharing = aliased(Consent)


@dataclass(frozen=True)
class StoredVoice:
    """A voice's row with what was agreed to about it.

    Attributes:
        voice: the row.
        consent: under which it was saved.
        sharing: under which it is shared; None: it is not.
        person: name of its owner's account; empty where there is none.
    """

    voice: Voice
    consent: Consent
    sharing: Consent | None = None
    person: str = ""


def voice_of(session: Session, owner: str, voice_id: str, *, binned: bool = False) -> StoredVoice:
    """One voice of this owner.

    Args:
        session: to read with.
        owner: whose it is.
        voice_id: its id.
        binned: also when it is in the bin: to remove it for good.

    Raises:
        NotFound: ``unknown_voice``; also for another person's voice.
    """
    query = _stored().where(Voice.owner == owner, Voice.id == voice_id)
    found = session.execute(query if binned else query.where(Voice.deleted_at.is_(None))).first()
    if found is None:
        raise NotFound("unknown_voice")
    return _row(found)


def usable_voice(session: Session, person: str, voice_id: str, *, accounts: bool) -> StoredVoice:
    """A voice that somebody may use: their own, or one that is shared.

    Args:
        session: to read with.
        person: who wants to use it.
        voice_id: its id.
        accounts: whether there are accounts to share with.

    Raises:
        NotFound: ``unknown_voice``; also for another person's that is not shared.
    """
    query = _stored().where(Voice.id == voice_id, _usable(person, accounts=accounts))
    found = session.execute(query).first()
    if found is None:
        raise NotFound("unknown_voice")
    return _row(found)


def changeable_voice(
    session: Session, person: str, voice_id: str, *, accounts: bool
) -> StoredVoice:
    """A voice that somebody may change: their own.

    Raises:
        NotFound: ``unknown_voice``.
        NotAllowed: ``voice_not_yours``: it is shared with them, no more than that.
    """
    found = usable_voice(session, person, voice_id, accounts=accounts)
    if found.voice.owner != person:
        raise NotAllowed("voice_not_yours", voice=found.voice.name, person=found.person)
    return found


def voices_of(session: Session, owner: str) -> list[StoredVoice]:
    """This owner's voices, the newest first."""
    return _listed(session, Voice.owner == owner, Voice.deleted_at.is_(None))


def usable_voices(session: Session, person: str, *, accounts: bool) -> list[StoredVoice]:
    """What somebody may use: their own voices, then those shared with them, the newest first."""
    found = _listed(session, _usable(person, accounts=accounts))
    return sorted(found, key=lambda one: one.voice.owner != person)


def _usable(person: str, *, accounts: bool):  # type: ignore[no-untyped-def]  # noqa: ANN202 (SQLAlchemy's own generics)
    mine = Voice.owner == person
    theirs = and_(Voice.shared, _Sharing.id.is_not(None)) if accounts else None
    return and_(Voice.deleted_at.is_(None), mine if theirs is None else or_(mine, theirs))


def _listed(session: Session, *conditions) -> list[StoredVoice]:  # type: ignore[no-untyped-def]  # noqa: ANN002
    query = _stored().where(*conditions).order_by(Voice.created_at.desc(), Voice.id)
    return [_row(row) for row in session.execute(query)]


def _row(found) -> StoredVoice:  # type: ignore[no-untyped-def]  # noqa: ANN001
    voice, consent, sharing, person = found
    return StoredVoice(voice, consent, sharing if voice.shared else None, person or "")


def _stored():  # type: ignore[no-untyped-def]  # noqa: ANN202 (SQLAlchemy's own generics)
    holds = and_(
        _Sharing.voice_id == Voice.id, _Sharing.about == SHARING, _Sharing.withdrawn_at.is_(None)
    )
    return (
        select(Voice, Consent, _Sharing, User.name)
        .join(Consent, and_(Consent.voice_id == Voice.id, Consent.about == SPEECH))
        .outerjoin(_Sharing, holds)
        .outerjoin(User, User.id == Voice.owner)
    )


def consent_of(
    session: Session, owner: str, *, voice_id: str = "", consent_id: str = ""
) -> tuple[Consent, bool]:
    """A consent of this owner, by its own id or its voice's, and whether the voice still exists.

    Raises:
        NotFound: ``unknown_consent``; also for another person's.
    """
    wanted = Consent.id == consent_id
    if not consent_id:
        wanted = and_(Consent.voice_id == voice_id, Consent.about == SPEECH)
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
    voice = voice_of(session, owner, voice_id, binned=True).voice
    blobs = recordings(voice)
    for sha256 in {voice.clip_sha256, voice.reference_sha256} - {None}:
        blobs += drop_enrolments(session, voice, str(sha256), lambda _: True)
    session.execute(delete(Tag).where(Tag.kind == "voice", Tag.thing_id == voice.id))
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
