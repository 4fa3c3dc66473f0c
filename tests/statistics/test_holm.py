"""Holm's correction equals that of statsmodels, and leaves out what was not tested."""

import numpy as np
import pytest
from statsmodels.stats.multitest import multipletests

from studio.statistics.holm import holm


@pytest.mark.parametrize("seed", range(5))
def test_equals_statsmodels(seed: int):
    p = np.random.default_rng(seed).random(12) ** 3
    p[3] = p[4]
    assert holm(p) == pytest.approx(multipletests(p, method="holm")[1])


def test_a_test_that_was_not_made_is_not_counted():
    found = holm([0.01, np.nan, 0.04])
    assert found[[0, 2]] == pytest.approx([0.02, 0.04])
    assert np.isnan(found[1])


def test_nothing_to_correct():
    assert holm([]).shape == (0,)
    with pytest.raises(ValueError, match="lies in"):
        holm([1.2])
