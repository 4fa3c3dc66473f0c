"""A linear mixed model of scores: conditions fixed, raters and texts random and crossed.

    score = condition + rater + rater's leaning to the condition
                      + text  + text's leaning to the condition + residual,

every effect but the condition normal with a variance of its own, fitted by restricted maximum
likelihood (Patterson and Thompson 1971, Biometrika 58:545-554). The leanings are there because
without them the difference between conditions looks surer than it is (Barr et al. 2013, Journal of
Memory and Language 68:255-278).

The likelihood needs the scores only through counts and sums by rater, text and condition. They are
formed once; one evaluation then costs a Cholesky factor of the smaller of the two crossed factors,
after Bates et al. (2015, Journal of Statistical Software 67(1)). So a fit is bounded by the number
of evaluations, not by the number of scores, and comes out the same on a slow machine.
"""

import math
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from studio.statistics.holm import holm
from studio.statistics.scores import Scores

Floats = NDArray[np.float64]

_EVALUATIONS = 400
_COST = 1.5e7
"""Multiplications of one evaluation up to which the leanings are fitted."""
_FEWEST = 2


@dataclass(frozen=True)
class Contrast:
    """One pair of conditions, first minus second.

    se: standard error. p, p_holm: Wald's z test, bare and corrected by Holm over all pairs. With
    few raters or texts it is optimistic: the clustered test of `paired` is the one to decide by.
    """

    first: str
    second: str
    difference: float
    se: float
    low: float
    high: float
    p: float
    p_holm: float


@dataclass(frozen=True)
class Mixed:
    """A fitted model.

    means: of each condition that has scores, as (name, mean, se).
    rater, text: standard deviations of raters' severity and texts' difficulty, on the scale.
    rater_leaning, text_leaning: of what raters and texts give to single conditions; None where the
        model was fitted without them because there are too many raters and texts.
    residual: of one score.
    converged: whether the likelihood reached its maximum within the evaluations allowed. Where not,
        say so beside every figure of it.
    log_likelihood: restricted, up to a constant of the design.
    """

    means: tuple[tuple[str, float, float], ...]
    contrasts: tuple[Contrast, ...]
    rater: float
    text: float
    rater_leaning: float | None
    text_leaning: float | None
    residual: float
    converged: bool
    evaluations: int
    log_likelihood: float
    scores: int


def mixed(
    scores: Scores, *, leanings: bool | None = None, evaluations: int = _EVALUATIONS
) -> Mixed | None:
    """Fit the model.

    leanings: whether raters and texts have effects on single conditions; None decides by size.
    evaluations: of the likelihood, at most.

    None where there is nothing to fit: fewer than two conditions, raters or texts with scores, as
    many parameters as scores, or scores without any spread.
    """
    codes = [np.unique(of, return_inverse=True) for of in (scores.rater, scores.item)]
    heard, condition = np.unique(scores.condition, return_inverse=True)
    sizes = [len(names) for names, _ in codes]
    k = len(heard)
    if min(*sizes, k) < _FEWEST or len(scores) <= k + sum(sizes) or np.ptp(scores.value) == 0:
        return None
    # The larger factor is eliminated block by block, the smaller one is factorised.
    swapped = sizes[0] < sizes[1]
    large, small = (codes[1], codes[0]) if swapped else (codes[0], codes[1])
    if leanings is None:
        leanings = max(sizes) * k * (min(sizes) * k) ** 2 <= _COST
    table = _Table.of(scores.value, condition, large[1], small[1], k, leanings=leanings)
    found, converged, used = _maximise(table, evaluations)
    solved = table.solve(found)
    sigma = math.sqrt(solved.square)
    own = [float(one) * sigma for one in found]
    of_large, of_small = own[: len(own) // 2], own[len(own) // 2 :]
    of_rater, of_text = (of_small, of_large) if swapped else (of_large, of_small)
    names = [scores.conditions[code] for code in heard]
    return Mixed(
        means=tuple(
            (name, float(solved.beta[i]), math.sqrt(solved.covariance[i, i]))
            for i, name in enumerate(names)
        ),
        contrasts=_contrasts(names, solved),
        rater=of_rater[0],
        text=of_text[0],
        rater_leaning=of_rater[1] if leanings else None,
        text_leaning=of_text[1] if leanings else None,
        residual=sigma,
        converged=converged,
        evaluations=used,
        log_likelihood=-solved.deviance / 2,
        scores=len(scores),
    )


@dataclass(frozen=True, eq=False)
class _Solved:
    """Estimates at given ratios of standard deviations.

    square: residual variance. covariance: of beta. deviance: -2 log restricted likelihood.
    """

    beta: Floats
    covariance: Floats
    square: float
    deviance: float


@dataclass(frozen=True, eq=False)
class _Table:
    """Counts and sums of the scores; q is the effects of one rater (text): k, or 1 if no leanings.

    large, small: answers of each effect, (L, q) and (S, q). both: of each pair, (L, S, q).
    large_x, small_x: answers of each effect in each condition, (L, q, k), (S, q, k).
    large_y, small_y: sums of the scores, (L, q), (S, q). x, y: by condition, (k,). yy: squares.
    Sums are about `centre`, the mean of all scores.
    """

    large: Floats
    small: Floats
    both: Floats
    large_x: Floats
    small_x: Floats
    large_y: Floats
    small_y: Floats
    x: Floats
    y: Floats
    yy: float
    n: int
    centre: float

    @classmethod
    def of(  # noqa: PLR0913 - columns
        cls,
        value: Floats,
        condition: NDArray[np.int64],
        large: NDArray[np.int64],
        small: NDArray[np.int64],
        k: int,
        *,
        leanings: bool,
    ) -> "_Table":
        # About the mean, so that squares do not swallow the differences.
        centred = value - value.mean()
        effect = condition if leanings else np.zeros_like(condition)
        q = k if leanings else 1
        sizes = (int(large.max()) + 1, int(small.max()) + 1)

        def total(shape: tuple[int, ...], place: tuple[Any, ...], of: Any = None) -> Floats:
            flat = np.ravel_multi_index(place, shape)
            size = math.prod(shape)
            return np.bincount(flat, of, size).astype(np.float64).reshape(shape)

        return cls(
            large=total((sizes[0], q), (large, effect)),
            small=total((sizes[1], q), (small, effect)),
            both=total((*sizes, q), (large, small, effect)),
            large_x=total((sizes[0], q, k), (large, effect, condition)),
            small_x=total((sizes[1], q, k), (small, effect, condition)),
            large_y=total((sizes[0], q), (large, effect), centred),
            small_y=total((sizes[1], q), (small, effect), centred),
            x=total((k,), (condition,)),
            y=total((k,), (condition,), centred),
            yy=float(centred @ centred),
            n=len(value),
            centre=float(value.mean()),
        )

    def solve(self, ratios: Floats) -> _Solved:
        """Estimates when standard deviations stand in these ratios to that of the residual.

        ratios: of the larger factor's effect [and leaning], then of the smaller factor's.

        With the random effects as standard normals times those ratios, the matrix of their normal
        equations never becomes singular, also where a ratio is 0.
        """
        (levels, q), k = self.large.shape, len(self.x)
        half = len(ratios) // 2
        root_l, root_s = _root(ratios[:half], q), _root(ratios[half:], q)
        eye = np.eye(q)
        factor = np.linalg.cholesky(eye + np.einsum("ab,lb,bc->lac", root_l, self.large, root_l))
        cross = np.einsum("ac,lsc,cb->lasb", root_l, self.both, root_s, optimize=True)
        right = np.concatenate(
            [
                cross.reshape(levels, q, -1),
                root_l @ self.large_x,
                (self.large_y @ root_l)[:, :, None],
            ],
            axis=2,
        )
        eliminated = np.linalg.solve(factor, right).reshape(levels * q, -1)
        width = self.small.size
        across, upper = eliminated[:, :width], eliminated[:, width:]

        block = eye + np.einsum("ab,sb,bc->sac", root_s, self.small, root_s)
        left = -(across.T @ across)
        diagonal = left.reshape(len(self.small), q, len(self.small), q)
        index = np.arange(len(self.small))
        diagonal[index, :, index, :] += block
        below = np.concatenate(
            [
                (root_s @ self.small_x).reshape(width, k),
                (self.small_y @ root_s).reshape(width, 1),
            ],
            axis=1,
        )
        second = np.linalg.cholesky(left)
        lower = np.linalg.solve(second, below - across.T @ upper)

        both = upper.T @ upper + lower.T @ lower
        information = np.diag(self.x) - both[:k, :k]
        covariance = np.linalg.inv(information)
        beta = covariance @ (self.y - both[:k, k])
        squares = self.yy - both[k, k] - (self.y - both[:k, k]) @ beta
        free = self.n - k
        square = max(float(squares), 1e-12 * self.yy) / free
        logs = 2 * np.log(np.diagonal(factor, axis1=1, axis2=2)).sum()
        logs += 2 * np.log(np.diagonal(second)).sum()
        return _Solved(
            beta=beta + self.centre,
            covariance=covariance * square,
            square=square,
            deviance=float(
                logs
                + np.linalg.slogdet(information)[1]
                + free * (1 + math.log(2 * math.pi * square))
            ),
        )


def _root(ratios: Floats, q: int) -> Floats:
    """Symmetric root of the covariance of one rater's (text's) q effects, over the residual's."""
    if len(ratios) == 1:
        return np.full((1, 1), ratios[0])
    common, own = float(ratios[0]), float(ratios[1])
    return own * np.eye(q) + (math.sqrt(own**2 + q * common**2) - own) / q


def _maximise(table: _Table, evaluations: int) -> tuple[Floats, bool, int]:
    from scipy.optimize import minimize

    size = 4 if table.large.shape[1] > 1 else 2
    found = minimize(
        lambda ratios: table.solve(ratios).deviance,
        np.full(size, 0.5),
        method="L-BFGS-B",
        bounds=[(0.0, 100.0)] * size,
        options={"maxfun": evaluations, "ftol": 1e-10, "gtol": 1e-4},
    )
    # The likelihood does not know a ratio's sign; its least difference from 0 is rounding.
    return np.where(found.x < 1e-6, 0.0, found.x), bool(found.success), int(found.nfev)  # noqa: PLR2004


def _contrasts(names: list[str], solved: _Solved) -> tuple[Contrast, ...]:
    from scipy.special import ndtr, ndtri

    pairs = list(combinations(range(len(names)), 2))
    covariance, reach = solved.covariance, float(ndtri(0.975))
    rows = []
    for i, j in pairs:
        apart = float(solved.beta[i] - solved.beta[j])
        se = math.sqrt(max(covariance[i, i] + covariance[j, j] - 2 * covariance[i, j], 0.0))
        rows.append((apart, se, float(2 * ndtr(-abs(apart) / se)) if se else math.nan))
    corrected = holm([p for *_, p in rows])
    return tuple(
        Contrast(
            first=names[i],
            second=names[j],
            difference=apart,
            se=se,
            low=apart - reach * se,
            high=apart + reach * se,
            p=p,
            p_holm=float(p_holm),
        )
        for (i, j), (apart, se, p), p_holm in zip(pairs, rows, corrected, strict=True)
    )
