"""The confidence sequence: right at all looks at once, where an ordinary interval is not."""

import numpy as np
import pytest
from scipy.stats import binomtest

from studio.statistics import Votes
from studio.statistics.confidence_sequence import _BETS, by_rater, interval, verdict


def _ever_wrong(values: np.ndarray, share: float, level: float = 0.95) -> np.ndarray:
    """Whether the interval misses `share` at any look; values (studies, n), a look a column.

    The very rule of `interval`, for all looks at once: capital of both players above 2 / alpha.
    """
    rich = np.log(2 / (1 - level))
    wrong = np.zeros(len(values), bool)
    for x, m in ((values, share), (1 - values, 1 - share)):
        capital = np.zeros((len(values), len(_BETS)))
        for look in range(values.shape[1]):
            capital += np.log1p(_BETS[None, :] * (x[:, look, None] / m - 1))
            most = capital.max(axis=1)
            wrong |= most + np.log(np.exp(capital - most[:, None]).mean(axis=1)) > rich
    return wrong


def _drawn(rng: np.random.Generator, shape: tuple[int, int], share: float, tie: float):
    drawn = rng.random(shape)
    return np.where(drawn < tie, 0.5, (rng.random(shape) < (share - tie / 2) / (1 - tie)) * 1.0)


def test_the_looks_of_the_simulation_are_those_of_the_interval():
    rng = np.random.default_rng(2)
    values = _drawn(rng, (40, 60), 0.7, 0.2)
    ever = _ever_wrong(values, 0.5)
    for study, wrong in zip(values, ever, strict=True):
        looks = [interval(study[:n]) for n in range(1, 61)]
        assert wrong == any(look.low > 0.5 or look.high < 0.5 for look in looks)


@pytest.mark.parametrize(("share", "tie"), [(0.5, 0.0), (0.5, 0.4), (0.65, 0.2), (0.95, 0.0)])
def test_peeking_after_every_vote_errs_in_at_most_five_percent(share: float, tie: float):
    rng = np.random.default_rng(11)
    wrong = _ever_wrong(_drawn(rng, (1500, 400), share, tie), share)
    assert wrong.mean() <= 0.05


def test_peeking_with_an_ordinary_interval_errs_far_more_often():
    rng = np.random.default_rng(11)
    values = _drawn(rng, (1500, 400), 0.5, 0.0)
    looks = np.arange(1, 401)
    mean = values.cumsum(axis=1) / looks
    outside = np.abs(mean - 0.5) > 1.96 * np.sqrt(np.maximum(mean * (1 - mean), 1e-9) / looks)
    assert outside[:, 10:].any(axis=1).mean() > 0.2


@pytest.mark.slow
@pytest.mark.parametrize("share", [0.5, 0.6, 0.8])
@pytest.mark.parametrize("tie", [0.0, 0.3])
def test_peeking_for_thousands_of_votes_errs_in_at_most_five_percent(share: float, tie: float):
    rng = np.random.default_rng(12)
    assert _ever_wrong(_drawn(rng, (2000, 3000), share, tie), share).mean() <= 0.05


def _tastes(rng: np.random.Generator, raters: int, each: int) -> Votes:
    """Raters with strong tastes of their own, half of them each way, voting after one another."""
    taste = np.repeat(rng.beta(0.8, 0.8, raters), each)
    won = rng.random(raters * each) < taste
    n = raters * each
    rater = np.repeat(np.arange(raters), each)
    sides = rng.random(n) < 0.5
    outcome = np.where(won == sides, 1, -1)
    return Votes(
        np.where(sides, 0, 1),
        np.where(sides, 1, 0),
        outcome,
        rater,
        np.tile(np.arange(each), raters),
        ("a", "b"),
    )


def test_raters_with_tastes_need_the_rater_as_the_unit():
    rng = np.random.default_rng(6)
    studies = [_tastes(rng, 60, 15) for _ in range(300)]
    by_raters = np.array([by_rater(study, 0, 1) for study in studies])
    votes = np.array([np.where(s.left == 0, s.outcome, -s.outcome) / 2 + 0.5 for s in studies])
    assert _ever_wrong(by_raters, 0.5).mean() <= 0.05
    assert _ever_wrong(votes, 0.5).mean() > 0.15


def test_each_raters_mean_counts_ties_as_half_and_both_orders():
    votes = Votes(
        [0, 1, 0, 2, 0],
        [1, 0, 1, 1, 1],
        [1, -1, 0, 1, -1],
        [0, 0, 1, 1, 2],
        [0] * 5,
        ("a", "b", "c"),
    )
    assert by_rater(votes, 0, 1).tolist() == [1.0, 0.5, 0.0]
    assert by_rater(votes, 1, 0).tolist() == [0.0, 0.5, 1.0]
    assert by_rater(votes, 0, 1, finished={0, 1}).tolist() == [1.0, 0.5]
    assert by_rater(votes, 0, 1, finished=set()).tolist() == []


def test_the_interval_narrows_and_lies_around_an_exact_one():
    found = interval(np.r_[np.ones(60), np.zeros(40)])
    exact = binomtest(60, 100).proportion_ci(method="exact")
    assert found.low < exact.low < 0.6 < exact.high < found.high
    assert found.high - found.low < 2 * (exact.high - exact.low)
    many = interval(np.r_[np.ones(6000), np.zeros(4000)])
    assert many.high - many.low < (found.high - found.low) / 6


def test_both_sides_are_treated_alike():
    values = np.r_[np.ones(30), np.zeros(12), np.full(9, 0.5)]
    one, other = interval(values), interval(1 - values)
    assert (one.low, one.high) == pytest.approx((1 - other.high, 1 - other.low))


def test_a_clear_record_decides_early_and_a_balanced_one_never_does():
    assert verdict(np.ones(10), 0.1) == "first"
    assert verdict(np.zeros(10), 0.1) == "second"
    assert verdict(np.ones(4), 0.1) == "open"
    alternating = np.arange(3000) % 2
    assert verdict(alternating[:50], 0.1) == "open"
    assert verdict(alternating, 0.1) == "alike"


def test_nothing_heard_says_nothing():
    assert interval([]) == interval(np.zeros(0))
    assert (interval([]).low, interval([]).high) == (0.0, 1.0)
    assert interval([1.0]).low < 0.5


@pytest.mark.parametrize("values", [[1.2], [-0.1], [float("nan")], [[1.0]]])
def test_values_off_the_scale_are_refused(values: list):
    with pytest.raises(ValueError, match="values"):
        interval(values)
