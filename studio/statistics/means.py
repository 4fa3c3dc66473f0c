"""Mean opinion scores of conditions, with intervals that allow for raters and texts."""

import math
from dataclasses import dataclass, replace

import numpy as np

from studio.statistics.clustered import LEVEL, Estimate, mean
from studio.statistics.scores import Scores


@dataclass(frozen=True)
class Mean:
    """What a condition was given.

    estimate: mean with its intervals, on the scale; None without a score.
    sd: standard deviation of the scores (n - 1); None below two of them.
    median, q1, q3: quartiles of the scores; None without one.
    distribution: how often each value was given, by value.
    rank: 1 + the conditions whose interval lies wholly above; None without a score.
    """

    condition: str
    estimate: Estimate | None
    sd: float | None
    median: float | None
    q1: float | None
    q3: float | None
    distribution: tuple[tuple[float, int], ...]
    rank: int | None


def means(
    scores: Scores, *, scale: tuple[float, float] | None = None, level: float = LEVEL
) -> tuple[Mean, ...]:
    """Means of all conditions, in the order of `scores.conditions` (ITU-T P.800.2 asks for both).

    scale: its two ends, for instance (1, 5): intervals end there, which is all that is known from
        a single answer. Without it a single answer's interval is infinite.

    The interval is of `clustered`: the two-way variance of Cameron, Gelbach and Miller with t
    quantiles. It speaks of raters and texts like these, not only of these.
    """
    found = [_mean(scores, code, scale, level) for code in range(len(scores.conditions))]
    ends = [one.estimate for one in found]

    def rank(own: Estimate | None) -> int | None:
        if own is None:
            return None
        return 1 + sum(other is not None and other.low > own.high for other in ends)

    return tuple(replace(one, rank=rank(one.estimate)) for one in found)


def _mean(scores: Scores, code: int, scale: tuple[float, float] | None, level: float) -> Mean:
    rows = scores.condition == code
    value = scores.value[rows]
    name = scores.conditions[code]
    if not len(value):
        return Mean(name, None, None, None, None, None, (), None)
    estimate = mean(value, scores.rater[rows], scores.item[rows], level)
    if scale is not None:
        estimate = within(estimate, *scale)
    q1, median, q3 = np.quantile(value, [0.25, 0.5, 0.75])
    given, times = np.unique(value, return_counts=True)
    return Mean(
        condition=name,
        estimate=estimate,
        sd=float(value.std(ddof=1)) if len(value) > 1 else None,
        median=float(median),
        q1=float(q1),
        q3=float(q3),
        distribution=tuple(zip(given.tolist(), times.tolist(), strict=True)),
        rank=None,
    )


def within(estimate: Estimate, low: float, high: float) -> Estimate:
    """The estimate with its interval's ends kept on a scale."""

    def kept(end: float) -> float:
        return low if math.isnan(end) else min(max(end, low), high)

    return replace(
        estimate,
        low=kept(estimate.low),
        high=kept(estimate.high),
        naive_low=kept(estimate.naive_low),
        naive_high=kept(estimate.naive_high),
    )
