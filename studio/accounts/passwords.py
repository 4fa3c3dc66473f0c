"""Passwords: what may be one, and Argon2id digests of them (RFC 9106)."""

import functools
import threading
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from studio.problems import BadInput

LEAST, MOST = 10, 200
"""Characters."""
_HASHER = PasswordHasher()
_AT_ONCE = threading.BoundedSemaphore(2)
"""A digest takes 64 MiB of memory; however many ask, no more are made at once."""


def checked(password: str) -> str:
    """A password that may be set.

    Raises:
        BadInput: ``password_length``.
    """
    plain = _plain(password)
    if not LEAST <= len(plain) <= MOST:
        raise BadInput("password_length", least=LEAST, most=MOST)
    return password


def hashed(password: str) -> str:
    """The digest to keep, with its salt and parameters. Blocks for a moment."""
    with _AT_ONCE:
        return _HASHER.hash(_plain(password))


def matches(kept: str | None, password: str) -> bool:
    """Whether a password is the one whose digest was kept. Blocks for a moment.

    It takes as long where there is no digest, so that time does not tell which names exist.
    """
    with _AT_ONCE:
        try:
            found = _HASHER.verify(kept or _nobodys(), _plain(password[: MOST * 4]))
        except (VerificationError, InvalidHashError):
            return False
    return found and kept is not None


def outdated(kept: str) -> bool:
    """Whether a digest was made with weaker parameters than those of today."""
    return _HASHER.check_needs_rehash(kept)


@functools.cache
def _nobodys() -> str:
    """The digest that is compared with where a name has none."""
    return _HASHER.hash("of somebody who does not exist")


def _plain(password: str) -> str:
    """The same for each way in which a keyboard composes Hangul or accents; always encodable."""
    composed = unicodedata.normalize("NFKC", password)
    return composed.encode("utf-8", "replace").decode()
