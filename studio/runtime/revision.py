"""Which model speaks, in a short text that changes when the samples would."""

import functools
import hashlib
import importlib.metadata
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from studio.engines.card import Card
from studio.engines.registry import entry_points

_LONGEST = 70
"""Characters of a revision; what is longer ends in a hash."""
_DIGITS = 16


def model_revision(card: Card, weights: Sequence[str]) -> str:
    """The name of what speaks.

    Args:
        card: the engine's.
        weights: revisions of the weight sets that take part, or one that stands for none.
    """
    parts = [*weights, *([card.adapter_revision] if card.weights or not _remote(card) else [])]
    whole = "+".join(filter(None, parts))
    if len(whole) <= _LONGEST:
        return whole
    digest = hashlib.sha256(whole.encode()).hexdigest()[:_DIGITS]
    return f"{whole[: _LONGEST - _DIGITS - 1]}~{digest}"


def library_revision(card: Card) -> str:
    """For engines that have no weights of their own: the version of the library that speaks.

    Of a remote engine's the adapter's own revision where it has one: the library is a mere client.
    """
    if _remote(card) and card.adapter_revision:
        return f"{card.name} {card.adapter_revision}"
    points = entry_points()
    point = points.get(card.name) or points.get(card.name.partition("-")[0])
    version = _version(card.name, card.environment.probe or ((point.module,) if point else ()))
    return f"{card.name} {version.rpartition(' ')[2]}" if _remote(card) else version


def _remote(card: Card) -> bool:
    return card.hardware.runs_on == ("remote",)


@functools.cache
def _owners() -> Mapping[str, list[str]]:
    """Packages by the modules they own: reads the lists of files of all that is installed."""
    return importlib.metadata.packages_distributions()


def _namesake(module: str) -> list[str]:
    """The package of a module's own name, if it owns the module; most do, and this is quick."""
    try:
        found = importlib.metadata.distribution(module)
    except importlib.metadata.PackageNotFoundError:
        return []
    owned = found.read_text("top_level.txt")
    names = owned.split() if owned else {file.parts[0] for file in found.files or ()}
    return [found.metadata["Name"]] if module in names else []


@functools.cache
def _version(engine: str, modules: tuple[str, ...]) -> str:
    """The first package that owns a module, with its version; else the first module's hash."""
    for module in modules:
        top = module.partition(".")[0]
        for owner in _namesake(top) or _owners().get(top, []):
            return f"{owner} {importlib.metadata.version(owner)}"
    source = getattr(sys.modules.get(modules[0] if modules else ""), "__file__", None)
    if source is None:
        return f"{engine} 0"
    return f"{engine} {hashlib.sha256(Path(source).read_bytes()).hexdigest()[:12]}"
