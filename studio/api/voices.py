"""Voices over HTTP: save a reference clip with consent, list, hear, correct, compare, delete."""

from datetime import datetime
from typing import Annotated, Any, Self

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool

from studio.api.checkups import CheckupJson
from studio.api.dependencies import Language, Owner, StudioDep
from studio.api.doctor import PART_FIELDS, PART_FORM, DoctorJson, part_of
from studio.api.enrolment_json import EnrolmentJson, EnrolmentsJson
from studio.api.uploads import form_schema, read_upload
from studio.locales import text
from studio.problems import BadInput
from studio.voices.consents import ANOTHERS_VOICE, OWN_VOICE, SHARING_ANOTHERS, SHARING_OWN
from studio.voices.doctor_views import Part
from studio.voices.saving import Application, Correction
from studio.voices.views import ConsentView, Preparing, PresetMatch
from studio.voices.voice_view import ReferenceView, VoiceView

router = APIRouter(tags=["voices"])

_FLAGS = ("consent", "insist_transcript", "insist_clip")
_FIELDS = ("name", "language", "transcript", "speaker", *_FLAGS, *PART_FIELDS)
_YES = ("true", "1", "on", "yes")
_FORM = form_schema(
    {
        "name": {"type": "string", "maxLength": 80},
        "language": {"type": "string", "description": "ISO 639 code of the language spoken"},
        "transcript": {
            "type": "string",
            "description": "what is said in the part that is used; empty: none is kept",
        },
        "speaker": {"type": "string", "description": "whose voice it is; empty: your own"},
        "consent": {"type": "boolean", "description": "agreement to the consent statement"},
        "insist_transcript": {
            "type": "boolean",
            "description": "keep the transcript although it is not what was heard",
        },
        "insist_clip": {
            "type": "boolean",
            "description": "keep the recording although the doctor found faults",
        },
        **PART_FORM,
    },
    ["name", "language", "consent"],
)
_CLIP_HEADERS = {"Cache-Control": "private, no-store", "X-Content-Type-Options": "nosniff"}
_WAV: dict[int | str, dict[str, Any]] = {200: {"content": {"audio/wav": {}}}}


class VoiceJson(BaseModel):
    """A cloned voice."""

    id: str
    name: str
    language: str
    transcript: str
    """Of the reference, or of the clip where nothing was prepared."""
    speaker: str
    """Whose voice it is; empty: the owner's own."""
    created_at: datetime
    check: CheckupJson
    consent: ConsentView
    doctor: DoctorJson | None
    """``null``: nobody asked the doctor yet, or it could not run."""
    reference: ReferenceView | None
    """What engines get; ``null``: the clip as it is."""
    mine: bool
    """Whether it is yours: what is shared with you can be used, not changed."""
    shared: bool
    """Whether everybody with an account may use it."""
    shared_by: str
    """Whose it is, where it is not yours."""
    sharing: ConsentView | None
    """Under which it is shared."""

    @classmethod
    def of(cls, view: VoiceView, language: str) -> Self:
        """A voice with what was found put into a language."""
        fields = view.model_dump(exclude={"check", "doctor", "consent", "sharing"})
        return cls(
            check=CheckupJson.of(view.check, language),
            doctor=DoctorJson.of(view.doctor, language) if view.doctor else None,
            consent=view.consent,
            sharing=view.sharing,
            speaker=view.consent.speaker,
            **fields,
        )


class VoicesJson(BaseModel):
    """The voices a person may use, and the statements that saving or sharing one asks for."""

    voices: list[VoiceJson]
    consent_statement: str
    """For a voice of their own."""
    consent_statement_other: str
    """For another person's: ``{speaker}`` stands for the name."""
    can_share: bool
    """Whether there are accounts to share with."""
    sharing_statement: str
    sharing_statement_other: str


class SharingJson(BaseModel):
    """Agreement to the statement about sharing."""

    model_config = ConfigDict(extra="forbid")

    agreed: bool = False


class CorrectionJson(BaseModel):
    """What is to change about a voice; what is not named stays."""

    model_config = ConfigDict(extra="forbid")

    name: str | None = None
    language: str | None = None
    transcript: str | None = None
    insist_transcript: bool = False

    def correction(self) -> Correction:
        """As the service takes it."""
        return Correction(
            name=self.name,
            language=self.language,
            transcript=self.transcript,
            insist_transcript=self.insist_transcript,
        )


class ReexaminationJson(BaseModel):
    """Which part of a saved clip to prepare, and its transcript where the kept one is not its."""

    model_config = ConfigDict(extra="forbid")

    part_start: Annotated[float | None, Field(ge=0)] = None
    part_end: Annotated[float | None, Field(ge=0)] = None
    transcript: str | None = None
    insist_transcript: bool = False

    def part(self) -> Part | None:
        """The part, if one is named.

        Raises:
            BadInput: ``part_not_two_numbers``.
        """
        if self.part_start is None and self.part_end is None:
            return None
        if self.part_start is None or self.part_end is None:
            raise BadInput("part_not_two_numbers")
        return Part(start=self.part_start, end=self.part_end)


class ExaminedVoiceJson(BaseModel):
    """A voice and what the doctor said of it just now, also where nothing of that was kept."""

    voice: VoiceJson
    doctor: DoctorJson


class ClosestJson(BaseModel):
    """An engine's presets by likeness to a voice. A likeness, not a clone."""

    engine: str
    matches: list[PresetMatch]
    preparing: Preparing | None = None
    """How far the one-time measuring of the presets is, while it is going on."""


@router.post("/api/voices", status_code=201, openapi_extra=_FORM)
async def save_voice(
    request: Request, studio: StudioDep, owner: Owner, language: Language
) -> VoiceJson:
    """Save a recording as a voice. A recording that will not do is refused and not kept.

    Refusals that a person may overrule name the field that does it as ``error.insist``.
    """
    upload = await read_upload(request, studio.settings.upload_max_bytes, _FIELDS)
    given = upload.fields
    flags: dict[str, Any] = {n: given.get(n, "").strip().lower() in _YES for n in _FLAGS}
    application = Application(
        name=given.get("name", ""),
        language=given.get("language", ""),
        transcript=given.get("transcript", ""),
        speaker=given.get("speaker", ""),
        locale=language,
        part=part_of(given),
        **flags,
    )
    view = await run_in_threadpool(studio.voices.create, owner, upload.data, application)
    return VoiceJson.of(view, language)


@router.get("/api/voices")
def list_voices(studio: StudioDep, owner: Owner, language: Language) -> VoicesJson:
    """Your own voices, then those shared with you, the newest first."""
    return VoicesJson(
        voices=[VoiceJson.of(view, language) for view in studio.voices.list(owner)],
        consent_statement=text(language, OWN_VOICE),
        consent_statement_other=text(language, ANOTHERS_VOICE, speaker="{speaker}"),
        can_share=studio.voices.can_share,
        sharing_statement=text(language, SHARING_OWN),
        sharing_statement_other=text(language, SHARING_ANOTHERS, speaker="{speaker}"),
    )


@router.get("/api/voices/{voice_id}")
def read_voice(voice_id: str, studio: StudioDep, owner: Owner, language: Language) -> VoiceJson:
    """One voice with its check-up, the doctor's report and the consent."""
    return VoiceJson.of(studio.voices.get(owner, voice_id), language)


@router.put("/api/voices/{voice_id}")
def correct_voice(
    voice_id: str,
    correction: CorrectionJson,
    studio: StudioDep,
    owner: Owner,
    language: Language,
) -> VoiceJson:
    """Correct a voice's name, language or transcript; engines that read it compile it anew."""
    view = studio.voices.correct(owner, voice_id, correction.correction())
    return VoiceJson.of(view, language)


@router.post("/api/voices/{voice_id}/doctor")
def examine_voice(
    voice_id: str,
    wanted: ReexaminationJson,
    studio: StudioDep,
    owner: Owner,
    language: Language,
) -> ExaminedVoiceJson:
    """Have the doctor look at a voice that was saved without one, or choose another part.

    The clip stays; engines get the part from now on. Takes seconds.
    """
    correction = Correction(
        transcript=wanted.transcript, insist_transcript=wanted.insist_transcript
    )
    view, seen = studio.voices.examine(owner, voice_id, wanted.part(), correction)
    return ExaminedVoiceJson(
        voice=VoiceJson.of(view, language), doctor=DoctorJson.of(seen.doctor, language)
    )


@router.put("/api/voices/{voice_id}/sharing")
def share_voice(
    voice_id: str, asked: SharingJson, studio: StudioDep, owner: Owner, language: Language
) -> VoiceJson:
    """Let everybody with an account hear the reference and use the voice.

    Needs the agreement to the statement, which is recorded.
    """
    view = studio.voices.share(owner, voice_id, agreed=asked.agreed, locale=language)
    return VoiceJson.of(view, language)


@router.delete("/api/voices/{voice_id}/sharing")
def unshare_voice(voice_id: str, studio: StudioDep, owner: Owner, language: Language) -> VoiceJson:
    """Stop sharing. From now on nobody else can use the voice; what was made stays."""
    return VoiceJson.of(studio.voices.unshare(owner, voice_id), language)


@router.delete("/api/voices/{voice_id}", status_code=204)
def delete_voice(voice_id: str, studio: StudioDep, owner: Owner) -> None:
    """Remove a voice, its recording and what was compiled from it. The consent record stays."""
    studio.voices.delete(owner, voice_id)


@router.get("/api/voices/{voice_id}/clip", response_class=Response, responses=_WAV)
def voice_clip(voice_id: str, studio: StudioDep, owner: Owner) -> Response:
    """The kept clip as WAV: decoded samples, never the file that was uploaded."""
    return Response(studio.voices.clip_audio(owner, voice_id), 200, _CLIP_HEADERS, "audio/wav")


@router.get("/api/voices/{voice_id}/reference", response_class=Response, responses=_WAV)
def voice_reference(voice_id: str, studio: StudioDep, owner: Owner) -> Response:
    """What engines get of the voice, as WAV: the best part, repaired; else the clip."""
    return Response(studio.voices.reference_audio(owner, voice_id), 200, _CLIP_HEADERS, "audio/wav")


@router.get("/api/voices/{voice_id}/consent")
def voice_consent(voice_id: str, studio: StudioDep, owner: Owner) -> ConsentView:
    """Who agreed to what, when, about which recording; also after the voice was deleted."""
    return studio.voices.consent(owner, voice_id)


@router.get("/api/consents/{consent_id}")
def consent_record(consent_id: str, studio: StudioDep, owner: Owner) -> ConsentView:
    """A record of consent by its own id, which exported takes carry."""
    return studio.voices.consent_record(owner, consent_id)


@router.get("/api/voices/{voice_id}/enrolments")
def voice_enrolments(
    voice_id: str, studio: StudioDep, owner: Owner, language: Language
) -> EnrolmentsJson:
    """For which engines that clone the voice is compiled, and why for others it is not."""
    states = studio.voices.enrolment_states(owner, voice_id)
    return EnrolmentsJson(enrolments=[EnrolmentJson.of(state, language) for state in states])


@router.post("/api/voices/{voice_id}/enrolments/{engine}", status_code=202)
def enrol_voice(
    voice_id: str, engine: str, studio: StudioDep, owner: Owner, language: Language
) -> EnrolmentJson:
    """Have the voice compiled for an engine, in the background; a service gets the recording.

    Answers how it stands then: an engine that cannot do it says why.
    """
    return EnrolmentJson.of(studio.voices.enrol(owner, voice_id, engine), language)


@router.get("/api/voices/{voice_id}/closest/{engine}")
def closest_presets(
    voice_id: str, engine: str, studio: StudioDep, owner: Owner, wait: bool = True
) -> ClosestJson:
    """The engine's presets, the most alike first.

    The first answer for an engine waits until its presets are measured, some seconds each. A
    second request with ``wait=false`` says meanwhile how far that is, and starts nothing itself.
    """
    if wait:
        matches = studio.voices.closest_presets(owner, voice_id, engine)
        return ClosestJson(engine=engine, matches=matches)
    known = studio.voices.known_closest_presets(owner, voice_id, engine)
    return ClosestJson(
        engine=engine, matches=known or [], preparing=studio.voices.preparing(engine)
    )
