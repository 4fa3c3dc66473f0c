"""Conditions as people read them: ``engine/preset`` taken apart, with the engine's own title."""

import functools

from studio.engines.registry import engine_class
from studio.problems import NotFound, Unavailable


def split(condition: str) -> tuple[str, str]:
    """Engine and preset of a condition; the preset is empty where there is none."""
    engine, _, preset = condition.partition("/")
    return engine, preset


@functools.cache
def title(engine: str) -> str:
    """The engine's title by its card; its name where that is gone or broken."""
    try:
        return engine_class(engine).card.title
    except (NotFound, Unavailable):
        return engine
