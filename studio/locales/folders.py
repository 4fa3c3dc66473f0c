"""Where the texts of a language lie: a folder of JSON files, or one file beside the folders."""

import json
import logging
import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

OWN = Path(__file__).parent
TAG = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,2}")
"""A language as its file is called: ``ja``, ``pt-BR``, ``zh-Hant``."""
VARIABLE = "STUDIO_LOCALES_DIR"
"""Names another folder with such files; read here, because texts come before settings."""
log = logging.getLogger(__name__)


class NotATranslation(ValueError):
    """A file that holds no texts; its message says why."""


def further() -> Path | None:
    """The other folder, where there is one."""
    named = os.environ.get(VARIABLE, "").strip()
    return Path(named) if named else None


def found() -> dict[str, tuple[Path, ...]]:
    """The files of each language that has any which can be read."""
    languages = {
        folder.name: tuple(sorted(folder.glob("*.json")))
        for folder in OWN.iterdir()
        if folder.is_dir() and any(folder.glob("*.json"))
    }
    for place in (OWN, further()):
        for file in sorted(place.glob("*.json")) if place and place.is_dir() else ():
            if file.stem not in languages and TAG.fullmatch(file.stem) and _readable(file):
                languages[file.stem] = (file,)
    return languages


def _readable(file: Path) -> bool:
    try:
        texts_of(file)
    except NotATranslation as fault:
        log.warning("%s is left out: %s", file, fault)
        return False
    return True


def texts_of(file: Path) -> dict[str, str]:
    """A file's texts, keys joined with dots.

    Raises:
        NotATranslation: it cannot be read, is no JSON, or holds something that is no text.
    """
    try:
        whole = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as fault:
        raise NotATranslation(str(fault)) from fault
    if not isinstance(whole, dict):
        raise NotATranslation("it does not begin with {")
    return dict(_flatten(whole))


def _flatten(tree: Mapping, prefix: str = "") -> Iterator[tuple[str, str]]:
    for name, value in tree.items():
        key = f"{prefix}.{name}" if prefix else name
        if isinstance(value, Mapping):
            yield from _flatten(value, key)
        elif isinstance(value, str):
            yield key, value
        else:
            raise NotATranslation(f"{key} is no text")
