"""What nobody else may know: random tokens, of which digests are kept, and the studio's own key."""

import contextlib
import hashlib
import hmac
import os
import secrets
from pathlib import Path

from studio.settings import Settings

KEY_PREFIX = "vs_"
"""API keys begin with it, so that scanners of leaked secrets can know them."""
_FILE = "secret.key"


def new_session() -> str:
    """The cookie of a browser that signed in: 256 random bits, URL-safe."""
    return secrets.token_urlsafe(32)


def new_key() -> str:
    """An API key: 256 random bits behind the prefix."""
    return KEY_PREFIX + secrets.token_urlsafe(32)


def new_password() -> str:
    """A password to hand to somebody, who is to change it: 96 random bits."""
    return secrets.token_urlsafe(12)


def digest(token: str) -> str:
    """SHA-256 (hex) of a token: as random as the token, so nothing slower is called for."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


class SecretKey:
    """The studio's own key: from the settings, else made once and kept in the data folder.

    Args:
        settings: the key, or where it is kept. No file is touched before it is needed.
    """

    def __init__(self, settings: Settings) -> None:
        given = settings.secret_key
        self._given = given.get_secret_value().encode() if given else None
        self._file = settings.data_dir / _FILE

    def keyed(self, purpose: str, text: str) -> bytes:
        """HMAC-SHA-256 of a text, another one for each purpose: 32 bytes."""
        return hmac.new(self._key(), f"{purpose}:{text}".encode(), hashlib.sha256).digest()

    def _key(self) -> bytes:
        if self._given is None:
            self._given = _kept(self._file)
        return self._given


def _kept(file: Path) -> bytes:
    """The key in a file that only its owner reads; of several who make it at once, one wins."""
    file.parent.mkdir(parents=True, exist_ok=True)
    if not file.exists():
        # Complete before it has its name: nobody reads half a key.
        beside = file.with_name(f"{file.name}.{secrets.token_hex(8)}")
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as made:
            made.write(secrets.token_urlsafe(32))
            made.flush()
            os.fsync(made.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(beside, file)
        beside.unlink()
    return file.read_bytes().strip()
