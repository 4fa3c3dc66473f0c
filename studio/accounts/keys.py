"""The rows of API keys: made, listed, revoked; each in the session of its caller."""

import uuid
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from studio.accounts.principal import Principal, Role
from studio.accounts.tokens import digest
from studio.problems import BadInput, Conflict, NotFound
from studio.store.account_tables import ApiKey
from studio.store.base import now

MOST = 100
"""Keys that one account may have in use."""
_BEGINNING = 10
_NAME = 80


def add(  # noqa: PLR0913 (the parts of one row)
    session: Session,
    who: Principal,
    name: str,
    scopes: Collection[Role],
    expires_at: datetime | None,
    *,
    secret: str,
) -> ApiKey:
    """Keep a new key.

    Raises:
        BadInput: ``key_name``, ``key_scopes``, ``key_expired``.
        Conflict: ``too_many_keys``.
    """
    plain = name.strip()
    if not 0 < len(plain) <= _NAME or not plain.isprintable():
        raise BadInput("key_name", most=_NAME)
    if not scopes or not all(who.may(scope) for scope in scopes):
        raise BadInput("key_scopes")
    moment = now()
    if expires_at is not None and expires_at <= moment:
        raise BadInput("key_expired")
    used = select(func.count()).select_from(ApiKey)
    used = used.where(ApiKey.user_id == who.id, ApiKey.revoked_at.is_(None))
    if session.execute(used).scalar_one() >= MOST:
        raise Conflict("too_many_keys", most=MOST)
    row = ApiKey(
        id=str(uuid.uuid4()),
        user_id=who.id,
        name=plain,
        beginning=secret[:_BEGINNING],
        secret_sha256=digest(secret),
        scopes=[role.value for role in Role if role in scopes],
        created_at=moment,
        expires_at=expires_at,
    )
    session.add(row)
    session.flush()
    return row


def listed(session: Session, user_id: str) -> list[ApiKey]:
    """All keys of an account, the newest first."""
    query = select(ApiKey).where(ApiKey.user_id == user_id)
    return list(session.scalars(query.order_by(ApiKey.created_at.desc(), ApiKey.id)))


def revoke(session: Session, user_id: str, key_id: str) -> None:
    """End a key for good. Its row stays, so that one can see it was there.

    Raises:
        NotFound: ``unknown_key``: there is none, or it is somebody else's.
    """
    row = session.get(ApiKey, key_id) if key_id.isprintable() else None
    if row is None or row.user_id != user_id:
        raise NotFound("unknown_key")
    row.revoked_at = row.revoked_at or now()
