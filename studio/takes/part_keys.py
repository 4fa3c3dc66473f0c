"""The key of a take and those of its parts: a part's is that of a take of its text alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from studio.audio import join
from studio.engines.card import Card
from studio.takes.key import take_key
from studio.takes.parts import Part, divided

PART_SEEDS = "part_seeds"
"""In a take's ``request``: seeds of parts that were redone, by their number as text."""


@dataclass(frozen=True)
class KeyedPart:
    """A part, the seed it is spoken with, and the key of its sound."""

    part: Part
    seed: int
    key: str


@dataclass(frozen=True)
class Keys:
    """A take's key, and what it is made of where it is rendered in parts."""

    take: str
    parts: tuple[KeyedPart, ...] = ()
    """Empty: it is rendered as a whole."""


def keys_of(
    card: Card, kind: str, request: Mapping[str, Any], *, text: str, language: str, **facts: str
) -> Keys:
    """The keys of a take.

    Args:
        card: of its engine.
        kind: of its speaker: ``preset``, ``closest``, ``clone`` or ``designed``.
        request: ``instruction``, ``options``, ``seed`` and, of a take with redone parts,
            :data:`PART_SEEDS`.
        text: what is spoken.
        language: ISO 639 code.
        facts: ``engine``, ``model_revision`` and ``speaker``, as :func:`take_key` wants them.
    """
    same: dict[str, Any] = {
        **facts,
        "language": language,
        "instruction": request["instruction"],
        "options": request["options"],
    }
    seed = int(request["seed"])
    parts = divided(text, language, card, kind)
    if len(parts) == 1:
        return Keys(take_key(**same, text=text, seed=seed))
    redone: Mapping[str, int] = request.get(PART_SEEDS) or {}
    keyed = []
    for number, part in enumerate(parts):
        own = int(redone.get(str(number), seed))
        keyed.append(KeyedPart(part, own, take_key(**same, text=part.text, seed=own)))
    made_of: list[tuple[str | int, ...]] = [(join.VERSION,)]
    made_of += [(one.part.text, one.part.ending, one.seed) for one in keyed]
    return Keys(take_key(**same, text=text, seed=seed, parts=made_of), tuple(keyed))
