"""What a benchmark returns: figures by name, each with its unit and, where it has one, its goal."""

from typing import Any, TypeAlias

Figures: TypeAlias = dict[str, dict[str, Any]]


def figure(
    value: float, unit: str, *, most: float | None = None, least: float | None = None
) -> dict[str, Any]:
    """One figure: ``{"value", "unit"}`` and, with a bound, ``{"goal", "met"}``."""
    fact: dict[str, Any] = {"value": value, "unit": unit}
    if most is not None:
        fact |= {"goal": f"≤ {most:g}", "met": value <= most}
    if least is not None:
        fact |= {"goal": f"≥ {least:g}", "met": value >= least}
    return fact
