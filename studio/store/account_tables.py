"""The tables of accounts: who may come in, by which door, and what their keys may do."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from studio.store.base import Base, now


class User(Base):
    """A person with an account; the id is the owner of what is theirs.

    The first one's is ``local``: what was made before anybody had an account stays theirs.
    """

    __tablename__ = "users"
    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str] = mapped_column(String(64), unique=True)
    """What they sign in with; compared without regard to case, kept in lower case."""
    password_hash: Mapped[str | None] = mapped_column(String(200))
    """Argon2id; None for somebody who signs in elsewhere."""
    roles: Mapped[list[Any]]
    """Of rater, creator, study_owner, admin."""
    limits: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Where they differ from the settings' quotas."""
    created_at: Mapped[datetime] = mapped_column(default=now)
    disabled_at: Mapped[datetime | None]


class Identity(Base):
    """An account elsewhere that signs a person in."""

    __tablename__ = "identities"
    provider: Mapped[str] = mapped_column(String(32), primary_key=True)
    subject: Mapped[str] = mapped_column(String(64), primary_key=True)
    """A keyed digest of the account's number there."""
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(default=now)


class LoginSession(Base):
    """A browser that is signed in."""

    __tablename__ = "login_sessions"
    token_sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    """The cookie itself is kept nowhere."""
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime] = mapped_column(index=True)


class ApiKey(Base):
    """A key that a program shows. Only its hash is kept."""

    __tablename__ = "api_keys"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id"), index=True)
    name: Mapped[str] = mapped_column(String(80))
    beginning: Mapped[str] = mapped_column(String(16))
    """Its first characters, by which a person knows it again."""
    secret_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    scopes: Mapped[list[Any]]
    """What it may do, never more than its person may."""
    created_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]
    """To the minute."""
