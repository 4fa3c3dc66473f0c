"""Ratings adjusted for what else differed between the two stimuli, and for their position.

Davidson's model with covariates: the gap of the log strengths on a vote becomes

    gap = theta_left - theta_right + beta_position + sum over covariates c of beta_c * delta_c,

delta_c being the left stimulus's value minus the right one's (duration in seconds, loudness in LU,
bandwidth in kHz). beta_position is the advantage of the left, or first heard, in the sense of
Davidson and Beaver (1977), Biometrics 33:693-702; covariates enter as in Agresti (2013),
Categorical Data Analysis, section 11.6. The estimate is a mode under the priors of `davidson`, and
N(0, 2^2) on each coefficient of a covariate in units of its standard deviation.

Intervals are of Student's t with two-way clustered variances (Cameron, Gelbach and Miller 2011),
raters and texts allowed for; see `clustered`.

A covariate that hardly varies, or that the conditions themselves determine (one engine's sound is
always of 12 kHz), cannot be told from the conditions: it is left out, and named.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from studio.statistics.clustered import around
from studio.statistics.davidson import PRIOR_SD, Floats, Model, expectations, points
from studio.statistics.graph import components
from studio.statistics.votes import Votes

LEVEL = 0.95
POSITION = "position"
METHOD = "davidson-covariates/1"

# Of its variance, so much must be left when the conditions are accounted for (a VIF of 50).
_OWN = 0.02
_TOLERANCE = 1e-8
_MAX_STEPS = 100


@dataclass(frozen=True)
class AdjustedStanding:
    """One condition as it would stand with equal covariates and no advantage of position.

    rating, low, high: points, as on a board; the 95 % interval allows for raters and texts.
    rank: 1 + the conditions of its component whose interval lies wholly above.
    """

    condition: str
    rating: float
    low: float
    high: float
    rank: int
    votes: int
    component: int


@dataclass(frozen=True)
class Coefficient:
    """What one unit of a covariate (position: being the left one) adds to the log odds of winning.

    value, low, high: log odds among votes that are no ties; the interval as above.
    """

    name: str
    value: float
    low: float
    high: float

    @property
    def share(self) -> float:
        """Share won, of votes that are no ties, by one of two equals with one unit more."""
        return float(1 / (1 + np.exp(-self.value)))


@dataclass(frozen=True)
class Adjusted:
    """Adjusted ratings and what they are adjusted for.

    standings: of conditions with votes, by component (most votes first), then by rating.
    left_out: covariates that could not be used, each `constant` or `confounded`.
    votes: how many were used. dropped: votes without a value of some covariate.
    """

    standings: tuple[AdjustedStanding, ...]
    coefficients: tuple[Coefficient, ...]
    left_out: tuple[tuple[str, str], ...]
    votes: int
    dropped: int
    nu: float
    converged: bool
    method: str = METHOD


@dataclass(frozen=True, eq=False)
class _Design:
    """conditions: +1 left, -1 right, (n, k). extra: covariates in standard units, (n, q)."""

    left: NDArray[np.int64]
    right: NDArray[np.int64]
    extra: Floats
    score: Floats
    tie: Floats
    k: int
    tied: bool

    @property
    def rows(self) -> Floats:
        """Every vote's derivative of its gap by the parameters less log nu, (n, k + q)."""
        rows = np.zeros((len(self.left), self.k + self.extra.shape[1]))
        each = np.arange(len(rows))
        rows[each, self.left] = 1.0
        rows[each, self.right] -= 1.0
        rows[:, self.k :] = self.extra
        return rows


def adjusted(
    votes: Votes,
    covariates: Mapping[str, ArrayLike],
    position: bool = True,
    model: Model = "davidson",
    level: float = LEVEL,
) -> Adjusted:
    """Fit the model; see the module.

    covariates: left minus right for each vote, shape (n,), in a unit of your choice; a vote with
        NaN in one of them is dropped and counted.
    position: whether the left may have an advantage.

    Raises ValueError for a covariate of another length or an unknown model.
    """
    if model not in ("davidson", "bradley-terry"):
        raise ValueError(f"unknown model {model!r}")
    given = {name: np.asarray(values, dtype=np.float64) for name, values in covariates.items()}
    if any(values.shape != (len(votes),) for values in given.values()):
        raise ValueError("a covariate needs one value a vote")
    known = np.ones(len(votes), dtype=np.bool_)
    for values in given.values():
        known &= np.isfinite(values)
    rows = np.flatnonzero(known)
    usable, left_out = _usable(votes, {name: values[rows] for name, values in given.items()}, rows)
    if position and len(rows):
        usable = {POSITION: np.ones(len(rows)), **usable}
    scale = np.array([max(float(np.sqrt(np.mean(v**2))), 1e-12) for v in usable.values()])
    columns = [values / unit for values, unit in zip(usable.values(), scale, strict=True)]
    design = _Design(
        left=votes.left[rows].astype(np.int64),
        right=votes.right[rows].astype(np.int64),
        extra=np.stack(columns, axis=1) if columns else np.zeros((len(rows), 0)),
        score=votes.outcome[rows] / 2,
        tie=(votes.outcome[rows] == 0).astype(np.float64),
        k=len(votes.conditions),
        tied=model == "davidson",
    )
    if not len(rows):
        return Adjusted((), (), left_out, 0, len(votes), 0.0, True)
    found, converged = _maximise(design)
    ends = _ends(design, found, votes, rows, level)
    return Adjusted(
        standings=_standings(votes, design, ends),
        coefficients=tuple(
            Coefficient(name, *(ends[:, design.k + at] / unit).tolist())
            for at, (name, unit) in enumerate(zip(usable, scale, strict=True))
        ),
        left_out=left_out,
        votes=len(rows),
        dropped=len(votes) - len(rows),
        nu=float(np.exp(found[-1])) if design.tied else 0.0,
        converged=converged,
    )


def _usable(
    votes: Votes, covariates: dict[str, Floats], rows: NDArray[np.int64]
) -> tuple[dict[str, Floats], tuple[tuple[str, str], ...]]:
    """Covariates that the votes can tell from the conditions and from each other."""
    design = _Design(
        votes.left[rows].astype(np.int64),
        votes.right[rows].astype(np.int64),
        np.zeros((len(rows), 0)),
        np.zeros(0),
        np.zeros(0),
        len(votes.conditions),
        False,
    ).rows
    usable: dict[str, Floats] = {}
    left_out = []
    for name, values in covariates.items():
        size = float(values @ values)
        if size <= 1e-12 * max(len(values), 1):
            left_out.append((name, "constant"))
            continue
        solved = np.linalg.lstsq(design, values, rcond=None)[0]
        if float(np.sum((values - design @ solved) ** 2)) < _OWN * size:
            left_out.append((name, "confounded"))
            continue
        usable[name] = values
        design = np.concatenate([design, values[:, None]], axis=1)
    return usable, tuple(left_out)


def _derivatives(design: _Design, parameters: Floats) -> tuple[Floats, Floats]:
    """Every vote's score, (n, m), and the information of the penalised likelihood, (m, m)."""
    rows = design.rows
    last = rows.shape[1]
    nu = float(np.exp(parameters[-1])) if design.tied else 0.0
    lead, level = expectations(rows @ parameters[:last], nu)
    scores = rows * (design.score - lead / 2)[:, None]
    information = rows.T @ (rows * ((1 - level - lead * lead) / 4)[:, None])
    if design.tied:
        scores = np.concatenate([scores, (design.tie - level)[:, None]], axis=1)
        cross = rows.T @ (lead * level) / -2
        corner = np.array([[float(np.sum(level * (1 - level)))]])
        information = np.block([[information, cross[:, None]], [cross[None, :], corner]])
    return scores, information + np.eye(len(information)) / PRIOR_SD**2


def _maximise(design: _Design) -> tuple[Floats, bool]:
    """Damped Newton steps, as in `davidson.maximise`; the same likelihood with more columns."""
    size = design.k + design.extra.shape[1] + design.tied
    parameters = np.zeros(size)
    rows = design.rows
    for _ in range(_MAX_STEPS):
        scores, information = _derivatives(design, parameters)
        gradient = scores.sum(axis=0) - parameters / PRIOR_SD**2
        step = np.linalg.solve(information, gradient)
        reach = float(np.abs(rows @ step[: rows.shape[1]]).max(initial=0.0))
        if design.tied:
            reach = max(reach, reach / 2 + abs(float(step[-1])))
        parameters += (np.log1p(reach) / reach if reach > 0 else 1.0) * step
        if reach <= _TOLERANCE:
            return parameters, True
    return parameters, False


def _ends(
    design: _Design, found: Floats, votes: Votes, rows: NDArray[np.int64], level: float
) -> Floats:
    """Value, low and high of each parameter, (3, m).

    Never inside the interval of the inverse information: a record such as 3-0 has influences that
    are alike, and says little all the same.
    """
    from scipy.special import ndtri

    scores, information = _derivatives(design, found)
    covariance = np.linalg.inv(information)
    influence = scores @ covariance
    label = components(*_met(design)).weak
    doubt = covariance.diagonal().copy()
    # The mean of a component is zero by convention: its variance is the prior's, not a doubt.
    doubt[: design.k] -= PRIOR_SD**2 / np.bincount(label)[label]
    least = ndtri((1 + level) / 2) * np.sqrt(np.maximum(doubt, 0))
    rater, item = votes.rater[rows].astype(np.int64), votes.item[rows].astype(np.int64)
    half = np.empty(len(found))
    for index in range(len(found)):
        one = around(0.0, influence[:, index], rater, item, level=level)
        half[index] = max(one.high, least[index]) if np.isfinite(one.high) else least[index]
    return np.stack([found, found - half, found + half])


def _met(design: _Design) -> tuple[Floats, Floats]:
    """Tables for `components`: no wins, and the votes of each pair, symmetric."""
    met = np.zeros((design.k, design.k))
    np.add.at(met, (design.left, design.right), 1)
    return np.zeros_like(met), met + met.T


def _standings(votes: Votes, design: _Design, ends: Floats) -> tuple[AdjustedStanding, ...]:
    empty, met = _met(design)
    number = met.sum(axis=1)
    label = components(empty, met).weak
    size = np.bincount(label, weights=number)
    order = np.empty(len(size), dtype=np.int64)
    order[np.argsort(-size, kind="stable")] = np.arange(len(size))
    rating, low, high = points(ends[:, : design.k])
    above = (low[None, :] > high[:, None]) & (label[None, :] == label[:, None])
    found = [
        AdjustedStanding(
            condition=votes.conditions[i],
            rating=float(rating[i]),
            low=float(low[i]),
            high=float(high[i]),
            rank=1 + int(above[i].sum()),
            votes=int(number[i]),
            component=int(order[label[i]]),
        )
        for i in np.flatnonzero(number)
    ]
    return tuple(sorted(found, key=lambda one: (one.component, -one.rating, one.condition)))
