"""One screen of a study: what lies in which slot, and what a rater was served before it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from studio.studies.protocols import Kind
from studio.studies.rating.tallies import Pair, taken

Role = Literal["condition", "reference", "hidden_reference", "anchor", "spoilt"]


@dataclass(frozen=True, slots=True)
class Slot:
    """One place of a screen.

    Attributes:
        slot: ``a``, ``b``, ``x`` or a number.
        role: ``reference`` is the open X; what an answer is about are the others.
        source: ``{"item": [text, condition]}``, ``{"reference": id}`` or ``{"anchor": …}``.
        condition: position, where a condition is heard.
    """

    slot: str
    role: Role
    source: Mapping[str, Any]
    condition: int | None = None


@dataclass(frozen=True, slots=True)
class Screen:
    """What one rater hears at once.

    Attributes:
        key: what is not to be drawn again for this screen, should it prove impossible to make.
        check: the right answer, where there is one (`studio.studies.checks`).
        repeat_of: token of the screen that it mirrors.
    """

    kind: Kind
    text: int
    slots: tuple[Slot, ...]
    key: Any = None
    check: Mapping[str, Any] | None = None
    repeat_of: str | None = None


@dataclass(frozen=True)
class Past:
    """What this rater was served so far, checks and training included.

    Attributes:
        texts: how often each text.
        counted: how often each text in a screen that counts.
        items: how often each ``(text, condition)``; not in training, which may not keep a screen
            that counts from coming.
        pairs: how often each pair of conditions on each text; not in training.
        conditions: how often each condition in a screen that counts.
        lead: how often each condition was A, less how often it was B.
        first: ABX: how often X was A, less how often it was B.
    """

    texts: Counter[int] = field(default_factory=Counter)
    counted: Counter[int] = field(default_factory=Counter)
    items: Counter[tuple[int, int]] = field(default_factory=Counter)
    pairs: Counter[tuple[Pair, int]] = field(default_factory=Counter)
    conditions: Counter[int] = field(default_factory=Counter)
    lead: Counter[int] = field(default_factory=Counter)
    first: int = 0

    @classmethod
    def of(cls, screens: Sequence[tuple[str, int, Sequence[Mapping[str, Any]]]]) -> "Past":
        """From screens as they are kept: kind, text, slots."""
        past, first = cls(), 0
        for kind, text, slots in screens:
            heard = taken(slots)
            past.texts[text] += 1
            if kind != "training":
                past.items.update((text, one) for one in set(heard))
            if kind == "main":
                past.counted[text] += 1
                past.conditions.update(heard)
            if {"a", "b"} <= {one["slot"] for one in slots} and len(heard) > 1:
                past.pairs[(min(heard), max(heard)), text] += kind != "training"
                past.lead[heard[0]] += 1
                past.lead[heard[1]] -= 1
                x = next((one["source"] for one in slots if one["slot"] == "x"), None)
                a = next(one["source"] for one in slots if one["slot"] == "a")
                first += 1 if x == a else -1
        return replace(past, first=first)


def mirrored(
    token: str, text: int, slots: Sequence[Mapping[str, Any]], check: Mapping[str, Any] | None
) -> Screen:
    """The same stimuli again: A and B change sides, several stand in the opposite order.

    Args:
        token: of the screen that is repeated.
        text: its own.
        slots: its own, as they are kept.
        check: its own; of ABX the letter changes with the sides.
    """
    names = [one["slot"] for one in slots if one["slot"] != "x"]
    turned = dict(zip(names, reversed(names), strict=True))
    found = {
        turned.get(one["slot"], "x"): Slot(
            turned.get(one["slot"], "x"), one["role"], one["source"], one["condition"]
        )
        for one in slots
    }
    right = {"choice": turned[check["choice"]]} if check else None
    return Screen("repeat", text, tuple(found[one["slot"]] for one in slots), None, right, token)
