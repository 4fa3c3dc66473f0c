"""What planning must know of an engine, and how it says no."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from pydantic import BaseModel

from studio.engines.card import Card, Price
from studio.engines.contract import Asked, Interpretation, Preset
from studio.locales import Note


def _no_checkpoints(_: Asked) -> tuple[str, ...]:
    return ()


def _no_refusal(_: Asked) -> Note | None:
    return None


@dataclass(frozen=True)
class EngineFacts:
    """An engine, as planning sees it."""

    card: Card
    options: type[BaseModel]
    presets: Sequence[Preset]
    interpret: Callable[[Asked], Interpretation | None]
    trouble: Note | None = None
    """Why it cannot serve now (weights or libraries missing)."""
    recent_rtf: Sequence[float] = field(default=())
    checkpoints: Callable[[Asked], tuple[str, ...]] = _no_checkpoints
    refuse: Callable[[Asked], Note | None] = _no_refusal
    sets: frozenset[str] = frozenset()
    """Weight sets that are complete."""
    accepted: bool = True
    """Its licence was accepted, or need not be."""
    price: Price | None = None
    retries: int | None = 0
    """How often a caught take is made again unless the order says otherwise; ``None``: takes are
    not measured, so none is caught."""
    lacks_weights: bool = False
    """The trouble is that no weight set is complete; an engine that has several names the one."""


@dataclass(frozen=True)
class Refusal:
    """Why an engine will not render an order."""

    reason: Note
    insistable: bool = False
    by_input: bool = True
    """It is about what was sent, not about the engine's present state."""
