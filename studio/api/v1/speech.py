"""``POST /v1/audio/speech``: OpenAI's text to speech, streamed while it is being made."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

from anyio import CancelScope
from anyio.to_thread import run_sync
from fastapi import APIRouter, Request, Response
from starlette.requests import ClientDisconnect

from studio.api.dependencies import Language, Owner, StudioDep
from studio.api.problems import spoken
from studio.api.v1.errors import openai_error
from studio.api.v1.leaving import ForAsLongAsHeard, first_of
from studio.audio.encode_stream import FORMATS, PCM_RATE, media_type
from studio.dialects.speech import Ordered
from studio.dialects.speech_request import SpeechRequest
from studio.dialects.speech_sound import delta_event, done_event, encoded, event
from studio.locales import Note
from studio.problems import Problem

router = APIRouter(prefix="/v1/audio", tags=["OpenAI speech"])

_GONE = 499
"""Nobody is there to read it; logs tell it from a failure."""
_EVENTS = "text/event-stream"
_SOUND: dict[int | str, dict[str, Any]] = {
    200: {"content": {**{media_type(name): {} for name in FORMATS}, _EVENTS: {}}}
}


@router.post("/speech", response_class=Response, responses=_SOUND)
async def create_speech(
    wanted: SpeechRequest, request: Request, studio: StudioDep, owner: Owner, language: Language
) -> Response:
    """Speak a text. The answer begins with the first sound; a client that leaves ends the take.

    Headers tell what a body of sound cannot: ``X-Studio-Take``, ``X-Studio-Comparison``,
    ``X-Studio-Engine``, ``X-Studio-Voice``, ``X-Studio-Language`` and ``X-Studio-Aspects``, which
    says part by part whether the engine honours, approximates or ignores what was asked.
    """
    ordered = await run_sync(studio.speech.order, owner, wanted)
    take = ordered.take.id

    def left() -> None:
        studio.speech.abandon(owner, take)

    sound = encoded(studio.takes, owner, take, wanted.response_format)
    try:
        first = await first_of(request, sound)
    except BaseException as problem:
        with CancelScope(shield=True):
            await sound.aclose()
            await run_sync(left)
        if isinstance(problem, ClientDisconnect):
            return Response(status_code=_GONE)
        raise
    body = _whole(first, sound)
    kind = media_type(wanted.response_format)
    if wanted.events:
        body, kind = _events(body, len(wanted.input), language), _EVENTS
    return ForAsLongAsHeard(body, left, headers=_headers(ordered, wanted), media_type=kind)


async def _whole(first: bytes, rest: AsyncGenerator[bytes]) -> AsyncGenerator[bytes]:
    async with aclosing(rest):
        yield first
        async for data in rest:
            yield data


async def _events(
    sound: AsyncGenerator[bytes], characters: int, language: str
) -> AsyncGenerator[bytes]:
    """The sound in events; a take that fails on the way ends with one that says so."""
    try:
        async with aclosing(sound):
            async for data in sound:
                yield delta_event(data)
    except Problem as problem:
        said = spoken(language, Note(f"error.{problem.code}", problem.params))
        _, error = openai_error(said, problem.status)
        yield event({"type": "speech.audio.error", "error": error})
        return
    yield done_event(characters)


def _headers(ordered: Ordered, wanted: SpeechRequest) -> dict[str, str]:
    take = ordered.take
    aspects = {name: getattr(take.aspects, name).status for name in type(take.aspects).model_fields}
    headers = {
        "Cache-Control": "no-store",
        "X-Accel-Buffering": "no",
        "X-Content-Type-Options": "nosniff",
        "X-Studio-Take": take.id,
        "X-Studio-Comparison": take.comparison,
        "X-Studio-Engine": take.engine,
        "X-Studio-Voice": take.preset,
        "X-Studio-Language": ordered.language,
        "X-Studio-Aspects": ", ".join(f"{name}={status}" for name, status in aspects.items()),
    }
    if wanted.response_format == "pcm":
        headers["X-Sample-Rate"] = str(PCM_RATE)
    return headers
