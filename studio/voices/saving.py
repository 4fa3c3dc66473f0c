"""Saving a voice, correcting it, and examining an old one: what is kept, in which order."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from studio import locales
from studio.engines.registry import engine_class
from studio.problems import BadInput, Problem
from studio.settings import Settings
from studio.store.base import now
from studio.store.blobs import Blobs
from studio.store.database import Database
from studio.store.tables import EnrolmentRow, Voice
from studio.voices import consents, fields
from studio.voices.clips import Clips
from studio.voices.doctor_views import DoctorView, Part
from studio.voices.doctoring import Doctor, Seen
from studio.voices.enrolments import KIND
from studio.voices.refusal import ClipRefused, DoctorRefused
from studio.voices.room import has_room
from studio.voices.rows import StoredVoice, drop_enrolments, voice_of
from studio.voices.transcripts import TranscriptRule
from studio.voices.views import CheckupView, Clip


@dataclass(frozen=True)
class Application:
    """What a person fills in to save a voice.

    Attributes:
        name: how they call it.
        language: tag of the language spoken in the clip.
        transcript: what is said in the part that engines get; empty: none is kept.
        speaker: whose voice it is; empty: their own.
        upload: what a client of the speech API said of the recording, as its row keeps it; its
            ``consent`` is the client's own name of the consent that it states was given.
        vouched_for: for whom a calling service states that the speaker agreed; empty: the person
            agreed themselves.
        consent: they agreed to the statement.
        locale: language in which the statement was shown.
        part: the stretch that becomes the reference; ``None``: the best one.
        insist_transcript: keep the transcript although it does not fit what was heard.
        insist_clip: keep the clip although the doctor found faults.
    """

    name: str
    language: str
    transcript: str = ""
    speaker: str = ""
    consent: bool = False
    locale: str = locales.FALLBACK
    part: Part | None = None
    insist_transcript: bool = False
    insist_clip: bool = False
    vouched_for: str = ""
    upload: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Correction:
    """What a person changes about a saved voice; ``None``: it stays."""

    name: str | None = None
    language: str | None = None
    transcript: str | None = None
    insist_transcript: bool = False


class Saving:
    """Writes voices. What a person typed is checked before anything is decoded or kept.

    Args:
        settings: limits of texts.
        database: rows.
        blobs: recordings.
        clips: reads what was kept.
        doctor: looks at recordings.
        rule: decides on transcripts.
    """

    def __init__(  # noqa: PLR0913, PLR0917 (what saving touches)
        self,
        settings: Settings,
        database: Database,
        blobs: Blobs,
        clips: Clips,
        doctor: Doctor,
        rule: TranscriptRule,
    ) -> None:
        self._settings = settings
        self._database = database
        self._blobs = blobs
        self._clips = clips
        self._doctor = doctor
        self._rule = rule

    def save(self, owner: str, data: bytes, asked: Application) -> StoredVoice:
        """Save an upload as a voice; see :meth:`VoiceService.create`."""
        if not asked.consent:
            raise BadInput("consent_needed")
        name = fields.voice_name(asked.name)
        language = fields.language(asked.language)
        transcript = fields.transcript(asked.transcript, self._settings.text_max_characters)
        speaker = fields.speaker(asked.speaker)
        with self._database.read() as session:  # before anything is decoded
            has_room(session, self._settings, owner)
        seen = self._doctor.examine(data, asked.part, language)
        if seen.clip is None:
            raise ClipRefused(seen.check.reasons)
        faults = seen.doctor.reasons("fault")
        if faults and not asked.insist_clip:
            raise DoctorRefused(faults)
        if not asked.insist_transcript:
            self._rule.hold(transcript, language, seen.doctor, _speech_seconds(seen))
        voice = Voice(
            id=str(uuid.uuid4()),
            owner=owner,
            name=name,
            language=language,
            transcript=transcript,
            clip_blob=f"voices/{owner}/{uuid.uuid4()}",
            clip_sha256=seen.clip.sha256,
            checkup=seen.check.to_json(),
            created_at=now(),
            upload=dict(asked.upload) if asked.upload else None,
        )
        _prepare(voice, seen.doctor, seen.reference)
        consent = consents.agreed(voice, speaker, asked.locale, asked.vouched_for)
        stored = StoredVoice(voice, consent)

        def keep(session: Session) -> None:
            has_room(session, self._settings, owner)
            session.add_all([voice, consent])

        written: list[str] = []
        try:
            self._put(written, voice.clip_blob, seen.clip)
            if voice.reference_blob is not None and seen.reference is not None:
                self._put(written, voice.reference_blob, seen.reference)
            self._database.write(keep)
        except BaseException:
            for blob in written:
                self._blobs.delete(blob)
            raise
        return stored

    def correct(self, owner: str, voice_id: str, change: Correction) -> None:
        """Change what was typed about a voice; see :meth:`VoiceService.correct`."""
        stored = self._stored(owner, voice_id).voice
        name = None if change.name is None else fields.voice_name(change.name)
        language = stored.language if change.language is None else fields.language(change.language)
        limit = self._settings.text_max_characters
        transcript = (
            stored.transcript
            if change.transcript is None
            else fields.transcript(change.transcript, limit)
        )
        altered = change.transcript is not None and transcript != stored.transcript
        if altered and not change.insist_transcript:
            doctor = DoctorView.from_json(stored.doctor) if stored.doctor else None
            self._rule.hold(transcript, language, doctor, _kept_speech_seconds(stored))

        def alter(session: Session) -> list[str]:
            voice = voice_of(session, owner, voice_id).voice
            before = (voice.language, voice.transcript)
            voice.name = voice.name if name is None else name
            voice.language, voice.transcript = language, transcript
            spoken = before[0] != language
            if before == (language, transcript):
                return []
            return _drop_compiled(session, voice, spoken=spoken)

        for blob in self._database.write(alter):
            self._blobs.delete(blob)

    def examine(
        self, owner: str, voice_id: str, part: Part | None, change: Correction
    ) -> DoctorView:
        """Have the doctor look at a voice's clip; see :meth:`VoiceService.examine`."""
        stored = self._stored(owner, voice_id).voice
        check = CheckupView.from_json(stored.checkup)
        kept = Clip(self._clips.stored(stored.clip_blob), stored.clip_sha256, check.seconds)
        doctor, reference = self._doctor.examine_stored(kept, check, part, stored.language)
        if reference is None:
            return doctor
        limit = self._settings.text_max_characters
        transcript = (
            stored.transcript
            if change.transcript is None
            else fields.transcript(change.transcript, limit)
        )
        if not change.insist_transcript:
            seconds = doctor.reference.speech_seconds if doctor.reference else reference.seconds
            self._rule.hold(transcript, stored.language, doctor, seconds)
        blob = f"voices/{owner}/{uuid.uuid4()}"

        def adopt(session: Session) -> list[str]:
            voice = voice_of(session, owner, voice_id).voice
            left = [voice.reference_blob] if voice.reference_blob else []
            if voice.reference_sha256 not in (None, reference.sha256):
                left += drop_enrolments(session, voice, voice.reference_sha256, lambda _: True)
            elif voice.transcript != transcript:
                left += _drop_compiled(session, voice, spoken=False)
            voice.transcript = transcript
            _prepare(voice, doctor, reference, blob)
            return left

        self._blobs.put(blob, reference.flac)
        try:
            left = self._database.write(adopt)
        except BaseException:
            self._blobs.delete(blob)
            raise
        for old in left:
            self._blobs.delete(old)
        return doctor

    def _put(self, written: list[str], blob: str, clip: Clip) -> None:
        written.append(blob)
        self._blobs.put(blob, clip.flac)

    def _stored(self, owner: str, voice_id: str) -> StoredVoice:
        with self._database.read() as session:
            return voice_of(session, owner, voice_id)


def _prepare(voice: Voice, doctor: DoctorView, reference: Clip | None, blob: str = "") -> None:
    """Put what the doctor made of a clip into its row."""
    voice.doctor = doctor.to_json() if doctor.examined else None
    if reference is None:
        return
    voice.reference_blob = blob or f"voices/{voice.owner}/{uuid.uuid4()}"
    voice.reference_sha256 = reference.sha256


def _drop_compiled(session: Session, voice: Voice, *, spoken: bool) -> list[str]:
    """Remove what was compiled with words, or a language, that have been corrected.

    Returns:
        blobs to remove.
    """

    def outdated(row: EnrolmentRow) -> bool:
        return row.kind == KIND and (spoken or _reads_transcripts(row.engine))

    hashes = {voice.clip_sha256, voice.reference_sha256} - {None}
    return [
        blob for sha256 in hashes for blob in drop_enrolments(session, voice, str(sha256), outdated)
    ]


def _reads_transcripts(engine: str) -> bool:
    try:
        return engine_class(engine).card.cloning.transcript != "unused"
    except Problem:  # an engine that is gone, or does not import
        return True


def _speech_seconds(seen: Seen) -> float:
    lengths = seen.doctor.reference
    return lengths.speech_seconds if lengths else seen.check.speech_seconds


def _kept_speech_seconds(voice: Voice) -> float:
    if voice.doctor and voice.reference_sha256:
        return float(voice.doctor["reference"]["speech_seconds"])
    return float(voice.checkup["speech_seconds"])
