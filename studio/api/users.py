"""Accounts over HTTP, for admins: who may come in, and what they may do."""

from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field

from studio.accounts.limits import Limits
from studio.accounts.principal import Role
from studio.accounts.views import UserView
from studio.api.dependencies import StudioDep
from studio.api.login import AccountsOn

router = APIRouter(tags=["accounts"], dependencies=[AccountsOn])

Roles = Annotated[list[Role], Field(min_length=1, max_length=8)]
Password = Annotated[str, Field(max_length=1000)]


class UsersJson(BaseModel):
    """All accounts, in the order of their names."""

    users: list[UserView]


class NewUserJson(BaseModel):
    """The account that is wanted."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, Field(max_length=200)]
    roles: Roles
    password: Password | None = None
    """Null: one is made up, and told once."""


class ChangedUserJson(BaseModel):
    """What is to change; the rest stays."""

    model_config = ConfigDict(extra="forbid")

    roles: Roles | None = None
    disabled: bool | None = None
    """true ends all sessions and keys at once."""
    limits: Limits | None = None
    """In place of all that were set before."""


class ResetJson(BaseModel):
    """The password to set."""

    model_config = ConfigDict(extra="forbid")

    password: Password | None = None
    """Null: one is made up, and told once."""


class PasswordJson(BaseModel):
    """A password that was made up; told once."""

    password: str | None
    """null: it was given."""


class NewUserMadeJson(PasswordJson):
    """A new account."""

    user: UserView


@router.get("/api/users")
def list_users(studio: StudioDep) -> UsersJson:
    """All accounts."""
    return UsersJson(users=studio.accounts.list())


@router.post("/api/users", status_code=201)
def add_user(body: NewUserJson, response: Response, studio: StudioDep) -> NewUserMadeJson:
    """Add an account. A password that is made up stands in this answer alone."""
    response.headers["Cache-Control"] = "no-store"
    user, made = studio.accounts.add(body.name, body.roles, body.password)
    return NewUserMadeJson(user=user, password=made)


@router.get("/api/users/{user_id}")
def read_user(user_id: str, studio: StudioDep) -> UserView:
    """One account."""
    return studio.accounts.get(user_id)


@router.patch("/api/users/{user_id}")
def change_user(user_id: str, body: ChangedUserJson, studio: StudioDep) -> UserView:
    """Change somebody's roles or limits, shut them out, or let them in again. Holds at once."""
    return studio.accounts.change(
        user_id, roles=body.roles, disabled=body.disabled, limits=body.limits
    )


@router.post("/api/users/{user_id}/password")
def reset_password(
    user_id: str, body: ResetJson, response: Response, studio: StudioDep
) -> PasswordJson:
    """Set somebody's password and sign them out everywhere."""
    response.headers["Cache-Control"] = "no-store"
    return PasswordJson(password=studio.accounts.reset_password(user_id, body.password))
