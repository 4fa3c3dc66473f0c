"""Adjustment for covariates and position: against statsmodels, and on planted effects."""

import numpy as np
import pytest
import statsmodels.api as sm

from studio.statistics import Votes, board
from studio.statistics.adjusted import POSITION, Adjusted, adjusted
from studio.statistics.davidson import POINTS_PER_UNIT

STRENGTHS = np.array([0.6, 0.1, -0.2, -0.5])


def _votes(
    seed: int,
    number: int,
    *,
    position: float = 0.0,
    louder: float = 0.0,
    nu: float = 0.5,
    bias: float = 0.0,
) -> tuple[Votes, np.ndarray]:
    """Votes with an advantage of the left and of each LU more; condition 0 is `bias` LU louder."""
    rng = np.random.default_rng(seed)
    left = rng.integers(0, 4, number)
    right = (left + rng.integers(1, 4, number)) % 4
    level = rng.normal(0, 0.7, number) + bias * ((left == 0) * 1.0 - (right == 0))
    gap = STRENGTHS[left] - STRENGTHS[right] + position + louder * level
    up = np.exp(gap / 2)
    drawn = rng.random(number) * (up + 1 / up + nu)
    outcome = np.where(drawn < up, 1, np.where(drawn < up + 1 / up, -1, 0))
    rater, text = rng.integers(0, 25, number), rng.integers(0, 20, number)
    return Votes(left, right, outcome, rater, text, tuple("abcd")), level


def _rating(found: Adjusted) -> np.ndarray:
    by_name = {one.condition: one.rating for one in found.standings}
    return np.array([by_name[name] for name in "abcd"])


def _coefficient(found: Adjusted, name: str):
    return next(one for one in found.coefficients if one.name == name)


def test_without_covariates_it_is_the_boards_rating():
    votes, _ = _votes(1, 900)
    for model in ("davidson", "bradley-terry"):
        plain = {one.condition: one.rating for one in board(votes, model, draws=20).standings}
        found = adjusted(votes, {}, position=False, model=model)
        assert found.converged
        assert {one.condition: one.rating for one in found.standings} == pytest.approx(
            plain, abs=1e-5
        )


def test_bradley_terry_with_covariates_is_the_logistic_regression_of_statsmodels(monkeypatch):
    votes, level = _votes(2, 2500, position=0.3, louder=0.5, nu=0.0)
    monkeypatch.setattr("studio.statistics.adjusted.PRIOR_SD", 1e5)
    found = adjusted(votes, {"loudness": level}, model="bradley-terry")
    design = np.zeros((2500, 4))
    design[np.arange(2500), votes.left] += 1
    design[np.arange(2500), votes.right] -= 1
    columns = np.column_stack([design[:, 1:], np.ones(2500), level])
    other = sm.Logit((votes.outcome == 1) * 1.0, columns).fit(disp=0)
    assert _coefficient(found, POSITION).value == pytest.approx(other.params[3], abs=1e-5)
    assert _coefficient(found, "loudness").value == pytest.approx(other.params[4], abs=1e-5)
    theta = np.r_[0, other.params[:3]]
    theta -= theta.mean()
    assert _rating(found) == pytest.approx(1500 + POINTS_PER_UNIT * theta, abs=1e-2)


def test_the_sandwich_of_one_factor_is_that_of_statsmodels():
    votes, level = _votes(3, 2500, position=0.2, louder=0.4, nu=0.0)
    alone = Votes(votes.left, votes.right, votes.outcome, votes.rater, [0] * 2500, tuple("abcd"))
    found = _coefficient(adjusted(alone, {"loudness": level}, model="bradley-terry"), "loudness")
    design = np.zeros((2500, 4))
    design[np.arange(2500), votes.left] += 1
    design[np.arange(2500), votes.right] -= 1
    columns = np.column_stack([design[:, 1:], np.ones(2500), level])
    other = sm.Logit((votes.outcome == 1) * 1.0, columns).fit(
        disp=0, cov_type="cluster", cov_kwds={"groups": votes.rater}
    )
    # A t quantile with about 24 degrees of freedom, and never below the naive variance.
    assert found.high - found.low == pytest.approx(2 * 2.06 * other.bse[4], rel=0.12)


def test_planted_effects_are_found_within_their_intervals():
    votes, level = _votes(4, 4000, position=0.25, louder=0.4)
    found = adjusted(votes, {"loudness": level})
    for name, true in ((POSITION, 0.25), ("loudness", 0.4)):
        one = _coefficient(found, name)
        assert one.low < true < one.high
        assert one.low > 0
    assert _coefficient(found, POSITION).share == pytest.approx(1 / (1 + np.exp(-0.25)), abs=0.04)


def test_an_engine_that_was_merely_louder_loses_its_lead():
    votes, level = _votes(5, 6000, louder=0.8, bias=1.0)
    raw = _rating(adjusted(votes, {}, position=False))
    fair = _rating(adjusted(votes, {"loudness": level}))
    true = 1500 + POINTS_PER_UNIT * (STRENGTHS - STRENGTHS.mean())
    assert raw[0] - true[0] > 60
    assert np.abs(fair - true).max() < 25


def test_what_the_conditions_determine_is_left_out_and_named():
    votes, level = _votes(6, 800)
    native = np.array([12.0, 11.0, 8.0, 12.0])
    found = adjusted(
        votes,
        {
            "loudness": level,
            "bandwidth": native[votes.left] - native[votes.right],
            "seconds": np.zeros(800),
            "twice": 2 * level,
        },
    )
    assert found.left_out == (
        ("bandwidth", "confounded"),
        ("seconds", "constant"),
        ("twice", "confounded"),
    )
    assert [one.name for one in found.coefficients] == [POSITION, "loudness"]


def test_votes_without_a_value_are_dropped_and_counted():
    votes, level = _votes(7, 500)
    level[:40] = np.nan
    found = adjusted(votes, {"loudness": level})
    assert (found.votes, found.dropped) == (460, 40)


def test_components_are_not_ranked_across():
    votes = Votes(
        [0] * 40 + [2] * 20, [1] * 40 + [3] * 20, [1] * 60, range(60), range(60), tuple("abcd")
    )
    found = adjusted(votes, {}, position=False)
    assert [one.component for one in found.standings] == [0, 0, 1, 1]
    assert [one.rank for one in found.standings] == [1, 2, 1, 2]


def test_no_votes_give_no_standings():
    found = adjusted(Votes([], [], [], [], [], ("a", "b")), {"loudness": []})
    assert found.standings == ()
    assert found.votes == 0


def test_a_covariate_of_another_length_is_refused():
    votes, level = _votes(8, 50)
    with pytest.raises(ValueError, match="one value a vote"):
        adjusted(votes, {"loudness": level[:-1]})
    with pytest.raises(ValueError, match="thurstone"):
        adjusted(votes, {}, model="thurstone")


@pytest.mark.parametrize("wins", [1, 3])
def test_a_few_wins_have_wide_finite_intervals(wins: int):
    votes = Votes([0] * wins, [1] * wins, [1] * wins, range(wins), range(wins), ("a", "b"))
    found = adjusted(votes, {}, position=False)
    assert [one.rank for one in found.standings] == [1, 1]
    assert all(np.isfinite([one.low, one.high]).all() for one in found.standings)
