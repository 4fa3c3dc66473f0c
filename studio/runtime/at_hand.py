"""What an engine has at hand to speak with: complete weight sets, and the voices in them."""

import dataclasses
from collections.abc import Sequence

from studio.engines.card import Card
from studio.engines.contract import Asked, Preset
from studio.engines.registry import engine_class
from studio.runtime.revision import model_revision
from studio.runtime.rosters import Rosters
from studio.runtime.weights import WeightsFound, WeightStore


class AtHand:
    """Looks up weight sets and voices; starts nothing.

    Args:
        weights: finds complete sets.
        rosters: the voices that services told of.
    """

    def __init__(self, weights: WeightStore, rosters: Rosters) -> None:
        self._weights = weights
        self._rosters = rosters
        self._presets: dict[tuple[str, str], list[Preset]] = {}

    def complete(self, card: Card) -> list[WeightsFound]:
        """What could be loaded: every complete set, or the one that stands for the others."""
        if card.sets_serve == "each" and card.weights:
            return self._weights.complete(card)
        found = self._weights.locate(card)
        return [found] if isinstance(found, WeightsFound) else []

    def required(self, card: Card, sets: Sequence[str]) -> list[WeightsFound]:
        """These sets, or without names what could be loaded.

        Raises:
            NotFound: the card has no such set.
            Unavailable: ``weight_set_missing`` or ``weights_missing``.
        """
        if card.sets_serve == "each" and sets:
            return [self._weights.require(card, name) for name in dict.fromkeys(sets)]
        return self.complete(card) or [self._weights.require(card)]

    def needed(self, engine: str, sets: Sequence[str], asked: Asked) -> list[WeightsFound]:
        """What a request needs: these sets, or without names what the engine itself says.

        Raises:
            The same as :meth:`required`.
        """
        kind = engine_class(engine)
        found = self.required(kind.card, sets)
        if sets or kind.card.sets_serve == "any" or not kind.card.weights:
            return found
        at_hand = frozenset(weights.set_name for weights in found)
        names = kind.checkpoints(dataclasses.replace(asked, sets=at_hand))
        return self.required(kind.card, names) if names else found[:1]

    def voices(self, engine: str, weights: Sequence[WeightsFound]) -> list[Preset]:
        """Of all these sets and of the engine's service, no id twice."""
        found: dict[str, Preset] = {}
        for one in weights:
            key = (engine, one.revision)
            if key not in self._presets:
                self._presets[key] = list(engine_class(engine).presets(one.folder))
            for preset in self._presets[key]:
                found.setdefault(preset.id, preset)
        for preset in self._rosters.get(engine):
            found.setdefault(preset.id, preset)
        return list(found.values())


def revision(card: Card, weights: Sequence[WeightsFound]) -> str:
    """Which model speaks with these weights."""
    return model_revision(card, [found.revision for found in weights])
