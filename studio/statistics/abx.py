"""ABX: can listeners hear a difference at all, and how large is it (d')?"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from studio.statistics.clustered import LEVEL, Estimate, share
from studio.statistics.holm import holm

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_LARGEST = 10.0


@dataclass(frozen=True)
class Discrimination:
    """How often X was found.

    estimate: share of right answers with its clustered interval, in [0, 1].
    p: exact one-sided binomial test against one half. X is drawn by a coin, so without an audible
        difference every answer is right with probability one half whoever gives it: here clusters
        need no correction.
    d_prime: sensitivity of an observer who compares the differences X - A and X - B, with the ends
        that belong to the interval of the share; 0 at one half and below, None beyond 10.
    correct, trials: counts.
    """

    estimate: Estimate
    p: float
    d_prime: float | None
    d_prime_low: float | None
    d_prime_high: float | None
    correct: int
    trials: int


def discrimination(
    right: NDArray[np.bool_], rater: Ints, text: Ints, *, level: float = LEVEL
) -> Discrimination | None:
    """Of the answers to one pair of conditions (or any other set); None without an answer.

    right: whether each answer named X rightly, shape (n,). rater, text: codes >= 0, (n,).

    The test is Munson and Gardner's (1950, JASA 22:675); d' is `d_prime`.
    """
    from scipy.stats import binomtest

    given = np.asarray(right, dtype=np.float64)
    if not len(given):
        return None
    estimate = share(given, rater, text, level)
    correct = int(given.sum())
    return Discrimination(
        estimate=estimate,
        p=float(binomtest(correct, len(given), 0.5, alternative="greater").pvalue),
        d_prime=d_prime(estimate.value),
        d_prime_low=d_prime(estimate.low),
        d_prime_high=d_prime(estimate.high),
        correct=correct,
        trials=len(given),
    )


def by_rater(
    right: NDArray[np.bool_], rater: Ints
) -> tuple[tuple[int, int, int, float, float], ...]:
    """Each rater's (code, right answers, trials, exact p, p corrected by Holm over the raters).

    Among many raters some do well by luck: read the corrected one.
    """
    from scipy.stats import binom

    names, code = np.unique(rater, return_inverse=True)
    trials = np.bincount(code, minlength=len(names))
    correct = np.bincount(code, weights=np.asarray(right, np.float64), minlength=len(names))
    p = binom.sf(correct - 1, trials, 0.5)
    columns = (names.tolist(), correct.astype(int).tolist(), trials.tolist(), p.tolist())
    return tuple(zip(*columns, holm(p).tolist(), strict=True))


def d_prime(correct: float) -> float | None:
    """D' of an unbiased observer from a share of right answers, by the differencing strategy.

    Macmillan and Creelman (2005), Detection Theory, 2nd edition, chapter 9:
    share = Phi(d / sqrt 2) Phi(d / sqrt 6) + Phi(-d / sqrt 2) Phi(-d / sqrt 6). It suits trials of
    changing texts, where no fixed criterion can be kept. 0 at or below one half; None where d'
    would pass 10, as it does when every answer is right.
    """
    if correct <= 0.5:  # noqa: PLR2004 - a coin
        return 0.0
    return _inverse(_share, correct)


def _share(d: float) -> float:
    from scipy.special import ndtr

    near, far = d / np.sqrt(2), d / np.sqrt(6)
    return float(ndtr(near) * ndtr(far) + ndtr(-near) * ndtr(-far))


def _inverse(rising: Callable[[float], float], value: float) -> float | None:
    from scipy.optimize import brentq

    if value >= rising(_LARGEST):
        return None
    return float(brentq(lambda d: rising(d) - value, 0.0, _LARGEST, xtol=1e-10))
