"""Conditions as people read them: ``engine/preset@model`` taken apart, the engine's title."""

import functools

from studio.engines.registry import engine_class
from studio.problems import NotFound, Unavailable


def split(condition: str) -> tuple[str, str, str]:
    """Engine, preset and model of a condition; the latter are empty where there is none."""
    named, _, model = condition.partition("@")
    engine, _, preset = named.partition("/")
    return engine, preset, model


@functools.cache
def title(engine: str) -> str:
    """The engine's title by its card; its name where that is gone or broken."""
    try:
        return engine_class(engine).card.title
    except (NotFound, Unavailable):
        return engine
