"""Who a request comes from, and what they may do."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What a person is here; somebody may be several."""

    RATER = "rater"
    """Listens and votes."""
    CREATOR = "creator"
    """Voices, takes, comparisons of their own, in addition."""
    STUDY_OWNER = "study_owner"
    """Studies of their own, in addition."""
    ADMIN = "admin"
    """Engines, weights, accounts, the whole studio's figures; still not other people's voices."""


_INCLUDED = {
    Role.RATER: frozenset({Role.RATER}),
    Role.CREATOR: frozenset({Role.RATER, Role.CREATOR}),
    Role.STUDY_OWNER: frozenset({Role.RATER, Role.CREATOR, Role.STUDY_OWNER}),
    Role.ADMIN: frozenset(Role),
}


def with_included(roles: Collection[Role]) -> frozenset[Role]:
    """The roles with those they include: whoever runs studies needs takes, and listens."""
    return frozenset(one for role in roles for one in _INCLUDED[role])


@dataclass(frozen=True)
class Principal:
    """Whose request it is."""

    id: str
    """The owner of what they make; ``local`` where accounts are off."""
    name: str
    roles: frozenset[Role]
    scopes: frozenset[Role] | None = None
    """Of the key that was shown, which narrow the roles; None: not by a key."""
    key_id: str | None = None
    requests_per_minute: int | None = None
    """Their own limit, where they differ from the settings'."""

    @property
    def votes_of(self) -> str | None:
        """Whose takes the votes must be on that they may see the sum of; None: everybody's."""
        return None if self is LOCAL else self.id

    def may(self, role: Role) -> bool:
        """Whether they act in a role here: their roles include it, and so do the key's scopes."""
        allowed = role in with_included(self.roles)
        return allowed and (self.scopes is None or role in with_included(self.scopes))


LOCAL = Principal(id="local", name="local", roles=frozenset(Role))
"""Everybody, where accounts are off."""
NOBODY = Principal(id="nobody", name="", roles=frozenset())
"""Who did not sign in, at the doors that are open to all."""
