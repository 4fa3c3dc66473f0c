"""Raters who favour one condition more than everyone else's votes explain: taste, or stuffing.

For each rater Davidson's model is fitted to the votes of everyone else. How often the rater should
then have chosen a condition has an exact distribution (a sum of independent wins, ties and losses),
and the test is one-sided: only favouring is looked for. Honest people differ in taste, so a rater's
excess must also stand out from the spread of excesses, estimated from their quartiles.

Stuffers pull the model towards themselves and widen that spread, so it begins without everybody who
is suspicious (p < 0.01 were there no tastes); then all are judged anew without those flagged, until
the same raters are flagged twice.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from studio.statistics.bootstrap import Tally, statistics_of, tally
from studio.statistics.davidson import Fit, maximise
from studio.statistics.votes import Ordered, Votes, ordered

LEVEL = 0.005
_ROUNDS = 12
_FEWEST = 4
_SUSPECT = 0.01
_FEW_RATERS = 8
_APART = 2000
_QUARTILES = 1.3489795003921634  # of a standard normal, third less first
_ENOUGH = 1.0  # votes' variance that says something of a rater's taste
_MOST_TASTE, _HALVINGS = 4.0, 40
_CROWD_LEVEL = 0.05

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Favour:
    """The condition a rater leans to most.

    rater: code or label, as the votes have it. votes: of this rater with that condition.
    chosen: how often it was chosen, a tie counting half; expected: by everyone else's votes.
    p: of so much favouring or more, over all conditions (Bonferroni).
    flagged: whether p is below the level.
    """

    rater: str
    condition: str
    votes: int
    chosen: float
    expected: float
    p: float
    flagged: bool


@dataclass(frozen=True)
class Crowd:
    """A condition that more raters lean to than chance explains.

    leaning: raters with p below 0.05 for it, of `raters`; p: of so many or more (binomial, over
        all conditions by Bonferroni).
    """

    condition: str
    leaning: int
    raters: int
    p: float


@dataclass(frozen=True)
class Favouring:
    """Every rater's leaning, flagged ones first, and conditions with a crowd behind them.

    taste: standard deviation of honest raters' own log strengths, as estimated.
    """

    raters: tuple[Favour, ...]
    crowds: tuple[Crowd, ...]
    taste: float
    level: float


def favouring(votes: Votes, level: float = LEVEL) -> Favouring:
    """Judge every rater.

    Args:
        votes: of a pairwise test; raters may be labelled.
        level: chance to flag an honest rater, at most.
    """
    rows = ordered(votes)
    if not len(rows):
        return Favouring((), (), 0.0, level)
    labels = _labels(votes)
    everyone: NDArray[np.bool_] = np.zeros(rows.raters, dtype=np.bool_)
    flagged = _judge(rows, everyone, level).leaning_alone < _SUSPECT
    judged = _judge(rows, flagged, level)
    for _ in range(_ROUNDS):
        if np.array_equal(judged.flagged, flagged):
            break
        flagged = judged.flagged
        judged = _judge(rows, flagged, level)
    raters = [
        Favour(
            rater=labels[rater],
            condition=rows.conditions[judged.most[rater]],
            votes=int(judged.votes[rater, judged.most[rater]]),
            chosen=float(judged.chosen[rater, judged.most[rater]]),
            expected=float(judged.expected[rater, judged.most[rater]]),
            p=float(judged.p[rater]),
            flagged=bool(judged.flagged[rater]),
        )
        for rater in np.lexsort((np.arange(rows.raters), judged.p))
    ]
    return Favouring(tuple(raters), _crowds(rows, judged), judged.taste, level)


def one_sided(first_chosen: Sequence[int], decisive: Sequence[int]) -> tuple[float, ...]:
    """For each rater, p of choosing one position so much more often than the other (binomial).

    Args:
        first_chosen: how often the first position was chosen.
        decisive: of how many answers that were no tie.
    """
    from scipy.stats import binomtest

    return tuple(
        float(binomtest(int(chosen), int(of)).pvalue) if of else 1.0
        for chosen, of in zip(first_chosen, decisive, strict=True)
    )


@dataclass(frozen=True, eq=False)
class _Judged:
    """Tables by rater and condition, (r, k), and by rater, (r,)."""

    votes: Floats
    chosen: Floats
    expected: Floats
    leaning: Floats
    """p of each rater's leaning to each condition."""
    most: Ints
    p: Floats
    flagged: NDArray[np.bool_]
    taste: float
    leaning_alone: Floats
    """Smallest p of each rater were there no tastes."""


def _labels(votes: Votes) -> list[str]:
    used = np.unique(votes.rater).tolist()
    return sorted(votes.raters[code] for code in used) if votes.raters else [str(c) for c in used]


def _judge(rows: Ordered, outside: NDArray[np.bool_], level: float) -> _Judged:
    """Judge all raters by a fit without those outside, and without each rater's own votes."""
    k = len(rows.conditions)
    fit = _without_own(rows, outside)
    gap = fit.theta[rows.rater, rows.left] - fit.theta[rows.rater, rows.right]
    up = np.exp(gap / 2)
    total = up + 1 / up + fit.nu[rows.rater]
    win, tie = up / total, fit.nu[rows.rater] / total
    score = win + tie / 2
    variance = win + tie / 4 - score**2
    left, right = rows.rater * k + rows.left, rows.rater * k + rows.right

    def table(at_left: Floats, at_right: Floats) -> Floats:
        size = rows.raters * k
        summed = np.bincount(left, at_left, size) + np.bincount(right, at_right, size)
        return np.asarray(summed.reshape(rows.raters, k))

    one, half = np.ones(len(rows)), (rows.outcome + 1) / 2
    votes = table(one, one)
    chosen = table(half, 1 - half)
    expected = table(score, 1 - score)
    spread = table(variance, variance)
    inside = ~outside if (~outside).sum() >= _FEW_RATERS else np.ones_like(outside)
    taste = _taste((chosen - expected)[inside], spread[inside])
    exact = _exact(rows, win, tie, chosen)
    leaning = np.maximum(exact, _beside_taste(chosen - expected, spread, taste))
    leaning[votes < _FEWEST] = 1.0
    tested = np.maximum((votes >= _FEWEST).sum(axis=1), 1)
    p = np.minimum(leaning.min(axis=1) * tested, 1.0)
    return _Judged(
        votes=votes,
        chosen=chosen,
        expected=expected,
        leaning=leaning,
        most=leaning.argmin(axis=1),
        p=p,
        flagged=p < level,
        taste=taste,
        leaning_alone=np.where(votes >= _FEWEST, exact, 1.0).min(axis=1),
    )


def _without_own(rows: Ordered, outside: NDArray[np.bool_]) -> Fit:
    """Davidson's model for each rater, from the votes of all others that are not outside."""
    data = tally(rows)
    k, size = len(rows.conditions), 3 * len(data.first)
    own = np.bincount(rows.rater * size + data.row, minlength=rows.raters * size)
    by_rater = own.reshape(rows.raters, size).astype(np.float64)
    inside = by_rater[~outside].sum(axis=0)
    if rows.raters > _APART:  # one of thousands moves nothing
        whole = _fitted(data, inside[None], k)
        theta = np.broadcast_to(whole.theta[0], (rows.raters, k))
        return Fit(theta, np.full(rows.raters, whole.nu[0]), whole.converged, whole.gradient, 0)
    return _fitted(data, inside - by_rater * ~outside[:, None], k)


def _fitted(data: Tally, counts: Floats, k: int) -> Fit:
    return maximise(statistics_of(data, data.by_pair(counts), k))


def _taste(excess: Floats, spread: Floats) -> float:
    """Standard deviation of log strength between raters that makes the excesses standard normal.

    By the quartiles of excess / sd, over all raters and conditions with votes enough.
    """
    known = spread > _ENOUGH
    if known.sum() < _FEW_RATERS:
        return 0.0
    u, v = excess[known], spread[known]

    def wide(tau: float) -> bool:
        low, high = np.quantile(u / np.sqrt(v + tau**2 * v**2), [0.25, 0.75])
        return bool(high - low > _QUARTILES)

    low, high = 0.0, _MOST_TASTE
    if not wide(low):
        return 0.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if wide(middle) else (low, middle)
    return high


def _beside_taste(excess: Floats, spread: Floats, taste: float) -> Floats:
    """One-sided p of each excess, normal, where raters differ by `taste`."""
    from scipy.special import ndtr

    deviation = np.sqrt(spread + taste**2 * spread**2)
    z = np.divide(excess, deviation, out=np.zeros_like(excess), where=deviation > 0)
    return np.asarray(ndtr(-z), dtype=np.float64)


def _exact(rows: Ordered, win: Floats, tie: Floats, chosen: Floats) -> Floats:
    """P(choosing a condition so often or more), for independent votes: by convolution."""
    k = len(rows.conditions)
    out = np.ones((rows.raters, k))
    places: dict[tuple[int, int], list[tuple[float, float]]] = {}
    for rater, a, b, w, t in zip(
        rows.rater.tolist(), rows.left.tolist(), rows.right.tolist(), win, tie, strict=True
    ):
        places.setdefault((rater, a), []).append((w, t))
        places.setdefault((rater, b), []).append((1 - w - t, t))
    for (rater, condition), steps in places.items():
        distribution = np.ones(1)
        for w, t in steps:
            distribution = np.convolve(distribution, (1 - w - t, t, w))
        halves = round(2 * chosen[rater, condition])
        out[rater, condition] = min(1.0, float(distribution[halves:].sum()))
    return out


def _crowds(rows: Ordered, judged: _Judged) -> tuple[Crowd, ...]:
    from scipy.stats import binomtest

    found = []
    for code, name in enumerate(rows.conditions):
        asked = judged.votes[:, code] >= _FEWEST
        leaning = int((judged.leaning[asked, code] < _CROWD_LEVEL).sum())
        if asked.any():
            test = binomtest(leaning, int(asked.sum()), _CROWD_LEVEL, alternative="greater")
            p = min(1.0, float(test.pvalue) * len(rows.conditions))
            found.append(Crowd(name, leaning, int(asked.sum()), p))
    return tuple(sorted(found, key=lambda one: (one.p, one.condition)))
