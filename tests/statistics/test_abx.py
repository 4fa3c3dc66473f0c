"""ABX: exact where it can be, d' as a simulated observer has it."""

import numpy as np
import pytest
import scipy.stats
from statsmodels.stats.multitest import multipletests

from studio.statistics.abx import by_rater, d_prime, discrimination


def _answers(seed: int, chance: float, raters: int = 12, trials: int = 20, leaning: float = 0.0):
    rng = np.random.default_rng(seed)
    rater = np.repeat(np.arange(raters), trials)
    own = np.clip(chance + rng.normal(0, leaning, raters), 0, 1)
    return rng.random(len(rater)) < own[rater], rater, np.tile(np.arange(trials) % 8, raters)


def _observer(d: float, trials: int, seed: int) -> float:
    """Share right of one who hears A, B and X with unit noise and names the nearer one."""
    rng = np.random.default_rng(seed)
    a, b = rng.normal(0, 1, trials), rng.normal(d, 1, trials)
    x = rng.normal(0, 1, trials)
    return float(np.mean(np.abs(x - a) < np.abs(x - b)))


def test_the_test_is_scipys_exact_one():
    right, rater, text = _answers(1, 0.58)
    found = discrimination(right, rater, text)
    expected = scipy.stats.binomtest(int(right.sum()), len(right), 0.5, alternative="greater")
    assert found.p == pytest.approx(expected.pvalue)
    assert (found.correct, found.trials) == (right.sum(), 240)


@pytest.mark.parametrize("d", [0.5, 1.0, 2.0, 3.0])
def test_d_prime_is_that_of_the_observer_who_takes_the_nearer_one(d: float):
    assert d_prime(_observer(d, 400_000, 1)) == pytest.approx(d, abs=0.03)


def test_d_prime_of_a_coin_and_of_perfection():
    assert d_prime(0.5) == d_prime(0.3) == 0.0
    assert d_prime(1.0) is None


def test_the_ends_of_d_prime_belong_to_the_interval_of_the_share():
    found = discrimination(*_answers(2, 0.75))
    assert found.d_prime_low < found.d_prime < found.d_prime_high
    assert found.d_prime_low == pytest.approx(d_prime(found.estimate.low))


def test_raters_who_differ_widen_the_interval():
    alike = discrimination(*_answers(3, 0.7, raters=30))
    unlike = discrimination(*_answers(3, 0.7, raters=30, leaning=0.25))
    assert unlike.estimate.high - unlike.estimate.low > 1.3 * (
        alike.estimate.high - alike.estimate.low
    )


def test_guessing_is_found_out_at_most_as_often_as_the_level_says_however_few_raters():
    found = [
        discrimination(*_answers(seed, 0.5, raters=3, trials=40)).p <= 0.05 for seed in range(400)
    ]
    assert np.mean(found) <= 0.07


def test_each_rater_has_an_exact_test_corrected_for_how_many_there_are():
    right, rater, _ = _answers(4, 0.6)
    found = by_rater(right, rater)
    expected = [
        scipy.stats.binomtest(int(right[rater == r].sum()), 20, 0.5, alternative="greater").pvalue
        for r in range(12)
    ]
    assert [one[3] for one in found] == pytest.approx(expected)
    assert [one[4] for one in found] == pytest.approx(multipletests(expected, method="holm")[1])


def test_no_answers_no_result():
    assert discrimination(np.zeros(0, bool), np.zeros(0, int), np.zeros(0, int)) is None
