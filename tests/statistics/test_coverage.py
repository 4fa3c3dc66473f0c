"""How often the 95 % intervals of a board hold the truth, over simulated studies.

The truth is the strength in the population of raters and texts: that of a fit to the expected
counts of very many votes, each by another rater on another text.
"""

from dataclasses import dataclass

import numpy as np
import pytest

from studio.statistics import Board, Votes, board, fit, points

FOUR = (0.4, 0.1, -0.1, -0.4)
SIX = (1.0, 0.6, 0.2, -0.2, -0.6, -1.0)
FAR = (2.0, 0.5, -0.5, -2.0)


@dataclass(frozen=True)
class Kind:
    """A kind of study: everyone votes `each` times, going through the texts in their own order.

    rater, text: standard deviations of what a rater's taste, and a text, add to each strength.
    """

    raters: int
    texts: int
    each: int
    rater: float
    text: float
    strengths: tuple[float, ...] = FOUR
    nu: float = 0.5

    def votes(self, seed: int) -> Votes:
        rng = np.random.default_rng(seed)
        strengths, k = np.array(self.strengths), len(self.strengths)
        number = self.raters * self.each
        rater = np.repeat(np.arange(self.raters), self.each)
        turns = [rng.permutation(np.arange(self.each) % self.texts) for _ in range(self.raters)]
        text = np.concatenate(turns)
        left = rng.integers(0, k, number)
        right = (left + rng.integers(1, k, number)) % k
        tastes = rng.normal(0, self.rater, (self.raters, k))
        effects = rng.normal(0, self.text, (self.texts, k))
        heard = [strengths[s] + tastes[rater, s] + effects[text, s] for s in (left, right)]
        up = np.exp((heard[0] - heard[1]) / 2)
        drawn = rng.random(number) * (up + 1 / up + self.nu)
        outcome = np.where(drawn < up, 1, np.where(drawn < up + 1 / up, -1, 0))
        return Votes(left, right, outcome, rater, text, tuple(f"c{i}" for i in range(k)))

    def truth(self) -> np.ndarray:
        """Points, (k,): the mean answer over tastes and texts, by Gauss-Hermite quadrature."""
        nodes, weights = np.polynomial.hermite_e.hermegauss(60)
        weights = 1e6 * weights / weights.sum()
        sd = np.sqrt(2 * (self.rater**2 + self.text**2))
        strengths, k = np.array(self.strengths), len(self.strengths)
        wins, ties = np.zeros((k, k)), np.zeros((k, k))
        for i, j in zip(*np.nonzero(1 - np.eye(k)), strict=True):
            up = np.exp((strengths[i] - strengths[j] + sd * nodes) / 2)
            wins[i, j] = weights @ (up / (up + 1 / up + self.nu))
            ties[min(i, j), max(i, j)] = weights @ (self.nu / (up + 1 / up + self.nu))
        return points(fit(wins, ties + ties.T).theta)


def _coverage(kind: Kind, studies: int, first_seed: int) -> tuple[float, float]:
    """Shares of ratings whose interval holds the truth: clustered, naive."""
    truth = kind.truth()
    held, naively = [], []
    for seed in range(first_seed, first_seed + studies):
        found: Board = board(kind.votes(seed), draws=200)
        for one in found.standings:
            true = truth[int(one.condition[1:])]
            held.append(one.low <= true <= one.high)
            naively.append(one.naive_low <= true <= one.naive_high)
    return float(np.mean(held)), float(np.mean(naively))


def test_clustered_intervals_cover_the_truth_where_naive_ones_do_not():
    held, naively = _coverage(Kind(8, 20, 40, 0.8, 0.3), 80, 10_000)
    assert 0.9 < held < 0.99
    assert naively < 0.8


CLUSTERED = {
    "5 raters, 30 texts": Kind(5, 30, 60, 0.6, 0.3),
    "5 raters of strong tastes": Kind(5, 30, 60, 1.2, 0.0),
    "6 raters, 20 texts": Kind(6, 20, 40, 0.6, 0.3),
    "8 raters, 10 texts, 6 conditions": Kind(8, 10, 40, 0.6, 0.3, SIX),
    "8 raters, far apart": Kind(8, 15, 40, 0.5, 0.2, FAR),
    "8 raters, no ties": Kind(8, 15, 40, 0.6, 0.3, FOUR, 1e-3),
    "12 raters of strong tastes": Kind(12, 20, 40, 1.0, 0.0),
    "20 raters, 20 texts": Kind(20, 20, 40, 0.6, 0.6),
    "20 raters, 5 texts": Kind(20, 5, 20, 0.3, 0.6),
    "100 raters, 10 texts": Kind(100, 10, 20, 0.5, 0.5),
    "200 raters, 30 texts, 6 conditions": Kind(200, 30, 20, 0.8, 0.4, SIX),
}
INDEPENDENT = {
    "5 raters": Kind(5, 20, 30, 0.0, 0.0),
    "30 raters": Kind(30, 30, 30, 0.0, 0.0),
    "200 raters": Kind(200, 30, 10, 0.0, 0.0, SIX),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", CLUSTERED)
def test_coverage_of_clustered_votes_over_five_hundred_studies(name: str, record_property):
    held, naively = _coverage(CLUSTERED[name], 500, 20_000)
    record_property("coverage, naive coverage", (held, naively))
    assert 0.93 <= held <= 0.97
    assert naively < 0.92


@pytest.mark.slow
@pytest.mark.parametrize("name", INDEPENDENT)
def test_coverage_of_independent_votes_over_five_hundred_studies(name: str, record_property):
    """Nobody can see in one study that votes do not cluster: a little wide, never narrow."""
    held, naively = _coverage(INDEPENDENT[name], 500, 20_000)
    record_property("coverage, naive coverage", (held, naively))
    assert 0.94 <= held <= 0.98
    assert 0.93 <= naively <= 0.97
