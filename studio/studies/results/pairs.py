"""AB, AXY and CCR: the board of ratings, the win matrix, ties, and what came first."""

from typing import Any

import numpy as np

from studio.statistics import board as rate
from studio.statistics.board import Board
from studio.statistics.clustered import Estimate, mean, share
from studio.statistics.comparison import Comparison, comparison
from studio.statistics.holm import holm
from studio.statistics.position import first_position as of_first
from studio.studies.dataset import Dataset
from studio.studies.results.counted import Comparisons
from studio.studies.results.figures import interval, number

_SCALE = 3.0


def standings(rows: Comparisons, data: Dataset, draws: int) -> tuple[dict[str, Any], Board]:
    """The board: ratings of AB and AXY in points, for CCR mean scores against the others.

    Returns:
        ``{"scale", "rows", "components", "clustered_by", "draws", "converged"}``, and the board of
        votes that it stands on (for CCR by the sign of the scores).
    """
    found = rate(rows.votes(data.labels), draws=draws)
    place = {label: position for position, label in data.labels.items()}
    listed = [
        {
            "position": place[one.condition],
            "role": "condition",
            "label": one.condition,
            "value": one.rating,
            "low": one.low,
            "high": one.high,
            "naive_low": one.naive_low,
            "naive_high": one.naive_high,
            "rank": one.rank,
            "votes": one.votes,
            "component": one.component,
            "design_effect": one.design_effect,
            "median": None,
            "q1": None,
            "q3": None,
            "distribution": None,
        }
        for one in found.standings
    ]
    scale = "points"
    if rows.scored:
        scale, listed = "comparison", _scored(rows, listed, compared(rows, data))
    components = [
        {
            "conditions": sorted(place[name] for name in one.conditions),
            "votes": one.votes,
            "identified": one.identified,
        }
        for one in found.components
    ]
    return {
        "scale": scale,
        "rows": listed,
        "components": components,
        "clustered_by": list(found.clustered_by),
        "draws": found.draws,
        "converged": found.converged,
    }, found


def _scored(
    rows: Comparisons, listed: list[dict[str, Any]], found: Comparison
) -> list[dict[str, Any]]:
    """CCR: the worth of each condition on the scale of the scores, instead of points."""
    worths = {one.condition: one for one in found.worths}
    for row in listed:
        worth = worths.get(row["label"])
        mine = (rows.first == row["position"]) | (rows.second == row["position"])
        row.update(dict.fromkeys(("value", "low", "high", "naive_low", "naive_high", "rank")))
        row["design_effect"] = None
        if worth is None or worth.estimate is None:
            continue
        about = worth.estimate
        row.update(interval(about, "value", -_SCALE, _SCALE))
        row["naive_low"] = number(max(-_SCALE, about.naive_low))
        row["naive_high"] = number(min(_SCALE, about.naive_high))
        row["design_effect"] = number(about.design_effect)
        row["rank"] = worth.rank
        turned = np.where(rows.first == row["position"], rows.value, -rows.value)[mine]
        row["median"], row["q1"], row["q3"] = (
            number(float(end)) for end in np.quantile(turned, [0.5, 0.25, 0.75])
        )
        row["distribution"] = [int((turned == score).sum()) for score in range(-3, 4)]
    return sorted(
        listed,
        key=lambda row: (
            row["component"],
            row["value"] is None,
            -(row["value"] or 0.0),
            row["label"],
        ),
    )


def compared(rows: Comparisons, data: Dataset) -> Comparison:
    """A CCR test's pairs and worths."""
    order = {position: place for place, position in enumerate(data.labels)}
    return comparison(
        np.array([order[one] for one in rows.first.tolist()], dtype=np.int64),
        np.array([order[one] for one in rows.second.tolist()], dtype=np.int64),
        -rows.value,  # how B compares with A
        rows.rater,
        rows.text,
        conditions=tuple(data.labels.values()),
    )


def estimate(rows: Comparisons, one: int, other: int, level: float = 0.95) -> Estimate:
    """One condition against another by their direct meetings: share of votes, or mean score.

    Raises:
        ValueError: they never met.
    """
    mine, value = rows.between(one, other)
    measure = mean if rows.scored else share
    return measure(value, rows.rater[mine], rows.text[mine], level)


def matrix(rows: Comparisons) -> list[dict[str, Any]]:
    """Every pair that met, seen from the smaller position, with its test corrected by Holm."""
    listed, ps = [], []
    for one, other in rows.pairs():
        mine, value = rows.between(one, other)
        centre = 0.0 if rows.scored else 0.5
        found = estimate(rows, one, other)
        p = p_value(found, centre)
        ps.append(p)
        wins, losses = int((value > centre).sum()), int((value < centre).sum())
        said = (
            {"mean": number(found.value), "share": None}
            if rows.scored
            else {"share": number(found.value), "mean": None}
        )
        end = _SCALE if rows.scored else 1.0
        listed.append(
            {
                "first": one,
                "second": other,
                "wins": wins,
                "losses": losses,
                "ties": int(mine.sum()) - wins - losses,
                "votes": int(mine.sum()),
                "raters": found.raters,
                **said,
                "low": number(max(-end if rows.scored else 0.0, found.low)),
                "high": number(min(end, found.high)),
                "p": number(float(p)),
            }
        )
    for row, p in zip(listed, holm(ps), strict=True):
        row["p_holm"] = number(float(p))
    return listed


def p_value(found: Estimate, centre: float) -> float:
    """Of a mean so far from `centre` or farther: t with the interval's degrees of freedom.

    A share's interval is Wilson's, so its test is made with the variance at the centre.
    """
    from scipy.special import stdtr

    if found.answers <= 1:
        return 1.0
    gap, se = abs(found.value - centre), found.se
    if centre:  # a share: n* answers of variance 1/4 at one half
        spread = found.value * (1 - found.value)
        size = (
            spread / se**2
            if se > 0 and spread > 0
            else float(min((n for n in (found.raters, found.texts) if n > 1), default=1))
        )
        se = 0.5 / max(size, 1e-12) ** 0.5
    if se <= 0:
        return 1.0 if gap == 0 else 0.0
    return float(2 * stdtr(max(found.freedom, 1.0), -gap / se))


def ties(rows: Comparisons) -> dict[str, Any]:
    """How often no difference was answered."""
    centre = 0.0 if rows.scored else 0.5
    tied = (rows.value == centre).astype(np.float64)
    found = share(tied, rows.rater, rows.text)
    by_rater = np.bincount(rows.rater, tied) / np.maximum(np.bincount(rows.rater), 1)
    return {
        "ties": int(tied.sum()),
        "votes": len(rows),
        **interval(found),
        "by_rater": sorted(number(float(one)) or 0.0 for one in by_rater),
    }


def first_position(rows: Comparisons, data: Dataset) -> dict[str, Any] | None:
    """How often what was heard first was chosen, of answers that were no tie."""
    found = of_first(rows.votes(data.labels))
    if found is None:
        return None
    return {**interval(found), "decisive": found.answers, "p": number(p_value(found, 0.5))}
