"""Accounts: people who may come in, their sessions and their keys."""

import base64
import logging
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from studio.accounts import keys, passwords, users
from studio.accounts.doors import Doors
from studio.accounts.identities import Identities
from studio.accounts.limits import Limits
from studio.accounts.principal import Principal, Role
from studio.accounts.throttle import Throttle
from studio.accounts.tokens import SecretKey, digest, new_key, new_password, new_session
from studio.accounts.views import KeyView, NewKeyView, UserView
from studio.problems import NotAllowed
from studio.settings import Settings
from studio.store.account_tables import LoginSession, User
from studio.store.base import now
from studio.store.database import Database

Result = TypeVar("Result")
FIRST_ADMIN = "admin"
"""Name of the account that STUDIO_ADMIN_PASSWORD makes."""
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class SignedIn:
    """A browser that signed in."""

    token: str
    """Its cookie; kept here only as a digest."""
    seconds: int
    """How long it lasts."""
    user: UserView


class AccountService:
    """Who may come in.

    Args:
        settings: whether accounts are on, how long sessions last, the first admin's password.
        database: where accounts are kept.
    """

    def __init__(self, settings: Settings, database: Database) -> None:
        self._settings = settings
        self._database = database
        self.doors = Doors(database)
        self.secret = SecretKey(settings)
        self.identities = Identities(settings, database, self.secret, self._change)
        self._throttle = Throttle()

    @property
    def on(self) -> bool:
        """Whether people have to say who they are."""
        return self._settings.auth == "on"

    def start(self) -> None:
        """Make the first admin where the settings name a password and nobody is there yet."""
        if not self.on:
            return
        given = self._settings.admin_password
        if given is not None and self.nobody_yet():
            kept = passwords.hashed(passwords.checked(given.get_secret_value()))

            def make(session: Session) -> None:
                if _count(session) == 0:
                    users.add(session, FIRST_ADMIN, kept, [Role.ADMIN], first=True)

            self._change(make)
        if self.nobody_yet():
            log.warning("accounts are on, and nobody has one: python -m studio users add NAME")

    def nobody_yet(self) -> bool:
        """Whether there is no account at all."""
        with self._database.read() as session:
            return _count(session) == 0

    def sign_in(self, name: str, password: str, address: str) -> SignedIn:
        """Begin a session by a password. Blocks for a moment: call it in a thread.

        Args:
            name: as typed.
            password: as typed.
            address: network address asking, for the bound on guesses.

        Raises:
            NotAllowed: ``sign_in_wrong``, whatever of the two was wrong, or shut.
            TooMany: ``too_many_sign_ins``.
        """
        key = digest(name.strip().lower())
        self._throttle.check(key, address)
        with self._database.read() as session:
            row = users.by_name(session, name)
        kept = row.password_hash if row is not None and row.disabled_at is None else None
        if not passwords.matches(kept, password) or row is None:
            raise NotAllowed("sign_in_wrong")
        self._throttle.forgive(key, address)
        better = passwords.hashed(password) if kept and passwords.outdated(kept) else None
        return self.begin_session(row.id, kept, better)

    def sign_in_elsewhere(self, provider: str, number: str, name: str) -> SignedIn:
        """Begin a session for whom a provider of accounts vouches.

        Args:
            provider: which.
            number: of the account there.
            name: there, for an account that is made.

        Raises:
            NotAllowed: ``sign_up_closed``; ``sign_in_wrong``: the account here is shut.
        """
        return self.begin_session(self.identities.user_of(provider, number, name))

    def begin_session(
        self, user_id: str, known: str | None = None, better: str | None = None
    ) -> SignedIn:
        """Begin a session for somebody who proved who they are.

        Args:
            user_id: who.
            known: the password's digest that was compared, so that a password that was changed
                meanwhile does not let anybody in.
            better: a stronger digest of the same password.

        Raises:
            NotAllowed: ``sign_in_wrong``: the account was shut meanwhile.
        """
        token = new_session()
        lasting = timedelta(days=self._settings.session_days)

        def begin(session: Session) -> UserView:
            row = session.get(User, user_id)
            if row is None or row.disabled_at is not None:
                raise NotAllowed("sign_in_wrong")
            if known is not None and row.password_hash != known:
                raise NotAllowed("sign_in_wrong")
            if better is not None:
                row.password_hash = better
            moment = now()
            session.execute(delete(LoginSession).where(LoginSession.expires_at <= moment))
            session.add(
                LoginSession(
                    token_sha256=digest(token),
                    user_id=user_id,
                    created_at=moment,
                    expires_at=moment + lasting,
                )
            )
            return UserView.of(row)

        user = self._database.write(begin)
        return SignedIn(token, int(lasting.total_seconds()), user)

    def sign_out(self, token: str) -> None:
        """End the session of one browser."""
        ended = delete(LoginSession).where(LoginSession.token_sha256 == digest(token))
        self._change(lambda session: session.execute(ended))

    def sign_out_everywhere(self, user_id: str, but: str | None = None) -> None:
        """End all sessions of somebody, but for the one with a token. Keys go on."""
        kept = digest(but) if but else None
        self._change(lambda session: users.end_sessions(session, user_id, kept))

    def sessions(self, user_id: str) -> int:
        """How many browsers are signed in."""
        query = select(func.count()).select_from(LoginSession)
        query = query.where(LoginSession.user_id == user_id, LoginSession.expires_at > now())
        with self._database.read() as session:
            return session.execute(query).scalar_one()

    def change_password(
        self, user_id: str, old: str, new: str, *, but: str | None, address: str
    ) -> None:
        """Set one's own password and sign out every other browser.

        Raises:
            NotAllowed: ``password_wrong``: the old one.
            BadInput: ``password_length``.
            TooMany: ``too_many_sign_ins``.
        """
        passwords.checked(new)
        self._throttle.check(user_id, address)
        with self._database.read() as session:
            kept = users.of(session, user_id).password_hash
        if kept is not None and not passwords.matches(kept, old):
            raise NotAllowed("password_wrong")
        self._throttle.forgive(user_id, address)
        self._set_password(user_id, new, but)

    def add(
        self, name: str, roles: Collection[Role], password: str | None = None
    ) -> tuple[UserView, str | None]:
        """Add an account; the first one gets the id ``local``.

        Args:
            name: what they sign in with.
            roles: what they are.
            password: theirs; None makes one up.

        Returns:
            The account, and the password where it was made up.

        Raises:
            BadInput: ``user_name``, ``password_length``.
            Conflict: ``user_exists``.
        """
        made = new_password() if password is None else None
        kept = passwords.hashed(passwords.checked(password if password is not None else made or ""))
        added = self._change(
            lambda session: UserView.of(users.add(session, name, kept, roles, first=True))
        )
        return added, made

    def list(self) -> list[UserView]:
        """All accounts, in the order of their names."""
        with self._database.read() as session:
            return [UserView.of(row) for row in session.scalars(select(User).order_by(User.name))]

    def get(self, user_id: str) -> UserView:
        """One account. Raises NotFound: ``unknown_account``."""
        with self._database.read() as session:
            return UserView.of(users.of(session, user_id))

    def named(self, name: str) -> UserView:
        """The account with a name. Raises NotFound: ``unknown_account``."""
        with self._database.read() as session:
            row = users.by_name(session, name)
            return UserView.of(row if row is not None else users.of(session, "\0"))

    def change(
        self,
        user_id: str,
        *,
        roles: Collection[Role] | None = None,
        disabled: bool | None = None,
        limits: Limits | None = None,
    ) -> UserView:
        """Change somebody's account; holds at once.

        Args:
            user_id: whose.
            roles: what they are from now on.
            disabled: True shuts them out: sessions and keys end at once, what is theirs stays.
                False lets them in again; they sign in anew.
            limits: where theirs differ, in place of all set before.

        Raises:
            NotFound: ``unknown_account``.
            Conflict: ``last_admin``.
        """

        def change(session: Session) -> UserView:
            row = users.of(session, user_id)
            if roles is not None:
                users.set_roles(session, row, roles)
            if disabled:
                users.disable(session, row)
            elif disabled is not None:
                row.disabled_at = None
            if limits is not None:
                row.limits = limits.model_dump(exclude_unset=True)
            return UserView.of(row)

        return self._change(change)

    def reset_password(self, user_id: str, password: str | None = None) -> str | None:
        """Set somebody's password and sign out all their browsers.

        Returns:
            The password where none was given and one was made up.

        Raises:
            NotFound: ``unknown_account``.
            BadInput: ``password_length``.
        """
        made = new_password() if password is None else None
        self._set_password(user_id, passwords.checked(password or made or ""), None)
        return made

    def rater_key(self, user_id: str) -> str:
        """What somebody is known by where they rate blind: the same in all their browsers."""
        keyed = self.secret.keyed("rater", user_id)
        return base64.urlsafe_b64encode(keyed).rstrip(b"=").decode()

    def keys(self, user_id: str) -> tuple[KeyView, ...]:
        """All keys of somebody, the newest first; revoked ones, too."""
        with self._database.read() as session:
            return tuple(KeyView.of(row) for row in keys.listed(session, user_id))

    def add_key(
        self, who: Principal, name: str, scopes: Collection[Role], expires_at: datetime | None
    ) -> NewKeyView:
        """Make a key.

        Args:
            who: whose.
            name: what it is for.
            scopes: what it may do, of what its person may.
            expires_at: when it ends by itself; None: when it is revoked.

        Raises:
            BadInput: ``key_name``, ``key_scopes``, ``key_expired``.
            Conflict: ``too_many_keys``.
        """
        secret = new_key()
        row = self._change(
            lambda session: keys.add(session, who, name, scopes, expires_at, secret=secret)
        )
        return NewKeyView(**KeyView.of(row).model_dump(), key=secret)

    def revoke_key(self, user_id: str, key_id: str) -> None:
        """End a key at once. Raises NotFound: ``unknown_key``."""
        self._change(lambda session: keys.revoke(session, user_id, key_id))

    def _set_password(self, user_id: str, password: str, but: str | None) -> None:
        kept = passwords.hashed(password)
        mine = digest(but) if but else None

        def change(session: Session) -> None:
            users.of(session, user_id).password_hash = kept
            users.end_sessions(session, user_id, mine)

        self._change(change)

    def _change(self, operation: Callable[[Session], Result]) -> Result:
        """Write, and let nobody be remembered who was looked up before."""
        try:
            return self._database.write(operation)
        finally:
            self.doors.forget()


def _count(session: Session) -> int:
    return session.execute(select(func.count()).select_from(User)).scalar_one()
