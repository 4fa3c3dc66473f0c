"""Holm's correction of p-values for making several tests at once."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def holm(p: Sequence[float] | NDArray[np.float64]) -> NDArray[np.float64]:
    """Corrected p-values in the given order, shape (m,): reject where one is at most the level.

    The chance of any false rejection is then at most the level, however the tests depend on each
    other (Holm 1979, Scandinavian Journal of Statistics 6:65-70). A test that could not be made is
    NaN, stays NaN and is not counted.

    Raises ValueError for a p-value outside [0, 1].
    """
    given = np.asarray(p, dtype=np.float64)
    found = np.full(given.shape, np.nan)
    made = np.flatnonzero(~np.isnan(given))
    values = given[made]
    if len(values) and not (values.min() >= 0 and values.max() <= 1):
        raise ValueError("a p-value lies in [0, 1]")
    order = np.argsort(values, kind="stable")
    steps = values[order] * np.arange(len(values), 0, -1)
    found[made[order]] = np.minimum(np.maximum.accumulate(steps), 1.0)
    return found
