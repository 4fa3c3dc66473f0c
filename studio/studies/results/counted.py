"""The answers that count, as arrays: comparisons of two conditions, or values of single ones."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from studio.statistics.votes import Votes
from studio.studies.dataset import Answered, Dataset, Slot

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

REFERENCE, ANCHOR = -1, -2
"""Stand for a position where a MUSHRA screen had no condition."""
_CHOSEN = {"a": 1.0, "b": 0.0, "tie": 0.5}


@dataclass(frozen=True, eq=False)
class Comparisons:
    """Answers that set one condition against another, one row each.

    Attributes:
        first, second: positions of what was in places A and B, never equal in a row, shape (n,).
        value: for AB and AXY the share of A: 1, 0 or 0.5 for a tie; for CCR how much better A was
            than B, -3 to 3.
        rater, text: codes, (n,); `raters` names the former, texts are positions.
        answers: where each row comes from.
    """

    first: Ints
    second: Ints
    value: Floats
    rater: Ints
    text: Ints
    raters: tuple[str, ...]
    answers: tuple[Answered, ...]

    def __len__(self) -> int:
        return len(self.first)

    def between(self, one: int, other: int) -> tuple[NDArray[np.bool_], Floats]:
        """Rows of one pair, and the value seen from `one`, for those rows."""
        forward = (self.first == one) & (self.second == other)
        rows = forward | ((self.first == other) & (self.second == one))
        turned = forward[rows]
        return rows, np.where(turned, self.value[rows], self.mirrored[rows])

    @property
    def mirrored(self) -> Floats:
        """Values seen from the second condition."""
        top = 0.0 if self.scored else 1.0
        return top - self.value

    @property
    def scored(self) -> bool:
        """Whether values are scores about nought and not shares about one half."""
        return bool(self.answers) and "score" in self.answers[0].answer

    def pairs(self) -> list[tuple[int, int]]:
        """Pairs that were compared, the smaller position first, in order."""
        low, high = np.minimum(self.first, self.second), np.maximum(self.first, self.second)
        return sorted(set(zip(low.tolist(), high.tolist(), strict=True)))

    def votes(self, labels: Mapping[int, str]) -> Votes:
        """As votes between labels, texts named by `item`; a score counts by its sign."""
        centre = 0.0 if self.scored else 0.5
        return Votes.from_labels(
            left=[labels[one] for one in self.first.tolist()],
            right=[labels[one] for one in self.second.tolist()],
            outcome=np.sign(self.value - centre).astype(int).tolist(),
            rater=[self.raters[one] for one in self.rater.tolist()],
            item=[item(one) for one in self.text.tolist()],
            conditions=list(labels.values()),
        )


@dataclass(frozen=True, eq=False)
class Ratings:
    """Values of single stimuli, one row each.

    Attributes:
        position: of the condition; `REFERENCE` and `ANCHOR` for what is none, (n,).
        value: on the scale, (n,).
        rater, text, screen: codes, (n,); `raters` names the first, texts are positions, and rows of
            one screen have the same number.
    """

    position: Ints
    value: Floats
    rater: Ints
    text: Ints
    screen: Ints
    raters: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.position)

    def of(self, position: int) -> NDArray[np.bool_]:
        """Rows of one condition."""
        return self.position == position


def item(text: int) -> str:
    """The name of a text in exports and in the hash of votes: ``001``, ``002``, ….

    A text's own words would do, but two texts may be alike.
    """
    return f"{text + 1:03d}"


def counted(data: Dataset, without: Collection[str] = ()) -> tuple[Answered, ...]:
    """Answers to main screens of everybody who is not left out."""
    return tuple(one for one in data.of_kind("main") if one.rater not in without)


def comparisons(answers: Iterable[Answered]) -> Comparisons:
    """Answers of AB, AXY and CCR as comparisons; screens of equal conditions are left out."""
    kept = [one for one in answers if one.slot("a").condition != one.slot("b").condition]
    names, rater = _codes([one.rater for one in kept])
    if kept and "score" in kept[0].answer:
        value = [-float(one.answer["score"]) for one in kept]
    else:
        value = [_CHOSEN[one.answer["choice"]] for one in kept]
    return Comparisons(
        first=_ints(one.slot("a").condition for one in kept),
        second=_ints(one.slot("b").condition for one in kept),
        value=np.array(value, dtype=np.float64),
        rater=rater,
        text=_ints(one.text for one in kept),
        raters=names,
        answers=tuple(kept),
    )


def ratings(answers: Iterable[Answered]) -> Ratings:
    """Answers of ACR, SMOS and MUSHRA, a row for each stimulus that was rated."""
    rows: list[tuple[int, float, str, int, int]] = []
    for screen, one in enumerate(answers):
        if "scores" in one.answer:
            rows += [
                (stimulus(one.slot(name)), float(value), one.rater, one.text, screen)
                for name, value in one.answer["scores"].items()
            ]
        else:
            heard = next(slot for slot in one.slots if slot.name != "x")
            rows.append((stimulus(heard), float(one.answer["score"]), one.rater, one.text, screen))
    names, rater = _codes([row[2] for row in rows])
    return Ratings(
        position=_ints(row[0] for row in rows),
        value=np.array([row[1] for row in rows], dtype=np.float64),
        rater=rater,
        text=_ints(row[3] for row in rows),
        screen=_ints(row[4] for row in rows),
        raters=names,
    )


def stimulus(slot: Slot) -> int:
    """What a slot was: a condition's position, `REFERENCE` or `ANCHOR`."""
    if slot.condition is not None:
        return slot.condition
    return REFERENCE if slot.role == "reference" else ANCHOR


def _codes(labels: list[str]) -> tuple[tuple[str, ...], Ints]:
    names = tuple(sorted(set(labels)))
    place = {name: index for index, name in enumerate(names)}
    return names, _ints(place[label] for label in labels)


def _ints(values: Iterable[int | None]) -> Ints:
    return np.array([-9 if one is None else one for one in values], dtype=np.int64)
