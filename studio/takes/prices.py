"""What a take costs: characters times the price that is valid now."""

import math
from collections.abc import Mapping
from typing import Any

from studio.engines.card import Card, Price
from studio.engines.contract import Usage
from studio.takes.views import Cost

_MILLION = 1_000_000
_ISO_4217 = 3


class Prices:
    """Prices of engines: the setting's, else their cards'.

    Args:
        setting: ``STUDIO_PRICES``, by engine name, each with the fields of a card's price.

    Raises:
        ValueError: a price cannot be read; better at start than on an invoice.
    """

    def __init__(self, setting: Mapping[str, Mapping[str, Any]]) -> None:
        self._own = {engine: Price.model_validate(price) for engine, price in setting.items()}
        for engine, price in self._own.items():
            if len(price.currency) != _ISO_4217:
                raise ValueError(f"the currency of {engine} is no ISO 4217 code: {price.currency}")
            for rate in (price.per_million_characters, *price.by_model.values()):
                if not 0 <= rate < math.inf:
                    raise ValueError(f"no price per_million_characters of {engine}: {rate}")

    def of(self, card: Card) -> Price | None:
        """An engine's price; ``None``: it costs nothing, as far as the studio knows."""
        return self._own.get(card.name, card.price)


def estimate(price: Price | None, text: str, options: Mapping[str, Any]) -> Cost | None:
    """What a text will cost, a character counted as one; a service may count otherwise."""
    return None if price is None else _cost(price, len(text), str(options.get("model", "")))


def charged(price: Price | None, usage: Usage, options: Mapping[str, Any]) -> Cost:
    """What a service's own count comes to; without an amount where no price is known."""
    if price is None:
        return Cost(characters=usage.characters)
    return _cost(price, usage.characters, usage.model or str(options.get("model", "")))


def _cost(price: Price, characters: int, model: str) -> Cost:
    rate = price.by_model.get(model, price.per_million_characters)
    return Cost(
        characters=characters,
        amount=round(characters * rate / _MILLION, 8),
        currency=price.currency,
        per_million_characters=rate,
        as_of=price.as_of,
        source=price.source,
    )
