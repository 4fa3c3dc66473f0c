"""Voices over HTTP: save a reference clip with consent, list, hear, compare, delete."""

from datetime import datetime
from typing import Self

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool

from studio.api.checkups import CheckupJson
from studio.api.dependencies import Language, Owner, StudioDep
from studio.api.uploads import form_schema, read_upload
from studio.locales import text
from studio.voices.service import CONSENT_STATEMENT
from studio.voices.views import ConsentView, Preparing, PresetMatch, VoiceView

router = APIRouter(tags=["voices"])

_FIELDS = ("name", "language", "transcript", "consent")
_YES = ("true", "1", "on", "yes")
_FORM = form_schema(
    {
        "name": {"type": "string", "maxLength": 80},
        "language": {"type": "string", "description": "ISO 639 code of the language spoken"},
        "transcript": {"type": "string", "description": "what is said, if known"},
        "consent": {"type": "boolean", "description": "agreement to the consent statement"},
    },
    ["name", "language", "consent"],
)


class VoiceJson(BaseModel):
    """A cloned voice."""

    id: str
    name: str
    language: str
    transcript: str
    created_at: datetime
    check: CheckupJson
    consent: ConsentView

    @classmethod
    def of(cls, view: VoiceView, language: str) -> Self:
        """A voice with its check-up put into a language."""
        fields = view.model_dump(exclude={"check"})
        return cls(check=CheckupJson.of(view.check, language), **fields)


class VoicesJson(BaseModel):
    """A person's voices, and the statement that saving another one asks them to agree to."""

    voices: list[VoiceJson]
    consent_statement: str


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
    """Save a recording as a voice. A recording that will not do is refused and not kept."""
    upload = await read_upload(request, studio.settings.upload_max_bytes, _FIELDS)
    given = upload.fields
    view = await run_in_threadpool(
        studio.voices.create,
        owner,
        upload.data,
        name=given.get("name", ""),
        language=given.get("language", ""),
        transcript=given.get("transcript", ""),
        consent=given.get("consent", "").strip().lower() in _YES,
        locale=language,
    )
    return VoiceJson.of(view, language)


@router.get("/api/voices")
def list_voices(studio: StudioDep, owner: Owner, language: Language) -> VoicesJson:
    """All voices, the newest first."""
    return VoicesJson(
        voices=[VoiceJson.of(view, language) for view in studio.voices.list(owner)],
        consent_statement=text(language, CONSENT_STATEMENT),
    )


@router.get("/api/voices/{voice_id}")
def read_voice(voice_id: str, studio: StudioDep, owner: Owner, language: Language) -> VoiceJson:
    """One voice with its check-up and consent."""
    return VoiceJson.of(studio.voices.get(owner, voice_id), language)


@router.delete("/api/voices/{voice_id}", status_code=204)
def delete_voice(voice_id: str, studio: StudioDep, owner: Owner) -> None:
    """Remove a voice, its recording and what was compiled from it. The consent record stays."""
    studio.voices.delete(owner, voice_id)


@router.get(
    "/api/voices/{voice_id}/clip",
    response_class=Response,
    responses={200: {"content": {"audio/wav": {}}}},
)
def voice_clip(voice_id: str, studio: StudioDep, owner: Owner) -> Response:
    """The kept clip as WAV: decoded samples, never the file that was uploaded."""
    headers = {"Cache-Control": "private, no-store", "X-Content-Type-Options": "nosniff"}
    return Response(studio.voices.clip_audio(owner, voice_id), 200, headers, "audio/wav")


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
