"""CMOS: means of pairs, worths as least squares has them, and the order effect apart."""

import numpy as np
import pytest
from statsmodels.regression.linear_model import OLS
from statsmodels.stats.multitest import multipletests

from studio.statistics.comparison import comparison

NAMES = ("a", "b", "c", "d")
WORTHS = np.array([0.6, 0.2, -0.2, -0.6])


def _answers(
    seed: int,
    *,
    order: float = 0.0,
    raters: int = 20,
    each: int = 20,
    leaning: float = 0.4,
    k: int = 4,
):
    rng = np.random.default_rng(seed)
    rater, text = np.repeat(np.arange(raters), each), np.tile(np.arange(each) % 10, raters)
    a = rng.integers(0, k, len(rater))
    b = (a + rng.integers(1, k, len(rater))) % k
    own = WORTHS[:k] - WORTHS[:k].mean() + rng.normal(0, leaning, (raters, k))
    own_text = rng.normal(0, leaning / 2, (10, k))
    score = own[rater, b] - own[rater, a] + own_text[text, b] - own_text[text, a] + order
    return a, b, score + rng.normal(0, 0.8, len(rater)), rater, text


def test_worths_are_those_of_least_squares_in_statsmodels():
    a, b, score, *rest = _answers(1, order=0.3)
    design = np.zeros((len(score), 4))
    for row, (x, y) in enumerate(zip(a, b, strict=True)):
        for code, sign in ((y, 1), (x, -1)):
            if code:
                design[row, code - 1] = sign
    design[:, 3] = 1
    expected = OLS(score, design).fit().params
    found = comparison(a, b, score, *rest, conditions=NAMES)
    worths = np.array([one.estimate.value for one in found.worths])
    assert worths[1:] - worths[0] == pytest.approx(expected[:3])
    assert worths.sum() == pytest.approx(0)
    assert found.order.value == pytest.approx(expected[3])


def test_being_heard_second_does_not_help_a_condition():
    plain = comparison(*_answers(2), conditions=NAMES)
    shifted = comparison(*_answers(2, order=1.0), conditions=NAMES)
    assert shifted.order.value - plain.order.value == pytest.approx(1.0)
    assert [one.estimate.value for one in shifted.worths] == pytest.approx(
        [one.estimate.value for one in plain.worths]
    )


def test_a_pairs_mean_says_how_far_the_first_is_better_whichever_came_first():
    a, b = np.array([0, 1, 0, 1]), np.array([1, 0, 1, 0])
    score = np.array([-2.0, 1.0, 0.0, 3.0])
    (pair,) = comparison(a, b, score, np.arange(4), np.arange(4), conditions=("x", "y")).pairs
    assert pair.estimate.value == pytest.approx((2 + 1 + 0 + 3) / 4)
    assert (pair.better, pair.worse, pair.equal) == (3, 0, 1)


def test_the_tests_are_corrected_over_the_pairs():
    found = comparison(*_answers(3), conditions=NAMES).pairs
    assert len(found) == 6
    assert [one.p_holm for one in found] == pytest.approx(
        multipletests([one.p for one in found], method="holm")[1]
    )


def test_components_are_not_compared():
    a, b = np.array([0, 1, 0, 2, 3, 2] * 4), np.array([1, 0, 1, 3, 2, 3] * 4)
    score = np.where(b % 2 == 0, 2.0, -2.0) + np.linspace(-0.1, 0.1, 24)
    found = comparison(
        a, b, score, np.arange(24) % 5, np.arange(24) % 3, conditions=(*NAMES, "e")
    ).worths
    assert found[0].component == found[1].component != found[2].component
    assert [one.rank for one in found] == [1, 2, 1, 2, None]
    assert found[4].estimate is None


def test_the_order_of_rows_changes_nothing():
    columns = _answers(4)
    turned = np.random.default_rng(0).permutation(len(columns[0]))
    assert comparison(*columns, conditions=NAMES) == comparison(
        *(of[turned] for of in columns), conditions=NAMES
    )


def _coverage(studies: int, **kinds: float) -> tuple[float, float]:
    held = []
    for seed in range(studies):
        for one, truth in zip(
            comparison(*_answers(seed, **kinds), conditions=NAMES).worths, WORTHS, strict=True
        ):
            of = one.estimate
            held.append((of.low <= truth <= of.high, of.naive_low <= truth <= of.naive_high))
    return tuple(np.mean(held, axis=0))


def test_intervals_of_worths_cover_the_truth_where_naive_ones_do_not():
    held, naive = _coverage(80)
    assert 0.91 <= held <= 0.985
    assert naive < 0.85


@pytest.mark.slow
@pytest.mark.parametrize("kinds", [{}, {"raters": 8}, {"raters": 60, "each": 10}])
def test_coverage_of_worths_is_between_93_and_97_percent(kinds):
    held, naive = _coverage(700, **kinds)
    assert 0.93 <= held <= 0.97, (held, naive)
    assert naive < 0.9
