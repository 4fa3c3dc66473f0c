"""AB, AXY and CCR: the board of ratings, the win matrix, ties, and what came first."""

from typing import Any

import numpy as np

from studio.statistics import board as rate
from studio.statistics.board import Board
from studio.statistics.clustered import Estimate, mean, share
from studio.statistics.holm import holm
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
        scale, listed = "comparison", _scored(rows, listed)
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


def _scored(rows: Comparisons, listed: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """CCR: how much better than the others it was paired with a condition is, on the scale."""
    for row in listed:
        mine = (rows.first == row["position"]) | (rows.second == row["position"])
        row["design_effect"] = None
        if not mine.any():
            continue
        turned = np.where(rows.first == row["position"], rows.value, -rows.value)[mine]
        found = mean(turned, rows.rater[mine], rows.text[mine])
        row.update(interval(found, "value", -_SCALE, _SCALE))
        row["naive_low"] = number(max(-_SCALE, found.naive_low))
        row["naive_high"] = number(min(_SCALE, found.naive_high))
        row["design_effect"] = number(found.design_effect)
        row["median"], row["q1"], row["q3"] = (
            number(float(end)) for end in np.quantile(turned, [0.5, 0.25, 0.75])
        )
        row["distribution"] = [int((turned == score).sum()) for score in range(-3, 4)]
    rated = [row for row in listed if row["votes"]]
    for row in rated:
        row["rank"] = 1 + sum(
            other["low"] is not None
            and row["high"] is not None
            and other["low"] > row["high"]
            and other["component"] == row["component"]
            for other in rated
        )
    return sorted(listed, key=lambda row: (row["component"], -(row["value"] or -9), row["label"]))


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


def first_position(rows: Comparisons) -> dict[str, Any] | None:
    """How often what was heard first was chosen, of answers that were no tie."""
    centre = 0.0 if rows.scored else 0.5
    decisive = rows.value != centre
    if not decisive.any():
        return None
    chosen = (rows.value[decisive] > centre).astype(np.float64)
    found = share(chosen, rows.rater[decisive], rows.text[decisive])
    return {**interval(found), "decisive": int(decisive.sum()), "p": number(p_value(found, 0.5))}
