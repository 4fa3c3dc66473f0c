"""Which pair of conditions a rater should hear next: a draw that favours what teaches more.

First the graph of comparisons is made connected: while conditions stand apart, only pairs that join
two components are drawn. Then a pair's probability follows the gain that one more vote on it
promises. With C the covariance of the log strengths, s_m the standard error of condition m, and
v(d) the Fisher information of a vote between two conditions d apart, a vote on (i, j) takes about

    gain(i, j) = v(theta_i - theta_j) * sum over m of s_m^2 * (C e_i - C e_j)_m^2

from the sum of the s_m^4 (a rank-one update of the information, as in sequential A-optimal design:
Fedorov 1972, Theory of Optimal Experiments; for paired comparisons Grasshoff and Schwabe 2008,
Statistical Methods and Applications 17:275-289). So it rises with the width of the intervals that
the pair touches and falls with the distance of the two ratings, where the answer is known
beforehand. The fourth power makes the widest intervals count most. It is a draw, not the largest
gain: a tenth of the trials are uniform whatever the estimates say, so that every pair keeps being
heard, early mistakes heal and the model can be checked.

What it saves depends on the field. Among conditions that are alike, uniform pairs are already the
best design and nothing can be saved; a field with a far outlier, or one spread over several
units of log strength, needs a quarter to a half fewer votes for the same intervals.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from studio.statistics.davidson import (
    PRIOR_SD,
    Fit,
    Floats,
    Model,
    Statistics,
    expectations,
    information,
    maximise,
    statistics,
)
from studio.statistics.graph import components

UNIFORM = 0.1
"""Share of the trials that are drawn without regard to the estimates."""
_SHARPNESS = 3
_TABLE = 2


@dataclass(frozen=True, eq=False)
class Chances:
    """How likely each pair is to be heard next.

    first, second: the conditions of each pair, first < second, shape (p,).
    probability: sums to one, (p,); empty where there is no pair.
    connecting: whether these pairs are to join components that no vote links yet.
    """

    first: NDArray[np.int64]
    second: NDArray[np.int64]
    probability: Floats
    connecting: bool

    def draw(self, rng: np.random.Generator) -> tuple[int, int]:
        """One pair. Raises ValueError where there is none."""
        if not len(self.probability):
            raise ValueError("there is no pair to draw")
        picked = rng.choice(len(self.probability), p=self.probability)
        return int(self.first[picked]), int(self.second[picked])


def chances(
    wins: ArrayLike,
    ties: ArrayLike,
    pending: ArrayLike | None = None,
    allowed: ArrayLike | None = None,
    model: Model = "davidson",
) -> Chances:
    """Probabilities of the pairs of k conditions after the votes so far.

    wins: wins[i, j] votes for i over j, shape (k, k). ties: symmetric, (k, k).
    pending: trials of each pair that are served and not answered yet, symmetric, (k, k): they
        count as heard, so that many raters at once are not all sent to the same pair.
    allowed: which pairs may be drawn, symmetric booleans, (k, k); all of them without it.

    Raises ValueError for tables that are no counts or whose shapes differ.
    """
    won, tied = np.asarray(wins, dtype=np.float64), np.asarray(ties, dtype=np.float64)
    if won.ndim != tied.ndim or won.ndim != _TABLE:
        raise ValueError("wins and ties must be one table each, of a square shape")
    data = statistics(won, tied)
    waiting = np.zeros_like(won) if pending is None else np.asarray(pending, dtype=np.float64)
    may = np.ones(won.shape, bool) if allowed is None else np.asarray(allowed, dtype=bool)
    if waiting.shape != won.shape or may.shape != won.shape:
        raise ValueError("pending and allowed must have the shape of wins")
    first, second = data.first, data.second
    may_pair = may[first, second]
    label = components(won + waiting, tied).weak
    apart = may_pair & (label[first] != label[second])
    if apart.any():
        return Chances(first[apart], second[apart], _even(int(apart.sum())), True)
    if not may_pair.any():
        return Chances(first[may_pair], second[may_pair], np.zeros(0), False)
    found = maximise(data, model)
    heard = replace(data, totals=data.totals + waiting[first, second])
    covariance = np.linalg.inv(information(heard, found, model)[0])[: len(won), : len(won)]
    # The mean of a component is zero by convention: its variance is the prior's, not a doubt.
    doubt = covariance.diagonal() - PRIOR_SD**2 / np.bincount(label)[label]
    gain = _gain(heard, found, covariance, doubt)[may_pair]
    sharp = (gain / gain.max()) ** _SHARPNESS
    probability = (1 - UNIFORM) * sharp / sharp.sum() + UNIFORM * _even(len(gain))
    return Chances(
        first[may_pair], second[may_pair], np.asarray(probability / probability.sum()), False
    )


def _even(number: int) -> Floats:
    return np.full(number, 1 / number)


def _gain(data: Statistics, found: Fit, covariance: Floats, doubt: Floats) -> Floats:
    """What one more vote on each pair takes from the sum of the fourth powers, up to a factor.

    doubt: variance of each log strength about the mean of its component, (k,).
    """
    theta = found.theta[0]
    lead, level = expectations(theta[data.first] - theta[data.second], found.nu[0])
    moved = covariance[:, data.first] - covariance[:, data.second]
    promised = np.maximum(doubt, 0.0) @ moved**2
    return np.asarray(np.maximum((1 - level - lead * lead) * promised, np.finfo(float).tiny))
