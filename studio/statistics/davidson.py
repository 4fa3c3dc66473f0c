"""Davidson's model of paired comparisons with ties, fitted for many tables of counts at once.

Davidson, R. R. (1970), JASA 65:317-328. With strengths p_i = exp(theta_i) and a tie parameter nu,

    P(i beats j) = p_i / d,   P(tie) = nu * sqrt(p_i * p_j) / d,
    d = p_i + p_j + nu * sqrt(p_i * p_j).

With nu held at 0 the likelihood is that of Bradley and Terry (1952), a tie counting as half a win
for either side; that is `model="bradley-terry"`.

The estimate is the mode under a weak prior: theta_i ~ N(0, s^2) and log nu ~ N(0, s^2) with s = 2.
Its curvature 1 / s^2 = 1/4 is that of one vote between equals, so the prior weighs about as much as
one evenly matched vote for each condition. It keeps a 1-0 record and a table without ties finite,
makes the maximum unique, and makes the strengths of each connected component sum to zero.

Both likelihoods are log-linear, hence concave, and depend on the votes only through three
statistics: each condition's net score, the total of ties, and the votes of each pair.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Model = Literal["davidson", "bradley-terry"]

PRIOR_SD = 2.0
POINTS_PER_UNIT = 400 / np.log(10)
CENTRE = 1500.0

_TOLERANCE = 1e-6
_MAX_STEPS = 100


@dataclass(frozen=True, eq=False)
class Statistics:
    """What the likelihood needs of D tables of votes between k conditions.

    score: half of (wins - losses) of each condition, shape (D, k).
    ties: total of tied votes, shape (D,).
    totals: votes of each pair, shape (D, p).
    first, second: the conditions of each pair, shape (p,).
    """

    score: Floats
    ties: Floats
    totals: Floats
    first: NDArray[np.int64]
    second: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Fit:
    """Estimates for D tables, or for one (then without the leading axis).

    theta: log strengths, natural scale, mean zero within each connected component, (D, k).
    nu: tie parameter, 0 for Bradley-Terry, (D,).
    converged: whether Newton's method reached the maximum, (D,).
    gradient: largest absolute gradient of the penalised log likelihood, over (1 + votes), (D,).
    steps: Newton steps the slowest table took.
    """

    theta: Floats
    nu: Floats
    converged: NDArray[np.bool_]
    gradient: Floats
    steps: int


def points(theta: Floats) -> Floats:
    """Ratings on the Elo scale: 1500 + 400 / ln(10) * theta.

    The mean of a component is 1500. Under Bradley-Terry a lead of 400 points is ten wins to one
    loss; under Davidson it is ten wins to one loss among the votes that are not ties.
    """
    return np.asarray(CENTRE + POINTS_PER_UNIT * theta)


def statistics(wins: Floats, ties: Floats) -> Statistics:
    """Reduce tables of counts: wins[..., i, j] votes for i over j, ties symmetric, (..., k, k).

    Raises ValueError for counts that are negative, not finite, or whose ties are not symmetric.
    """
    won, tied = np.asarray(wins, dtype=np.float64), np.asarray(ties, dtype=np.float64)
    if won.shape != tied.shape or won.ndim not in (2, 3) or won.shape[-1] != won.shape[-2]:
        raise ValueError("wins and ties must be square tables of the same shape")
    if not (
        np.isfinite(won).all()
        and np.isfinite(tied).all()
        and min(won.min(initial=0), tied.min(initial=0)) >= 0
    ):
        raise ValueError("counts must be finite and not negative")
    if not np.array_equal(tied, np.swapaxes(tied, -1, -2)):
        raise ValueError("ties must be symmetric")
    won, tied = won.reshape(-1, *won.shape[-2:]), tied.reshape(-1, *tied.shape[-2:])
    first, second = np.triu_indices(won.shape[-1], 1)
    forward, backward, level = won[:, first, second], won[:, second, first], tied[:, first, second]
    return Statistics(
        score=(won.sum(axis=2) - won.sum(axis=1)) / 2,
        ties=level.sum(axis=1),
        totals=forward + backward + level,
        first=first.astype(np.int64),
        second=second.astype(np.int64),
    )


def fit(
    wins: Floats,
    ties: Floats,
    model: Model = "davidson",
    prior_sd: float = PRIOR_SD,
) -> Fit:
    """Fit one table of counts, (k, k), or D of them at once, (D, k, k); see `statistics`."""
    found = maximise(statistics(wins, ties), model, prior_sd)
    one = np.ndim(wins) < np.ndim(found.theta) + 1
    if not one:
        return found
    return Fit(found.theta[0], found.nu[0], found.converged[0], found.gradient[0], found.steps)


def maximise(
    data: Statistics,
    model: Model = "davidson",
    prior_sd: float = PRIOR_SD,
    start: tuple[Floats, float] | None = None,
) -> Fit:
    """Maximise the penalised likelihood of each table by damped Newton steps.

    start: theta, shape (k,), and nu to begin from, for instance the fit of the whole data when
        the tables are its bootstrap draws.

    The negative log likelihood is generalised self-concordant of order 2 (Sun and Tran-Dinh 2019,
    Mathematical Programming 178:145-213): a Newton step scaled by ln(1 + r) / r, where r bounds the
    step's change of any log-odds, never increases it. So no line search is needed, the method
    converges from anywhere, and the scale tends to 1, which keeps the end quadratic: the last step
    changed no log-odds by more than 1e-6, so what is left is of the order of 1e-12. A table that
    has converged is left alone, so that its result does not depend on its neighbours.
    """
    if model not in ("davidson", "bradley-terry"):
        raise ValueError(f"unknown model {model!r}")
    likelihood = _Likelihood(data, model == "davidson", 1 / prior_sd**2)
    tables, k = data.score.shape
    parameters = np.zeros((tables, likelihood.size))
    if start is not None:
        parameters[:, :k] = start[0]
        if likelihood.tied:
            parameters[:, k] = np.log(start[1])
    active, steps = np.arange(tables), 0
    while len(active) and steps < _MAX_STEPS:
        gradient, information = likelihood.derivatives(active, parameters[active])
        step = np.linalg.solve(information, gradient[:, :, None])[:, :, 0]
        reach = step[:, :k].max(axis=1, initial=0.0) - step[:, :k].min(axis=1, initial=0.0)
        if likelihood.tied:
            reach = np.maximum(reach, reach / 2 + np.abs(step[:, k]))
        # ln(1 + r) / r, whose limit at 0 is 1.
        damping = np.log1p(reach) / np.where(reach > 0, reach, 1) + (reach == 0)
        parameters[active] += damping[:, None] * step
        steps += 1
        active = active[reach > _TOLERANCE]
    converged = np.ones(tables, dtype=np.bool_)
    converged[active] = False
    gradient = likelihood.derivatives(np.arange(tables), parameters)[0]
    return Fit(
        theta=parameters[:, :k],
        nu=np.exp(parameters[:, k]) if likelihood.tied else np.zeros(tables),
        converged=converged,
        gradient=np.abs(gradient).max(axis=1, initial=0.0) / (1 + data.totals.sum(axis=1)),
        steps=steps,
    )


def information(
    data: Statistics, found: Fit, model: Model = "davidson", prior_sd: float = PRIOR_SD
) -> Floats:
    """Minus the Hessian of the penalised log likelihood at a fit, (D, m, m).

    m = k + 1 with log nu last, or k for Bradley-Terry. Its inverse is the covariance of the
    estimate if every vote is independent of every other.
    """
    likelihood = _Likelihood(data, model == "davidson", 1 / prior_sd**2)
    parameters = found.theta
    if likelihood.tied:
        parameters = np.concatenate([found.theta, np.log(found.nu)[:, None]], axis=1)
    return likelihood.derivatives(np.arange(len(parameters)), parameters)[1]


def expectations(gap: Floats, nu: Floats | float) -> tuple[Floats, Floats]:
    """P(win) - P(loss) and P(tie) for a difference `gap` of log strengths."""
    up = np.exp(gap / 2)
    down = 1 / up
    total = up + down + nu
    return (up - down) / total, nu / total


class _Likelihood:
    """Derivatives of the penalised log likelihood of D tables.

    In terms of one vote, the score X of a pair is 1/2, 0 or -1/2 and the tie Y is 1 or 0; the
    gradient is observed minus expected, the information the covariance of X and Y.
    """

    def __init__(self, data: Statistics, tied: bool, precision: float) -> None:
        from scipy.sparse import csr_array

        self.data, self.tied, self.precision = data, tied, precision
        self.conditions = data.score.shape[1]
        self.size = self.conditions + 1 if tied else self.conditions
        pairs = len(data.first)
        # Sums over pairs go through a sparse matrix: a dense product would wake the BLAS threads,
        # which for tables this small cost far more than they save, most of all on a busy machine.
        self.incidence = csr_array(
            (
                np.tile([1.0, -1.0], pairs),
                np.stack([data.first, data.second], axis=1).ravel(),
                np.arange(0, 2 * pairs + 1, 2),
            ),
            shape=(pairs, self.conditions),
        )

    def derivatives(self, active: NDArray[np.int64], parameters: Floats) -> tuple[Floats, Floats]:
        """Gradient (A, m) and information (A, m, m) of the active tables at their parameters."""
        data, k = self.data, self.conditions
        theta = parameters[:, :k]
        nu = np.exp(parameters[:, k:]) if self.tied else 0.0
        totals = data.totals if len(active) == len(data.totals) else data.totals[active]
        lead, level = expectations(theta[:, data.first] - theta[:, data.second], nu)

        expected = totals * lead
        gradient = np.empty((len(active), self.size))
        gradient[:, :k] = data.score[active] - (expected @ self.incidence) / 2
        if self.tied:
            gradient[:, k] = data.ties[active] - (totals * level).sum(axis=1)
        gradient -= self.precision * parameters

        found = np.zeros((len(active), self.size, self.size))
        covariance = totals * (1 - level - lead * lead) / -4
        found[:, data.first, data.second] = covariance
        found[:, data.second, data.first] = covariance
        diagonal = np.arange(k)
        found[:, diagonal, diagonal] = self.precision - found[:, :k, :k].sum(axis=2)
        if self.tied:
            cross = ((expected * level) @ self.incidence) / -2
            found[:, :k, k] = cross
            found[:, k, :k] = cross
            found[:, k, k] = self.precision + (totals * level * (1 - level)).sum(axis=1)
        return gradient, found
