"""Krippendorff's alpha: how far raters agree, beyond what their habits would give by chance.

Krippendorff (2019), Content Analysis, 4th edition, chapter 12:

    alpha = 1 - D_o / D_e,

where D_o is the mean difference of two raters about the same unit, each value weighing the same
however many rated its unit, and D_e the mean difference of any two values. 1 is agreement without
exception, 0 is chance, below 0 is disagreement on purpose.

Resampled raters come several times, and a rater always agrees with their own copy, so values of
copies are never compared: D_o weighs every other rater by how often they were drawn. Left in, such
pairs would raise every draw.
"""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from studio.statistics.votes import Votes

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Metric = Literal["nominal", "ordinal", "interval", "ratio"]

DRAWS = 500
SEED = 1970
LEVEL = 0.95

_MIN = 2


@dataclass(frozen=True)
class Agreement:
    """Alpha with its interval.

    alpha: at most 1; None where no unit has two raters or all values are the same.
    low, high: ends of the interval that allows for raters and for units; None without alpha or
        where there is only one unit.
    units, raters, values: with something to compare: units of two raters or more.
    """

    alpha: float | None
    low: float | None
    high: float | None
    metric: Metric
    units: int
    raters: int
    values: int


def agreement(  # noqa: PLR0913 - the bootstrap has its own three
    value: Floats,
    rater: Ints,
    unit: Ints,
    metric: Metric,
    *,
    cluster: Ints | None = None,
    draws: int = DRAWS,
    seed: int = SEED,
    level: float = LEVEL,
) -> Agreement:
    """Alpha of values given by raters to units.

    value: shape (n,); >= 0 for the metric "ratio". rater, unit: codes, (n,). A rater's first value
        of a unit counts, further ones do not.
    metric: nominal (the same or not), ordinal (ranks), interval (squared difference), ratio.
    cluster: code of what a unit belongs to, (n,), for instance its text: units of one cluster are
        resampled together. None: each unit alone.
    draws: bootstrap draws of the raters and as many of the units.

    The interval adds two uncertainties as independent ones are added: the distances of the
    percentile bootstrap over raters and of that over units, each widened by t quantile / normal
    quantile for few clusters. Noise of a single answer is in both, so the interval is rather too
    wide.

    Raises ValueError for an unknown metric or columns of different length.
    """
    if metric not in ("nominal", "ordinal", "interval", "ratio"):
        raise ValueError(f"unknown metric {metric!r}")
    group = unit if cluster is None else cluster
    if not len(value) == len(rater) == len(unit) == len(group):
        raise ValueError("value, rater, unit and cluster must be equally long")
    data = _table(np.asarray(value, np.float64), rater, unit, group, metric)
    if not len(data.value):
        return Agreement(None, None, None, metric, 0, 0, 0)
    alpha = data.alpha(np.ones(data.raters), np.ones(data.clusters))
    low = high = None
    if not math.isnan(alpha):
        low, high = _interval(data, alpha, draws, seed, level)
    return Agreement(
        alpha=None if math.isnan(alpha) else alpha,
        low=low,
        high=high,
        metric=metric,
        units=data.units,
        raters=data.raters,
        values=len(data.value),
    )


def agreement_of_votes(
    votes: Votes, *, draws: int = DRAWS, seed: int = SEED, level: float = LEVEL
) -> Agreement:
    """Nominal alpha of pairwise votes: do raters choose the same of a text's two takes, or tie?

    Which of a pair is called the first is arbitrary, so every unit is taken both ways round and
    chance is the same for either side. units: pairs of takes that two raters or more compared.
    """
    k = len(votes.conditions)
    left, right = votes.left.astype(np.int64), votes.right.astype(np.int64)
    first = np.where(left < right, votes.outcome, -votes.outcome).astype(np.float64)
    pair = np.minimum(left, right) * k + np.maximum(left, right)
    unit = 2 * (votes.item.astype(np.int64) * k * k + pair)
    # Canonical order first: whose vote of two on the same unit counts must not hang on row order.
    order = np.lexsort((first, unit, votes.rater))
    first, unit = first[order], unit[order]
    rater, text = votes.rater[order].astype(np.int64), votes.item[order].astype(np.int64)
    found = agreement(
        np.concatenate([first, -first]),
        np.tile(rater, 2),
        np.concatenate([unit, unit + 1]),
        "nominal",
        cluster=np.tile(text, 2),
        draws=draws,
        seed=seed,
        level=level,
    )
    return Agreement(
        found.alpha,
        found.low,
        found.high,
        found.metric,
        found.units // 2,
        found.raters,
        found.values // 2,
    )


@dataclass(frozen=True, eq=False)
class _Table:
    """Values of units that two raters or more rated; codes without gaps, (n,) each.

    code: of the value among the sorted `domain`. cluster: of each unit, (units,).
    """

    value: Floats
    code: Ints
    domain: Floats
    rater: Ints
    unit: Ints
    cluster: Ints
    metric: Metric

    @property
    def raters(self) -> int:
        return int(self.rater.max()) + 1

    @property
    def units(self) -> int:
        return len(self.cluster)

    @property
    def clusters(self) -> int:
        return int(self.cluster.max()) + 1

    def alpha(self, drawn_raters: Floats, drawn_clusters: Floats) -> float:
        """Alpha when raters and clusters of units count as often as drawn; NaN if undefined."""
        weight = drawn_raters[self.rater]
        times = drawn_clusters[self.cluster]
        total = np.bincount(self.unit, weights=weight, minlength=self.units).astype(np.float64)
        others = total[self.unit] - weight
        paired = (others > 0) & (weight > 0)
        counted = np.where(paired, weight * times[self.unit], 0.0)
        of_value = np.bincount(self.code, counted, len(self.domain)).astype(np.float64)
        size = counted.sum()
        pairs = size**2 - (counted * weight * paired).sum()
        if pairs <= 0:
            return math.nan
        within, among = self._differences(weight, total, of_value)
        chance = among / pairs
        if chance <= 0:
            return math.nan
        np.divide(counted, others, out=counted, where=paired)
        return float(1 - (counted * within).sum() / size / chance)

    def _differences(self, weight: Floats, total: Floats, of_value: Floats) -> tuple[Floats, float]:
        """Differences of each value from its unit's, weighted, (n,); and those among all values."""
        size, m = len(self.domain), of_value.sum()
        if self.metric in ("nominal", "ratio"):
            place = self.unit * size + self.code
            counts = np.bincount(place, weights=weight, minlength=self.units * size)
            if self.metric == "nominal":
                return total[self.unit] - counts[place], float(m**2 - (of_value**2).sum())
            either = self.domain[:, None] + self.domain[None, :]
            apart = self.domain[:, None] - self.domain[None, :]
            ratio = np.divide(apart, either, out=np.zeros_like(apart), where=either != 0) ** 2
            within = (counts.reshape(-1, size) @ ratio).ravel()[place]
            return within, float(of_value @ ratio @ of_value)
        scale = self.domain
        if self.metric == "ordinal":
            # The ordinal difference is that of the mean ranks of two values among all values.
            scale = np.cumsum(of_value) - of_value / 2
        scale = scale - (scale @ of_value) / m
        x = scale[self.code]
        first = np.bincount(self.unit, weights=weight * x, minlength=self.units)[self.unit]
        second = np.bincount(self.unit, weights=weight * x * x, minlength=self.units)[self.unit]
        within = total[self.unit] * x * x - 2 * x * first + second
        return within, float(2 * m * (of_value @ scale**2))


def _table(value: Floats, rater: Ints, unit: Ints, cluster: Ints, metric: Metric) -> _Table:
    _, first = np.unique(np.stack([unit, rater]), axis=1, return_index=True)
    rows = np.sort(first)
    _, unit_of, times = np.unique(unit[rows], return_inverse=True, return_counts=True)
    rows = rows[times[unit_of] >= _MIN]
    if metric == "ratio" and len(rows) and value[rows].min() < 0:
        raise ValueError("a ratio scale has no values below 0")
    domain, code = np.unique(value[rows], return_inverse=True)
    _, start, unit_of = np.unique(unit[rows], return_index=True, return_inverse=True)
    return _Table(
        value=value[rows],
        code=code,
        domain=domain,
        rater=np.unique(rater[rows], return_inverse=True)[1],
        unit=unit_of,
        cluster=np.unique(cluster[rows][start], return_inverse=True)[1],
        metric=metric,
    )


def _interval(
    data: _Table, alpha: float, draws: int, seed: int, level: float
) -> tuple[float | None, float | None]:
    from scipy.special import ndtri, stdtrit

    rng = np.random.Generator(np.random.PCG64(seed))
    below = above = 0.0
    everyone, everything = np.ones(data.raters), np.ones(data.clusters)
    if data.clusters < _MIN:
        return None, None
    tail = (1 - level) / 2
    for raters in (True, False):
        size = data.raters if raters else data.clusters
        times = rng.multinomial(size, np.full(size, 1 / size), size=draws).astype(np.float64)
        drawn = np.array(
            [data.alpha(one, everything) if raters else data.alpha(everyone, one) for one in times]
        )
        drawn = drawn[~np.isnan(drawn)]
        if not len(drawn):
            return None, None
        low, high = np.quantile(drawn, [tail, 1 - tail])
        wider = float(stdtrit(size - 1, tail) / ndtri(tail)) * math.sqrt(size / (size - 1))
        below += (wider * min(low - alpha, 0.0)) ** 2
        above += (wider * max(high - alpha, 0.0)) ** 2
    return alpha - math.sqrt(below), min(1.0, alpha + math.sqrt(above))
