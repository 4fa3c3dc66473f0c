"""Which model speaks, for engines that have no weights of their own: the library's version."""

import functools
import hashlib
import importlib.metadata
import sys
from collections.abc import Mapping
from pathlib import Path

from studio.engines.card import Card
from studio.engines.registry import entry_points


def library_revision(card: Card) -> str:
    """The version of the library that speaks, for engines that have no weights of their own."""
    point = entry_points().get(card.name)
    return _version(card.name, card.environment.probe or ((point.module,) if point else ()))


@functools.cache
def _version(engine: str, modules: tuple[str, ...]) -> str:
    """The first package that owns a module, with its version; else the first module's hash."""
    owners: Mapping[str, list[str]] = importlib.metadata.packages_distributions()
    for module in modules:
        for owner in owners.get(module.partition(".")[0], ()):
            return f"{owner} {importlib.metadata.version(owner)}"
    source = getattr(sys.modules.get(modules[0] if modules else ""), "__file__", None)
    if source is None:
        return f"{engine} 0"
    return f"{engine} {hashlib.sha256(Path(source).read_bytes()).hexdigest()[:12]}"
