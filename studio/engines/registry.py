"""Finding engines by the entry-point group ``voice_studio.engines``.

Built-in engines are declared in this project's ``pyproject.toml`` like anyone else's; a checkout
that was never installed (a Space) has no package metadata, so the same table is read there.
"""

import contextlib
import functools
import importlib.metadata
import logging
import tomllib
from collections.abc import Mapping
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any, Protocol

from studio.engines.contract import Engine
from studio.problems import NotFound, Unavailable

GROUP = "voice_studio.engines"
log = logging.getLogger(__name__)
_PYPROJECT = Path(__file__).parents[2] / "pyproject.toml"


@functools.cache
def entry_points() -> dict[str, EntryPoint]:
    """Entry points by engine name, built-in ones first, without importing any."""
    found = {name: EntryPoint(name, value, GROUP) for name, value in _declared().items()}
    for point in importlib.metadata.entry_points(group=GROUP):
        found.setdefault(point.name, point)
    return found


def _declared() -> dict[str, str]:
    """The built-in engines, as this checkout declares them."""
    if not _PYPROJECT.is_file():
        return {}
    project = tomllib.loads(_PYPROJECT.read_text(encoding="utf-8"))["project"]
    return dict(project["entry-points"][GROUP])


class Family(Protocol):
    """An entry point that stands for several engines, as settings name them (servers, say).

    An object of this shape in place of an engine class. Members are called ``<name>-<member>``.
    """

    def members(self) -> Mapping[str, type[Engine]]:
        """Engines by member name; one named "" bears the entry point's own name."""
        ...


def engine_names() -> tuple[str, ...]:
    """Names of all engines, built-in ones first; a family's members in its place."""
    names: list[str] = []
    for name in entry_points():
        try:
            names += _members(name)
        except Unavailable:
            names.append(name)  # a broken plugin is shown as broken
    return tuple(names)


def engine_class(name: str) -> type[Engine]:
    """The class of an engine.

    Raises:
        NotFound: no entry point has that name.
        Unavailable: ``engine_not_loaded``, its module does not import.
    """
    for point in (name, name.partition("-")[0]):
        if point in entry_points() and name in (members := _members(point)):
            return members[name]
    raise NotFound("unknown_engine", engine=name, known=", ".join(engine_names()))


@functools.cache
def _members(point: str) -> dict[str, type[Engine]]:
    """Engines of an entry point, by full name."""
    try:
        found: Any = entry_points()[point].load()
        if isinstance(found, type):
            return {point: found}
        return {f"{point}-{m}" if m else point: kind for m, kind in found.members().items()}
    except Exception as problem:  # anyone's module may raise anything
        log.warning("engine %s does not import: %r", point, problem)
        reason = type(problem).__name__
        raise Unavailable("engine_not_loaded", engine=point, reason=reason) from problem


def forget() -> None:
    """Look for engines anew when next asked."""
    entry_points.cache_clear()
    _members.cache_clear()


def engine_classes() -> dict[str, type[Engine]]:
    """The engines that import, by name: a broken plugin must not take the others with it."""
    found = {}
    for name in engine_names():
        with contextlib.suppress(Unavailable):
            found[name] = engine_class(name)
    return found


def built_in() -> list[type[Engine]]:
    """The engines of this checkout that import; a family is stood for by its first member."""
    found = []
    for name in _declared():
        with contextlib.suppress(Unavailable):
            found += list(_members(name).values())[:1]
    return found
