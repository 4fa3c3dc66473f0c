"""Signing in with Hugging Face, so that one account is one rater; for studies on a Space.

OpenID Connect, authorization code with PKCE (RFC 7636). All that is kept of a person is a keyed
digest of the account's number: no name, no address, no token.
"""

import base64
import hashlib
import hmac
import re
import secrets
from collections.abc import Awaitable
from typing import Annotated, Any

import httpx
from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import RedirectResponse
from itsdangerous import BadSignature

from studio.api.dependencies import StudioDep
from studio.problems import NotAllowed, NotFound, Unavailable
from studio.settings import Settings
from studio.studies.rating.signed_in import COOKIE, SECONDS, key_of, serializer

router = APIRouter(tags=["studies"], include_in_schema=False)

_WAY, _WAY_SECONDS = "sign_in", 600
_WITHIN = re.compile(r"/r/[A-Za-z0-9_-]{8,64}(?:\?lang=[a-z]{2})?")
_PATIENCE_SECONDS = 10.0


async def person(request: Request, studio: StudioDep) -> str | None:
    """A rater's key, made of who signed in here; ``None`` for nobody, or where nobody needs to.

    It has the form of the random keys in other raters' cookies (`studio.listening.raters`).
    """
    return key_of(studio.settings, request.cookies.get(COOKIE))


Person = Annotated[str | None, Depends(person)]


@router.get("/login/huggingface")
async def begin(
    request: Request, studio: StudioDep, to: Annotated[str, Query(max_length=200)] = ""
) -> RedirectResponse:
    """Send the browser to the provider; it comes back to the rater's page ``to``."""
    settings = _wanted(studio.settings)
    if not _WITHIN.fullmatch(to):
        raise NotFound("unknown_invite")
    verifier = secrets.token_urlsafe(48)
    async with _client(settings, _callback(request, settings)) as client:
        provider = await _provider(settings, client)
        address, state = client.create_authorization_url(
            provider["authorization_endpoint"], code_verifier=verifier
        )
    answer = RedirectResponse(address, 303)
    way = serializer(settings, _WAY).dumps({"state": state, "verifier": verifier, "to": to})
    _keep(answer, request, _WAY, way, _WAY_SECONDS)
    return answer


@router.get("/login/callback")
async def finish(
    request: Request,
    studio: StudioDep,
    code: Annotated[str, Query(max_length=2000)] = "",
    state: Annotated[str, Query(max_length=200)] = "",
) -> RedirectResponse:
    """Take the code the provider gave, ask whose it is, and remember a digest of the answer."""
    settings = _wanted(studio.settings)
    try:
        way = serializer(settings, _WAY).loads(request.cookies.get(_WAY, ""), max_age=_WAY_SECONDS)
    except BadSignature as problem:
        raise NotAllowed("sign_in_expired") from problem
    if not code or not hmac.compare_digest(way["state"], state):
        raise NotAllowed("sign_in_refused")
    subject = await _subject(settings, code, way["verifier"], _callback(request, settings))
    secret = settings.oauth_client_secret.encode()
    digest = hmac.new(secret, subject.encode(), hashlib.sha256).digest()
    key = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    root = request.scope.get("root_path", "")
    answer = RedirectResponse(f"{root}{way['to']}", 303)
    known = serializer(settings, COOKIE).dumps(key)
    _keep(answer, request, COOKIE, known, SECONDS)
    answer.delete_cookie(_WAY)
    return answer


def _wanted(settings: Settings) -> Settings:
    if not settings.raters_sign_in:
        raise NotFound("sign_in_off")
    if not (settings.oauth_client_id and settings.oauth_client_secret):
        raise Unavailable("sign_in_not_set_up")
    return settings


def _keep(answer: RedirectResponse, request: Request, name: str, value: str, seconds: int) -> None:
    """Set a cookie that also lives in the frame in which a Space is shown."""
    secure = request.url.scheme == "https"
    answer.set_cookie(
        name,
        value,
        max_age=seconds,
        httponly=True,
        secure=secure,
        samesite="none" if secure else "lax",
    )
    answer.headers["Cache-Control"] = "no-store"


def _callback(request: Request, settings: Settings) -> str:
    """The address the provider is to send people back to, as the outside knows it."""
    base = settings.public_url.rstrip("/") or str(request.base_url).rstrip("/")
    return f"{base}/login/callback"


def _client(settings: Settings, callback: str) -> Any:
    from authlib.integrations.httpx_client import AsyncOAuth2Client

    return AsyncOAuth2Client(
        settings.oauth_client_id,
        settings.oauth_client_secret,
        scope="openid",
        redirect_uri=callback,
        code_challenge_method="S256",
        timeout=_PATIENCE_SECONDS,
    )


async def _provider(settings: Settings, client: Any) -> dict[str, Any]:
    """The provider's own description of its endpoints (OpenID Connect Discovery 1.0)."""
    address = settings.openid_provider_url.rstrip("/") + "/.well-known/openid-configuration"
    return await _asked(client.request("GET", address, withhold_token=True))


async def _subject(settings: Settings, code: str, verifier: str, callback: str) -> str:
    """The account's number at the provider."""
    from authlib.integrations.base_client import OAuthError

    async with _client(settings, callback) as client:
        provider = await _provider(settings, client)
        try:
            token = await client.fetch_token(
                provider["token_endpoint"], code=code, code_verifier=verifier
            )
        except OAuthError as problem:
            raise NotAllowed("sign_in_refused") from problem
        except (httpx.HTTPError, ValueError) as problem:
            raise Unavailable("sign_in_unreachable") from problem
        if "access_token" not in token:
            raise NotAllowed("sign_in_refused")
        about = await _asked(client.get(provider["userinfo_endpoint"]))
    subject = about.get("sub")
    if not isinstance(subject, str) or not subject:
        raise NotAllowed("sign_in_refused")
    return subject


async def _asked(request: Awaitable[httpx.Response]) -> dict[str, Any]:
    try:
        answer = await request
        answer.raise_for_status()
        found = answer.json()
    except (httpx.HTTPError, ValueError) as problem:
        raise Unavailable("sign_in_unreachable") from problem
    if not isinstance(found, dict):
        raise Unavailable("sign_in_unreachable")
    return found
