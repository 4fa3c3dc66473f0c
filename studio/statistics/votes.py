"""Votes of pairwise listening tests as arrays: checked, in one canonical order, with a hash."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]

_OUTCOMES = 3
_KEY_BITS = 62


@dataclass(frozen=True, eq=False)
class Votes:
    """Answers to pairwise trials (AB, AXY), one row a vote.

    left, right: condition codes in [0, len(conditions)), shape (n,), never equal in a row.
    outcome: 1 the left one won, -1 the right one won, 0 a tie; shape (n,).
    rater, item: codes >= 0 of who voted and on which text; shape (n,).
    conditions: the names the codes stand for. A condition without a vote may be listed.
    raters, items: the labels behind `rater` and `item`, or empty when the codes are all there is.
        Names and labels are distinct.

    Raises ValueError when a row breaks one of these rules.
    """

    left: NDArray[np.int32]
    right: NDArray[np.int32]
    outcome: NDArray[np.int8]
    rater: NDArray[np.int32]
    item: NDArray[np.int32]
    conditions: tuple[str, ...]
    raters: tuple[str, ...] = ()
    items: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "conditions", tuple(self.conditions))
        for labels in (self.conditions, self.raters, self.items):
            if len(set(labels)) != len(labels):
                raise ValueError("names must be distinct")
        everyone = {"left": self.conditions, "right": self.conditions}
        named = {**everyone, "rater": self.raters, "item": self.items}
        for field in ("left", "right", "outcome", "rater", "item"):
            column = _column(field, getattr(self, field), named.get(field, ()), field in everyone)
            if len(column) != len(self.left):
                raise ValueError("left, right, outcome, rater and item must be equally long")
            object.__setattr__(self, field, column)
        if np.any(self.left == self.right):
            raise ValueError("a condition cannot be compared with itself")

    def __len__(self) -> int:
        return len(self.left)

    @classmethod
    def from_labels(  # noqa: PLR0913 - a vote has five columns
        cls,
        *,
        left: Sequence[str],
        right: Sequence[str],
        outcome: Sequence[int],
        rater: Sequence[str],
        item: Sequence[str],
        conditions: Sequence[str] = (),
    ) -> "Votes":
        """Code labelled votes. Codes follow the sorted labels, so they never depend on row order.

        conditions: further names to list, for conditions nobody has voted on yet.
        """
        names = sorted({*left, *right, *conditions})
        raters, items = sorted(set(rater)), sorted(set(item))

        def code(labels: Sequence[str], among: list[str]) -> NDArray[np.int32]:
            position = {label: index for index, label in enumerate(among)}
            return np.array([position[label] for label in labels], dtype=np.int32)

        return cls(
            left=code(left, names),
            right=code(right, names),
            outcome=np.array(list(outcome), dtype=np.int8),
            rater=code(rater, raters),
            item=code(item, items),
            conditions=tuple(names),
            raters=tuple(raters),
            items=tuple(items),
        )


@dataclass(frozen=True, eq=False)
class Ordered:
    """The same votes in canonical order: by rater, text, pair and outcome; conditions by name.

    left, right, outcome, rater, item: int64, shape (n,), as in `Votes` but recoded: `rater` and
    `item` are dense codes in [0, raters) and [0, items).
    digest: SHA-256, in hexadecimal, of the labelled votes in this order.
    """

    left: Ints
    right: Ints
    outcome: Ints
    rater: Ints
    item: Ints
    conditions: tuple[str, ...]
    raters: int
    items: int
    digest: str

    def __len__(self) -> int:
        return len(self.left)


def ordered(votes: Votes) -> Ordered:
    """Put votes in the one order every later computation uses, and hash them.

    Two containers that hold the same votes have the same digest, whatever the order of their rows,
    the numbering of their labels or the conditions listed without a vote.
    """
    by_name = sorted(range(len(votes.conditions)), key=lambda code: votes.conditions[code])
    recode = np.empty(len(by_name), dtype=np.int64)
    recode[by_name] = np.arange(len(by_name))
    conditions = tuple(votes.conditions[code] for code in by_name)

    rater_labels, rater = _dense(votes.rater, votes.raters)
    item_labels, item = _dense(votes.item, votes.items)
    columns = (
        rater,
        item,
        recode[votes.left],
        recode[votes.right],
        votes.outcome.astype(np.int64) + 1,
    )
    sizes = (len(rater_labels), len(item_labels), len(conditions), len(conditions), _OUTCOMES)
    rows = _sorted_rows(columns, sizes)
    rater, item, left, right, shifted = rows
    return Ordered(
        left=left,
        right=right,
        outcome=shifted - 1,
        rater=rater,
        item=item,
        conditions=conditions,
        raters=len(rater_labels),
        items=len(item_labels),
        digest=_digest(conditions, rater_labels, item_labels, rows),
    )


def _column(
    field: str, given: NDArray[np.integer], labels: tuple[str, ...], closed: bool
) -> NDArray[np.integer]:
    """One column of `Votes`, checked. closed: no labels means that no code is allowed."""
    column = np.asarray(given)
    if column.ndim != 1 or (column.size and column.dtype.kind not in "iu"):
        raise ValueError(f"{field} must be a one-dimensional array of integers")
    if not column.size:
        return column.astype(np.int8 if field == "outcome" else np.int32)
    low, high = int(column.min()), int(column.max())
    if field == "outcome":
        if low < -1 or high > 1:
            raise ValueError("outcome must be 1, -1 or 0")
        return column.astype(np.int8)
    limit = len(labels) if labels or closed else 2**31
    if low < 0 or high >= limit:
        raise ValueError(f"{field} holds a code that stands for nothing")
    return column.astype(np.int32)


def _dense(codes: NDArray[np.int32], labels: tuple[str, ...]) -> tuple[list[str] | list[int], Ints]:
    """The labels in use (the codes where there are none), ascending, and each row's position."""
    if len(codes) and codes.max() < 4 * len(codes) + 1024:
        used = np.flatnonzero(np.bincount(codes))
        position = np.zeros(int(codes.max()) + 1, dtype=np.int64)
        position[used] = np.arange(len(used))
        inverse = position[codes]
    else:
        used, found = np.unique(codes, return_inverse=True)
        inverse = found.astype(np.int64)
    if not labels:
        return used.tolist(), inverse
    by_label = sorted(range(len(used)), key=lambda index: labels[used[index]])
    recode = np.empty(len(used), dtype=np.int64)
    recode[by_label] = np.arange(len(used))
    return [labels[used[index]] for index in by_label], recode[inverse]


def _digest(
    conditions: tuple[str, ...],
    raters: list[str] | list[int],
    items: list[str] | list[int],
    rows: list[Ints],
) -> str:
    """SHA-256 of the labels in use, as JSON, and of the rows that refer to them, as int32."""
    rater, item, left, right, outcome = rows
    met = np.bincount(np.concatenate([left, right]), minlength=len(conditions)) > 0
    position = np.cumsum(met) - 1
    header = {
        "columns": ["rater", "item", "left", "right", "outcome + 1"],
        "conditions": [name for name, voted in zip(conditions, met, strict=True) if voted],
        "items": items,
        "raters": raters,
        "votes": len(left),
    }
    digest = hashlib.sha256(json.dumps(header, sort_keys=True).encode())
    for column in (rater, item, position[left], position[right], outcome):
        digest.update(column.astype("<i4").tobytes())
    return digest.hexdigest()


def _sorted_rows(columns: tuple[Ints, ...], sizes: tuple[int, ...]) -> list[Ints]:
    """Rows in ascending order, the first column counting most. columns[i] is in [0, sizes[i])."""
    if sum(max(size - 1, 0).bit_length() for size in sizes) > _KEY_BITS:
        order = np.lexsort(columns[::-1])
        return [column[order] for column in columns]
    # One packed key sorts several times faster than five columns, and carries the rows itself.
    key = np.zeros(len(columns[0]), dtype=np.int64)
    for column, size in zip(columns, sizes, strict=True):
        key *= max(size, 1)
        key += column
    key.sort()
    rows: list[Ints] = []
    for size in reversed(sizes):
        key, column = np.divmod(key, max(size, 1))
        rows.append(column)
    return rows[::-1]
