"""Voices: reference clips checked, saved with consent, listed, compared, forgotten."""

import uuid
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from studio import locales
from studio.engines.contract import Enrolment, ReferenceClip
from studio.locales import Note
from studio.problems import BadInput, Unavailable
from studio.settings import Settings
from studio.store.blobs import Blobs
from studio.store.database import Database
from studio.store.tables import Consent, Voice, now
from studio.voices import fields
from studio.voices.closest import ClosestPresets
from studio.voices.enrolments import Enrolments
from studio.voices.refusal import ClipRefused
from studio.voices.rows import StoredVoice, forget_voice, voice_of, voices_of
from studio.voices.views import (
    CheckupView,
    ConsentView,
    Preparing,
    PresetMatch,
    Reference,
    VoiceView,
)

if TYPE_CHECKING:
    from studio.runtime.runtime import Runtime

CONSENT_STATEMENT = "voices.consent_statement"
_BENCH = "media"
_EXAMINE = "studio.voices.examination:examine"
_ALIVE = "studio.voices.examination:alive"
_SAMPLES = "studio.voices.examination:samples"
_WAV = "studio.voices.examination:as_wav"
_EXAMINE_SECONDS = 60.0
_READ_SECONDS = 30.0


class VoiceService:
    """Everything about reference clips. Each person sees only their own voices.

    Args:
        settings: limits of uploads and texts.
        database: rows.
        blobs: the decoded clips.
        runtime: the processes that decode what strangers send, embed and enrol.
    """

    def __init__(
        self, settings: Settings, database: Database, blobs: Blobs, runtime: "Runtime"
    ) -> None:
        self._settings = settings
        self._database = database
        self._blobs = blobs
        self._runtime = runtime
        self._closest = ClosestPresets(database, runtime)
        self._enrolments = Enrolments(database, blobs, runtime)

    def check(self, data: bytes) -> CheckupView:
        """Look at a recording; nothing of it is kept anywhere.

        Raises:
            BadInput: it cannot be read (a code of `studio.audio.errors.CODES`).
        """
        return self._examine(data, keep=False)[0]

    def create(  # noqa: PLR0913 (what a person fills in)
        self,
        owner: str,
        data: bytes,
        *,
        name: str,
        language: str,
        transcript: str = "",
        consent: bool,
        locale: str = locales.FALLBACK,
    ) -> VoiceView:
        """Save a recording as a voice. What is kept are decoded samples, never the file itself.

        Args:
            owner: whose voice it will be.
            data: the uploaded file.
            name: how the person calls the voice.
            language: tag of the language spoken in the clip.
            transcript: what is said in it, if known.
            consent: the person agreed to the statement.
            locale: language in which the statement was shown.

        Raises:
            BadInput: ``consent_needed``, ``clip_refused`` (with the check-up's reasons), a field
                that cannot be used, or a file that cannot be read. Nothing is left behind.
        """
        if not consent:
            raise BadInput("consent_needed")
        name = fields.voice_name(name)
        language = fields.language(language)
        transcript = fields.transcript(transcript, self._settings.text_max_characters)
        check, kept = self._examine(data, keep=True)
        if check.verdict == "refused":
            raise ClipRefused(check.reasons)
        voice = Voice(
            id=str(uuid.uuid4()),
            owner=owner,
            name=name,
            language=language,
            transcript=transcript,
            clip_blob=f"voices/{owner}/{uuid.uuid4()}",
            clip_sha256=kept["sha256"],
            checkup=check.to_json(),
            created_at=now(),
        )
        agreed = Consent(
            id=str(uuid.uuid4()),
            voice_id=voice.id,
            owner=owner,
            statement=locales.text(locale, CONSENT_STATEMENT),
            locale=locale if locale in locales.languages() else locales.FALLBACK,
            clip_sha256=voice.clip_sha256,
            given_at=voice.created_at,
        )
        view, blob = _view(StoredVoice(voice, agreed)), voice.clip_blob
        self._blobs.put(blob, kept["flac"])
        try:
            self._database.write(lambda session: session.add_all([voice, agreed]))
        except BaseException:
            self._blobs.delete(blob)
            raise
        return view

    def list(self, owner: str) -> list[VoiceView]:
        """This owner's voices, the newest first."""
        with self._database.read() as session:
            return [_view(stored) for stored in voices_of(session, owner)]

    def get(self, owner: str, voice_id: str) -> VoiceView:
        """One voice.

        Raises:
            NotFound: ``unknown_voice``.
        """
        return _view(self._stored(owner, voice_id))

    def delete(self, owner: str, voice_id: str) -> None:
        """Forget a voice: clip, row, and what was compiled from the clip for no other voice.

        The consent record stays: it proves that earlier takes were made rightly. The clip goes
        first, so that a crash in between leaves no recording that nobody can see and remove.

        Raises:
            NotFound: ``unknown_voice``.
        """
        self._blobs.delete(self._stored(owner, voice_id).voice.clip_blob)

        def forget(session: Session) -> list[str]:
            return forget_voice(session, owner, voice_id)

        for blob in self._database.write(forget):
            self._blobs.delete(blob)

    def clip_audio(self, owner: str, voice_id: str) -> bytes:
        """The kept clip as a WAV file (mono, 16 bit).

        Raises:
            NotFound: ``unknown_voice``.
            Unavailable: ``clip_missing``: the store has lost it.
        """
        flac = self._clip(self._stored(owner, voice_id).voice)
        wav: bytes = self._runtime.call(_WAV, flac, bench=_BENCH, timeout=_READ_SECONDS)
        return wav

    def reference(self, owner: str, voice_id: str) -> Reference:
        """A voice's clip with its samples.

        Raises:
            NotFound: ``unknown_voice``.
        """
        voice = self._stored(owner, voice_id).voice
        samples, rate = self._samples(voice)
        return Reference(
            name=voice.name,
            samples=samples,
            rate=rate,
            transcript=voice.transcript,
            language=voice.language,
            sha256=voice.clip_sha256,
        )

    def closest_presets(self, owner: str, voice_id: str, engine: str) -> Sequence[PresetMatch]:
        """The engine's presets by likeness to the voice. Takes seconds the first time.

        Raises:
            NotFound: ``unknown_voice``, ``unknown_engine``.
            BadInput: ``no_closest_preset``, ``no_voice_to_compare``.
            Unavailable: the engine cannot speak now.
        """
        voice = self._stored(owner, voice_id).voice
        return self._closest.rank(voice.clip_sha256, lambda: self._samples(voice), engine)

    def known_closest_presets(
        self, owner: str, voice_id: str, engine: str
    ) -> Sequence[PresetMatch] | None:
        """:meth:`closest_presets` where it costs nothing, ``None`` where it must be measured."""
        voice = self._stored(owner, voice_id).voice
        return self._closest.known(voice.clip_sha256, engine)

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
            BadInput: ``engine_cannot_clone``, or what the engine says against the clip.
            Unavailable: the engine cannot serve now.
        """
        voice = self._stored(owner, voice_id).voice

        def clip() -> ReferenceClip:
            samples, rate = self._samples(voice)
            return ReferenceClip(samples, rate, voice.transcript, voice.language)

        transcript = voice.transcript
        return self._enrolments.get(owner, voice.clip_sha256, transcript, clip, engine, sets)

    def forget_enrolment(
        self, owner: str, voice_id: str, engine: str, sets: tuple[str, ...] = ()
    ) -> None:
        """Drop what :meth:`enrolment` keeps, which a service does not know any more."""
        voice = self._stored(owner, voice_id).voice
        self._enrolments.forget(voice.clip_sha256, voice.transcript, engine, sets)

    def _examine(self, data: bytes, *, keep: bool) -> tuple[CheckupView, dict[str, Any]]:
        limits = (self._settings.upload_max_bytes, self._settings.upload_max_seconds)
        try:
            found: dict[str, Any] = self._runtime.call(
                _EXAMINE, data, *limits, keep, bench=_BENCH, timeout=_EXAMINE_SECONDS
            )
        except Unavailable as ended:
            if ended.code == "workbench_timeout":
                raise BadInput(ended.code, **ended.params) from ended  # shorter files work
            if ended.code != "workbench_crashed":
                raise
            # The decoder fell over this file, unless the bench cannot work at all.
            self._runtime.call(_ALIVE, bench=_BENCH, timeout=_READ_SECONDS)
            raise BadInput("unreadable") from ended
        reasons = tuple(
            Note(f"checkup.reason.{reason['code']}", reason["params"])
            for reason in found["checkup"].pop("reasons")
        )
        return CheckupView(reasons=reasons, **found["checkup"]), found

    def _samples(self, voice: Voice) -> tuple[Any, int]:
        flac = self._clip(voice)
        samples, rate = self._runtime.call(_SAMPLES, flac, bench=_BENCH, timeout=_READ_SECONDS)
        return samples, rate

    def _clip(self, voice: Voice) -> bytes:
        try:
            return self._blobs.get(voice.clip_blob)
        except Unavailable as missing:
            raise Unavailable("clip_missing") from missing

    def _stored(self, owner: str, voice_id: str) -> StoredVoice:
        with self._database.read() as session:
            return voice_of(session, owner, voice_id)


def _view(stored: StoredVoice) -> VoiceView:
    voice, consent = stored.voice, stored.consent
    return VoiceView(
        id=voice.id,
        name=voice.name,
        language=voice.language,
        transcript=voice.transcript,
        created_at=voice.created_at,
        check=CheckupView.from_json(voice.checkup),
        consent=ConsentView(given_at=consent.given_at, statement=consent.statement),
    )
