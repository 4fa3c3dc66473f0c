"""Drawing the next screen: from a frozen study and counts to what a rater hears, by chance."""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from studio.listening.sides import first_is_a
from studio.statistics.sampling import chances
from studio.studies.protocols import MUSHRA_MOST, Kind
from studio.studies.rating.frozen import Frozen, Recording
from studio.studies.rating.screens import Past, Role, Screen, Slot
from studio.studies.rating.tallies import Pair, Tallies


class NothingToDraw(Exception):
    """The study has no such screen (any more)."""


class Draw:
    """Draws the screens of one study.

    Args:
        study: what may be drawn.
        tallies: what was, by everybody.
        chance: unpredictable.
    """

    def __init__(
        self, study: Frozen, tallies: Tallies, chance: random.Random | None = None
    ) -> None:
        self._study = study
        self._tallies = tallies
        self._chance = chance or random.SystemRandom()

    def screen(self, kind: Kind, past: Past, refused: frozenset[Any] = frozenset()) -> Screen:
        """Draw a screen of a kind, but no repeat.

        Args:
            kind: training, main, identical or attention.
            past: of the rater.
            refused: keys of screens that could not be made.

        Raises:
            NothingToDraw: see there.
        """
        if self._study.protocol.takes == 2:  # noqa: PLR2004 (A and B)
            return self._two(kind, past, refused)
        if self._study.protocol.takes == 1:
            return self._one(kind, past, refused)
        return self._all(kind, past, refused)

    def _two(self, kind: Kind, past: Past, refused: frozenset[Any]) -> Screen:
        if kind in ("identical", "attention"):
            return self._one_take_twice(kind, past, refused)
        texts = {
            pair: left
            for pair, found in self._study.pairs.items()
            if (left := [text for text in found if (pair, text) not in refused])
        }
        fresh = {
            pair: left
            for pair, found in texts.items()
            if (left := [text for text in found if not past.pairs[pair, text]])
        }
        texts = fresh or texts
        if not texts:
            raise NothingToDraw
        pair = self._pair(list(texts), adaptive=kind == "main")
        text = self._least(
            texts[pair],
            lambda one: (past.pairs[pair, one], self._tallies.pair_texts[pair, one]),
            lambda one: past.texts[one],
        )
        lead = past.lead[pair[0]] - past.lead[pair[1]]
        first = first_is_a(self._tallies.leads[pair], lead, self._below)
        one, other = pair if first else pair[::-1]
        sides = _item("a", text, one), _item("b", text, other)
        return self._with_x(Screen(kind, text, sides, (pair, text)), past)

    def _pair(self, pairs: list[Pair], *, adaptive: bool) -> Pair:
        plan, protocol = self._study.plan, self._study.protocol
        if not adaptive:
            return self._chance.choice(pairs)
        if plan.sampling == "uniform" or protocol.reference == "equal":
            return self._least(pairs, lambda pair: self._tallies.pairs[pair])
        conditions = self._study.conditions
        place = {condition: at for at, condition in enumerate(conditions)}
        allowed = np.zeros((len(place), len(place)), dtype=np.bool_)
        for one, other in pairs:
            allowed[place[one], place[other]] = allowed[place[other], place[one]] = True
        found = chances(*self._tallies.tables(conditions), allowed=allowed)
        drawn = self._chance.choices(range(len(found.probability)), found.probability.tolist())[0]
        return conditions[found.first[drawn]], conditions[found.second[drawn]]

    def _one_take_twice(self, kind: Kind, past: Past, refused: frozenset[Any]) -> Screen:
        """The same take as A and B; for attention one of them spoilt."""
        text, condition = self._item(past, refused)
        a, b = _item("a", text, condition), _item("b", text, condition)
        if kind == "identical":
            return self._with_x(Screen(kind, text, (a, b), (text, condition)), past)
        worse = self._chance.choice("ab")
        spoilt = _anchor(worse, [text, condition], "spoilt")
        sides = (spoilt, b) if worse == "a" else (a, spoilt)
        right: Mapping[str, Any] = {"choice": "b" if worse == "a" else "a"}
        if self._study.protocol.answer == "score":
            right = {"score_sign": 1 if worse == "a" else -1}
        return self._with_x(Screen(kind, text, sides, (text, condition), right), past)

    def _with_x(self, screen: Screen, past: Past) -> Screen:
        """Put X before A and B, where the protocol has one."""
        a, b = screen.slots
        if self._study.protocol.reference == "recording":
            conditions = [(one.source.get("item") or one.source["anchor"])[1] for one in (a, b)]
            return replace(screen, slots=(self._x(screen.text, *conditions), a, b))
        if self._study.protocol.reference == "equal":
            equal = a if first_is_a(past.first, 0, self._below) else b
            x = replace(equal, slot="x", role="reference")
            return replace(screen, slots=(x, a, b), check={"choice": equal.slot})
        return screen

    def _x(self, text: int, *conditions: int) -> Slot:
        """A recording of the speaker, rather not of the text that the takes say."""
        found: Sequence[Recording] = self._study.of_speaker(*conditions)
        if not found:
            raise NothingToDraw
        others = [one for one in found if one.text != text]
        return Slot("x", "reference", {"reference": self._chance.choice(others or found).id})

    def _one(self, kind: Kind, past: Past, refused: frozenset[Any]) -> Screen:
        item = text, condition = self._item(past, refused)
        take = _item("1", text, condition)
        if self._study.protocol.reference == "none":
            if kind != "attention":
                return Screen(kind, text, (take,), item)
            spoilt = _anchor("1", [text, condition], "spoilt")
            return Screen(kind, text, (spoilt,), item, {"score_at_most": 2})
        x = self._x(text, condition)
        if kind != "attention":
            return Screen(kind, text, (x, take), item)
        # Whether spoilt speech is like somebody has no right answer; the speaker is like themself.
        same = Slot("1", "hidden_reference", x.source)
        return Screen(kind, text, (x, same), item, {"score_at_least": 4})

    def _item(self, past: Past, refused: frozenset[Any]) -> tuple[int, int]:
        """A text and a condition that this rater, and then everybody, heard least."""
        study = self._study
        items = [one for one in study.takes if one not in refused and one[0] in study.texts]
        if study.protocol.reference == "recording":
            items = [one for one in items if study.of_speaker(one[1])]
        if not items:
            raise NothingToDraw
        return self._least(
            items,
            lambda one: (past.items[one] > 0, past.conditions[one[1]]),
            lambda one: (past.items[one], past.texts[one[0]]),
            lambda one: self._tallies.items[one],
        )

    def _all(self, kind: Kind, past: Past, refused: frozenset[Any]) -> Screen:
        study = self._study
        texts = [text for text in study.texts if text not in refused]
        if not texts:
            raise NothingToDraw
        heard = past.counted if kind == "main" else past.texts
        text = self._least(texts, lambda one: heard[one], lambda one: self._tallies.texts[one])
        hidden = study.hidden(text)
        stimuli = [_item("", *item) for item in study.takes if item[0] == text]
        room = MUSHRA_MOST - (hidden is not None) - study.plan.low_anchor
        if len(stimuli) > room:
            stimuli = self._chance.sample(stimuli, room)
        takes = list(stimuli)
        if hidden is not None:
            stimuli.append(Slot("", "hidden_reference", {"reference": hidden.id}))
        if study.plan.low_anchor:
            of = {"reference": hidden.id} if hidden else self._chance.choice(takes).source["item"]
            stimuli.append(_anchor("", of, "anchor"))
        if kind == "attention":  # one stimulus more would mark the screen: one of them is spoilt
            worse = stimuli[-1] if study.plan.low_anchor else self._chance.choice(takes)
            of = worse.source.get("anchor") or worse.source["item"]
            stimuli[stimuli.index(worse)] = _anchor("", of, "spoilt")
        self._chance.shuffle(stimuli)
        slots = [replace(one, slot=str(at)) for at, one in enumerate(stimuli, 1)]
        check = next(({"below_others": one.slot} for one in slots if one.role == "spoilt"), None)
        if hidden is not None:
            slots.insert(0, Slot("x", "reference", {"reference": hidden.id}))
        return Screen(kind, text, tuple(slots), text, check)

    def _least(self, among: Sequence[Any], *keys: Callable[[Any], Any]) -> Any:
        """One of those with the smallest keys, by chance."""
        ranks = [tuple(key(one) for key in keys) for one in among]
        least = min(ranks)
        return self._chance.choice(
            [one for one, rank in zip(among, ranks, strict=True) if rank == least]
        )

    def _below(self, number: int) -> int:
        return self._chance.randrange(number)


def _item(name: str, text: int, condition: int) -> Slot:
    return Slot(name, "condition", {"item": [text, condition]}, condition)


def _anchor(name: str, of: Any, role: Role) -> Slot:
    return Slot(name, role, {"anchor": of})
