"""Intervals of a mean or a share whose answers share raters and texts.

Answers of one rater resemble each other, and so do answers about one text: both factors are crossed
samples. Variances are the two-way estimator of Cameron, Gelbach and Miller (2011), JBES 29:238-249,

    V = V_rater + V_text - V_answer,

each V the sum over its clusters of the squared total influence of the cluster. Quantiles are of
Student's t with Satterthwaite's degrees of freedom (1946, Biometrics Bulletin 2:110-114), because
V_rater and V_text are estimated from as many squares as there are raters and texts.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

LEVEL = 0.95


@dataclass(frozen=True)
class Variance:
    """Sampling variance of one estimate.

    clustered: allowing for raters and texts. naive: as if every answer were independent.
    freedom: degrees of freedom of `clustered`, at least 1.
    """

    clustered: float
    naive: float
    freedom: float

    @property
    def design_effect(self) -> float:
        """How many times as many answers it takes as if they were independent, at least 1."""
        return max(1.0, self.clustered / self.naive) if self.naive > 0 else 1.0


@dataclass(frozen=True)
class Estimate:
    """A mean, a share or a difference with its intervals.

    low, high: ends of the interval that allows for raters and texts; infinite (or the ends of the
        scale, for a share) where a single answer says nothing about its own spread.
    naive_low, naive_high: ends as if every answer were independent.
    se: clustered standard error. freedom: its degrees of freedom.
    design_effect: clustered variance over naive, at least 1.
    answers, raters, texts: what it stands on.
    """

    value: float
    low: float
    high: float
    naive_low: float
    naive_high: float
    se: float
    freedom: float
    design_effect: float
    answers: int
    raters: int
    texts: int


def variance(influence: Floats, rater: Ints, text: Ints, weight: Floats | None = None) -> Variance:
    """Variance of an estimate that is a sum of influences of its answers.

    influence: what each answer moved the estimate by, shape (n,), summing to about zero; for a mean
        (value - mean) / n.
    rater, text: codes >= 0 of each answer, (n,).
    weight: how much each answer counts, for the effective number of clusters; equal if None.

    A factor with one cluster says nothing about others of its kind and is left out; where both
    have one, the answers are taken as independent. The result is never below the estimate from
    either factor alone, nor below the naive one: a smaller one is luck of the draw.
    """
    n = len(influence)
    share = np.full(n, 1 / max(n, 1)) if weight is None else weight / max(weight.sum(), 1e-300)
    effective = 1 / float((share**2).sum()) if n else 1.0
    naive = float((influence**2).sum()) * effective / max(effective - 1, 1e-300) if n > 1 else 0.0
    parts = [
        _factor(influence, share, np.unique(code, return_inverse=True)[1]) for code in (rater, text)
    ]
    known = [part for part in parts if part is not None]
    if not known:
        return Variance(naive, naive, max(effective - 1, 1.0))
    total = sum(squares for squares, _ in known)
    if len(known) == len(parts):
        total -= naive
    # A factor whose answers do not resemble each other adds no doubt of its own.
    doubt = naive**2 / max(effective - 1, 1.0)
    doubt += sum(squares**2 / clusters for squares, clusters in known if squares > naive)
    found = max(total, naive)
    return Variance(found, naive, max(found**2 / doubt, 1.0) if doubt > 0 else effective - 1)


def mean(values: Floats, rater: Ints, text: Ints, level: float = LEVEL) -> Estimate:
    """The mean of answers on a scale with its interval.

    values: shape (n,), n >= 1. rater, text: codes >= 0, (n,). level: of the interval, in (0, 1).

    Raises ValueError without an answer.
    """
    if not len(values):
        raise ValueError("a mean needs an answer")
    value = float(np.mean(values))
    return around(value, (values - value) / len(values), rater, text, level=level)


def around(  # noqa: PLR0913 - an influence has three keys
    value: float,
    influence: Floats,
    rater: Ints,
    text: Ints,
    *,
    level: float = LEVEL,
    weight: Floats | None = None,
) -> Estimate:
    """An estimate with t intervals from its influences; see `variance`."""
    from scipy.special import stdtrit

    found = variance(influence, rater, text, weight)
    n, tail = len(influence), (1 + level) / 2
    half = float(stdtrit(found.freedom, tail)) * math.sqrt(found.clustered)
    naive = float(stdtrit(n - 1, tail)) * math.sqrt(found.naive) if n > 1 else math.inf
    half = math.inf if n <= 1 else half
    return Estimate(
        value=value,
        low=value - half,
        high=value + half,
        naive_low=value - naive,
        naive_high=value + naive,
        se=math.sqrt(found.clustered),
        freedom=found.freedom,
        design_effect=found.design_effect,
        answers=n,
        raters=len(np.unique(rater)),
        texts=len(np.unique(text)),
    )


def share(values: Floats, rater: Ints, text: Ints, level: float = LEVEL) -> Estimate:
    """A share of answers in [0, 1] with its interval: Wilson's, with the effective sample.

    values: 1 for, 0 against, 0.5 for a tie, shape (n,), n >= 1; rater, text: codes >= 0, (n,).

    Wilson's (1927) score interval solves |p - share| <= z sqrt(p (1 - p) / n). Here n becomes
    n* = share (1 - share) / V and z the quantile of t, as Korn and Graubard (1998, Survey
    Methodology 24:193-201) do for shares from cluster samples. So the interval stays inside
    [0, 1], and ties, which vary less than coin tosses, narrow it. Where all answers are equal
    nothing can be learnt about clustering: n* is then the number of raters (or of texts, if
    those are fewer and more than one).

    Raises ValueError without an answer or for values outside [0, 1].
    """
    if not len(values):
        raise ValueError("a share needs an answer")
    if values.min() < 0 or values.max() > 1:
        raise ValueError("values of a share must lie between 0 and 1")
    from scipy.special import ndtri, stdtrit

    n, value = len(values), float(np.mean(values))
    influence = (values - value) / n
    found = variance(influence, rater, text)
    raters, texts = len(np.unique(rater)), len(np.unique(text))
    tail = (1 + level) / 2
    size, freedom = float(n), found.freedom
    if found.clustered > 0:
        size = value * (1 - value) / found.clustered
    else:
        clusters = [count for count in (raters, texts) if count > 1]
        size = float(min(clusters, default=n))
        freedom = max(size - 1, 1.0)
    low, high = _wilson(value, size, float(stdtrit(freedom, tail)))
    naive_low, naive_high = _wilson(value, float(n), float(ndtri(tail)))
    return Estimate(
        value=value,
        low=low,
        high=high,
        naive_low=naive_low,
        naive_high=naive_high,
        se=math.sqrt(found.clustered),
        freedom=freedom,
        design_effect=found.design_effect,
        answers=n,
        raters=raters,
        texts=texts,
    )


def _wilson(value: float, size: float, quantile: float) -> tuple[float, float]:
    spread = quantile**2 / max(size, 1e-9)
    centre = (value + spread / 2) / (1 + spread)
    half = math.sqrt(value * (1 - value) * spread + spread**2 / 4) / (1 + spread)
    return max(0.0, centre - half), min(1.0, centre + half)


def _factor(influence: Floats, share: Floats, code: Ints) -> tuple[float, float] | None:
    """Variance from one factor's clusters and its degrees of freedom; None for one cluster.

    The sum of squares is made unbiased for clusters of unequal weight, and the degrees of freedom
    are those of the effective number of clusters 1 / sum(weight^2).
    """
    weights = np.bincount(code, weights=share)
    second, third = float((weights**2).sum()), float((weights**3).sum())
    left = second - 2 * third + second**2
    if len(weights) < 2 or left <= 1e-12:  # noqa: PLR2004 - one cluster
        return None
    squares = float((np.bincount(code, weights=influence) ** 2).sum())
    return squares * second / left, max(1 / second - 1, 1.0)
