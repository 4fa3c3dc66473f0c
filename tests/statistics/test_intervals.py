"""Intervals are as wide as raters and texts make them; see test_coverage, too."""

import dataclasses

import numpy as np
import pytest
import statsmodels.api as sm

from studio.statistics import Board, board, fit, points
from studio.statistics.bootstrap import statistics_of, tally
from studio.statistics.davidson import maximise
from studio.statistics.intervals import spread
from studio.statistics.moderation import moderated
from studio.statistics.votes import ordered
from tests.statistics import simulated

STRENGTHS = np.array([0.4, 0.1, -0.1, -0.4])


def _width(found: Board, naive: bool = False) -> float:
    ends = [(s.naive_low, s.naive_high) if naive else (s.low, s.high) for s in found.standings]
    return float(np.mean([high - low for low, high in ends]))


def test_naive_intervals_are_those_of_the_inverse_information():
    """Against the spread of estimates over repeated samples of independent votes."""
    repeated = [
        points(fit(*simulated.counts(simulated.votes(seed, 800, STRENGTHS))).theta)
        for seed in range(150)
    ]
    found = board(simulated.votes(0, 800, STRENGTHS), draws=50)
    assert _width(found, naive=True) == pytest.approx(
        2 * 1.96 * np.std(repeated, axis=0).mean(), rel=0.1
    )


@pytest.mark.parametrize("effect", ["rater_effect", "text_effect"])
def test_votes_that_cluster_widen_the_interval(effect: str):
    given = simulated.votes(2, 3000, STRENGTHS, **{effect: 0.8})
    found = board(given, draws=300)
    assert _width(found) > 2 * _width(found, naive=True)
    assert np.mean([s.design_effect for s in found.standings]) > 3


def test_votes_that_do_not_cluster_leave_the_interval_about_as_it_was():
    # The bare pigeonhole bootstrap would give 1.73 times the naive width here.
    found = board(simulated.votes(2, 3000, STRENGTHS, raters=60, texts=60), draws=300)
    assert _width(found) < 1.25 * _width(found, naive=True)


def test_few_raters_make_for_wider_intervals_than_many():
    few = board(simulated.votes(3, 2000, STRENGTHS, raters=4, rater_effect=0.5), draws=300)
    many = board(simulated.votes(3, 2000, STRENGTHS, raters=400, rater_effect=0.5), draws=300)
    assert _width(few) > 3 * _width(many)


def test_one_condition_that_divides_raters_keeps_most_of_its_own_width():
    """Moderation draws ratios together, but never beyond half way."""
    ratio = np.array([8.0, 1.0, 1.2, 0.9, 1.1])
    steady, freedom = moderated(ratio, np.full(5, 6.0))
    assert steady[0] > (8.0 + ratio.mean()) / 2 - 1e-9
    assert (freedom <= 12.0).all()
    alike, more = moderated(np.array([1.1, 1.0, 0.9, 1.0, 1.05]), np.full(5, 6.0))
    assert alike == pytest.approx((np.array([1.1, 1.0, 0.9, 1.0, 1.05]) + 1.01) / 2)
    assert more == pytest.approx(12.0)


def test_two_conditions_have_nothing_to_learn_from_each_other():
    steady, freedom = moderated(np.array([3.0, 1.0]), np.full(2, 4.0))
    assert steady.tolist() == [3.0, 1.0]
    assert freedom.tolist() == [4.0, 4.0]


def test_an_unknown_ratio_is_the_common_one():
    steady, _ = moderated(np.array([2.0, 4.0, np.nan, 3.0]), np.full(4, 5.0))
    assert steady[2] == pytest.approx(3.0)
    assert moderated(np.full(2, np.nan), np.full(2, 5.0))[0].tolist() == [1.0, 1.0]


def test_raters_of_very_unequal_diligence_count_as_few():
    """One rater with nine tenths of the votes and thirty with the rest are not 31 raters."""
    rng = np.random.default_rng(4)
    given = simulated.votes(5, 1500, STRENGTHS, raters=31, rater_effect=0.5)
    busy = np.where(rng.random(1500) < 0.9, 0, given.rater)
    rows = ordered(dataclasses.replace(given, rater=busy))
    data = tally(rows)
    found = maximise(statistics_of(data, data.counts()[None], 4))
    even = tally(ordered(given))
    also = maximise(statistics_of(even, even.counts()[None], 4))
    one = np.zeros(4, dtype=np.int64)
    unequal = spread(data, found, one, "davidson").freedom
    equal = spread(even, also, one, "davidson").freedom
    assert unequal.max() < equal.min()


def test_a_cluster_estimate_is_the_sandwich_of_statsmodels():
    """Raters as the only factor, Bradley-Terry, against a clustered logistic regression."""
    given = simulated.votes(8, 4000, np.array([0.4, -0.4]), raters=60, nu=1e-9, rater_effect=0.6)
    given = dataclasses.replace(given, item=np.zeros(4000, dtype=np.int32))
    rows = ordered(given)
    data = tally(rows)
    found = maximise(statistics_of(data, data.counts()[None], 2), "bradley-terry")
    ours = spread(data, found, np.zeros(2, dtype=np.int64), "bradley-terry")
    sides = np.where(rows.left == 0, 1.0, -1.0)
    other = sm.Logit((rows.outcome == 1) * 1.0, sides).fit(
        disp=0, cov_type="cluster", cov_kwds={"groups": rows.rater}
    )
    # Its coefficient is the gap, twice the distance of either strength from their mean.
    assert 2 * ours.clustered[0] == pytest.approx(other.bse[0], rel=0.02)
