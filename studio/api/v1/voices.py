"""``/v1/audio/voices``: cloned voices as vLLM-Omni's clients upload, list and delete them."""

from typing import Any

from fastapi import APIRouter, Request
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool

from studio.api.dependencies import Language, Owner, StudioDep
from studio.api.uploads import form_schema, read_upload
from studio.dialects.speech_models import DEFAULTS
from studio.dialects.speech_uploads import Sample, about
from studio.locales import text

router = APIRouter(prefix="/v1/audio/voices", tags=["OpenAI speech"])

_FILE = "audio_sample"
_FIELDS = ("name", "consent", "ref_text", "speaker_description", "language")
_FORM = form_schema(
    {
        "name": {"type": "string", "maxLength": 80, "description": "to be given as `voice`"},
        "consent": {
            "type": "string",
            "description": "your own name of the speaker's consent; recorded as your statement",
        },
        "ref_text": {"type": "string", "description": "what is said in the recording"},
        "speaker_description": {"type": "string"},
        "language": {
            "type": "string",
            "description": "ISO 639 code of the language spoken; empty: the one that is heard",
        },
    },
    ["name", "consent"],
    _FILE,
)


class SpeechVoicesJson(BaseModel):
    """What can be given as ``voice``."""

    model: str
    """The engine whose presets are listed."""
    voices: list[str]
    """Presets of the engine, and the names of one's own voices."""
    uploaded_voices: list[dict[str, Any]]
    """One's own: ``id``, ``name``, ``consent``, ``created_at`` (Unix time), ``language``, and where
    they are known ``file_size``, ``mime_type``, ``ref_text`` and ``speaker_description``."""


class SpeechVoiceSavedJson(BaseModel):
    """A voice that was saved."""

    success: bool = True
    voice: dict[str, Any]


class SpeechVoiceDeletedJson(BaseModel):
    """A voice that is gone."""

    success: bool = True
    message: str


@router.get("")
def list_speech_voices(
    studio: StudioDep, owner: Owner, model: str = DEFAULTS[0]
) -> SpeechVoicesJson:
    """The presets of a model, by default of the one that ``tts-1`` stands for, and own voices."""
    engine, presets = studio.speech_uploads.presets(owner, model)
    own = [about(voice) for voice in studio.speech_uploads.own(owner)]
    names = list(dict.fromkeys([*presets, *(voice["name"] for voice in own)]))
    return SpeechVoicesJson(model=engine, voices=names, uploaded_voices=own)


@router.post("", openapi_extra=_FORM)
async def upload_speech_voice(
    request: Request, studio: StudioDep, owner: Owner, language: Language
) -> SpeechVoiceSavedJson:
    """Save a recording as a voice. A name that is taken is refused: nothing is overwritten."""
    upload = await read_upload(request, studio.settings.upload_max_bytes, _FIELDS, _FILE)
    given = upload.fields
    sample = Sample(
        data=upload.data,
        name=given.get("name", ""),
        consent=given.get("consent", ""),
        ref_text=given.get("ref_text", ""),
        description=given.get("speaker_description", ""),
        language=given.get("language", ""),
        locale=language,
    )
    voice = await run_in_threadpool(studio.speech_uploads.save, owner, sample)
    return SpeechVoiceSavedJson(voice=about(voice))


@router.delete("/{name}")
def delete_speech_voice(
    name: str, studio: StudioDep, owner: Owner, language: Language
) -> SpeechVoiceDeletedJson:
    """Delete one of one's own voices, by its name or id."""
    voice = studio.speech_uploads.delete(owner, name)
    said = text(language, "speech_api.voice_deleted", voice=voice.name)
    return SpeechVoiceDeletedJson(message=said)
