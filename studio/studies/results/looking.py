"""Confidence sequences of a study that may be looked at at any time: what holds at every look."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from studio.statistics.confidence_sequence import Sequence, interval
from studio.studies.checks import passed
from studio.studies.dataset import Answered, Dataset
from studio.studies.rating.enough import Pair
from studio.studies.results.figures import number
from studio.studies.results.headline import Duel

_CHOSEN = {"a": 1.0, "b": 0.0, "tie": 0.5}


def sequences(data: Dataset, answers: tuple[Answered, ...]) -> dict[Pair, Sequence]:
    """The interval of each pair, at the plan's level shared among the pairs (Bonferroni).

    A share in [0, 1] for the smaller position (ABX: of X found). The unit is a rater's mean, and
    raters under way wait, as in the rule that closes the study (`studio.studies.rating.enough`).
    """
    through = {one.id for one in data.raters if one.finished}
    found: dict[Pair, dict[str, list[float]]] = {}
    positions = list(data.labels)
    for place, one in enumerate(positions):
        found.update({(one, other): {} for other in positions[place + 1 :]})
    for given in answers:
        a, b = given.slot("a").condition, given.slot("b").condition
        if given.rater not in through or a is None or b is None or a == b:
            continue
        value = _value(data, given)
        if a > b and data.protocol.reference != "equal":
            value = 1 - value
        found[min(a, b), max(a, b)].setdefault(given.rater, []).append(value)
    level = 1 - data.plan.stopping.level / max(len(found), 1)
    return {
        pair: interval(np.array([sum(own) / len(own) for own in raters.values()]), level)
        for pair, raters in found.items()
    }


def table(found: Mapping[Pair, Sequence], data: Dataset) -> list[dict[str, Any]]:
    """The pairs as rows of the result."""
    matters = _as_share(data, data.plan.difference)

    def verdict(one: Sequence) -> str:
        if one.low > 0.5:  # noqa: PLR2004 (one half)
            return "first"
        if one.high < 0.5:  # noqa: PLR2004
            return "second"
        near = one.low > 0.5 - matters and one.high < 0.5 + matters
        return "alike" if near else "open"

    return [
        {
            "first": pair[0],
            "second": pair[1],
            "mean": number(one.value),
            "low": number(one.low),
            "high": number(one.high),
            "raters": one.units,
            "decided": verdict(one),
        }
        for pair, one in found.items()
    ]


def at_any_time(duel: Duel, found: Mapping[Pair, Sequence], data: Dataset) -> Duel:
    """A headline's comparison with the interval that holds at every look instead of the usual."""
    pair = (min(duel.first, duel.second), max(duel.first, duel.second))
    one = found[pair]
    ends = (one.value, one.low, one.high)
    if data.protocol.reference != "equal" and pair[0] != duel.first:
        ends = (1 - one.value, 1 - one.high, 1 - one.low)
    if data.protocol.answer == "score":
        span = data.protocol.high - data.protocol.low
        ends = tuple(data.protocol.low + span * end for end in ends)  # type: ignore[assignment]
    value, low, high = ends
    about = replace(duel.found, value=value, low=low, high=high)
    return replace(duel, found=about, p_holm=0.0, raters=one.units)


def _value(data: Dataset, given: Answered) -> float:
    if data.protocol.reference == "equal":
        return float(bool(passed(given.check, given.answer)))
    if "choice" in given.answer:
        return _CHOSEN[given.answer["choice"]]
    span = data.protocol.high - data.protocol.low
    return float(data.protocol.high - given.answer["score"]) / span


def _as_share(data: Dataset, difference: float) -> float:
    span = data.protocol.high - data.protocol.low if data.protocol.answer == "score" else 1
    return min(difference / span, 0.5)
