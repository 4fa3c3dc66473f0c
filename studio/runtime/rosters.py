"""Voices that only a service knows, kept on disk to be there before it is asked again."""

import dataclasses
import json
import logging
import os
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from studio.engines.contract import Engine, Preset

_MOST = 5000
"""Voices of one service; more are left out."""
log = logging.getLogger("studio.runtime")


def has_roster(kind: type[Engine]) -> bool:
    """Whether an engine's service has voices to tell of."""
    return kind.roster is not Engine.roster


class Rosters:
    """One small file an engine.

    Args:
        folder: where; made when needed.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._known: dict[str, list[Preset]] = {}

    def get(self, engine: str) -> list[Preset]:
        """The voices last told; none where nobody asked yet or the file cannot be read."""
        with self._lock:
            if engine not in self._known:
                self._known[engine] = self._read(engine)
            return list(self._known[engine])

    def put(self, engine: str, voices: Sequence[Preset]) -> None:
        """Keep what a service told, instead of what it told before."""
        rows = [plain_preset(voice) for voice in voices[:_MOST] if voice.id]
        with self._lock:
            self._known[engine] = _presets(rows)
            path = self._path(engine)
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                unfinished = path.with_suffix(f".{os.getpid()}")
                unfinished.write_text(json.dumps(rows, ensure_ascii=False), encoding="utf-8")
                unfinished.replace(path)
            except OSError as problem:  # a full disk: remembered until the end of the process
                log.warning("the voices of %s are not kept: %s", engine, problem)

    def _read(self, engine: str) -> list[Preset]:
        path = self._path(engine)
        try:
            return _presets(json.loads(path.read_text(encoding="utf-8")))
        except FileNotFoundError:
            return []
        except (OSError, ValueError, TypeError, KeyError, AttributeError) as problem:
            log.warning("the list of voices %s cannot be read: %r", path, problem)
            return []

    def _path(self, engine: str) -> Path:
        return self._folder / f"{engine}.json"


def plain_preset(preset: Preset) -> dict[str, Any]:
    """A preset as JSON has it."""
    return {
        name: [str(one) for one in value] if isinstance(value, tuple | list) else str(value)
        for name, value in vars(preset).items()
    }


def read_preset(row: Mapping[str, Any]) -> Preset:
    """The inverse of :func:`plain_preset`; fields that another version has are left out.

    Raises:
        ValueError, TypeError, KeyError: it is no preset.
    """
    known = {field.name for field in dataclasses.fields(Preset)} - {"languages"}
    fields = {name: str(row[name]) for name in known & set(row)}
    if not fields.get("id"):
        raise ValueError("a voice without an id")
    return Preset(**fields, languages=tuple(str(language) for language in list(row["languages"])))


def _presets(rows: Sequence[Mapping[str, Any]]) -> list[Preset]:
    """No id twice."""
    found: dict[str, Preset] = {}
    for row in rows:
        preset = read_preset(row)
        found.setdefault(preset.id, preset)
    return list(found.values())
