"""Signing in and out over HTTP by name and password; the page's form does the same without JSON."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from studio.accounts.cookie import COOKIE, cookie
from studio.accounts.principal import Role
from studio.accounts.views import UserView
from studio.api.dependencies import StudioDep
from studio.problems import Conflict

router = APIRouter(tags=["accounts"])


async def accounts_on(studio: StudioDep) -> None:
    """Refuse where nobody has an account.

    Raises:
        Conflict: ``accounts_off``.
    """
    if not studio.accounts.on:
        raise Conflict("accounts_off")


AccountsOn = Depends(accounts_on)


class SignInJson(BaseModel):
    """Name and password."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, Field(max_length=200)]
    password: Annotated[str, Field(max_length=1000)]


class PersonJson(BaseModel):
    """Who signed in."""

    id: str
    name: str
    roles: list[Role]

    @classmethod
    def of(cls, view: UserView) -> "PersonJson":
        """An account, told to its person."""
        return cls(id=view.id, name=view.name, roles=list(view.roles))


@router.post("/api/login", dependencies=[AccountsOn])
def sign_in(
    body: SignInJson, request: Request, response: Response, studio: StudioDep
) -> PersonJson:
    """Sign a browser in: sets the cookie ``studio_session``. Programs show an API key instead."""
    address = request.client.host if request.client else ""
    begun = studio.accounts.sign_in(body.name, body.password, address)
    secure = request.url.scheme == "https"
    response.set_cookie(**cookie(studio.settings, begun.token, begun.seconds, secure=secure))
    response.headers["Cache-Control"] = "no-store"
    return PersonJson.of(begun.user)


@router.post("/api/logout", status_code=204, dependencies=[AccountsOn])
def sign_out(request: Request, response: Response, studio: StudioDep) -> None:
    """End this browser's session."""
    token = request.cookies.get(COOKIE)
    if token:
        studio.accounts.sign_out(token)
    response.delete_cookie(COOKIE, path="/")
