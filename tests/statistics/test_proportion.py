"""Wilson's interval."""

import pytest
from scipy.stats import binomtest

from studio.statistics import wilson


@pytest.mark.parametrize(("successes", "trials"), [(0, 1), (1, 1), (3, 10), (50, 100), (999, 1000)])
def test_wilson_agrees_with_scipy(successes: int, trials: int):
    other = binomtest(successes, trials).proportion_ci(method="wilson")
    found = wilson(successes, trials)
    assert found.value == successes / trials
    assert (found.low, found.high) == pytest.approx((other.low, other.high), abs=1e-12)


def test_no_trials_say_nothing():
    found = wilson(0, 0)
    assert (found.value, found.low, found.high) == (0.5, 0.0, 1.0)


def test_more_successes_than_trials_are_refused():
    with pytest.raises(ValueError, match="between"):
        wilson(3, 2)
