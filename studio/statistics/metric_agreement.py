"""Which objective figure of the takes agrees with these listeners?

A figure (a predicted MOS, a word error rate, …) has one value for each take. Three questions:

- agree: of the listeners' decisive choices between two takes, in which share did the figure say the
  same? One half is a coin. This is the one to read: its interval is clustered by rater and text.
- tau, spearman: does the figure order the conditions as the listeners' ratings do (Kendall 1945,
  Biometrika 33:239-251, with ties; Spearman 1904)? A figure may do this well and tell two takes of
  one text badly apart.
- within: does it order a text's takes as that text's choices do, on average over texts (Kendall)?
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from studio.statistics.bootstrap import resample, statistics_of, tally
from studio.statistics.clustered import LEVEL, Estimate, share
from studio.statistics.davidson import maximise
from studio.statistics.graph import components
from studio.statistics.intervals import spread
from studio.statistics.scores import Scores
from studio.statistics.votes import Ordered, Votes, ordered

Floats = NDArray[np.float64]
Interval = tuple[float | None, float | None, float | None]

DRAWS = 500
SEED = 1970

_FEWEST = 3


@dataclass(frozen=True)
class MetricAgreement:
    """One figure against the listeners; a part is None where it cannot be computed.

    agree: share of decisive votes the figure would have cast, a tie of the figure counting half.
    votes: decisive votes between two takes that have the figure. takes: such takes.
    tau, spearman: in [-1, 1], over conditions (three or more, linked by votes), with intervals of a
        bootstrap of raters and texts whose spread is brought to the clustered standard error.
    within: mean Kendall tau over `texts` texts with three such takes or more, with a t interval.
    """

    name: str
    agree: Estimate | None
    votes: int
    takes: int
    tau: float | None
    tau_low: float | None
    tau_high: float | None
    spearman: float | None
    spearman_low: float | None
    spearman_high: float | None
    within: float | None
    within_low: float | None
    within_high: float | None
    texts: int


def metric_agreement(
    votes: Votes,
    figures: Mapping[str, tuple[Floats, bool]],
    *,
    draws: int = DRAWS,
    seed: int = SEED,
    level: float = LEVEL,
) -> tuple[MetricAgreement, ...]:
    """Each figure against the votes, in the order given.

    figures: by name, the figure of each take, shape (texts, conditions) by the codes of `votes`,
        NaN where there is none; and whether higher is better.

    Several figures tried are several chances of a good one: with ten of them, one that is a coin
    passes its 95 % interval now and then.

    Raises ValueError for a figure that does not cover the codes of the votes.
    """
    oriented = {}
    for name, (table, higher) in figures.items():
        given = np.asarray(table, dtype=np.float64)
        texts = int(votes.item.max()) + 1 if len(votes) else 0
        if given.ndim != 2 or given.shape[0] < texts or given.shape[1] != len(votes.conditions):  # noqa: PLR2004
            raise ValueError(f"the figure {name!r} must have a row a text and a column a condition")
        oriented[name] = given if higher else -given
    ratings = _ratings(votes, draws, seed) if len(votes) and oriented else None
    preferred = _by_text(votes)
    return tuple(
        _against(name, votes, table, ratings, preferred, level) for name, table in oriented.items()
    )


def choices(scores: Scores) -> Votes:
    """The comparisons that lie in scores: every two takes of a text that one rater scored.

    The higher score wins, equal scores tie; a rater's several scores of one take count as their
    mean. Severity drops out, as each rater is compared with themselves only.
    """
    k = len(scores.conditions)
    take = (scores.rater, scores.item, scores.condition)
    cells, cell = np.unique(np.stack(take), axis=1, return_inverse=True)
    times = np.bincount(cell.ravel(), minlength=cells.shape[1])
    value = np.bincount(cell.ravel(), weights=scores.value, minlength=cells.shape[1]) / times
    screens, screen = np.unique(cells[:2], axis=1, return_inverse=True)
    table = np.full((screens.shape[1], k), np.nan)
    table[screen.ravel(), cells[2]] = value
    first, second = np.triu_indices(k, 1)
    apart = table[:, first] - table[:, second]
    rows, pairs = np.nonzero(~np.isnan(apart))
    return Votes(
        left=first[pairs].astype(np.int32),
        right=second[pairs].astype(np.int32),
        outcome=np.sign(apart[rows, pairs]).astype(np.int8),
        rater=screens[0][rows].astype(np.int32),
        item=screens[1][rows].astype(np.int32),
        conditions=scores.conditions,
        raters=scores.raters,
        items=scores.items,
    )


def kendall(one: Floats, other: Floats) -> Floats:
    """Kendall's tau-b of the last axes, shapes (..., k) and (k,); NaN where either is constant."""
    first, second = np.triu_indices(one.shape[-1], 1)
    x = np.sign(one[..., first] - one[..., second])
    y = np.sign(other[first] - other[second])
    size = np.sqrt((x**2).sum(axis=-1) * (y**2).sum())
    agreed = (x * y).sum(axis=-1)
    return np.divide(agreed, size, out=np.full(np.shape(size), np.nan), where=size > 0)


def spearman(one: Floats, other: Floats) -> Floats:
    """Spearman's rho of the last axes, shapes (..., k) and (k,); NaN where either is constant."""
    from scipy.stats import rankdata

    x, y = rankdata(one, axis=-1), rankdata(other)
    x, y = x - x.mean(axis=-1, keepdims=True), y - y.mean()
    size = np.sqrt((x**2).sum(axis=-1) * (y**2).sum())
    moved = (x * y).sum(axis=-1)
    return np.divide(moved, size, out=np.full(np.shape(size), np.nan), where=size > 0)


@dataclass(frozen=True, eq=False)
class _Ratings:
    """Strengths, (k,), and their draws, (draws, k); component of each condition, (k,)."""

    theta: Floats
    drawn: Floats
    component: NDArray[np.int64]


def _ratings(votes: Votes, draws: int, seed: int) -> _Ratings:
    rows = ordered(votes)
    data = tally(rows)
    k = len(rows.conditions)
    found = maximise(statistics_of(data, data.counts()[None], k))
    component = _components(rows)
    errors = spread(data, found, component, "davidson")
    start = (found.theta[0], float(found.nu[0]))
    blocks = resample(
        data,
        draws,
        seed,
        lambda counts: maximise(statistics_of(data, counts, k), start=start).theta,
    )
    drawn = np.concatenate(blocks) - found.theta[0]
    wide = np.maximum(errors.clustered, errors.naive)
    ratio = np.divide(wide, errors.bootstrap, out=np.ones(k), where=errors.bootstrap > 0)
    # Back to the codes of the votes: `ordered` sorts conditions by name.
    place = [rows.conditions.index(name) for name in votes.conditions]
    theta = found.theta[0][place]
    return _Ratings(theta, theta + (drawn * ratio)[:, place], component[place])


def _components(rows: Ordered) -> NDArray[np.int64]:
    k = len(rows.conditions)
    played = np.zeros((k, k))
    np.add.at(played, (rows.left, rows.right), 1.0)
    return components(played, np.zeros((k, k))).weak


def _by_text(votes: Votes) -> dict[int, Floats]:
    """Net wins over votes of each condition in each text, (k,); NaN without a vote."""
    k = len(votes.conditions)
    texts, text = np.unique(votes.item, return_inverse=True)
    size = len(texts) * k
    left, right = text * k + votes.left, text * k + votes.right
    outcome = votes.outcome.astype(np.float64)
    net = np.bincount(left, outcome, size) - np.bincount(right, outcome, size)
    times = np.bincount(left, minlength=size) + np.bincount(right, minlength=size)
    table = np.divide(net, times, out=np.full(size, np.nan), where=times > 0).reshape(-1, k)
    return dict(zip(texts.tolist(), table, strict=True))


def _against(  # noqa: PLR0913, PLR0917 - one figure against what is shared by all of them
    name: str,
    votes: Votes,
    table: Floats,
    ratings: _Ratings | None,
    preferred: dict[int, Floats],
    level: float,
) -> MetricAgreement:
    apart = table[votes.item, votes.left] - table[votes.item, votes.right]
    decisive = (votes.outcome != 0) & ~np.isnan(apart)
    said = 0.5 + np.sign(apart[decisive]) * votes.outcome[decisive] / 2
    agree = None
    if len(said):
        agree = share(
            said,
            votes.rater[decisive].astype(np.int64),
            votes.item[decisive].astype(np.int64),
            level,
        )
    takes = sum(
        int((~np.isnan(table[text]) & ~np.isnan(net)).sum()) for text, net in preferred.items()
    )
    tau: Interval = (None, None, None)
    rho: Interval = (None, None, None)
    mean = _column_means(table, preferred)
    if ratings is not None and len(votes):
        known = ~np.isnan(mean)
        linked = len(set(ratings.component[known].tolist())) == 1
        if known.sum() >= _FEWEST and linked:
            tau = _over_conditions(kendall, ratings, mean, known, level)
            rho = _over_conditions(spearman, ratings, mean, known, level)
    within, texts = _within_texts(table, preferred, level)
    return MetricAgreement(name, agree, len(said), takes, *tau, *rho, *within, texts=texts)


def _column_means(table: Floats, preferred: dict[int, Floats]) -> Floats:
    """Mean figure of each condition over the texts that were voted on and have it for all.

    Texts where one condition lacks it would count for the others only; they are left out unless
    none is left.
    """
    if not preferred:
        return np.full(table.shape[1], np.nan)
    rows = table[list(preferred)]
    measured = ~np.isnan(rows).all(axis=0)
    whole = rows[~np.isnan(rows[:, measured]).any(axis=1)]
    used = whole if len(whole) and measured.any() else rows
    times = (~np.isnan(used)).sum(axis=0)
    total = np.nansum(used, axis=0)
    return np.divide(total, times, out=np.full(len(total), np.nan), where=times > 0)


def _over_conditions(
    measure: Callable[[Floats, Floats], Floats],
    ratings: _Ratings,
    mean: Floats,
    known: NDArray[np.bool_],
    level: float,
) -> Interval:
    value = float(measure(ratings.theta[known], mean[known]))
    if np.isnan(value):
        return (None, None, None)
    drawn = measure(ratings.drawn[:, known], mean[known])
    low, high = np.nanquantile(drawn, [(1 - level) / 2, (1 + level) / 2])
    return value, min(value, float(low)), max(value, float(high))


def _within_texts(
    table: Floats, preferred: dict[int, Floats], level: float
) -> tuple[Interval, int]:
    from scipy.special import stdtrit

    found = []
    for text, net in preferred.items():
        both = ~np.isnan(net) & ~np.isnan(table[text])
        if both.sum() >= _FEWEST:
            found.append(float(kendall(net[both], table[text][both])))
    taus = np.array([one for one in found if not np.isnan(one)])
    if not len(taus):
        return (None, None, None), 0
    mean = float(taus.mean())
    if len(taus) == 1:
        return (mean, None, None), 1
    se = float(taus.std(ddof=1)) / len(taus) ** 0.5
    half = float(stdtrit(len(taus) - 1, (1 + level) / 2)) * se
    return (mean, max(-1.0, mean - half), min(1.0, mean + half)), len(taus)
