"""Signing in with Hugging Face: so that one account is one rater, and where accounts are on.

Of a rater all that is kept is a keyed digest of the account's number; of somebody with an account
here that, and the name they have there.
"""

import base64
import hashlib
import hmac
import re
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool

from studio.accounts.cookie import cookie
from studio.accounts.landing import landing
from studio.accounts.principal import NOBODY
from studio.api import openid
from studio.api.dependencies import Language, StudioDep, Who
from studio.problems import NotAllowed, NotFound, Problem
from studio.studies.rating.signed_in import COOKIE, SECONDS, key_of, serializer
from studio.wiring import Studio

router = APIRouter(tags=["studies"], include_in_schema=False)

_INVITATION = re.compile(r"/r/[A-Za-z0-9_-]{8,64}(?:\?lang=[a-z]{2})?")
_PROVIDER = "huggingface"


async def person(request: Request, studio: StudioDep) -> str | None:
    """A rater's key, made of who signed in here; ``None`` for nobody, or where nobody needs to.

    It has the form of the random keys in other raters' cookies (`studio.listening.raters`).
    """
    return key_of(studio.settings, request.cookies.get(COOKIE))


Person = Annotated[str | None, Depends(person)]


@router.get("/login/huggingface")
async def begin(  # noqa: PLR0913, PLR0917 (what FastAPI hands in)
    request: Request,
    studio: StudioDep,
    who: Who,
    language: Language,
    to: Annotated[str, Query(max_length=200)] = "",
    link: bool = False,
) -> RedirectResponse:
    """Send the browser to the provider; it comes back to the page ``to``.

    That is a rater's page, or, where accounts are on, one of the studio's. With ``link`` the
    account there is tied to the one that is signed in here.
    """
    settings = studio.settings
    if _INVITATION.fullmatch(to):
        if not settings.raters_sign_in:
            raise NotFound("sign_in_off")
        return await openid.away(request, settings, {"to": to}, "openid")
    if settings.auth == "off":
        raise NotFound("unknown_invite" if settings.raters_sign_in else "sign_in_off")
    way = {"to": landing(to, language), "account": "sign_in"}
    if link:
        if who is NOBODY or who.key_id is not None:
            raise NotAllowed("sign_in_expired")
        way |= {"account": "link", "user": who.id}
    try:
        return await openid.away(request, settings, way, "openid profile")
    except Problem as problem:
        return _told(request, problem, language, link=link)


@router.get("/login/callback")
async def finish(  # noqa: PLR0913, PLR0917 (what FastAPI hands in)
    request: Request,
    studio: StudioDep,
    who: Who,
    language: Language,
    code: Annotated[str, Query(max_length=2000)] = "",
    state: Annotated[str, Query(max_length=200)] = "",
) -> RedirectResponse:
    """Take the code the provider gave, ask whose it is, and let them in."""
    settings = studio.settings
    way = openid.way_of(request, settings)
    if "account" not in way:
        about = await openid.back(request, settings, way, code, state)
        return _rater(request, studio, way["to"], str(about["sub"]))
    try:
        about = await openid.back(request, settings, way, code, state)
        if way["account"] == "link":
            if who.id != way["user"]:
                raise NotAllowed("sign_in_expired")
            await run_in_threadpool(
                studio.accounts.identities.link, who.id, _PROVIDER, str(about["sub"])
            )
            answer = _to(request, way["to"])
        else:
            answer = await _let_in(request, studio, way["to"], about)
    except Problem as problem:
        answer = _told(request, problem, language, link=way["account"] == "link")
    openid.forget_way(answer)
    return answer


async def _let_in(
    request: Request, studio: Studio, to: str, about: dict[str, Any]
) -> RedirectResponse:
    begun = await run_in_threadpool(
        studio.accounts.sign_in_elsewhere,
        _PROVIDER,
        str(about["sub"]),
        str(about.get("preferred_username") or ""),
    )
    answer = _to(request, to)
    secure = request.url.scheme == "https"
    answer.set_cookie(**cookie(studio.settings, begun.token, begun.seconds, secure=secure))
    return answer


def _rater(request: Request, studio: Studio, to: str, subject: str) -> RedirectResponse:
    settings = studio.settings
    if not settings.raters_sign_in:
        raise NotFound("sign_in_off")
    secret = settings.oauth_client_secret.encode()
    digest = hmac.new(secret, subject.encode(), hashlib.sha256).digest()
    key = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    answer = _to(request, to)
    openid.keep(answer, request, COOKIE, serializer(settings, COOKIE).dumps(key), SECONDS)
    openid.forget_way(answer)
    return answer


def _told(request: Request, problem: Problem, language: str, *, link: bool) -> RedirectResponse:
    """A person stands here, not a program: the page says what went wrong."""
    page = "account" if link else "login"
    return _to(request, f"/{language}/{page}?problem={problem.code}")


def _to(request: Request, target: str) -> RedirectResponse:
    answer = RedirectResponse(f"{request.scope.get('root_path', '')}{target}", 303)
    answer.headers["Cache-Control"] = "no-store"
    return answer
