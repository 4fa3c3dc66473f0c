"""ACR, SMOS and MUSHRA: means of every condition, differences between them, distributions."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from studio.statistics.clustered import mean
from studio.statistics.mushra import friedman
from studio.statistics.paired import Difference
from studio.statistics.scores import Scores
from studio.studies.dataset import Dataset
from studio.studies.results.counted import ANCHOR, REFERENCE, Ints, Ratings
from studio.studies.results.figures import interval, number

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


def table(rows: Ratings, data: Dataset) -> Scores:
    """The conditions' scores for the statistics, a code for each position in order."""
    mine = rows.position >= 0
    return Scores(
        value=rows.value[mine],
        condition=_dense(rows.position[mine], tuple(data.labels)),
        rater=rows.rater[mine],
        item=rows.text[mine],
        conditions=tuple(data.labels.values()),
        raters=rows.raters,
    )


def matrix(found: tuple[Difference, ...], rows: Ratings, data: Dataset) -> list[dict[str, Any]]:
    """Differences between all conditions, first less second, with tests corrected by Holm."""
    place = {label: position for position, label in data.labels.items()}
    span = float(data.protocol.high - data.protocol.low)
    listed = []
    for one in found:
        first, second = place[one.first], place[one.second]
        estimate = dict.fromkeys(("mean", "low", "high"))
        if one.estimate is not None:
            estimate = interval(one.estimate, "mean", -span, span)
        listed.append(
            {
                "first": first,
                "second": second,
                "wins": None,
                "losses": None,
                "ties": None,
                "share": None,
                "votes": int(rows.of(first).sum() + rows.of(second).sum()),
                "raters": one.raters,
                **estimate,
                "p": number(one.p),
                "p_holm": number(one.p_holm),
            }
        )
    return listed


def tests(found: tuple[Difference, ...], scores: Scores, data: Dataset) -> dict[str, Any]:
    """Further tests of the same differences; for MUSHRA those of BS.1534-3 as well.

    ``rows``: paired t and Wilcoxon tests of raters' means. ``omnibus``: Friedman's test.
    ``mixed`` is computed later.
    """
    place = {label: position for position, label in data.labels.items()}
    rows = [
        {
            "first": place[one.first],
            "second": place[one.second],
            "raters": one.raters,
            "t_p": number(one.t_p),
            "t_holm": number(one.t_holm),
            "wilcoxon_p": number(one.wilcoxon_p),
            "wilcoxon_holm": number(one.wilcoxon_holm),
        }
        for one in found
    ]
    omnibus = None
    overall = friedman(scores)
    if overall is not None:
        omnibus = {
            "name": "friedman",
            "statistic": number(overall.statistic),
            "freedom": overall.freedom,
            "p": number(overall.p),
            "raters": overall.blocks,
            "concordance": number(overall.concordance),
        }
    return {"rows": rows, "omnibus": omnibus, "mixed": None}


def _dense(positions: Ints, order: tuple[int, ...]) -> Ints:
    code = {position: place for place, position in enumerate(order)}
    return np.array([code[one] for one in positions.tolist()], dtype=np.int64)
