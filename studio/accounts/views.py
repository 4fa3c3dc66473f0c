"""What is told of accounts and keys; never a digest, never a secret but once."""

from datetime import datetime
from typing import Any, Self

from pydantic import BaseModel, ConfigDict

from studio.accounts.principal import Role
from studio.store.account_tables import ApiKey, User


class _View(BaseModel):
    model_config = ConfigDict(frozen=True)


class UserView(_View):
    """An account."""

    id: str
    """The owner of what is theirs."""
    name: str
    roles: tuple[Role, ...]
    has_password: bool
    created_at: datetime
    disabled_at: datetime | None
    limits: dict[str, Any]
    """Where they differ from the settings' (`studio.accounts.limits`)."""

    @classmethod
    def of(cls, row: User) -> Self:
        """A row, told."""
        return cls(
            id=row.id,
            name=row.name,
            roles=roles_of(row.roles),
            has_password=row.password_hash is not None,
            created_at=row.created_at,
            disabled_at=row.disabled_at,
            limits=dict(row.limits),
        )


class KeyView(_View):
    """An API key, without its secret."""

    id: str
    name: str
    beginning: str
    """Its first characters, by which a person knows it again."""
    scopes: tuple[Role, ...]
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    last_used_at: datetime | None
    """To the minute."""

    @classmethod
    def of(cls, row: ApiKey) -> Self:
        """A row, told."""
        return cls(
            id=row.id,
            name=row.name,
            beginning=row.beginning,
            scopes=roles_of(row.scopes),
            created_at=row.created_at,
            expires_at=row.expires_at,
            revoked_at=row.revoked_at,
            last_used_at=row.last_used_at,
        )


class NewKeyView(KeyView):
    """An API key that was just made."""

    key: str
    """The secret; told once, now."""


def roles_of(kept: list[str]) -> tuple[Role, ...]:
    """Roles as they are kept, in their own order; what a later version called a role is none."""
    known = set(kept)
    return tuple(role for role in Role if role.value in known)
