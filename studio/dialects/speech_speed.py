"""A client's ``speed`` as a setting of the engine: every engine counts in units of its own."""

from collections.abc import Callable
from dataclasses import dataclass

from pydantic import BaseModel

from studio.engines.contract import Engine
from studio.problems import BadInput

_FASTEST, _SLOWEST = 4.0, 0.25
"""As OpenAI has them."""


@dataclass(frozen=True)
class _Setting:
    option: str
    value: Callable[[float, float], float]
    """From the speed and the setting's default."""
    speed: Callable[[float, float], float]
    """The inverse, from the value and the default."""


_SAME = _Setting("speed", lambda speed, _: speed, lambda value, _: value)
_OTHERS = {
    "piper": _Setting("length_scale", lambda s, own: own / s, lambda value, own: own / value),
    "espeak": _Setting("rate", lambda s, own: round(own * s), lambda value, own: value / own),
}


def speed_option(kind: type[Engine], speed: float | None) -> dict[str, float]:
    """The engine's setting that speaks at a speed; nothing for its own.

    Args:
        kind: the engine.
        speed: 2 is twice as fast as 1.

    Raises:
        BadInput: ``speed_unsupported``, ``speed_out_of_range``: nobody is to hear another speed
            than was asked for.
    """
    if speed is None or speed == 1.0:
        return {}
    setting = _OTHERS.get(kind.card.name, _SAME)
    field = kind.Options.model_fields.get(setting.option)
    if field is None:
        raise BadInput("speed_unsupported", engine=kind.card.title)
    own = float(field.default)
    ends = [setting.speed(bound, own) for bound in _bounds(kind.Options, setting.option)]
    slowest, fastest = max([_SLOWEST, min(ends)]), min([_FASTEST, max(ends)])
    if not slowest <= speed <= fastest:
        raise BadInput(
            "speed_out_of_range",
            engine=kind.card.title,
            slowest=round(slowest, 2),
            fastest=round(fastest, 2),
        )
    return {setting.option: setting.value(speed, own)}


def _bounds(options: type[BaseModel], name: str) -> list[float]:
    given = (
        getattr(constraint, bound, None)
        for constraint in options.model_fields[name].metadata
        for bound in ("ge", "le")
    )
    return [float(bound) for bound in given if bound is not None] or [_SLOWEST, _FASTEST]
