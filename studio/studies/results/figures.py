"""Numbers of a result as plain JSON: rounded alike everywhere, nothing infinite."""

import math
from collections.abc import Mapping
from typing import Any

from studio.statistics.clustered import Estimate

DECIMALS = 6
"""Far above what differs between two processors, so that the same answers give the same result."""


def number(value: float | None) -> float | None:
    """A rounded number; ``None`` for what is none."""
    if value is None or not math.isfinite(value):
        return None
    rounded = round(float(value), DECIMALS)
    return 0.0 if rounded == 0 else rounded


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


def rounded(values: Mapping[str, Any]) -> dict[str, Any]:
    """The same values with every float rounded, at any depth."""
    return {key: _rounded(value) for key, value in values.items()}


def _rounded(value: Any) -> Any:
    if isinstance(value, bool | int | str) or value is None:
        return value
    if isinstance(value, float):
        return number(value)
    if isinstance(value, Mapping):
        return rounded(value)
    if isinstance(value, list | tuple):
        return [_rounded(one) for one in value]
    return value
