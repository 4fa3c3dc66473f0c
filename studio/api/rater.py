"""A rater's routes: join, check headphones, get screens, stream clips, answer."""

import functools
from typing import Annotated, Any

from fastapi import APIRouter, Cookie, Depends, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool

from studio.api.delivery import StimulusResponse
from studio.api.dependencies import StudioDep
from studio.api.sign_in import Person
from studio.listening.raters import is_token, new_key
from studio.studies.rating.rater_views import HeadphoneTests, RaterView, Reply, TrialsView
from studio.studies.rating.seats import COOKIE

router = APIRouter(prefix="/api/rater", tags=["rater"])

_COOKIE_SECONDS = 365 * 24 * 3600


async def known(
    studio: StudioDep, person: Person, key: Annotated[str | None, Cookie(alias=COOKIE)] = None
) -> str | None:
    """Key of a rater: of who signed in, where the studio asks for that; else their cookie's."""
    return person if studio.settings.raters_sign_in else key


Key = Annotated[str | None, Depends(known)]


class Beginning(BaseModel):
    """Somebody joins."""

    model_config = ConfigDict(extra="forbid")

    locale: Annotated[str, Field(max_length=16)] = "en"


class HeadphoneAnswers(BaseModel):
    """The odd intervals, or that the check is skipped."""

    model_config = ConfigDict(extra="forbid")

    answers: Annotated[list[int], Field(max_length=20)] | None = None
    skip: bool = False


class AnswerOrder(BaseModel):
    """The answer to a screen: ``choice``, ``score`` or ``scores``, and perhaps ``unusable``."""

    model_config = ConfigDict(extra="forbid")

    answer: dict[str, Any]


@router.get("/clips/{token}", status_code=200, response_class=StimulusResponse)
async def clip(token: str, studio: StudioDep, key: Key) -> StimulusResponse:
    """One clip of a screen. Once its last byte has left, the clip counts as sent."""
    found = studio.rating.held(token, key)
    if found is None:
        found = await run_in_threadpool(studio.rating.clip, token, key)
    return StimulusResponse(found.data, functools.partial(studio.rating.mark_sent, found))


@router.get("/{invite}")
def view(invite: str, response: Response, studio: StudioDep, key: Key) -> RaterView:
    """Where somebody stands. Changes nothing: link previews ask, too."""
    _private(response)
    return studio.rating.view(invite, key)


@router.post("/{invite}/begin")
def begin(  # noqa: PLR0913, PLR0917 (what FastAPI hands in)
    invite: str,
    order: Beginning,
    request: Request,
    response: Response,
    studio: StudioDep,
    key: Key,
) -> RaterView:
    """Take part. Sets the cookie ``study_rater`` where there is none."""
    _private(response)
    if studio.settings.raters_sign_in:
        return studio.rating.begin(invite, key, order.locale, _address(request))
    if key is None or not is_token(key):
        key = new_key()
    found = studio.rating.begin(invite, key, order.locale, _address(request))
    response.set_cookie(
        COOKIE,
        key,
        max_age=_COOKIE_SECONDS,
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
    )
    return found


@router.get("/{invite}/headphones")
def headphones(invite: str, response: Response, studio: StudioDep, key: Key) -> HeadphoneTests:
    """The headphone check: six clips, in each of which one of three intervals is odd."""
    _private(response)
    return studio.rating.headphones(invite, key)


@router.get("/{invite}/headphones/{attempt}/{number}", response_class=Response)
def headphone_clip(invite: str, attempt: int, number: int, studio: StudioDep, key: Key) -> Response:
    """One of them: a stereo WAV."""
    sound = studio.rating.headphone_clip(invite, key, attempt, number)
    response = Response(sound, media_type="audio/wav")
    _private(response)
    return response


@router.post("/{invite}/headphones")
def check_headphones(
    invite: str,
    order: HeadphoneAnswers,
    response: Response,
    studio: StudioDep,
    key: Key,
) -> RaterView:
    """Answer the headphone check, or skip it where the study allows."""
    _private(response)
    answers = None if order.skip else order.answers or []
    return studio.rating.check_headphones(invite, key, answers)


@router.get("/{invite}/trials")
def trials(
    invite: str, request: Request, response: Response, studio: StudioDep, key: Key
) -> TrialsView:
    """The next screens, at most two; the same until they are answered."""
    _private(response)
    return studio.rating.trials(invite, key, _address(request))


@router.post("/{invite}/trials/{token}/answer")
async def answer(  # noqa: PLR0913, PLR0917 (what FastAPI hands in)
    invite: str,
    token: str,
    order: AnswerOrder,
    request: Request,
    response: Response,
    studio: StudioDep,
    key: Key,
) -> Reply:
    """Answer a screen once, after hearing all of it."""
    _private(response)
    return await studio.rating.answer(invite, key, token, order.answer, _address(request))


def _address(request: Request) -> str | None:
    return request.client.host if request.client else None


def _private(response: Response) -> None:
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex"
