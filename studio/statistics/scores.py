"""Answers on a scale (ACR, SMOS, MUSHRA) as arrays: checked, in one canonical order."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Scores:
    """One row for each scored stimulus.

    value: on the scale, finite, shape (n,).
    condition: codes in [0, len(conditions)), (n,).
    rater, item: codes >= 0 of who scored and on which text, (n,).
    conditions, raters, items: the labels behind the codes; the last two may be empty.

    Rows are put into canonical order (rater, item, condition, value), so that results do not depend
    on the order they came in, to the last bit.

    Raises ValueError when a row breaks one of these rules.
    """

    value: Floats
    condition: Ints
    rater: Ints
    item: Ints
    conditions: tuple[str, ...]
    raters: tuple[str, ...] = ()
    items: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        value = np.asarray(self.value, dtype=np.float64)
        codes = [np.asarray(of, dtype=np.int64) for of in (self.condition, self.rater, self.item)]
        if value.ndim != 1 or any(code.shape != value.shape for code in codes):
            raise ValueError("value, condition, rater and item must be equally long columns")
        if not np.isfinite(value).all():
            raise ValueError("scores must be finite numbers")
        limits = [len(self.conditions), len(self.raters), len(self.items)]
        for code, limit, bounded in zip(codes, limits, (True, False, False), strict=True):
            if len(code) and (code.min() < 0 or ((bounded or limit) and code.max() >= limit)):
                raise ValueError("a code has no name")
        order = np.lexsort((value, codes[0], codes[2], codes[1]))
        object.__setattr__(self, "value", value[order])
        for name, code in zip(("condition", "rater", "item"), codes, strict=True):
            object.__setattr__(self, name, code[order])
        for name in ("conditions", "raters", "items"):
            object.__setattr__(self, name, tuple(getattr(self, name)))

    def __len__(self) -> int:
        return len(self.value)

    @classmethod
    def from_labels(
        cls,
        *,
        value: Sequence[float] | Floats,
        condition: Sequence[str],
        rater: Sequence[str],
        item: Sequence[str],
        conditions: Sequence[str] = (),
    ) -> "Scores":
        """Code labelled scores. Codes follow the sorted labels, so they never depend on row order.

        conditions: further names to list, for conditions nobody has scored yet.
        """

        def coded(labels: Sequence[str], more: Sequence[str] = ()) -> tuple[Ints, tuple[str, ...]]:
            names = sorted({*labels, *more})
            position = {name: index for index, name in enumerate(names)}
            return np.array([position[one] for one in labels], dtype=np.int64), tuple(names)

        conditions_of, names = coded(condition, conditions)
        raters_of, raters = coded(rater)
        items_of, items = coded(item)
        values = np.asarray(value, dtype=np.float64)
        return cls(values, conditions_of, raters_of, items_of, names, raters, items)

    def keep(self, rows: NDArray[np.bool_]) -> "Scores":
        """The rows where `rows`, shape (n,), is true; names and codes stay."""
        return Scores(
            self.value[rows],
            self.condition[rows],
            self.rater[rows],
            self.item[rows],
            self.conditions,
            self.raters,
            self.items,
        )
