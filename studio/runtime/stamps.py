"""Remembering the SHA-256 of big files, so that they are read once and not at every start."""

import hashlib
import json
import os
import threading
from pathlib import Path

from studio.runtime.sources import sha256_of


class Stamps:
    """What a file's hash was, valid while its size and time of change stay the same.

    Args:
        folder: where to keep the notes, one small file each; made when needed.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known: dict[str, tuple[int, int, str]] = {}
        self._lock = threading.Lock()
        self._reading: dict[str, threading.Lock] = {}

    def sha256(self, path: Path) -> str:
        """The hash of a file, read from the file only when it changed.

        Raises:
            OSError: the file cannot be read.
        """
        size, changed = _facts(path)
        with self._lock:
            reading = self._reading.setdefault(str(path.absolute()), threading.Lock())
        with reading:  # two readers of one new file: the second waits and finds it known
            with self._lock:
                known = self._recall(path)
            if known is not None and known[:2] == (size, changed):
                return known[2]
            found = sha256_of(path)
            with self._lock:
                self._keep(path, (size, changed, found))
            return found

    def put(self, path: Path, sha256: str) -> None:
        """Note a hash that was computed while the file was written."""
        with self._lock:
            self._keep(path, (*_facts(path), sha256))

    def forget(self, path: Path) -> None:
        """Have the file read again the next time."""
        with self._lock:
            self._known.pop(str(path.absolute()), None)
            self._note(path).unlink(missing_ok=True)

    def _recall(self, path: Path) -> tuple[int, int, str] | None:
        key = str(path.absolute())
        if key not in self._known:
            try:
                size, changed, sha256 = json.loads(self._note(path).read_text(encoding="utf-8"))
            except (OSError, ValueError):
                return None
            self._known[key] = (int(size), int(changed), str(sha256))
        return self._known[key]

    def _keep(self, path: Path, facts: tuple[int, int, str]) -> None:
        self._known[str(path.absolute())] = facts
        note = self._note(path)
        try:
            note.parent.mkdir(parents=True, exist_ok=True)
            unfinished = note.with_suffix(f".{os.getpid()}")
            unfinished.write_text(json.dumps(facts), encoding="utf-8")
            unfinished.replace(note)
        except OSError:  # a read-only disk: remembered until the end of the process
            return

    def _note(self, path: Path) -> Path:
        name = hashlib.sha256(str(path.absolute()).encode()).hexdigest()[:32]
        return self._folder / f"{name}.json"


def _facts(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_size, status.st_mtime_ns
