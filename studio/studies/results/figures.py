"""Numbers of a result as plain JSON: rounded alike everywhere, nothing infinite."""

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from studio.statistics.clustered import Estimate

DECIMALS = 6
"""Far above what differs between two processors, so that the same answers give the same result."""


def number(value: float | None) -> float | None:
    """A rounded number; ``None`` for what is none."""
    if value is None or not math.isfinite(value):
        return None
    rounded = round(float(value), DECIMALS)
    return 0.0 if rounded == 0 else rounded


def mirrored(found: Estimate) -> Estimate:
    """A difference seen from the other side."""
    return replace(
        found,
        value=-found.value,
        low=-found.high,
        high=-found.low,
        naive_low=-found.naive_high,
        naive_high=-found.naive_low,
    )


def interval(
    found: Estimate, name: str = "share", low: float = -math.inf, high: float = math.inf
) -> dict[str, Any]:
    """An estimate with the ends of its interval, cut to the ends of its scale.

    Args:
        found: the estimate.
        name: what its value is called.
        low: lower end of the scale.
        high: upper end of the scale.
    """
    return {
        name: number(found.value),
        "low": number(max(low, found.low)),
        "high": number(min(high, found.high)),
    }


def plain(value: Any) -> Any:
    """The same structure with numbers of Python instead of numpy's, floats rounded."""
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float):
        return number(value)
    if isinstance(value, Mapping):
        return {key: plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    return value
