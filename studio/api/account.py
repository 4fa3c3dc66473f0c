"""One's own account over HTTP: who one is here, one's password, sessions and API keys."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Request, Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from studio.accounts.cookie import COOKIE
from studio.accounts.principal import Role
from studio.accounts.views import KeyView, NewKeyView
from studio.api.dependencies import StudioDep, Who
from studio.api.login import AccountsOn
from studio.problems import BadInput

router = APIRouter(tags=["accounts"])


class AccountJson(BaseModel):
    """Who one is here."""

    on: bool
    """Whether the studio asks who one is; otherwise everybody is ``local``."""
    id: str
    """The owner of what one makes; ``user_id`` of the cloning service's contract."""
    name: str
    roles: list[Role]
    may: list[Role]
    """The roles with those they include, narrowed by the key that was shown."""
    has_password: bool
    huggingface: bool
    """Whether one can sign in with Hugging Face."""
    sessions: int
    """Browsers that are signed in."""
    created_at: datetime | None


class NewPasswordJson(BaseModel):
    """A password in place of another."""

    model_config = ConfigDict(extra="forbid")

    old: Annotated[str, Field(max_length=1000)] = ""
    """The present one; empty where there is none."""
    new: Annotated[str, Field(max_length=1000)]


class NewKeyJson(BaseModel):
    """The key that is wanted."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, Field(max_length=200)]
    """What it is for."""
    scopes: Annotated[list[Role], Field(max_length=8)]
    """What it may do, of what one may do oneself."""
    expires_at: AwareDatetime | None = None
    """When it ends by itself; null: when it is revoked."""


class KeysJson(BaseModel):
    """All keys, the newest first; those revoked, too."""

    keys: list[KeyView]


@router.get("/api/account")
def read_account(studio: StudioDep, who: Who) -> AccountJson:
    """Who one is here."""
    may = [role for role in Role if who.may(role)]
    if not studio.accounts.on:
        return AccountJson(
            on=False,
            id=who.id,
            name=who.name,
            roles=may,
            may=may,
            has_password=False,
            huggingface=False,
            sessions=0,
            created_at=None,
        )
    user = studio.accounts.get(who.id)
    return AccountJson(
        on=True,
        id=user.id,
        name=user.name,
        roles=list(user.roles),
        may=may,
        has_password=user.has_password,
        huggingface=studio.accounts.identities.linked(who.id),
        sessions=studio.accounts.sessions(who.id),
        created_at=user.created_at,
    )


@router.post("/api/account/password", status_code=204, dependencies=[AccountsOn])
def change_password(body: NewPasswordJson, request: Request, studio: StudioDep, who: Who) -> None:
    """Set one's own password; every other browser is signed out."""
    address = request.client.host if request.client else ""
    token = request.cookies.get(COOKIE)
    studio.accounts.change_password(who.id, body.old, body.new, but=token, address=address)


@router.delete("/api/account/sessions", status_code=204, dependencies=[AccountsOn])
def sign_out_everywhere(
    request: Request, response: Response, studio: StudioDep, who: Who, others: bool = False
) -> None:
    """Sign out every browser; with ``others``, every one but this. Keys go on."""
    token = request.cookies.get(COOKIE) if others else None
    studio.accounts.sign_out_everywhere(who.id, token)
    if not others:
        response.delete_cookie(COOKIE, path="/")


@router.delete("/api/account", status_code=204, dependencies=[AccountsOn])
def forget_account(response: Response, studio: StudioDep, who: Who, confirm: str) -> None:
    """Remove one's account and everything of it for good; ``confirm`` is the account's name."""
    if confirm.strip().lower() != studio.accounts.get(who.id).name:
        raise BadInput("confirm_name")
    studio.forgetting.forget(who.id)
    response.delete_cookie(COOKIE, path="/")


@router.delete("/api/account/huggingface", status_code=204, dependencies=[AccountsOn])
def unlink_huggingface(studio: StudioDep, who: Who) -> None:
    """Sign in with Hugging Face no more; needs a password."""
    studio.accounts.identities.unlink(who.id)


@router.get("/api/account/keys", dependencies=[AccountsOn])
def list_keys(studio: StudioDep, who: Who) -> KeysJson:
    """One's API keys, without their secrets."""
    return KeysJson(keys=list(studio.accounts.keys(who.id)))


@router.post("/api/account/keys", status_code=201, dependencies=[AccountsOn])
def make_key(body: NewKeyJson, response: Response, studio: StudioDep, who: Who) -> NewKeyView:
    """Make an API key. Its secret is in this answer alone: only a digest of it is kept."""
    response.headers["Cache-Control"] = "no-store"
    return studio.accounts.add_key(who, body.name, body.scopes, body.expires_at)


@router.delete("/api/account/keys/{key_id}", status_code=204, dependencies=[AccountsOn])
def revoke_key(key_id: str, studio: StudioDep, who: Who) -> None:
    """End a key at once, for good."""
    studio.accounts.revoke_key(who.id, key_id)
