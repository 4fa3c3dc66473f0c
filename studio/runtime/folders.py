"""Folders of a person's own that serve as weight sets: which set lies where, kept in one file."""

import json
import os
import threading
from pathlib import Path

from studio.problems import BadInput

_LONGEST_NAME = 200


def whole_folder(folder: Path) -> Path:
    """A folder that a person named, from the root.

    Raises:
        BadInput: ``weights_folder_missing``: it is no folder, or no name of one.
    """
    try:
        whole = folder.expanduser().absolute()
        if whole.is_dir():
            return whole
    except (OSError, RuntimeError):  # a name too long for the disk; ``~`` of nobody
        whole = folder
    raise BadInput("weights_folder_missing", folder=str(whole)[:_LONGEST_NAME])


class Folders:
    """Remembers folders named by a person. The folders and what is in them stay the person's.

    Args:
        record: the JSON file, ``{engine: {set: folder}}``; made when needed.
    """

    def __init__(self, record: Path) -> None:
        self._record = record
        self._lock = threading.Lock()
        self._known: tuple[int, dict[str, dict[str, str]]] | None = None

    def of(self, engine: str, set_name: str) -> Path | None:
        """The folder that serves as a set, whether or not it is there now."""
        with self._lock:
            folder = self._read().get(engine, {}).get(set_name)
        return Path(folder) if folder else None

    def put(self, engine: str, set_name: str, folder: Path | None) -> None:
        """Name a folder for a set; ``None`` forgets it."""
        with self._lock:
            all_of_them = {name: dict(sets) for name, sets in self._read().items()}
            sets = all_of_them.setdefault(engine, {})
            if folder is None:
                sets.pop(set_name, None)
            else:
                sets[set_name] = str(folder)
            self._record.parent.mkdir(parents=True, exist_ok=True)
            unfinished = self._record.with_suffix(f".{os.getpid()}")
            kept = {name: sets for name, sets in all_of_them.items() if sets}
            unfinished.write_text(json.dumps(kept, indent=1, ensure_ascii=False), encoding="utf-8")
            unfinished.replace(self._record)
            self._known = None

    def _read(self) -> dict[str, dict[str, str]]:
        """The record, read again when another process (the command line) changed it."""
        try:
            changed = self._record.stat().st_mtime_ns
        except OSError:
            return {}
        if self._known is None or self._known[0] != changed:
            try:
                found = _record(json.loads(self._record.read_text(encoding="utf-8")))
            except (OSError, ValueError):
                return {}
            self._known = (changed, found)
        return self._known[1]


def _record(found: object) -> dict[str, dict[str, str]]:
    """What of a record, which a person may have edited, is one."""
    engines = found.items() if isinstance(found, dict) else ()
    return {
        engine: {name: folder for name, folder in sets.items() if isinstance(folder, str)}
        for engine, sets in engines
        if isinstance(sets, dict)
    }
