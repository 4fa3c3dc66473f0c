"""Differences between conditions that the same raters scored, tested pair by pair.

The mean of a condition holds its raters' severity and its texts' difficulty as well; differences
need not. All scores are fitted at once by least squares,

    score = condition + rater + text + residual,

so a rater counts as they differ from themselves. Where all rated everything, the difference is that
of the two means. Its variance is clustered both ways (see `clustered`), which also covers raters
and texts that lean to a condition of their own.
"""

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from studio.statistics.clustered import LEVEL, Estimate, around
from studio.statistics.holm import holm
from studio.statistics.scores import Scores

Floats = NDArray[np.float64]

_ESTIMABLE = 1e-6
_ENOUGH = 2


@dataclass(frozen=True)
class Difference:
    """One pair of conditions, first minus second.

    estimate: difference with its intervals, on the scale; None where no chain of raters and texts
        links the two.
    p, p_holm: of no difference, by the clustered t test; bare, and corrected by Holm over all
        pairs. None where it cannot be made.
    raters: who scored both. t_p, t_holm: paired t test of their mean scores, one pair a rater.
    wilcoxon_p, wilcoxon_holm: Wilcoxon's signed-rank test (1945) of the same pairs.
    """

    first: str
    second: str
    estimate: Estimate | None
    p: float | None
    p_holm: float | None
    raters: int
    t_p: float | None
    t_holm: float | None
    wilcoxon_p: float | None
    wilcoxon_holm: float | None


def differences(scores: Scores, *, level: float = LEVEL) -> tuple[Difference, ...]:
    """Every pair of the conditions that have a score, in the order of their codes.

    level: of the intervals, which are not corrected for how many there are; `p_holm` is.
    """
    heard = [int(code) for code in np.unique(scores.condition)]
    pairs = list(combinations(heard, 2))
    estimates = _estimates(scores, pairs, level)
    table = by_rater(scores)
    p = [_p(one) for one in estimates]
    t_tests = [_t_test(*_both(table, pair)) for pair in pairs]
    signed = [signed_rank(*_both(table, pair)) for pair in pairs]
    columns = [
        list(zip(_told(given), _told(holm(given)), strict=True)) for given in (p, t_tests, signed)
    ]
    return tuple(
        Difference(
            first=scores.conditions[pair[0]],
            second=scores.conditions[pair[1]],
            estimate=estimate,
            p=columns[0][i][0],
            p_holm=columns[0][i][1],
            raters=len(_both(table, pair)[0]),
            t_p=columns[1][i][0],
            t_holm=columns[1][i][1],
            wilcoxon_p=columns[2][i][0],
            wilcoxon_holm=columns[2][i][1],
        )
        for i, (pair, estimate) in enumerate(zip(pairs, estimates, strict=True))
    )


def by_rater(scores: Scores) -> Floats:
    """Each rater's mean score of each condition, (raters, conditions); NaN where they gave none."""
    names, rater = np.unique(scores.rater, return_inverse=True)
    shape = (len(names), len(scores.conditions))
    place = rater * shape[1] + scores.condition
    size = shape[0] * shape[1]
    times = np.bincount(place, minlength=size)
    total = np.bincount(place, weights=scores.value, minlength=size)
    mean = np.divide(total, times, out=np.full(size, np.nan), where=times > 0)
    return mean.reshape(shape)


def signed_rank(first: Floats, second: Floats) -> float:
    """P of Wilcoxon's signed-rank test of pairs, (m,) each; NaN for fewer than two pairs.

    Pairs without a difference are dropped, as Wilcoxon did; where none is left p is 1.
    """
    from scipy.stats import wilcoxon

    apart = np.asarray(first) - np.asarray(second)
    if len(apart) < _ENOUGH:
        return float("nan")
    return float(wilcoxon(apart).pvalue) if np.any(apart) else 1.0


def _t_test(first: Floats, second: Floats) -> float:
    from scipy.stats import ttest_rel

    if len(first) < _ENOUGH:
        return float("nan")
    if np.ptp(first - second) == 0:
        return float("nan") if np.any(first - second) else 1.0
    return float(ttest_rel(first, second).pvalue)


def _both(table: Floats, pair: tuple[int, int]) -> tuple[Floats, Floats]:
    chosen = table[:, pair]
    chosen = chosen[~np.isnan(chosen).any(axis=1)]
    return chosen[:, 0], chosen[:, 1]


def _p(estimate: Estimate | None) -> float:
    from scipy.special import stdtr

    if estimate is None or not estimate.se:
        return float("nan")
    return float(2 * stdtr(estimate.freedom, -abs(estimate.value) / estimate.se))


def _told(values: list[float] | Floats) -> list[float | None]:
    return [None if np.isnan(one) else float(one) for one in values]


def _estimates(scores: Scores, pairs: list[tuple[int, int]], level: float) -> list[Estimate | None]:
    """Least-squares differences of pairs of conditions.

    Raters are eliminated first (their block of the normal equations is diagonal); what is left is
    as large as there are texts and conditions, and solved by its pseudo-inverse.
    """
    if not pairs:
        return []
    raters, rater = np.unique(scores.rater, return_inverse=True)
    texts, text = np.unique(scores.item, return_inverse=True)
    condition = len(texts) + scores.condition
    columns = len(texts) + len(scores.conditions)
    answers = np.bincount(rater).astype(np.float64)
    of_rater = np.zeros((len(raters), columns))
    np.add.at(of_rater, (rater, text), 1.0)
    np.add.at(of_rater, (rater, condition), 1.0)
    share = of_rater / answers[:, None]

    both = np.zeros((columns, columns))
    np.add.at(both, (text, condition), 1.0)
    both = both + both.T
    both[np.diag_indices(columns)] = of_rater.sum(axis=0)
    left = both - of_rater.T @ share
    inverse = np.linalg.pinv(left, rcond=1e-10, hermitian=True)

    centred = scores.value - (np.bincount(rater, weights=scores.value) / answers)[rater]
    right = np.bincount(text, weights=centred, minlength=columns)
    right += np.bincount(condition, weights=centred, minlength=columns)
    effect = inverse @ right
    fitted = effect[text] + effect[condition] - (share @ effect)[rater]
    residual = centred - fitted
    rank = int(np.linalg.matrix_rank(left, hermitian=True)) + len(raters)
    free = max(len(scores) - rank, 1)

    found: list[Estimate | None] = []
    for first, second in pairs:
        contrast = np.zeros(columns)
        contrast[len(texts) + first], contrast[len(texts) + second] = 1.0, -1.0
        weights = inverse @ contrast
        if np.abs(left @ weights - contrast).max() > _ESTIMABLE or len(scores) <= rank:
            found.append(None)
            continue
        pull = weights[text] + weights[condition] - (share @ weights)[rater]
        influence = pull * residual * np.sqrt(len(scores) / free)
        found.append(
            around(
                float(contrast @ effect),
                influence,
                scores.rater,
                scores.item,
                level=level,
                weight=pull**2,
            )
        )
    return found
