"""MUSHRA after ITU-R BS.1534-3 (2015): post-screening, medians, Friedman and Wilcoxon."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from studio.statistics.clustered import LEVEL
from studio.statistics.holm import holm
from studio.statistics.paired import by_rater, signed_rank
from studio.statistics.scores import Scores

Floats = NDArray[np.float64]

BELOW = 90.0
SHARE = 0.15
DRAWS = 500
SEED = 1970

_CONDITIONS = 3
_PAIR = 2


@dataclass(frozen=True)
class Screened:
    """One listener before post-screening.

    rater: code. trials: screens with a hidden reference. low: those with it below the limit.
    out: whether low / trials passes the share that may be.
    """

    rater: int
    trials: int
    low: int
    out: bool


@dataclass(frozen=True)
class Median:
    """A condition's median with the interval of a bootstrap, and its quartiles.

    low, high: ends of the interval; None without a score. raters, scores: what it stands on.
    """

    condition: str
    median: float | None
    low: float | None
    high: float | None
    q1: float | None
    q3: float | None
    raters: int
    scores: int


@dataclass(frozen=True)
class Friedman:
    """Friedman's test (1937, JASA 32:675-701) that all conditions are alike.

    statistic: chi squared, corrected for ties. freedom: conditions - 1. blocks: listeners with a
    score of every condition. concordance: Kendall's W in [0, 1]. p: 1 where nobody tells any apart.
    """

    statistic: float
    freedom: int
    p: float
    blocks: int
    concordance: float


@dataclass(frozen=True)
class SignedRank:
    """Wilcoxon's signed-rank test of two conditions' mean scores, one pair a listener.

    median: of the listeners' differences, first minus second. p, p_holm: bare, and corrected over
    all pairs; None below two listeners.
    """

    first: str
    second: str
    raters: int
    median: float | None
    p: float | None
    p_holm: float | None


def post_screening(
    scores: Scores, reference: int, *, below: float = BELOW, share: float = SHARE
) -> tuple[Screened, ...]:
    """Listeners who heard a hidden reference, in order of their codes (BS.1534-3, section 4.1.2).

    reference: code of the hidden reference among the conditions.

    Out goes who rated it below 90 in more than 15 % of the trials: who cannot find the original
    among its copies cannot judge the copies.
    """
    rows = scores.condition == reference
    raters, rater = np.unique(scores.rater[rows], return_inverse=True)
    trials = np.bincount(rater, minlength=len(raters))
    low = np.bincount(rater[scores.value[rows] < below], minlength=len(raters))
    return tuple(
        # Integers first: 3 of 20 are 15 %, and not more, in floating point too.
        Screened(int(who), int(of), int(under), bool(under > share * of + 1e-9))
        for who, of, under in zip(raters, trials, low, strict=True)
    )


def medians(
    scores: Scores, *, draws: int = DRAWS, seed: int = SEED, level: float = LEVEL
) -> tuple[Median, ...]:
    """Medians and quartiles of every condition, in the order of the codes.

    draws: bootstrap draws of the listeners, and as many of the texts; the interval is the wider
    of the two percentile intervals at each end.
    """
    return tuple(
        _median(scores, code, draws, seed, level) for code in range(len(scores.conditions))
    )


def friedman(scores: Scores, conditions: Sequence[int] | None = None) -> Friedman | None:
    """Friedman's test over the listeners' mean scores.

    conditions: codes, at least 3; all if None. Leave out the reference and the anchor: they differ
    from the rest by design.

    None for fewer than three conditions or two listeners who scored all of them. The listener is
    the block: screens of one listener are not independent of each other.
    """
    table = by_rater(scores)[
        :, list(range(len(scores.conditions)) if conditions is None else conditions)
    ]
    table = table[~np.isnan(table).any(axis=1)]
    if table.shape[0] < _PAIR or table.shape[1] < _CONDITIONS:
        return None
    blocks, k = table.shape
    if not np.ptp(table, axis=1).any():
        return Friedman(0.0, k - 1, 1.0, blocks, 0.0)
    from scipy.stats import friedmanchisquare

    found = friedmanchisquare(*table.T)
    statistic = float(found.statistic)
    return Friedman(statistic, k - 1, float(found.pvalue), blocks, statistic / (blocks * (k - 1)))


def signed_ranks(scores: Scores, conditions: Sequence[int] | None = None) -> tuple[SignedRank, ...]:
    """Wilcoxon's test of every pair, corrected by Holm over the pairs.

    conditions: codes to compare; all if None.
    """
    chosen = list(range(len(scores.conditions)) if conditions is None else conditions)
    table = by_rater(scores)
    pairs = list(combinations(chosen, 2))
    apart = []
    for first, second in pairs:
        both = table[:, first] - table[:, second]
        apart.append(both[~np.isnan(both)])
    p = [signed_rank(one, np.zeros_like(one)) for one in apart]
    return tuple(
        SignedRank(
            first=scores.conditions[first],
            second=scores.conditions[second],
            raters=len(one),
            median=float(np.median(one)) if len(one) else None,
            p=None if np.isnan(bare) else bare,
            p_holm=None if np.isnan(bare) else float(corrected),
        )
        for (first, second), one, bare, corrected in zip(pairs, apart, p, holm(p), strict=True)
    )


def _median(scores: Scores, code: int, draws: int, seed: int, level: float) -> Median:
    rows = scores.condition == code
    value, rater, text = scores.value[rows], scores.rater[rows], scores.item[rows]
    name = scores.conditions[code]
    if not len(value):
        return Median(name, None, None, None, None, None, 0, 0)
    q1, median, q3 = np.quantile(value, [0.25, 0.5, 0.75])
    # Without a second listener and a second text the scores themselves are resampled.
    factors = [of for of in (rater, text) if len(np.unique(of)) > 1] or [np.arange(len(value))]
    ends = [_ends(value, of, draws, seed, level) for of in factors]
    return Median(
        condition=name,
        median=float(median),
        low=min(median, *(low for low, _ in ends)),
        high=max(median, *(high for _, high in ends)),
        q1=float(q1),
        q3=float(q3),
        raters=len(np.unique(rater)),
        scores=len(value),
    )


def _ends(
    value: Floats, cluster: NDArray[np.int64], draws: int, seed: int, level: float
) -> tuple[float, float]:
    """Percentile interval of the median when clusters are drawn with replacement."""
    ranked, place = np.unique(value, return_inverse=True)
    names, code = np.unique(cluster, return_inverse=True)
    given = np.zeros((len(names), len(ranked)))
    np.add.at(given, (code, place), 1.0)
    rng = np.random.Generator(np.random.PCG64(seed))
    times = rng.multinomial(len(names), np.full(len(names), 1 / len(names)), size=draws)
    # Whole numbers, so sums of floats are exact.
    running = np.cumsum(times.astype(np.float64) @ given, axis=1)
    total = running[:, -1:]
    # The weighted median: the mean of the values at both sides of half the total weight.
    below = np.argmax(2 * running >= total, axis=1)
    above = np.argmax(2 * running > total, axis=1)
    drawn = (ranked[below] + ranked[above]) / 2
    low, high = np.quantile(drawn[total[:, 0] > 0], [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)
