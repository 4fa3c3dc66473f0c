"""Stuffers are found, and honest people with tastes of their own are left alone."""

import numpy as np
import pytest

from studio.statistics import Votes
from studio.statistics.favouring import favouring, one_sided


def crowd(seed, honest=200, bots=100, answers=60, taste=0.4, subtle=0.8, conditions=4):
    """Honest raters with tastes; bots for the weakest, half always, half in `subtle` of cases."""
    rng = np.random.default_rng(seed)
    strengths, pushed = np.linspace(0.4, -0.4, conditions), conditions - 1
    rows = []
    for rater in range(honest + bots):
        own = strengths + rng.normal(0, taste, conditions)
        for _ in range(answers):
            a, b = rng.choice(conditions, 2, replace=False)
            worth = np.exp(own[[a, b]])
            tie = 0.5 * np.sqrt(worth.prod())
            outcome = rng.choice([1, -1, 0], p=np.array([*worth, tie]) / (worth.sum() + tie))
            share = 1.0 if rater < honest + bots // 2 else subtle
            if rater >= honest and pushed in (a, b) and rng.random() < share:
                outcome = 1 if a == pushed else -1
            rows.append((a, b, outcome, rater, rng.integers(15)))
    left, right, outcome, rater, item = np.array(rows).T
    return Votes(left, right, outcome, rater, item, tuple(f"voice {i}" for i in range(conditions)))


def flags(found, honest):
    codes = [int(one.rater) for one in found.raters if one.flagged]
    return sum(code < honest for code in codes), [code for code in codes if code >= honest]


def test_a_hundred_bots_half_of_them_subtle_are_found_and_the_honest_left_alone():
    found = favouring(crowd(1))
    wronged, caught = flags(found, 200)
    assert wronged <= 2
    assert len(caught) >= 90
    assert {one.condition for one in found.raters if one.flagged and int(one.rater) >= 200} == {
        "voice 3"
    }
    assert found.crowds[0].condition == "voice 3"
    assert found.crowds[0].p < 1e-6
    assert found.raters[0].chosen > found.raters[0].expected


@pytest.mark.parametrize("taste", [0.0, 0.4, 0.8])
def test_honest_raters_are_flagged_in_one_case_of_a_hundred_at_most(taste):
    wronged = sum(flags(favouring(crowd(seed, bots=0, taste=taste)), 200)[0] for seed in (2, 3, 4))
    assert wronged <= 6


def test_honest_raters_make_no_crowd():
    assert min(one.p for one in favouring(crowd(5, bots=0)).crowds) > 0.01


def test_a_few_answers_flag_nobody_yet_a_crowd_shows():
    found = favouring(crowd(6, answers=20))
    wronged, _ = flags(found, 200)
    assert wronged <= 2
    assert found.crowds[0].p < 1e-6


@pytest.mark.slow
def test_over_many_studies_one_honest_rater_in_a_hundred_at_most_is_flagged():
    honest = flagged = caught = 0
    for seed in range(100, 130):
        for bots in (0, 100):
            wronged, bad = flags(favouring(crowd(seed, bots=bots)), 200)
            honest, flagged, caught = honest + 200, flagged + wronged, caught + len(bad)
    assert flagged / honest <= 0.01
    assert caught / 3000 >= 0.9


def test_labels_come_back_and_order_does_not_matter():
    votes = crowd(7, honest=20, bots=6, answers=40)
    named = Votes.from_labels(
        left=[votes.conditions[i] for i in votes.left][::-1],
        right=[votes.conditions[i] for i in votes.right][::-1],
        outcome=votes.outcome.tolist()[::-1],
        rater=[f"r{i:03d}" for i in votes.rater][::-1],
        item=[f"t{i:03d}" for i in votes.item][::-1],
    )
    ours, theirs = favouring(votes), favouring(named)
    assert [f"r{int(one.rater):03d}" for one in ours.raters] == [one.rater for one in theirs.raters]
    assert [one.p for one in ours.raters] == [one.p for one in theirs.raters]


def test_nobody_is_nobody():
    empty = np.zeros(0, dtype=np.int64)
    assert favouring(Votes(empty, empty, empty, empty, empty, ("a", "b"))).raters == ()


def test_one_side_again_and_again_is_unlikely():
    from scipy.stats import binom

    p = one_sided([20, 11, 0], [20, 20, 0])
    assert p[0] == pytest.approx(2 * binom.pmf(20, 20, 0.5))
    assert p[1] > 0.5
    assert p[2] == 1.0
