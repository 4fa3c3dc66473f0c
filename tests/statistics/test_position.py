"""The first-position effect."""

import dataclasses

import numpy as np
import pytest

from studio.statistics import Votes
from studio.statistics.position import first_position
from tests.statistics import simulated


def test_no_effect_is_found_where_there_is_none():
    found = first_position(simulated.votes(1, 3000, np.array([0.5, 0.0, -0.5])))
    assert found.low < 0.5 < found.high
    assert found.answers < 3000  # ties do not count


def test_a_preference_for_the_first_is_found():
    given = simulated.votes(1, 1500, np.zeros(3))
    flipped = np.where(np.random.default_rng(2).random(1500) < 0.2, 1, given.outcome)
    found = first_position(dataclasses.replace(given, outcome=flipped))
    assert found.low > 0.5
    decisive = flipped[flipped != 0]
    assert found.value == pytest.approx((decisive == 1).mean())


def test_one_biased_rater_is_not_mistaken_for_everyone():
    given = simulated.votes(3, 400, np.zeros(3), raters=8)
    biased = np.where(given.rater == 0, 1, given.outcome)
    found = first_position(dataclasses.replace(given, outcome=biased))
    assert found.high - found.low > 1.3 * (found.naive_high - found.naive_low)


def test_ties_alone_have_no_position():
    assert first_position(Votes([0], [1], [0], [0], [0], ("a", "b"))) is None
