"""Asking a provider of accounts whose browser this is: OpenID Connect, by code and PKCE.

PKCE is RFC 7636. The way there and back is kept in a signed cookie for ten minutes; of the answer
nothing is kept here.
"""

import functools
import hmac
import importlib
import importlib.util
import secrets
from collections.abc import Awaitable, Mapping
from typing import Any

from fastapi import Request
from fastapi.responses import RedirectResponse
from itsdangerous import BadSignature

from studio.problems import NotAllowed, Unavailable
from studio.settings import Settings
from studio.studies.rating.signed_in import serializer

_WAY, _WAY_SECONDS = "sign_in", 600
_PATIENCE_SECONDS = 10.0


def set_up(settings: Settings) -> bool:
    """Whether there is a provider that knows this studio."""
    return bool(settings.oauth_client_id and settings.oauth_client_secret)


async def away(
    request: Request, settings: Settings, way: Mapping[str, str], scope: str
) -> RedirectResponse:
    """Send the browser to the provider.

    Args:
        request: the browser's.
        settings: which provider.
        way: what to remember until it comes back.
        scope: what to ask of the person's account.

    Raises:
        Unavailable: ``sign_in_not_set_up``, ``sign_in_unreachable``.
    """
    if not set_up(settings):
        raise Unavailable("sign_in_not_set_up")
    verifier = secrets.token_urlsafe(48)
    async with _client(settings, _callback(request, settings), scope) as client:
        provider = await _provider(settings, client)
        address, state = client.create_authorization_url(
            provider["authorization_endpoint"], code_verifier=verifier
        )
    answer = RedirectResponse(address, 303)
    kept = serializer(settings, _WAY).dumps({**way, "state": state, "verifier": verifier})
    keep(answer, request, _WAY, kept, _WAY_SECONDS)
    return answer


def way_of(request: Request, settings: Settings) -> dict[str, str]:
    """What was remembered when this browser was sent away.

    Raises:
        NotAllowed: ``sign_in_expired``.
    """
    kept = request.cookies.get(_WAY, "")
    try:
        return dict(serializer(settings, _WAY).loads(kept, max_age=_WAY_SECONDS))
    except BadSignature as problem:
        raise NotAllowed("sign_in_expired") from problem


async def back(
    request: Request, settings: Settings, way: Mapping[str, str], code: str, state: str
) -> dict[str, Any]:
    """Take the code the provider gave and ask whose it is.

    Returns:
        What the provider tells of the account; ``sub`` is its number, a text that is not empty.

    Raises:
        NotAllowed: ``sign_in_refused``.
        Unavailable: ``sign_in_unreachable``.
    """
    if not code or not hmac.compare_digest(way["state"].encode(), state.encode()):
        raise NotAllowed("sign_in_refused")
    return await _about(settings, code, way["verifier"], _callback(request, settings))


def forget_way(answer: RedirectResponse) -> None:
    """The way is over."""
    answer.delete_cookie(_WAY)


def keep(answer: RedirectResponse, request: Request, name: str, value: str, seconds: int) -> None:
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


def _client(settings: Settings, callback: str, scope: str) -> Any:
    from authlib.integrations.httpx_client import AsyncOAuth2Client

    return AsyncOAuth2Client(
        settings.oauth_client_id,
        settings.oauth_client_secret,
        scope=scope,
        redirect_uri=callback,
        code_challenge_method="S256",
        timeout=_PATIENCE_SECONDS,
    )


async def _provider(settings: Settings, client: Any) -> dict[str, Any]:
    """The provider's own description of its endpoints (OpenID Connect Discovery 1.0)."""
    address = settings.openid_provider_url.rstrip("/") + "/.well-known/openid-configuration"
    return await _asked(client.request("GET", address, withhold_token=True))


async def _about(settings: Settings, code: str, verifier: str, callback: str) -> dict[str, Any]:
    from authlib.integrations.base_client import OAuthError

    async with _client(settings, callback, "openid") as client:
        provider = await _provider(settings, client)
        try:
            token = await client.fetch_token(
                provider["token_endpoint"], code=code, code_verifier=verifier
            )
        except OAuthError as problem:
            raise NotAllowed("sign_in_refused") from problem
        except _failures() as problem:
            raise Unavailable("sign_in_unreachable") from problem
        if "access_token" not in token:
            raise NotAllowed("sign_in_refused")
        about = await _asked(client.get(provider["userinfo_endpoint"]))
    subject = about.get("sub")
    if not isinstance(subject, str) or not subject:
        raise NotAllowed("sign_in_refused")
    return about


@functools.cache
def _failures() -> tuple[type[Exception], ...]:
    """What the client raises: authlib takes httpx2 where that is installed, otherwise httpx.

    ValueError: an answer that is no JSON.
    """
    there = [name for name in ("httpx", "httpx2") if importlib.util.find_spec(name)]
    return (ValueError, *(importlib.import_module(name).HTTPError for name in there))


async def _asked(request: Awaitable[Any]) -> dict[str, Any]:
    try:
        answer = await request
        answer.raise_for_status()
        found = answer.json()
    except _failures() as problem:
        raise Unavailable("sign_in_unreachable") from problem
    if not isinstance(found, dict):
        raise Unavailable("sign_in_unreachable")
    return found
