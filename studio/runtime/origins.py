"""Where each fetched file of a weight set came from, recorded beside the files.

A card may name a branch; what the branch stood for on the day is known only then.
"""

import json
import os
from dataclasses import asdict
from pathlib import Path

from studio.runtime.sources import Fetched

_RECORD = ".origins.json"


def origins(folder: Path) -> dict[str, Fetched]:
    """What is recorded of a set's files, by file name; empty where nothing is."""
    try:
        found = json.loads((folder / _RECORD).read_text(encoding="utf-8"))
        return {name: Fetched(**fetched) for name, fetched in found.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


def record(folder: Path, name: str, fetched: Fetched) -> None:
    """Note where a file came from."""
    known = {**origins(folder), name: fetched}
    unfinished = folder / f"{_RECORD}.{os.getpid()}"
    texts = {file: asdict(one) for file, one in known.items()}
    unfinished.write_text(json.dumps(texts, indent=1), encoding="utf-8")
    unfinished.replace(folder / _RECORD)
