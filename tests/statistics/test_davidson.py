"""Davidson's model against published estimates, choix, evalica and a plain optimiser."""

import choix
import evalica
import numpy as np
import pytest
from scipy.optimize import minimize

from studio.statistics import fit, points
from tests.statistics import pudding, simulated

STRENGTHS = np.array([0.9, 0.4, 0.1, -0.2, -0.5, -0.7])
FLAT = 1e4  # a prior too wide to be felt


def _tables() -> dict[str, tuple[np.ndarray, np.ndarray]]:
    return {
        "pudding": pudding.counts(),
        "simulated": simulated.counts(simulated.votes(1, 3000, STRENGTHS)),
    }


def _rows(wins: np.ndarray, ties: np.ndarray) -> tuple[list[int], list[int], list[evalica.Winner]]:
    xs, ys, winners = [], [], []
    for i, j in np.ndindex(wins.shape):
        for winner, times in (
            (evalica.Winner.X, wins[i, j]),
            (evalica.Winner.Draw, ties[i, j] if i < j else 0),
        ):
            xs += [i] * int(times)
            ys += [j] * int(times)
            winners += [winner] * int(times)
    return xs, ys, winners


def _log_scores(scores: "evalica.pd.Series") -> np.ndarray:
    strengths = np.log(scores.sort_index().to_numpy())
    return strengths - strengths.mean()


def test_published_estimates_of_davidson_are_reproduced():
    found = fit(*pudding.counts(), prior_sd=FLAT)
    worths = np.exp(found.theta) / np.exp(found.theta).sum()
    # Davidson stopped after seven rounds of an iteration that had not quite converged.
    assert worths == pytest.approx(pudding.WORTHS, abs=1.1e-4)
    assert found.nu == pytest.approx(pudding.NU, abs=2e-4)


@pytest.mark.parametrize("table", ["pudding", "simulated"])
def test_davidson_agrees_with_evalica(table: str):
    """evalica's `newman` is Davidson's model with nu = 2 v (Newman 2023, JMLR 24)."""
    wins, ties = _tables()[table]
    other = evalica.newman(*_rows(wins, ties), tolerance=1e-12, limit=100_000)
    found = fit(wins, ties, prior_sd=FLAT)
    assert found.theta == pytest.approx(_log_scores(other.scores), abs=1e-6)
    assert found.nu == pytest.approx(2 * other.v, rel=1e-6)


@pytest.mark.parametrize("table", ["pudding", "simulated"])
def test_bradley_terry_agrees_with_evalica(table: str):
    wins, ties = _tables()[table]
    # Its default counts a tie as half a win for either side, as ours does.
    other = evalica.bradley_terry(*_rows(wins, ties), tolerance=1e-12, limit=100_000)
    found = fit(wins, ties, "bradley-terry", prior_sd=FLAT)
    assert found.theta == pytest.approx(_log_scores(other.scores), abs=1e-6)
    assert found.nu == 0


@pytest.mark.parametrize("table", ["pudding", "simulated"])
@pytest.mark.parametrize("prior_sd", [2.0, 0.5])
def test_bradley_terry_with_its_prior_agrees_with_choix(table: str, prior_sd: float):
    wins, ties = _tables()[table]
    # choix knows no ties: each vote is entered twice, a tie once for either side.
    data = [
        (i, j) for i, j in np.ndindex(wins.shape) for _ in range(int(2 * wins[i, j] + ties[i, j]))
    ]
    other = choix.opt_pairwise(len(wins), data, alpha=2 / (2 * prior_sd**2), tol=1e-12)
    found = fit(wins, ties, "bradley-terry", prior_sd=prior_sd)
    assert found.theta == pytest.approx(other - other.mean(), abs=1e-6)


def test_bradley_terry_without_ties_agrees_with_choix():
    wins, _ = pudding.counts()
    data = [(i, j) for i, j in np.ndindex(wins.shape) for _ in range(int(wins[i, j]))]
    other = choix.ilsr_pairwise(len(wins), data, alpha=0, tol=1e-12)
    found = fit(wins, np.zeros_like(wins), "bradley-terry", prior_sd=FLAT)
    assert found.theta == pytest.approx(other - other.mean(), abs=1e-6)


@pytest.mark.parametrize("table", ["pudding", "simulated"])
@pytest.mark.parametrize("prior_sd", [2.0, 0.5])
def test_davidson_with_its_prior_maximises_the_penalised_likelihood(table: str, prior_sd: float):
    wins, ties = _tables()[table]
    k = len(wins)

    def loss(parameters: np.ndarray) -> float:
        worth, nu = np.exp(parameters[:k]), np.exp(parameters[k])
        value = parameters @ parameters / (2 * prior_sd**2)
        for i in range(k):
            for j in range(i + 1, k):
                level = nu * np.sqrt(worth[i] * worth[j])
                whole = worth[i] + worth[j] + level
                value -= wins[i, j] * np.log(worth[i] / whole)
                value -= wins[j, i] * np.log(worth[j] / whole)
                value -= ties[i, j] * np.log(level / whole)
        return value

    other = minimize(loss, np.zeros(k + 1), method="BFGS", jac="3-point", options={"gtol": 1e-8})
    found = fit(wins, ties, prior_sd=prior_sd)
    assert found.theta == pytest.approx(other.x[:k], abs=1e-6)
    assert np.log(found.nu) == pytest.approx(other.x[k], abs=1e-6)
    assert loss(np.append(found.theta, np.log(found.nu))) <= other.fun + 1e-9


def test_known_strengths_are_recovered():
    wins, ties = simulated.counts(simulated.votes(3, 40_000, STRENGTHS, nu=0.9))
    found = fit(wins, ties)
    assert found.theta == pytest.approx(STRENGTHS, abs=0.05)
    assert found.nu == pytest.approx(0.9, abs=0.05)


def test_one_to_nothing_is_finite_and_modest():
    wins, ties = np.array([[0.0, 1.0], [0.0, 0.0]]), np.zeros((2, 2))
    for model in ("davidson", "bradley-terry"):
        found = fit(wins, ties, model)
        assert found.converged
        assert 0 < found.theta[0] < 2
        assert found.theta.sum() == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize(
    "wins",
    [
        np.array([[0, 1e6], [0, 0]]),
        np.array([[0, 1e6, 0], [0, 0, 1e6], [0, 0, 0]]),
        np.array([[0, 1e6, 0, 0], [1, 0, 0, 0], [0, 0, 0, 3], [0, 0, 0, 0]]),
        np.zeros((3, 3)),
    ],
)
@pytest.mark.parametrize("all_tie", [False, True])
def test_extreme_records_converge(wins: np.ndarray, all_tie: bool):
    ties = wins + wins.T if all_tie else np.zeros_like(wins)
    found = fit(np.zeros_like(wins) if all_tie else wins, ties)
    assert found.converged
    assert found.gradient < 1e-8
    assert np.isfinite(found.theta).all()
    assert np.isfinite(found.nu)


def test_many_tables_at_once_are_the_single_fits():
    rng = np.random.default_rng(4)
    wins = rng.poisson(3.0, (40, 5, 5)).astype(float) * (1 - np.eye(5))
    wins[7] *= 1000  # one table far from the rest must not disturb its neighbours
    ties = rng.poisson(1.0, (40, 5, 5)).astype(float)
    ties = np.triu(ties, 1) + np.swapaxes(np.triu(ties, 1), 1, 2)
    together = fit(wins, ties)
    for index in range(40):
        alone = fit(wins[index], ties[index])
        assert together.theta[index] == pytest.approx(alone.theta, abs=1e-12)
        assert together.nu[index] == pytest.approx(alone.nu, rel=1e-12)
    assert together.converged.all()


def test_four_hundred_points_are_ten_to_one():
    wins = np.array([[0.0, 10_000.0], [1000.0, 0.0]])
    ratings = points(fit(wins, np.zeros((2, 2)), "bradley-terry").theta)
    assert ratings[0] - ratings[1] == pytest.approx(400, abs=0.5)
    assert ratings.mean() == pytest.approx(1500)


@pytest.mark.parametrize(
    ("wins", "ties"),
    [
        (np.zeros((2, 3)), np.zeros((2, 3))),
        (np.zeros((2, 2)), np.array([[0.0, 1.0], [0.0, 0.0]])),
        (np.array([[0.0, -1.0], [0.0, 0.0]]), np.zeros((2, 2))),
        (np.array([[0.0, np.nan], [0.0, 0.0]]), np.zeros((2, 2))),
    ],
)
def test_tables_that_are_no_counts_are_refused(wins: np.ndarray, ties: np.ndarray):
    with pytest.raises(ValueError, match=r"."):
        fit(wins, ties)


def test_an_unknown_model_is_refused():
    with pytest.raises(ValueError, match="thurstone"):
        fit(*pudding.counts(), "thurstone")
