"""Accounts elsewhere that sign people in: known by a keyed digest of their number there."""

from collections.abc import Callable, Iterator

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from studio.accounts import users
from studio.accounts.principal import Role
from studio.accounts.tokens import SecretKey
from studio.problems import BadInput, Conflict, NotAllowed
from studio.settings import Settings
from studio.store.account_tables import Identity
from studio.store.database import Database

_NAME = 56
"""Of 64 characters, so that a number finds room behind it."""


class Identities:
    """Who is who elsewhere.

    Args:
        settings: whether strangers may make themselves an account.
        database: where digests are kept.
        secret: what keys them.
        change: how accounts are written.
    """

    def __init__(
        self,
        settings: Settings,
        database: Database,
        secret: SecretKey,
        change: Callable[[Callable[[Session], str]], str],
    ) -> None:
        self._open = settings.auth_sign_up
        self._database = database
        self._secret = secret
        self._change = change

    def user_of(self, provider: str, number: str, name: str) -> str:
        """The account here of an account there; made, where sign-up is open.

        Args:
            provider: which.
            number: of the account there.
            name: there; the account here gets it, with a number behind where it is taken.

        Returns:
            The account's id.

        Raises:
            NotAllowed: ``sign_up_closed``.
        """
        subject = self._subject(provider, number)

        def find(session: Session) -> str:
            row = session.get(Identity, (provider, subject))
            if row is not None:
                return row.user_id
            if self._open != provider:
                raise NotAllowed("sign_up_closed")
            # Nobody who lets themselves in becomes "local": that is who was here before.
            user = users.add(session, _free(session, name), None, [Role.CREATOR], first=False)
            session.add(Identity(provider=provider, subject=subject, user_id=user.id))
            return user.id

        with self._database.read() as session:
            row = session.get(Identity, (provider, subject))
        return row.user_id if row is not None else self._change(find)

    def link(self, user_id: str, provider: str, number: str) -> None:
        """Tie an account there to one here. Raises Conflict: ``identity_taken``."""
        subject = self._subject(provider, number)

        def tie(session: Session) -> str:
            row = session.get(Identity, (provider, subject))
            if row is not None and row.user_id != user_id:
                raise Conflict("identity_taken")
            if row is None:
                session.add(Identity(provider=provider, subject=subject, user_id=user_id))
            return user_id

        self._change(tie)

    def unlink(self, user_id: str) -> None:
        """Sign in by no account elsewhere any more. Raises Conflict: ``password_first``."""

        def untie(session: Session) -> str:
            if users.of(session, user_id).password_hash is None:
                raise Conflict("password_first")
            session.execute(delete(Identity).where(Identity.user_id == user_id))
            return user_id

        self._change(untie)

    def linked(self, user_id: str) -> bool:
        """Whether an account elsewhere signs somebody in."""
        query = select(Identity.subject).where(Identity.user_id == user_id)
        with self._database.read() as session:
            return session.execute(query).first() is not None

    def _subject(self, provider: str, number: str) -> str:
        return self._secret.keyed(f"identity-{provider}", number).hex()


def _free(session: Session, name: str) -> str:
    """A name that nobody has."""
    return next(one for one in _names(name) if users.by_name(session, one) is None)


def _names(name: str) -> Iterator[str]:
    try:
        plain = users.plain_name(name[:_NAME])
    except BadInput:
        plain = "creator"
    yield plain
    for number in range(2, 1_000_000):
        yield f"{plain}-{number}"
