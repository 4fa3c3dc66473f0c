"""Looking at any time: a confidence sequence for the share by which one condition is preferred.

An ordinary 95 % interval is right once, at a size fixed beforehand. Whoever looks after every vote
and stops when the interval leaves one half is wrong far more often than once in twenty. A
confidence sequence covers the true share at all looks at once with 95 %, so a study may stop
whenever it is enough (Waudby-Smith and Ramdas 2024, JRSS B 86:1-27: betting).

For a share m, a player who bets the fraction f that it is larger turns every value x in [0, 1] into
the factor 1 + f (x / m - 1) of their capital, whose expectation is at most one if the share is m or
less; the mean capital over a grid of fractions is a non-negative supermartingale, and by Ville's
inequality it ever exceeds 2 / alpha with probability alpha / 2. All shares at which neither the
player who bets on more nor the one who bets on less has got so rich make the interval.

What it asks of the values: that the mean of the next, given all before, is the share. Votes of one
rater break this, for a rater's first answer foretells their second; each rater's mean does not.
Use `by_rater`: one value a rater, of raters who have finished. Then any number of looks, between
raters, keeps the stated error; the share is that of raters like these on the texts of the study.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from studio.statistics.votes import Votes

Floats = NDArray[np.float64]
Verdict = Literal["first", "second", "alike", "open"]

LEVEL = 0.95
# Fractions of the largest bet that cannot ruin the player, small ones for shares close to one half.
_BETS = 1 - np.geomspace(1, 0.01, 40)[1:]
_BETS = np.unique(np.concatenate([_BETS, np.geomspace(0.002, 0.5, 24)]))
_EXACT = 1e-7


@dataclass(frozen=True)
class Sequence:
    """The interval at one look.

    value: mean of the values; 0.5 without any. low, high: ends, in [0, 1]. units: how many values.
    """

    value: float
    low: float
    high: float
    units: int


def interval(values: ArrayLike, level: float = LEVEL) -> Sequence:
    """The confidence sequence after these values.

    values: in [0, 1], shape (n,): 1 where the first was preferred, 0 the second, 0.5 a tie; or
        means of such. Their order does not matter.
    level: that the sequence covers the share at all looks, in (0, 1).

    Raises ValueError for values outside [0, 1] or a level outside (0, 1).
    """
    given = np.asarray(values, dtype=np.float64)
    if given.ndim != 1 or not np.isfinite(given).all() or not 0 < level < 1:
        raise ValueError("values must be one column of numbers, and the level lie in (0, 1)")
    if len(given) and (given.min() < 0 or given.max() > 1):
        raise ValueError("values must lie between 0 and 1")
    if not len(given):
        return Sequence(0.5, 0.0, 1.0, 0)
    kinds, times = np.unique(given, return_counts=True)
    limit = np.log(2 / (1 - level))
    low = _end(kinds, times.astype(np.float64), limit)
    high = 1 - _end(1 - kinds, times.astype(np.float64), limit)
    mean = float(given.mean())
    return Sequence(mean, min(low, mean), max(high, mean), len(given))


def verdict(values: ArrayLike, difference: float, level: float = LEVEL) -> Verdict:
    """What may be said at this look: who is preferred, or that they are alike.

    difference: the smallest distance of the share from one half that matters, in (0, 0.5].
        `alike` means that the whole interval lies nearer to one half than this.
    """
    found = interval(values, level)
    if found.low > 1 / 2:
        return "first"
    if found.high < 1 / 2:
        return "second"
    near = found.low > 1 / 2 - difference and found.high < 1 / 2 + difference
    return "alike" if near else "open"


def by_rater(
    votes: Votes, first: int, second: int, finished: Collection[int] | None = None
) -> Floats:
    """Each rater's mean on one pair, (raters,): the unit that may be looked at after each one.

    first, second: codes of the conditions. finished: codes of the raters to take, or all; a rater
        under way must wait, for stopping in the middle of a streak would bend their mean.
    """
    forward = (votes.left == first) & (votes.right == second)
    backward = (votes.left == second) & (votes.right == first)
    rows = forward | backward
    if finished is not None:
        rows &= np.isin(votes.rater, list(finished))
    rater = votes.rater[rows]
    won = np.where(forward[rows], votes.outcome[rows], -votes.outcome[rows])
    _, code = np.unique(rater, return_inverse=True)
    return np.asarray(np.bincount(code, weights=(won + 1) / 2) / np.maximum(np.bincount(code), 1))


def log_capital(values: Floats, times: Floats, share: float) -> float:
    """Log of the mean capital of players who bet that the true share is above `share`.

    values: distinct values, (v,). times: how often each came, (v,).
    """
    growth = np.log1p(_BETS[:, None] * (values[None, :] / share - 1)) @ times
    most = float(growth.max())
    return most + float(np.log(np.mean(np.exp(growth - most))))


def _end(values: Floats, times: Floats, limit: float) -> float:
    """The largest share whose player has got rich, by bisection: capital falls as it rises."""
    low, high = 0.0, float(values @ times / times.sum())
    while high - low > _EXACT:
        middle = (low + high) / 2
        if log_capital(values, times, middle) > limit:
            low = middle
        else:
            high = middle
    return low
