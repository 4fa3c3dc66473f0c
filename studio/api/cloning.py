"""The cloning service's contract over HTTP: upload a voice, order speech with it, hear it."""

import asyncio
import time
from typing import Annotated, Any, Literal
from urllib.parse import quote

from fastapi import APIRouter, Header, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool

from studio.api.audio_file import audio_file
from studio.api.dependencies import Language, StudioDep, Who
from studio.api.invites import base_of
from studio.api.uploads import form_schema, read_upload
from studio.dialects.cloning import Ordered, Recording, Uploaded, Wanted
from studio.locales import LanguageName, note, say
from studio.problems import BadInput, NotFound
from studio.wiring import Studio

router = APIRouter(tags=["cloning"])

_FIELDS = ("user_id", "language", "transcript", "name", "insist_clip")
_YES = ("true", "1", "on", "yes")
_FORM = form_schema(
    {
        "user_id": {"type": "string", "pattern": "^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$"},
        "language": {
            "type": "string",
            "description": "ISO 639 code of the language spoken; empty: the one that is heard",
        },
        "transcript": {"type": "string", "description": "what is said; empty: none is kept"},
        "name": {"type": "string", "maxLength": 80, "description": "empty: user and time"},
        "insist_clip": {
            "type": "boolean",
            "description": "keep the recording although the doctor found faults",
        },
    },
    ["user_id"],
)
_FIRST_PAUSE, _LONGEST_PAUSE = 0.05, 0.5
_ASK_AGAIN_SECONDS = 1.0
_AUDIO: dict[int | str, dict[str, Any]] = {
    200: {"content": {kind: {} for kind in ("audio/wav", "audio/mpeg", "audio/flac")}},
    206: {"description": "The part that was asked for"},
    304: {"description": "Unchanged since the given `ETag`"},
    404: {"description": "There is no such result, or not yet: then `Retry-After` says so"},
    409: {"description": "The job failed or was cancelled"},
    416: {"description": "The result is shorter than that"},
}


class UploadedJson(BaseModel):
    """A recording that became a voice."""

    message: str
    user_id: str
    blob: str
    """``voices/{user_id}/{uuid}``."""
    gcs_url: str
    """The store's own URL of it: ``gs://…`` where the store is Google Cloud Storage."""

    @classmethod
    def of(cls, made: Uploaded, user_id: str, language: str) -> "UploadedJson":
        """An upload put into a language."""
        spoken = LanguageName(made.voice.language)
        said = {
            "said": note("cloning.uploaded", language=spoken),
            "heard": note("cloning.uploaded_heard", language=spoken),
            "assumed": note("cloning.uploaded_unheard", language=spoken),
        }
        return cls(
            message=say(language, said[made.language]),
            user_id=user_id,
            blob=made.blob,
            gcs_url=made.url,
        )


class SynthesisJson(BaseModel):
    """Speech to be made. The first three fields are the contract; the others may be left out."""

    model_config = ConfigDict(extra="forbid", strict=True)

    user_id: str
    text: str
    input_voice_gcs: Annotated[str, Field(max_length=500)]
    """``gcs_url`` or ``blob`` of a recording of the same user."""
    language: Annotated[str, Field(max_length=35)] = ""
    """ISO 639 code of the text; by default guessed from its script and the voice's language."""
    engine: Annotated[str, Field(max_length=64)] = ""
    """By default the studio's setting, else the first engine here that clones and is ready."""
    instruction: str = ""
    """How to say it."""


class SynthesisJobJson(BaseModel):
    """A job that has begun."""

    message: str
    job: str
    """Also the id of the take."""
    result_blob: str
    """``results/{user_id}/{uuid}``: there once the job is done, as FLAC."""
    result_gs_url: str
    """The store's own URL of it."""
    proxy_stream_url: str
    """Where the result can be played and downloaded."""

    @classmethod
    def of(cls, made: Ordered, base: str, language: str) -> "SynthesisJobJson":
        """A job put into a language, with every part of the request that is not honoured."""
        aspects = made.take.aspects
        said = [say(language, note("cloning.begun", engine=made.take.title))]
        said += [
            say(language, aspect.note)
            for aspect in (aspects.reference, aspects.instruction, aspects.language)
            if aspect.status in ("approximated", "ignored")
        ]
        return cls(
            message=" ".join(said),
            job=made.job,
            result_blob=made.blob,
            result_gs_url=made.url,
            proxy_stream_url=f"{base}/results/stream?blob={quote(made.blob, safe='')}",
        )


@router.post("/upload-voice", openapi_extra=_FORM)
async def upload_voice(
    request: Request, studio: StudioDep, who: Who, language: Language
) -> UploadedJson:
    """Save a recording to clone a voice from.

    By sending it, the calling service states that the speaker agreed; that statement is recorded.
    """
    upload = await read_upload(request, studio.settings.upload_max_bytes, _FIELDS)
    given = upload.fields
    if "user_id" not in given:
        raise BadInput("field_missing", field="user_id")
    user_id = given["user_id"]
    owner = studio.cloning.owner(who, user_id)
    recording = Recording(
        data=upload.data,
        language=given.get("language", ""),
        transcript=given.get("transcript", ""),
        name=given.get("name", ""),
        insist=given.get("insist_clip", "").strip().lower() in _YES,
        locale=language,
    )
    made = await run_in_threadpool(studio.cloning.upload, owner, user_id, recording)
    return UploadedJson.of(made, user_id, language)


@router.post("/synthesize")
def synthesize(
    wanted: SynthesisJson, request: Request, studio: StudioDep, who: Who, language: Language
) -> SynthesisJobJson:
    """Order speech with an uploaded voice. Answers at once; the job goes on."""
    owner = studio.cloning.owner(who, wanted.user_id)
    made = studio.cloning.synthesize(
        owner,
        Wanted(
            text=wanted.text,
            voice=wanted.input_voice_gcs,
            language=wanted.language,
            engine=wanted.engine,
            instruction=wanted.instruction,
        ),
    )
    return SynthesisJobJson.of(made, base_of(studio, request), language)


@router.head("/results/stream", include_in_schema=False)
@router.get("/results/stream", response_class=Response, responses=_AUDIO)
async def result_stream(  # noqa: PLR0913, PLR0917 (what FastAPI hands in)
    request: Request,
    studio: StudioDep,
    who: Who,
    blob: Annotated[str, Query(max_length=500)],
    format: Literal["wav", "mp3", "flac"] = "wav",  # noqa: A002 (the name in the address)
    wait: Annotated[float, Query(ge=0, le=60)] = 20.0,
    byte_range: Annotated[str | None, Header(alias="range")] = None,
    if_range: Annotated[str | None, Header()] = None,
    if_none_match: Annotated[str | None, Header()] = None,
) -> Response:
    """A result to play or to download; parts of it by ``Range``.

    While its job goes on the answer waits, at most ``wait`` seconds; then it is 404 with
    ``Retry-After``, as it would be from the store. Speech with a cloned voice carries the
    watermark that every export carries.
    """
    owner, take = await run_in_threadpool(studio.cloning.job, who, blob)
    if not await _there(request, studio, owner, take, wait):
        raise NotFound("result_not_ready", retry_after=_ASK_AGAIN_SECONDS)
    made = await run_in_threadpool(studio.exports.export, owner, take, format)
    name = await run_in_threadpool(studio.takes.file_name, owner, take)
    asked = None if request.method == "HEAD" else byte_range  # ranges are defined for GET alone
    return audio_file(
        made.data,
        file_format=format,
        name=name,
        watermark=made.watermark,
        byte_range=asked,
        if_range=if_range,
        if_none_match=if_none_match,
    )


async def _there(request: Request, studio: Studio, owner: str, take: str, seconds: float) -> bool:
    """Wait for a result, at most so long and no longer than the client does."""
    end, pause = time.monotonic() + seconds, _FIRST_PAUSE
    while await run_in_threadpool(studio.cloning.standing, owner, take) != "done":
        left = end - time.monotonic()
        if left <= 0 or await request.is_disconnected():
            return False
        await asyncio.sleep(min(pause, left))
        pause = min(2 * pause, _LONGEST_PAUSE)
    return True
