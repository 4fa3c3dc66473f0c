"""Who rates: a random key in a cookie, of which only a digest is kept."""

import hashlib
import re
import secrets

_KEY = re.compile(r"[A-Za-z0-9_-]{43}")


def new_key() -> str:
    """A key for a new rater's cookie: 256 random bits, URL-safe."""
    return secrets.token_urlsafe(32)


def is_token(text: str) -> bool:
    """Whether a text has the form of `secrets.token_urlsafe(32)`, as every token here has."""
    return _KEY.fullmatch(text) is not None


def rater_id(key: str | None) -> str | None:
    """The id under which a rater's trials and votes are kept; ``None`` without a well-formed key.

    A digest, so that whoever reads the database or an export cannot vote as this rater.
    """
    if key is None or not _KEY.fullmatch(key):
        return None
    return hashlib.sha256(b"rater:" + key.encode()).hexdigest()[:32]
