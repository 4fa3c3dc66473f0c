"""Raters against themselves."""

import numpy as np
import pytest
from statsmodels.stats.proportion import proportion_confint

from studio.statistics.consistency import consistency, overall, repeatability


def test_each_rater_has_the_share_of_repeats_answered_alike():
    first = np.array(["x", "y", "tie", "x", "y"])
    second = np.array(["x", "x", "tie", "x", "y"])
    found = consistency(first, second, np.array([7, 7, 7, 2, 2]))
    assert [(one.rater, one.repeats, one.same) for one in found] == [(2, 2, 2), (7, 3, 2)]
    assert (found[1].share.low, found[1].share.high) == pytest.approx(
        proportion_confint(2, 3, method="wilson")
    )


def test_careful_raters_and_coins_are_told_apart():
    rng = np.random.default_rng(1)
    rater, text = np.repeat(np.arange(20), 30), np.tile(np.arange(30), 20)
    first = rng.integers(0, 2, 600)
    second = np.where(rng.random(600) < 0.8, first, 1 - first)
    careful, coin = (
        overall(first, second, rater, text),
        overall(first, rng.integers(0, 2, 600), rater, text),
    )
    assert careful.low > 0.7
    assert coin.low < 0.5 < coin.high


def test_repeated_scores_have_the_spread_of_one_score():
    rng = np.random.default_rng(2)
    truth = rng.normal(0, 3, 4000)
    first, second = truth + rng.normal(0, 1.5, 4000), truth + rng.normal(0, 1.5, 4000)
    (found,) = repeatability(first, second, np.zeros(4000, int))
    assert found.sd == pytest.approx(1.5, rel=0.05)
    assert found.mean_difference == pytest.approx(np.abs(first - second).mean())
    assert repeatability(np.array([3.0]), np.array([3.0]), np.array([0]))[0].same == 1


def test_no_repeats():
    nothing = np.zeros(0, int)
    assert consistency(nothing, nothing, nothing) == ()
    assert overall(nothing, nothing, nothing, nothing) is None
    with pytest.raises(ValueError, match="pairs"):
        consistency(np.zeros(2), np.zeros(3), np.zeros(2, int))
