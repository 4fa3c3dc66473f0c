"""Voices: reference clips examined, saved with consent, listed, shared, compared, forgotten."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from studio.engines.contract import Enrolment, ReferenceClip
from studio.engines.registry import engine_class
from studio.problems import NotAllowed, NotFound
from studio.settings import Settings
from studio.store.blobs import Blobs
from studio.store.database import Database
from studio.store.tables import Voice
from studio.voices import fields
from studio.voices.clips import Clips
from studio.voices.closest import ClosestPresets
from studio.voices.doctor_views import Examination, Part
from studio.voices.doctoring import Doctor, Recogniser
from studio.voices.enrolling import Enroller
from studio.voices.enrolment_states import EnrolmentStates, asks_first, not_sent
from studio.voices.enrolments import Enrolments
from studio.voices.reference import sent_to
from studio.voices.rows import (
    changeable_voice,
    consent_of,
    forget_voice,
    recordings,
    usable_voice,
    usable_voices,
    voice_of,
    voices_of,
)
from studio.voices.saving import Application, Correction, Saving
from studio.voices.sharing import Sharing
from studio.voices.transcripts import TranscriptRule
from studio.voices.views import (
    CheckupView,
    ConsentView,
    EnrolmentView,
    Preparing,
    PresetMatch,
    Reference,
    ReferenceFile,
)
from studio.voices.voice_view import VoiceView, consent_view, voice_view

if TYPE_CHECKING:
    from studio.runtime.runtime import Runtime


class VoiceService:
    """Everything about reference clips.

    Each person sees their own voices and those that are shared with everybody who has an account;
    what is shared with them they may use, and not change.

    Args:
        settings: limits of uploads and texts.
        database: rows.
        blobs: the decoded clips.
        runtime: the processes that decode what strangers send, examine, embed and enrol.
        recogniser: finds the model that listens to recordings.
        accepted: whether an engine's licence was accepted, or need not be.
    """

    def __init__(  # noqa: PLR0913, PLR0917 (the composition root names them)
        self,
        settings: Settings,
        database: Database,
        blobs: Blobs,
        runtime: "Runtime",
        recogniser: Recogniser,
        accepted: Callable[[str], bool] = lambda _: True,
    ) -> None:
        self._settings = settings
        self._database = database
        self._blobs = blobs
        self._clips = Clips(settings, blobs, runtime)
        self._doctor = Doctor(self._clips, runtime, recogniser)
        rule = TranscriptRule(runtime)
        self._saving = Saving(settings, database, blobs, self._clips, self._doctor, rule)
        self._closest = ClosestPresets(database, runtime)
        self._enrolments = Enrolments(database, blobs, runtime)
        states = EnrolmentStates(runtime, self._enrolments, accepted)
        self._enroller = Enroller(states, self.enrolment, self._usable)
        self._sharing = Sharing(database, accounts=self._accounts)

    @property
    def _accounts(self) -> bool:
        return self._settings.auth != "off"

    def close(self) -> None:
        """Begin nothing more in the background."""
        self._enroller.close()

    # looking at recordings

    def check(self, data: bytes) -> CheckupView:
        """Look at a recording; nothing of it is kept anywhere.

        Raises:
            BadInput: it cannot be read (a code of `studio.audio.errors.CODES`).
        """
        return self._clips.examine(data, keep=False)[0]

    def doctor(self, data: bytes, part: Part | None = None, language: str = "") -> Examination:
        """Look at a recording closely: seconds. It is remembered for a while, in memory alone.

        Args:
            data: the file.
            part: the stretch to use; ``None``: the best one is chosen.
            language: to write the transcript in; empty: the one that is heard.

        Raises:
            BadInput: the file cannot be read, ``part_unusable``, ``language_unknown``.
        """
        spoken = fields.language(language) if language.strip() else ""
        return self._doctor.examine(data, part, spoken, again=True).view

    # voices

    def create(self, owner: str, data: bytes, application: Application) -> VoiceView:
        """Save a recording as a voice.

        What is kept are decoded samples, never the file itself: the whole clip, and the best part
        of it, repaired, which engines get. A doctor who cannot run hinders nothing; the voice is
        then its clip as it is. The engines that are ready compile it afterwards, in the background.

        Raises:
            BadInput: ``consent_needed``, a field that cannot be used, a file that cannot be read,
                ``clip_refused`` (with the check-up's reasons), ``doctor_refused`` (with the
                doctor's) or ``transcript_not_covering`` and its like, both unless the person
                insists. Nothing is left behind.
        """
        stored = self._saving.save(owner, data, application)
        view = voice_view(stored, owner)
        if self._settings.enrol_saved_voices:
            self._enroller.offer(owner, view.id)
        return view

    def correct(self, owner: str, voice_id: str, change: Correction) -> VoiceView:
        """Change what was typed about a voice.

        Raises:
            NotFound: ``unknown_voice``.
            NotAllowed: ``voice_not_yours``.
            BadInput: a field that cannot be used; ``transcript_not_covering`` and its like.
        """
        self._mine(owner, voice_id)
        self._saving.correct(owner, voice_id, change)
        return self.get(owner, voice_id)

    def examine(
        self, owner: str, voice_id: str, part: Part | None = None, change: Correction | None = None
    ) -> tuple[VoiceView, Examination]:
        """Have the doctor look at a voice that was saved without, or choose another part.

        Args:
            owner: whose voice it is.
            voice_id: the voice.
            part: as for :meth:`doctor`.
            change: a transcript of that part, where the kept one is not.

        Returns:
            The voice, and what the doctor said, which is kept unless it could not run.

        Raises:
            NotFound: ``unknown_voice``.
            NotAllowed: ``voice_not_yours``.
            Unavailable: ``clip_missing``.
            BadInput: ``part_unusable``; ``transcript_not_covering`` and its like: the transcript
                is not that of the part. Then everything stays as it was.
        """
        self._mine(owner, voice_id)
        doctor = self._saving.examine(owner, voice_id, part, change or Correction())
        view = self.get(owner, voice_id)
        if doctor.examined and self._settings.enrol_saved_voices:
            self._enroller.offer(owner, voice_id)
        return view, Examination(check=view.check, doctor=doctor)

    def own(self, owner: str) -> list[VoiceView]:
        """This owner's voices, the newest first."""
        with self._database.read() as session:
            stored = voices_of(session, owner)
        return [voice_view(each, owner) for each in stored]

    def list(self, person: str) -> list[VoiceView]:
        """The voices somebody may use: their own, then shared ones, the newest first."""
        with self._database.read() as session:
            stored = usable_voices(session, person, accounts=self._accounts)
        return [voice_view(each, person) for each in stored]

    def get(self, person: str, voice_id: str) -> VoiceView:
        """One voice that somebody may use.

        Raises:
            NotFound: ``unknown_voice``.
        """
        with self._database.read() as session:
            stored = usable_voice(session, person, voice_id, accounts=self._accounts)
        return voice_view(stored, person)

    def share(self, owner: str, voice_id: str, *, agreed: bool, locale: str) -> VoiceView:
        """Let everybody with an account use a voice; :meth:`Sharing.share` says what that needs."""
        self._sharing.share(owner, voice_id, agreed=agreed, locale=locale)
        return self.get(owner, voice_id)

    def unshare(self, owner: str, voice_id: str) -> VoiceView:
        """Let nobody else use a voice from now on; see :meth:`Sharing.unshare`."""
        self._sharing.unshare(owner, voice_id)
        return self.get(owner, voice_id)

    @property
    def can_share(self) -> bool:
        """Whether there is anybody to share with."""
        return self._accounts

    def delete(self, owner: str, voice_id: str) -> None:
        """Forget a voice: its recordings, its row, and what was compiled for no other voice.

        Also one in the bin. The consent record stays: it proves that earlier takes were made
        rightly. The recordings go first, so that a crash in between leaves none that nobody can
        see and remove.

        Raises:
            NotFound: ``unknown_voice``.
            NotAllowed: ``voice_not_yours``.
        """
        voice = self._to_remove(owner, voice_id)
        self._doctor.forget(voice.clip_sha256)
        for blob in recordings(voice):
            self._blobs.delete(blob)

        def forget(session: Session) -> list[str]:
            return forget_voice(session, owner, voice_id)

        for blob in self._database.write(forget):
            self._blobs.delete(blob)

    def consent(self, owner: str, voice_id: str) -> ConsentView:
        """Who agreed to what about a voice, also after the voice was deleted.

        Raises:
            NotFound: ``unknown_consent``.
        """
        with self._database.read() as session:
            row, exists = consent_of(session, owner, voice_id=voice_id)
        return consent_view(row, voice_exists=exists)

    def consent_record(self, owner: str, consent_id: str) -> ConsentView:
        """:meth:`consent` by the consent's own id, which exports carry.

        Raises:
            NotFound: ``unknown_consent``.
        """
        with self._database.read() as session:
            row, exists = consent_of(session, owner, consent_id=consent_id)
        return consent_view(row, voice_exists=exists)

    # recordings of voices

    def clip_audio(self, owner: str, voice_id: str) -> bytes:
        """The kept clip as a WAV file (mono, 16 bit), for its owner alone.

        Raises:
            NotFound: ``unknown_voice``.
            NotAllowed: ``voice_not_yours``.
            Unavailable: ``clip_missing``: the store has lost it.
        """
        return self._clips.wav(self._mine(owner, voice_id).clip_blob)

    def cloned_from(self, person: str, voice_id: str) -> tuple[bytes, str]:
        """The whole clip and its hash, to be compared with inside the studio, and shown to nobody.

        Raises:
            NotFound: ``unknown_voice``.
            Unavailable: ``clip_missing``.
        """
        voice = self._usable(person, voice_id)
        return self._clips.wav(voice.clip_blob), voice.clip_sha256

    def reference_audio(self, owner: str, voice_id: str) -> bytes:
        """What engines get of a voice as a WAV file; its clip where nothing was prepared.

        Raises:
            NotFound: ``unknown_voice``.
            Unavailable: ``clip_missing``.
        """
        return self._clips.wav(_heard(self._usable(owner, voice_id))[0])

    def reference(self, owner: str, voice_id: str) -> Reference:
        """What engines get of a voice, with its samples.

        Raises:
            NotFound: ``unknown_voice``.
            Unavailable: ``clip_missing``.
        """
        voice = self._usable(owner, voice_id)
        blob, sha256 = _heard(voice)
        samples, rate = self._clips.samples(blob)
        return Reference(
            name=voice.name,
            samples=samples,
            rate=rate,
            transcript=voice.transcript,
            language=voice.language,
            sha256=sha256,
        )

    def reference_flac(self, owner: str, voice_id: str) -> ReferenceFile:
        """:meth:`reference` as it is kept, for other processes.

        Raises:
            NotFound: ``unknown_voice``.
            Unavailable: ``clip_missing``.
        """
        voice = self._usable(owner, voice_id)
        blob, sha256 = _heard(voice)
        return ReferenceFile(self._clips.stored(blob), voice.transcript, voice.language, sha256)

    # what engines make of voices

    def closest_presets(self, owner: str, voice_id: str, engine: str) -> Sequence[PresetMatch]:
        """The engine's presets by likeness to the voice. Takes seconds the first time.

        Raises:
            NotFound: ``unknown_voice``, ``unknown_engine``.
            BadInput: ``no_closest_preset``, ``no_voice_to_compare``.
            Unavailable: the engine cannot speak now.
        """
        blob, sha256 = _heard(self._usable(owner, voice_id))
        return self._closest.rank(sha256, lambda: self._clips.samples(blob), engine)

    def known_closest_presets(
        self, owner: str, voice_id: str, engine: str
    ) -> Sequence[PresetMatch] | None:
        """:meth:`closest_presets` where it costs nothing, ``None`` where it must be measured."""
        return self._closest.known(_heard(self._usable(owner, voice_id))[1], engine)

    def preparing(self, engine: str) -> Preparing | None:
        """How far the one-time measuring of an engine's presets is, while it is going on."""
        return self._closest.preparing(engine)

    def enrolment(
        self, owner: str, voice_id: str, engine: str, sets: tuple[str, ...] = ()
    ) -> tuple[str, Enrolment]:
        """The voice compiled for an engine that clones, and the key that stands for it in a take's.

        Args:
            owner: whose voice it is.
            voice_id: the voice.
            engine: name of the engine.
            sets: the weight set that compiles, of an engine that has several.

        Raises:
            NotFound: ``unknown_voice``, ``unknown_engine``.
            NotAllowed: ``shared_voice_not_sent``: only its owner may send the recording to a
                service outside.
            BadInput: ``engine_cannot_clone``, or what the engine says against the clip.
            Unavailable: the engine cannot serve now.
        """
        voice = self._usable(owner, voice_id)
        sent = sent_to(voice, engine)
        leaves = voice.owner != owner and asks_first(sent.card)
        if leaves and self._enrolments.made_at(sent, sets) is None:
            person = self.get(owner, voice_id).shared_by
            raise NotAllowed("shared_voice_not_sent", engine=sent.card.title, person=person)

        def clip() -> ReferenceClip:
            samples, rate = self._clips.samples(sent.blob)
            return ReferenceClip(samples, rate, sent.transcript, sent.language)

        return self._enrolments.get(voice.owner, sent, clip, sets)

    def forget_enrolment(
        self, owner: str, voice_id: str, engine: str, sets: tuple[str, ...] = ()
    ) -> None:
        """Drop what :meth:`enrolment` keeps, which a service does not know any more."""
        self._enrolments.forget(sent_to(self._usable(owner, voice_id), engine), sets)

    def enrolment_states(self, owner: str, voice_id: str) -> Sequence[EnrolmentView]:
        """For which engines that clone the voice is compiled, and why for others it is not.

        Raises:
            NotFound: ``unknown_voice``.
        """
        views = self._enroller.states(owner, voice_id)
        person = self.get(owner, voice_id).shared_by
        return [not_sent(view, person) if person else view for view in views]

    def enrol(self, owner: str, voice_id: str, engine: str) -> EnrolmentView:
        """Have the voice compiled for an engine, in the background.

        Raises:
            NotFound: ``unknown_voice``, ``unknown_engine``.
        """
        if (person := self.get(owner, voice_id).shared_by) and asks_first(
            engine_class(engine).card
        ):
            now = {one.engine: one for one in self._enroller.states(owner, voice_id)}[engine]
            return not_sent(now, person)
        return self._enroller.start(owner, voice_id, engine)

    def _usable(self, person: str, voice_id: str) -> Voice:
        with self._database.read() as session:
            return usable_voice(session, person, voice_id, accounts=self._accounts).voice

    def _mine(self, owner: str, voice_id: str) -> Voice:
        with self._database.read() as session:
            return changeable_voice(session, owner, voice_id, accounts=self._accounts).voice

    def _to_remove(self, owner: str, voice_id: str) -> Voice:
        with self._database.read() as session:
            try:
                return voice_of(session, owner, voice_id, binned=True).voice
            except NotFound:  # and says why, where it is shared with them
                return changeable_voice(session, owner, voice_id, accounts=self._accounts).voice


def _heard(voice: Voice) -> tuple[str, str]:
    """Blob and hash of the recording that stands for a voice."""
    if voice.reference_blob is None or voice.reference_sha256 is None:
        return voice.clip_blob, voice.clip_sha256
    return voice.reference_blob, voice.reference_sha256
