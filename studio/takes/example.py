"""Who speaks in a newcomer's first comparison: real voices that are here, free and quick."""

from collections.abc import Iterable
from dataclasses import dataclass

from studio.engines.card import Card, WeightSet
from studio.engines.contract import Preset
from studio.engines.registry import engine_class
from studio.problems import NotFound, Unavailable
from studio.runtime.report import EngineState
from studio.takes.acceptance import LicenceService
from studio.takes.order import EngineOrder
from studio.takes.prices import Prices

FEWEST = 2
"""Voices: one alone is nothing to compare."""
MOST = 3
_READY = ("ready", "loaded")
_LIGHT_MB = 1500
"""Memory of an engine that is loaded within seconds and keeps up on a processor alone."""


@dataclass(frozen=True)
class Remedy:
    """A weight set that would let an engine speak a language.

    Attributes:
        engine, title: whose.
        set_name: what to fetch.
        bytes: how much that is; None: not known.
        licence: its terms.
    """

    engine: str
    title: str
    set_name: str
    bytes: int | None
    licence: str


def voices_for(
    language: str, states: Iterable[EngineState], prices: Prices, licences: LicenceService
) -> list[EngineOrder]:
    """Up to three voices for a language, of as many engines as there are, then of the same ones.

    An engine counts that is ready on this machine, free, accepted, light enough to be heard soon
    and no low anchor of listening tests: what sounds like a machine welcomes nobody.

    Args:
        language: ISO 639 code.
        states: how engines stand.
        prices: what they cost.
        licences: which terms were accepted.
    """
    casts = []
    for state in states:
        card = _card(state.name)
        if card is None or state.state not in _READY or not _welcoming(card, language):
            continue
        if prices.of(card) is not None or not licences.accepted(card.name):
            continue
        presets = _by_contrast([preset for preset in state.presets if preset.speaks(language)])
        if presets:
            casts.append([EngineOrder(engine=card.name, voice=one.id) for one in presets])
    rounds = [cast[turn] for turn in range(MOST) for cast in casts if turn < len(cast)]
    # Takes of one engine stand side by side.
    order = {cast[0].engine: place for place, cast in enumerate(casts)}
    return sorted(rounds[:MOST], key=lambda one: order[one.engine])


def remedy_for(language: str, states: Iterable[EngineState], prices: Prices) -> Remedy | None:
    """The smallest weight set that would give a language one more real voice, if there is any."""
    by_name = {state.name: state for state in states}
    found = [
        Remedy(card.name, card.title, one.name, size_of(one), one.licence)
        for card in filter(None, map(_card, by_name))
        if _welcoming(card, language) and card.sets_serve == "each" and prices.of(card) is None
        for one in card.weights
        if one.name.partition("_")[0] == language and one.name not in by_name[card.name].sets
    ]
    return min(found, key=lambda one: (one.bytes or 0, one.set_name), default=None)


def size_of(weights: WeightSet) -> int | None:
    """Bytes of a weight set; None where a part of it is not stated."""
    sizes = [file.bytes for file in weights.files]
    return weights.bytes or (sum(filter(None, sizes)) if all(sizes) else None)


def _welcoming(card: Card, language: str) -> bool:
    """As far as its card tells."""
    return (
        language in card.languages
        and language not in card.language_faults
        and card.languages_certain
        and not card.low_anchor
        and "remote" not in card.hardware.runs_on
        and card.hardware.memory_mb <= _LIGHT_MB
    )


def _by_contrast(presets: list[Preset]) -> list[Preset]:
    """The engine's own order, the first voice of the other gender second."""
    other = [one for one in presets[1:] if one.gender != presets[0].gender]
    return [*presets[:1], *other[:1], *(one for one in presets[1:] if one not in other[:1])]


def _card(engine: str) -> Card | None:
    try:
        return engine_class(engine).card
    except (NotFound, Unavailable):  # a plugin that does not import welcomes nobody
        return None
