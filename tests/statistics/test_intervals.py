"""Intervals are as wide as raters and texts make them, and cover the truth."""

import numpy as np
import pytest

from studio.statistics import Board, board, fit, points
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


def _coverage(sittings: int, draws: int, **kinds: float) -> tuple[float, float]:
    """Shares of conditions whose interval holds the truth: clustered, naive.

    The truth is what a fit to very many votes, each by another rater on another text, gives.
    """
    crowd = simulated.votes(
        99,
        400_000,
        STRENGTHS,
        raters=100_000,
        texts=100_000,
        rater_effect=kinds["rater_effect"],
        text_effect=kinds["text_effect"],
    )
    truth = points(fit(*simulated.counts(crowd)).theta)
    clustered, naive = [], []
    for seed in range(sittings):
        found = board(simulated.votes(seed, 1000, STRENGTHS, **kinds), draws=draws)
        for standing in found.standings:
            true = truth[int(standing.condition[-1])]
            clustered.append(standing.low <= true <= standing.high)
            naive.append(standing.naive_low <= true <= standing.naive_high)
    return float(np.mean(clustered)), float(np.mean(naive))


def test_clustered_intervals_cover_the_truth_where_naive_ones_do_not():
    clustered, naive = _coverage(60, 200, raters=20, texts=20, rater_effect=0.6, text_effect=0.6)
    assert clustered > 0.88
    assert naive < 0.8


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kinds", "lowest"),
    [
        ({"raters": 20, "texts": 20, "rater_effect": 0.6, "text_effect": 0.6}, 0.92),
        ({"raters": 20, "texts": 40, "rater_effect": 0.8, "text_effect": 0.0}, 0.92),
        ({"raters": 100, "texts": 10, "rater_effect": 0.5, "text_effect": 0.5}, 0.89),
        ({"raters": 5, "texts": 30, "rater_effect": 0.6, "text_effect": 0.3}, 0.89),
        ({"raters": 30, "texts": 30, "rater_effect": 0.0, "text_effect": 0.0}, 0.94),
    ],
)
def test_coverage_over_many_studies(kinds: dict, lowest: float):
    clustered, _ = _coverage(400, 500, **kinds)
    assert lowest < clustered < 0.99
