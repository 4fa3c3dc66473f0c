"""Recordings on their way into an action: in memory, for minutes, each for who sent it alone."""

import re
import secrets
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass

from studio.problems import BadInput, TooMany

NAME = re.compile(r"upload-[0-9a-f]{32}")
_KEPT_SECONDS = 600.0
_EACH_OWNER = 4
"""Files that one owner may have here at once; the oldest makes room."""


@dataclass(frozen=True)
class _File:
    owner: str
    data: bytes
    until: float


class Received:
    """Files that were uploaded and not used yet.

    Args:
        most_bytes: of all of them together.
    """

    def __init__(self, most_bytes: int) -> None:
        self._most = most_bytes
        self._files: OrderedDict[str, _File] = OrderedDict()
        self._lock = threading.Lock()

    def keep(self, owner: str, data: bytes) -> str:
        """Keep a file for its owner. Returns the name to ask for it by.

        Raises:
            TooMany: ``uploads_full``: others' files take up all the room.
        """
        name = f"upload-{secrets.token_hex(16)}"
        with self._lock:
            self._forget_old()
            own = [key for key, file in self._files.items() if file.owner == owner]
            for key in own[: max(0, len(own) - _EACH_OWNER + 1)]:
                del self._files[key]
            if sum(len(file.data) for file in self._files.values()) + len(data) > self._most:
                raise TooMany("uploads_full", retry_after=_KEPT_SECONDS)
            self._files[name] = _File(owner, data, time.monotonic() + _KEPT_SECONDS)
        return name

    def take(self, owner: str, name: str) -> bytes:
        """A file, once; then it is gone.

        Raises:
            BadInput: ``upload_unknown``: it is not there (any more), or somebody else's.
        """
        with self._lock:
            self._forget_old()
            file = self._files.get(name)
            if file is None or file.owner != owner:
                raise BadInput("upload_unknown")
            del self._files[name]
        return file.data

    def _forget_old(self) -> None:
        moment = time.monotonic()
        for name in [name for name, file in self._files.items() if file.until < moment]:
            del self._files[name]
