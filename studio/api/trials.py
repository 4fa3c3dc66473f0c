"""Blind trials over HTTP: issue, stream the clips, vote. Addresses hold random tokens only."""

import functools
from typing import Annotated

from fastapi import APIRouter, Cookie, Depends, Request, Response
from pydantic import BaseModel, ConfigDict
from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection

from studio.accounts.principal import LOCAL
from studio.api.delivery import StimulusResponse
from studio.api.dependencies import StudioDep, Who, bare_language
from studio.api.dependencies import studio as studio_of
from studio.listening.raters import new_key, rater_id
from studio.listening.views import Choice, IssuedTrial, Reveal

router = APIRouter(tags=["trials"])

_COOKIE = "rater"
_COOKIE_SECONDS = 365 * 24 * 3600


class TrialOrder(BaseModel):
    """What trial is wanted."""

    model_config = ConfigDict(extra="forbid")

    protocol: str = "ab"
    """``ab``: two takes, the answer is a, b or tie."""
    comparison: str | None = None
    """Draw from this comparison; by default from all past ones."""
    language: str | None = None
    """Draw only texts in this language."""


class VoteOrder(BaseModel):
    """The answer to a trial."""

    model_config = ConfigDict(extra="forbid")

    choice: Choice


async def rater_key(
    connection: HTTPConnection, who: Who, key: Annotated[str | None, Cookie(alias=_COOKIE)] = None
) -> str | None:
    """What a rater is known by: their account, where there are accounts; else the cookie."""
    if who is LOCAL:
        return key
    return (await studio_of(connection)).accounts.rater_key(who.id)


RaterKey = Annotated[str | None, Depends(rater_key)]


async def rater(key: RaterKey) -> str | None:
    """Id of the rater; ``None`` without a cookie, nobody's id for a malformed one."""
    return None if key is None else rater_id(key) or "nobody"


Rater = Annotated[str | None, Depends(rater)]


@router.post("/api/trials", status_code=201)
async def issue_trial(  # noqa: PLR0913, PLR0917 (what FastAPI hands in)
    order: TrialOrder,
    request: Request,
    response: Response,
    studio: StudioDep,
    who: Who,
    key: RaterKey,
) -> IssuedTrial:
    """Draw two takes and serve them blind. Sets the cookie ``rater`` where there is none."""
    known = rater_id(key)
    if known is None:
        key = new_key()
        known = rater_id(key)
    trial = await run_in_threadpool(
        studio.trials.issue,
        known,
        order.protocol,
        order.comparison,
        language=bare_language(order.language),
        owner=who.id,
        address=request.client.host if request.client else None,
    )
    if who is LOCAL:
        response.set_cookie(
            _COOKIE,
            key or "",
            max_age=_COOKIE_SECONDS,
            httponly=True,
            samesite="lax",
            secure=request.url.scheme == "https",
        )
    response.headers["Cache-Control"] = "no-store"
    return trial


@router.get(
    "/api/stimuli/{token}",
    status_code=200,
    response_class=StimulusResponse,
    responses={200: {"content": {"audio/wav": {}}, "description": "The clip, always whole."}},
)
async def stimulus(token: str, studio: StudioDep, rater: Rater) -> StimulusResponse:
    """One clip of a trial. Once its last byte has left, the clip counts as sent."""
    clip = studio.trials.held(token, rater)
    if clip is None:
        clip = await run_in_threadpool(studio.trials.stimulus, token, rater)
    return StimulusResponse(clip.data, functools.partial(studio.trials.mark_sent, clip))


@router.post("/api/trials/{token}/vote")
async def vote(
    token: str, order: VoteOrder, response: Response, studio: StudioDep, rater: Rater
) -> Reveal:
    """Vote once, after hearing both clips; then learn what they were."""
    response.headers["Cache-Control"] = "no-store"
    return await studio.trials.vote(rater, token, order.choice)
