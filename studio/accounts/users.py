"""The rows of accounts: added, looked up, changed; each in the session of its caller."""

import re
import unicodedata
import uuid
from collections.abc import Collection

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from studio.accounts.principal import LOCAL, NOBODY, Role
from studio.accounts.views import roles_of
from studio.problems import BadInput, Conflict, NotFound
from studio.store.account_tables import ApiKey, LoginSession, User
from studio.store.base import now

_NAME = re.compile(r"[\w.@+-]{1,64}")
"""Letters of any script; nothing that a path, an address or a terminal would read as more."""
_TAKEN = (LOCAL.id, NOBODY.id)
"""Ids that mean something; as names they would be mistaken for them."""


def plain_name(name: str) -> str:
    """A name as it is kept and compared: composed, in lower case.

    Raises:
        BadInput: ``user_name``.
    """
    plain = unicodedata.normalize("NFKC", name).strip().lower()
    if not _NAME.fullmatch(plain) or plain in _TAKEN:
        raise BadInput("user_name")
    return plain


def by_name(session: Session, name: str) -> User | None:
    """The account with a name, however it is written; ``None`` without one."""
    try:
        plain = plain_name(name)
    except BadInput:
        return None
    return session.scalars(select(User).where(User.name == plain)).first()


def of(session: Session, user_id: str) -> User:
    """An account.

    Raises:
        NotFound: ``unknown_account``.
    """
    row = session.get(User, user_id) if user_id.isprintable() else None
    if row is None:
        raise NotFound("unknown_account")
    return row


def add(
    session: Session, name: str, password_hash: str | None, roles: Collection[Role], *, first: bool
) -> User:
    """Add an account.

    Args:
        session: a writing one.
        name: what they sign in with.
        password_hash: None for somebody who signs in elsewhere.
        roles: what they are.
        first: give the id ``local`` where nobody has it: what was made before there were accounts
            becomes theirs. Never for somebody who let themselves in.

    Raises:
        BadInput: ``user_name``.
        Conflict: ``user_exists``.
    """
    plain = plain_name(name)
    if session.scalars(select(User.id).where(User.name == plain)).first() is not None:
        raise Conflict("user_exists", name=plain)
    theirs = first and not session.execute(select(func.count()).select_from(User)).scalar_one()
    row = User(
        id=LOCAL.id if theirs else str(uuid.uuid4()),
        name=plain,
        password_hash=password_hash,
        roles=_kept(roles),
        limits={},
        created_at=now(),
    )
    session.add(row)
    session.flush()
    return row


def set_roles(session: Session, row: User, roles: Collection[Role]) -> None:
    """Change what somebody is.

    Raises:
        Conflict: ``last_admin``.
    """
    if Role.ADMIN not in roles:
        _not_the_last_admin(session, row)
    row.roles = _kept(roles)


def disable(session: Session, row: User) -> None:
    """Shut every door of theirs, at once: sessions and keys are ended, not only paused.

    Raises:
        Conflict: ``last_admin``.
    """
    _not_the_last_admin(session, row)
    row.disabled_at = row.disabled_at or now()
    end_sessions(session, row.id)
    mine = update(ApiKey).where(ApiKey.user_id == row.id, ApiKey.revoked_at.is_(None))
    session.execute(mine.values(revoked_at=now()))


def end_sessions(session: Session, user_id: str, but: str | None = None) -> None:
    """Sign out all browsers of somebody, but for the one with a digest."""
    theirs = delete(LoginSession).where(LoginSession.user_id == user_id)
    session.execute(theirs.where(LoginSession.token_sha256 != but) if but else theirs)


def _not_the_last_admin(session: Session, row: User) -> None:
    """Somebody must be able to let others in."""
    if Role.ADMIN not in roles_of(row.roles) or row.disabled_at is not None:
        return
    others = session.scalars(select(User).where(User.id != row.id, User.disabled_at.is_(None)))
    if not any(Role.ADMIN in roles_of(other.roles) for other in others):
        raise Conflict("last_admin", name=row.name)


def _kept(roles: Collection[Role]) -> list[str]:
    return [role.value for role in Role if role in roles]
