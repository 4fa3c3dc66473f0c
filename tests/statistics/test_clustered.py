"""Means and shares: equal to textbook intervals for independent answers, wider when they cluster."""

import numpy as np
import pytest
import scipy.stats
from statsmodels.regression.linear_model import OLS
from statsmodels.stats.proportion import proportion_confint
from statsmodels.stats.sandwich_covariance import cov_cluster

from studio.statistics import clustered


def _crossed(seed: int, raters: int, texts: int, each: int, by_rater: float, by_text: float):
    """Answers of `raters`, `each` on texts spread evenly: value with mean 0, rater, text."""
    rng = np.random.default_rng(seed)
    rater = np.repeat(np.arange(raters), each)
    text = np.concatenate(
        [rng.permutation(np.arange(max(texts, each)) % texts)[:each] for _ in range(raters)]
    )
    value = rng.normal(0, by_rater, raters)[rater] + rng.normal(0, by_text, texts)[text]
    return value + rng.normal(size=len(rater)), rater, text


def _coverage(
    studies: int, shape: tuple[int, int, int], effects: tuple[float, float], binary: bool
):
    """Shares of studies whose clustered and naive interval hold the truth."""
    held = np.zeros(2)
    for seed in range(studies):
        value, rater, text = _crossed(seed, *shape, *effects)
        if binary:
            spread = np.sqrt(1 + effects[0] ** 2 + effects[1] ** 2)
            truth = scipy.stats.norm.cdf(0.3 / spread)
            found = clustered.share((value < 0.3).astype(float), rater, text)
        else:
            truth, found = 0.0, clustered.mean(value, rater, text)
        held += (found.low <= truth <= found.high, found.naive_low <= truth <= found.naive_high)
    return held / studies


def test_the_naive_interval_of_a_mean_is_students():
    value, rater, text = _crossed(1, 10, 8, 6, 0.5, 0.5)
    found = clustered.mean(value, rater, text)
    expected = scipy.stats.t.interval(0.95, len(value) - 1, value.mean(), scipy.stats.sem(value))
    assert (found.naive_low, found.naive_high) == pytest.approx(expected)


def test_with_one_text_the_interval_is_the_cluster_robust_one_of_statsmodels():
    value, rater, _ = _crossed(2, 12, 8, 8, 0.8, 0.0)
    one_text = np.zeros_like(rater)
    fitted = OLS(value, np.ones(len(value))).fit()
    expected = float(cov_cluster(fitted, rater, use_correction=False)[0, 0]) * 12 / 11
    assert clustered.variance(
        (value - value.mean()) / len(value), rater, one_text
    ).clustered == pytest.approx(expected)


def test_the_naive_interval_of_a_share_is_wilsons():
    value, rater, text = _crossed(3, 10, 8, 6, 0.0, 0.0)
    yes = (value > 0.3).astype(float)
    found = clustered.share(yes, rater, text)
    expected = proportion_confint(yes.sum(), len(yes), method="wilson")
    assert (found.naive_low, found.naive_high) == pytest.approx(expected)


def test_answers_all_alike_leave_room_for_a_rater_who_would_differ():
    rater, text = np.repeat(np.arange(8), 50), np.tile(np.arange(50), 8)
    found = clustered.share(np.ones(400), rater, text)
    assert found.high == pytest.approx(1.0)
    assert found.low < 0.75
    assert found.naive_low > 0.98


def test_a_single_answer_has_no_interval_on_a_scale():
    found = clustered.mean(np.array([3.0]), np.array([0]), np.array([0]))
    assert (found.low, found.high) == (-np.inf, np.inf)


def test_neither_order_of_answers_nor_names_of_codes_matter():
    value, rater, text = _crossed(4, 10, 8, 6, 0.5, 0.5)
    order = np.random.default_rng(0).permutation(len(value))
    found = clustered.mean(value, rater, text)
    other = clustered.mean(value[order], 1000 - 7 * rater[order], 3 * text[order])
    assert (other.low, other.high) == pytest.approx((found.low, found.high))


@pytest.mark.parametrize("binary", [False, True])
def test_clustered_intervals_cover_the_truth_where_naive_ones_do_not(binary: bool):
    held, naive = _coverage(300, (20, 15, 6), (0.5, 0.5), binary)
    assert 0.92 <= held <= 0.985
    assert naive < 0.88


@pytest.mark.slow
@pytest.mark.parametrize("binary", [False, True])
@pytest.mark.parametrize(
    ("shape", "effects"),
    [
        ((20, 15, 6), (0.5, 0.5)),
        ((20, 15, 6), (0.5, 0.0)),
        ((20, 15, 6), (0.3, 0.3)),
        ((40, 10, 10), (0.5, 0.3)),
        ((10, 10, 20), (0.5, 0.5)),
        ((100, 12, 5), (0.3, 0.5)),
        ((6, 20, 20), (0.5, 0.4)),
    ],
)
def test_coverage_is_between_93_and_97_percent(shape, effects, binary: bool):
    held, naive = _coverage(2000, shape, effects, binary)
    assert 0.93 <= held <= 0.97
    assert naive < held
    if max(effects) >= 0.4:
        assert naive < 0.91


@pytest.mark.slow
@pytest.mark.parametrize("binary", [False, True])
def test_answers_that_do_not_cluster_cost_a_little_width_and_no_coverage(binary: bool):
    """Whether they do is estimated, and the interval allows for having missed it."""
    held, naive = _coverage(2000, (20, 15, 6), (0.0, 0.0), binary)
    assert 0.945 <= held <= 0.985
    assert 0.935 <= naive <= 0.965
