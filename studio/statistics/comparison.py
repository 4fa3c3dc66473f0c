"""Comparison mean opinion scores (CMOS): what A and B of a CCR test were given against each other.

A score in -3 … 3 says how B compares with A (ITU-T P.800, annex E). Each pair has a mean of its
own. All pairs together follow Scheffé's (1952, JASA 47:381-400) linear model of comparisons,

    score = worth(B) - worth(A) + order + residual,

which gives each condition one worth, and a worth to being heard second. Every interval is
clustered by rater and text (see `clustered`).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from studio.statistics.clustered import LEVEL, Estimate, around, mean
from studio.statistics.graph import components
from studio.statistics.holm import holm

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Pair:
    """Two conditions: mean score of the first over the second, positive where the first is better.

    better, worse, equal: answers above, below and at 0. p, p_holm: of a mean of 0, clustered t
    test, bare and corrected over the pairs; None where the answers do not vary.
    """

    first: str
    second: str
    estimate: Estimate
    better: int
    worse: int
    equal: int
    p: float | None
    p_holm: float | None


@dataclass(frozen=True)
class Worth:
    """A condition's worth on the scale of the scores; the mean of a component is 0.

    estimate: with its intervals; None without an answer. rank: 1 + the conditions of its component
    whose interval lies wholly above; None without an answer. component: never compare across them.
    """

    condition: str
    estimate: Estimate | None
    rank: int | None
    component: int


@dataclass(frozen=True)
class Comparison:
    """The result of a CCR test.

    order: what a take gains on the scale by being heard second; None where it cannot be told.
    """

    pairs: tuple[Pair, ...]
    worths: tuple[Worth, ...]
    order: Estimate | None


def comparison(  # noqa: PLR0913 - an answer has five columns
    a: Ints,
    b: Ints,
    score: Floats,
    rater: Ints,
    text: Ints,
    *,
    conditions: Sequence[str],
    level: float = LEVEL,
) -> Comparison:
    """Pairs and worths from the answers of a CCR test.

    a, b: codes of the conditions heard first and second, never equal in a row, (n,).
    score: how B compares with A, (n,). rater, text: codes >= 0, (n,).

    The order of the rows changes nothing.
    """
    a, b, rater, text = (np.asarray(code, dtype=np.int64) for code in (a, b, rater, text))
    score = np.asarray(score, dtype=np.float64)
    if np.any(a == b):
        raise ValueError("a condition cannot be compared with itself")
    rows = np.lexsort((score, b, a, text, rater))
    a, b, score, rater, text = a[rows], b[rows], score[rows], rater[rows], text[rows]
    names = tuple(conditions)
    worths, order = _worths(a, b, score, rater, text, names, level)
    return Comparison(_pairs(a, b, score, rater, text, names, level), worths, order)


def _pairs(  # noqa: PLR0913, PLR0917 - columns
    a: Ints, b: Ints, score: Floats, rater: Ints, text: Ints, names: tuple[str, ...], level: float
) -> tuple[Pair, ...]:
    from scipy.special import stdtr

    code = np.minimum(a, b) * len(names) + np.maximum(a, b)
    first_over = np.where(b < a, score, -score)
    found: list[tuple[int, Floats, Estimate, float]] = []
    for pair in np.unique(code):
        rows = code == pair
        value = first_over[rows]
        of = mean(value, rater[rows], text[rows], level)
        p = float(2 * stdtr(of.freedom, -abs(of.value) / of.se)) if of.se else float("nan")
        found.append((int(pair), value, of, p))
    corrected = holm([p for *_, p in found])
    return tuple(
        Pair(
            first=names[pair // len(names)],
            second=names[pair % len(names)],
            estimate=of,
            better=int((value > 0).sum()),
            worse=int((value < 0).sum()),
            equal=int((value == 0).sum()),
            p=None if np.isnan(p) else p,
            p_holm=None if np.isnan(p) else float(p_holm),
        )
        for (pair, value, of, p), p_holm in zip(found, corrected, strict=True)
    )


def _worths(  # noqa: PLR0913, PLR0917 - columns
    a: Ints, b: Ints, score: Floats, rater: Ints, text: Ints, names: tuple[str, ...], level: float
) -> tuple[tuple[Worth, ...], Estimate | None]:
    k, n = len(names), len(score)
    played = np.zeros((k, k))
    np.add.at(played, (a, b), 1.0)
    component = components(played, np.zeros((k, k))).weak
    heard = (played + played.T).sum(axis=1) > 0
    design = np.zeros((n, k + 1))
    design[np.arange(n), b] = 1.0
    design[np.arange(n), a] = -1.0
    design[:, k] = 1.0
    normal = design.T @ design
    inverse = np.linalg.pinv(normal, rcond=1e-10, hermitian=True)
    effect = inverse @ (design.T @ score)
    rank = int(np.linalg.matrix_rank(normal, hermitian=True)) if n else 0
    residual = (score - design @ effect) * np.sqrt(n / max(n - rank, 1))

    def estimate(contrast: Floats) -> Estimate | None:
        weights = inverse @ contrast
        if n <= rank or np.abs(normal @ weights - contrast).max() > 1e-6:  # noqa: PLR2004
            return None
        pull = design @ weights
        return around(
            float(contrast @ effect), pull * residual, rater, text, level=level, weight=pull**2
        )

    estimates: list[Estimate | None] = []
    for code in range(k):
        contrast = np.zeros(k + 1)
        contrast[:k][component == component[code]] = -1 / np.sum(component == component[code])
        contrast[code] += 1.0
        estimates.append(estimate(contrast) if heard[code] else None)

    def place(code: int) -> int | None:
        own = estimates[code]
        if own is None:
            return None
        return 1 + sum(
            other is not None and other.low > own.high and component[i] == component[code]
            for i, other in enumerate(estimates)
        )

    worths = tuple(
        Worth(names[code], estimates[code], place(code), int(component[code])) for code in range(k)
    )
    last = np.zeros(k + 1)
    last[k] = 1.0
    return worths, estimate(last)
