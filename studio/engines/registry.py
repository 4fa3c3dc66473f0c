"""Finding engines by the entry-point group ``voice_studio.engines``.

Built-in engines are declared in this project's ``pyproject.toml`` like anyone else's; a checkout
that was never installed (a Space) has no package metadata, so the same table is read there.
"""

import contextlib
import functools
import importlib.metadata
import logging
import tomllib
from importlib.metadata import EntryPoint
from pathlib import Path

from studio.engines.contract import Engine
from studio.problems import NotFound, Unavailable

GROUP = "voice_studio.engines"
log = logging.getLogger(__name__)
_PYPROJECT = Path(__file__).parents[2] / "pyproject.toml"


@functools.cache
def entry_points() -> dict[str, EntryPoint]:
    """Entry points by engine name, built-in ones first, without importing any."""
    found: dict[str, EntryPoint] = {}
    if _PYPROJECT.is_file():
        project = tomllib.loads(_PYPROJECT.read_text(encoding="utf-8"))["project"]
        for name, value in project["entry-points"][GROUP].items():
            found[name] = EntryPoint(name, value, GROUP)
    for point in importlib.metadata.entry_points(group=GROUP):
        found.setdefault(point.name, point)
    return found


@functools.cache
def engine_class(name: str) -> type[Engine]:
    """The class of an engine.

    Raises:
        NotFound: no entry point has that name.
        Unavailable: ``engine_not_loaded``, its module does not import.
    """
    point = entry_points().get(name)
    if point is None:
        raise NotFound("unknown_engine", engine=name, known=", ".join(entry_points()))
    try:
        return point.load()
    except Exception as problem:  # anyone's module may raise anything
        log.warning("engine %s does not import: %r", name, problem)
        reason = type(problem).__name__
        raise Unavailable("engine_not_loaded", engine=name, reason=reason) from problem


def engine_classes() -> dict[str, type[Engine]]:
    """The engines that import, by name: a broken plugin must not take the others with it."""
    found = {}
    for name in entry_points():
        with contextlib.suppress(Unavailable):
            found[name] = engine_class(name)
    return found
