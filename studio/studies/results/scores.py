"""ACR, SMOS and MUSHRA: means of every condition, differences between them, distributions."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from studio.statistics.clustered import Estimate, around, mean
from studio.statistics.holm import holm
from studio.studies.dataset import Dataset
from studio.studies.results.counted import ANCHOR, REFERENCE, Floats, Ints, Ratings
from studio.studies.results.figures import interval, number
from studio.studies.results.pairs import p_value

_ROLES = {REFERENCE: "reference", ANCHOR: "anchor"}
_BINS = 10


def standings(rows: Ratings, data: Dataset) -> dict[str, Any]:
    """Means with intervals; hidden reference and anchor stand beside them without a rank."""
    low, high = float(data.protocol.low), float(data.protocol.high)
    positions = [*data.labels, *(one for one in (REFERENCE, ANCHOR) if rows.of(one).any())]
    listed = [_standing(rows, one, data.labels, low, high) for one in positions]
    rated = [row for row in listed if row["role"] == "condition" and row["low"] is not None]
    for row in rated:
        row["rank"] = 1 + sum(other["low"] > row["high"] for other in rated)
    listed.sort(key=lambda row: (-(row["value"] if row["value"] is not None else -1), row["label"]))
    raters, texts = len(np.unique(rows.rater)), len(np.unique(rows.text))
    return {
        "scale": "score" if data.protocol.name == "mushra" else "mean",
        "rows": listed,
        "components": [],
        "clustered_by": [name for name, size in (("rater", raters), ("text", texts)) if size > 1],
        "draws": None,
        "converged": True,
    }


def _standing(
    rows: Ratings, position: int, labels: Mapping[int, str], low: float, high: float
) -> dict[str, Any]:
    mine = rows.of(position)
    role = _ROLES.get(position, "condition")
    found: dict[str, Any] = {
        "position": position if position >= 0 else None,
        "role": role,
        "label": labels.get(position, role),
        "votes": int(mine.sum()),
        "component": 0,
        **dict.fromkeys(
            (
                "value", "low", "high", "naive_low", "naive_high", "rank", "design_effect",
                "median", "q1", "q3", "distribution",
            )
        ),
    }  # fmt: skip
    if not mine.any():
        return found
    value = rows.value[mine]
    about = mean(value, rows.rater[mine], rows.text[mine])
    found.update(interval(about, "value", low, high))
    found["naive_low"] = number(max(low, about.naive_low))
    found["naive_high"] = number(min(high, about.naive_high))
    found["design_effect"] = number(about.design_effect)
    found["median"], found["q1"], found["q3"] = (
        number(float(end)) for end in np.quantile(value, [0.5, 0.25, 0.75])
    )
    if high - low > _BINS:
        edges = np.linspace(low, high, _BINS + 1)
        found["distribution"] = np.histogram(value, edges)[0].tolist()
    else:
        steps = range(int(low), int(high) + 1)
        found["distribution"] = [int((value == step).sum()) for step in steps]
    return found


def difference(rows: Ratings, one: int, other: int) -> Estimate:
    """Mean of one condition less that of another.

    Both means share raters and texts; each answer's influence on the difference enters one sum
    per cluster, so that what a rater's severity or a text's difficulty gives to both cancels.

    Raises:
        ValueError: one of them has no answer.
    """
    mine, theirs = rows.of(one), rows.of(other)
    if not mine.any() or not theirs.any():
        raise ValueError("a difference needs answers on both sides")
    both = mine | theirs
    value = rows.value[mine].mean() - rows.value[theirs].mean()
    influence: Floats = np.where(
        mine[both],
        (rows.value[both] - rows.value[mine].mean()) / mine.sum(),
        -(rows.value[both] - rows.value[theirs].mean()) / theirs.sum(),
    )
    rater: Ints = rows.rater[both]
    return around(float(value), influence, rater, rows.text[both])


def matrix(rows: Ratings, data: Dataset) -> list[dict[str, Any]]:
    """Differences between all conditions, with tests corrected by Holm."""
    positions = [one for one in data.labels if rows.of(one).any()]
    span = float(data.protocol.high - data.protocol.low)
    listed, ps = [], []
    for place, one in enumerate(positions):
        for other in positions[place + 1 :]:
            found = difference(rows, one, other)
            p = p_value(found, 0.0)
            ps.append(p)
            listed.append(
                {
                    "first": one,
                    "second": other,
                    "wins": None,
                    "losses": None,
                    "ties": None,
                    "share": None,
                    "votes": int(rows.of(one).sum() + rows.of(other).sum()),
                    "raters": found.raters,
                    **interval(found, "mean", -span, span),
                    "p": number(float(p)),
                }
            )
    for row, p in zip(listed, holm(ps), strict=True):
        row["p_holm"] = number(float(p))
    return listed
