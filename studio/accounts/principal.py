"""Who a request comes from, and what they may do."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What a person is here; somebody may be several."""

    RATER = "rater"
    """Listens and votes."""
    CREATOR = "creator"
    """Voices, takes, comparisons of their own."""
    STUDY_OWNER = "study_owner"
    """Studies of their own, in addition."""
    ADMIN = "admin"
    """Engines, weights, accounts, the whole studio's figures; still not other people's voices."""


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

    def may(self, role: Role) -> bool:
        """Whether they act in a role here. An admin has every role; a key only its scopes."""
        allowed = role in self.roles or Role.ADMIN in self.roles
        return allowed and (self.scopes is None or role in self.scopes)


LOCAL = Principal(id="local", name="local", roles=frozenset(Role))
"""Everybody, where accounts are off."""
