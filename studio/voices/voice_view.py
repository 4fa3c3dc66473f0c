"""A saved voice as its owner sees it, and as those it is shared with do."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict

from studio.store.tables import Consent, Voice
from studio.voices.doctor_views import DoctorView
from studio.voices.rows import SHARING, StoredVoice
from studio.voices.views import CheckupView, ConsentView


class ReferenceView(BaseModel):
    """What engines get of a voice: the best part of its clip, repaired."""

    model_config = ConfigDict(frozen=True)

    seconds: float
    speech_seconds: float
    sha256: str


class VoiceView(BaseModel):
    """A cloned voice."""

    model_config = ConfigDict(frozen=True)

    id: str
    name: str
    language: str
    transcript: str
    """Of the reference where there is one, else of the clip."""
    created_at: datetime
    check: CheckupView
    consent: ConsentView
    doctor: DoctorView | None = None
    """``None``: nobody asked the doctor yet, or it could not run."""
    reference: ReferenceView | None = None
    """``None``: engines get the clip as it is."""
    upload: dict[str, Any] | None = None
    """What a client of the speech API said of the recording; ``None``: it came by another door."""
    mine: bool = True
    """Whether it is of the person who asks: then they may change it."""
    shared: bool = False
    """Whether everybody with an account may use it."""
    shared_by: str = ""
    """Name of whose it is, where it is not of the person who asks."""
    sharing: ConsentView | None = None
    """Under which it is shared."""

    @property
    def reference_seconds(self) -> float | None:
        """Length of what engines get, where that is not the whole clip."""
        return self.reference.seconds if self.reference else None


def voice_view(stored: StoredVoice, person: str) -> VoiceView:
    """What the rows say to somebody who may use the voice.

    Whom it is shared with sees of the recording only what engines get.

    Args:
        stored: the rows.
        person: who asks.
    """
    voice, mine = stored.voice, stored.voice.owner == person
    doctor = DoctorView.from_json(voice.doctor) if voice.doctor else None
    check = CheckupView.from_json(voice.checkup)
    consent = consent_view(stored.consent, voice_exists=True)
    sharing = consent_view(stored.sharing, voice_exists=True) if stored.sharing else None
    return VoiceView(
        id=voice.id,
        name=voice.name,
        language=voice.language,
        transcript=voice.transcript,
        created_at=voice.created_at,
        check=check if mine else check.model_copy(update={"peaks": _heard_peaks(check, doctor)}),
        consent=consent if mine else sharing or consent,
        doctor=doctor if mine else None,
        reference=_reference(voice, doctor),
        upload=voice.upload if mine else None,
        mine=mine,
        shared=sharing is not None,
        shared_by="" if mine else stored.person,
        sharing=sharing,
    )


def consent_view(consent: Consent, *, voice_exists: bool) -> ConsentView:
    """What was agreed to."""
    return ConsentView(
        id=consent.id,
        voice_id=consent.voice_id,
        owner=consent.owner,
        speaker=consent.speaker,
        given_at=consent.given_at,
        statement=consent.statement,
        locale=consent.locale,
        clip_sha256=consent.clip_sha256,
        about="sharing" if consent.about == SHARING else "speech",
        withdrawn_at=consent.withdrawn_at,
        voice_exists=voice_exists,
    )


def _heard_peaks(check: CheckupView, doctor: DoctorView | None) -> tuple[tuple[int, int], ...]:
    """Of the part that engines get alone."""
    if doctor is None or doctor.part is None or not check.seconds:
        return check.peaks
    from_, to = (
        round(at / check.seconds * len(check.peaks)) for at in (doctor.part.start, doctor.part.end)
    )
    return check.peaks[from_:to]


def _reference(voice: Voice, doctor: DoctorView | None) -> ReferenceView | None:
    if voice.reference_sha256 is None or doctor is None or doctor.reference is None:
        return None
    return ReferenceView(sha256=voice.reference_sha256, **doctor.reference.model_dump())
