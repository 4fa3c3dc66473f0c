"""Who is at the door: principals by session cookie and by API key, remembered for seconds.

A change in this process holds at once; one made by another process or by the command line within
`SECONDS`.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from studio.accounts.principal import Principal
from studio.accounts.tokens import KEY_PREFIX, digest
from studio.accounts.views import roles_of
from studio.store.account_tables import ApiKey, LoginSession, User
from studio.store.base import now
from studio.store.database import Database

SECONDS = 3.0
"""How long somebody is remembered without asking the database."""
_REMEMBERED = 10_000
_LONGEST = 200
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class _Known:
    principal: Principal
    until: float


class Doors:
    """Looks up who shows a token.

    Args:
        database: where sessions and keys are.
        clock: seconds that never go back.
    """

    def __init__(self, database: Database, clock: Callable[[], float] = time.monotonic) -> None:
        self._database = database
        self._clock = clock
        self._known: OrderedDict[str, _Known] = OrderedDict()
        self._lock = threading.Lock()
        self.changes = 0
        """Grows with every change in this process; whoever was let in before is asked again."""

    def remembered(self, token: str) -> Principal | None:
        """Who shows a token, where that is known without waiting."""
        known = self._known.get(digest(token))
        return known.principal if known is not None and known.until > self._clock() else None

    def who(self, token: str) -> Principal | None:
        """Who shows a token: the cookie of a session, or a key; ``None`` for nobody.

        Asks the database: call it in a thread.
        """
        if len(token) > _LONGEST:
            return None
        hashed = digest(token)
        before = self.changes
        found = self._by_key(hashed) if token.startswith(KEY_PREFIX) else self._by_session(hashed)
        if found is not None:
            with self._lock:
                if before == self.changes:  # otherwise what was read may be old already
                    self._known[hashed] = _Known(found, self._clock() + SECONDS)
                    self._known.move_to_end(hashed)
                    if len(self._known) > _REMEMBERED:
                        self._known.popitem(last=False)
        return found

    def forget(self) -> None:
        """Something changed: everybody is looked up anew."""
        with self._lock:
            self.changes += 1
            self._known.clear()

    def _by_session(self, hashed: str) -> Principal | None:
        query = (
            select(User)
            .join(LoginSession, LoginSession.user_id == User.id)
            .where(
                LoginSession.token_sha256 == hashed,
                LoginSession.expires_at > now(),
                User.disabled_at.is_(None),
            )
        )
        with self._database.read() as session:
            user = session.scalars(query).first()
            return _principal(user) if user is not None else None

    def _by_key(self, hashed: str) -> Principal | None:
        query = (
            select(ApiKey, User)
            .join(User, ApiKey.user_id == User.id)
            .where(
                ApiKey.secret_sha256 == hashed,
                ApiKey.revoked_at.is_(None),
                User.disabled_at.is_(None),
            )
        )
        with self._database.read() as session:
            found = session.execute(query).first()
        if found is None:
            return None
        key, user = found
        if key.expires_at is not None and key.expires_at <= now():
            return None
        if key.last_used_at is None or key.last_used_at < now() - _MINUTE:
            self._used(key.id)
        return _principal(user, key)

    def _used(self, key_id: str) -> None:
        """Note when a key was last used, to the minute; nobody waits for it."""
        minute = now().replace(second=0, microsecond=0)

        def note(session: Session) -> None:
            session.execute(update(ApiKey).where(ApiKey.id == key_id).values(last_used_at=minute))

        self._database.write_later(note)


def _principal(user: User, key: ApiKey | None = None) -> Principal:
    return Principal(
        id=user.id,
        name=user.name,
        roles=frozenset(roles_of(user.roles)),
        scopes=frozenset(roles_of(key.scopes)) if key is not None else None,
        key_id=key.id if key is not None else None,
        requests_per_minute=user.limits.get("requests_per_minute"),
    )
