"""Bootstrap draws resample raters and texts together."""

import numpy as np
import pytest

from studio.statistics import Votes
from studio.statistics import bootstrap as module
from studio.statistics.bootstrap import Tally, resample, tally
from studio.statistics.votes import ordered
from tests.statistics import simulated

STRENGTHS = np.array([0.3, 0.0, -0.3])


def _tally(**kinds: float) -> Tally:
    return tally(ordered(simulated.votes(1, 600, STRENGTHS, **kinds)))


def _counts(data: Tally, number: int = 200, seed: int = 5, threads: int = 2) -> np.ndarray:
    return np.concatenate(resample(data, number, seed, lambda counts: counts, threads))


def test_tally_counts_the_votes():
    given = simulated.votes(1, 600, STRENGTHS)
    data = tally(ordered(given))
    wins, ties = simulated.counts(given)
    assert np.array_equal(data.counts()[:, 0], wins[data.first, data.second])
    assert np.array_equal(data.counts()[:, 1], wins[data.second, data.first])
    assert np.array_equal(data.counts()[:, 2], ties[data.first, data.second])
    assert len(np.unique(data.rater * 1000 + data.text)) == len(data.rater)


def test_draws_weight_each_vote_by_its_rater_times_its_text(monkeypatch: pytest.MonkeyPatch):
    """Against the sum over votes, one by one, with the multiplicities the module itself drew."""
    data = _tally()
    drawn = []
    genuine = module._multiplicities

    def recorded(*arguments: object) -> np.ndarray:
        drawn.append(genuine(*arguments))
        return drawn[-1]

    monkeypatch.setattr(module, "_multiplicities", recorded)
    counts = _counts(data, number=70)
    raters, texts = drawn
    assert raters.sum(axis=0).tolist() == [20] * 70
    assert texts.sum(axis=0).tolist() == [15] * 70
    expected = np.zeros((70, 3 * len(data.first)))
    for row, cell in zip(data.row, data.cell, strict=True):
        expected[:, row] += raters[data.rater[cell]] * texts[data.text[cell]]
    assert np.array_equal(counts.reshape(70, -1), expected)


def test_draws_are_the_same_for_a_seed_whatever_the_threads():
    data = _tally()
    first = _counts(data, threads=1)
    assert np.array_equal(first, _counts(data, threads=4))
    assert not np.array_equal(first, _counts(data, seed=6))


def test_draws_too_large_for_single_precision_are_still_exact(monkeypatch: pytest.MonkeyPatch):
    data = _tally()
    exact = _counts(data)
    monkeypatch.setattr(module, "_EXACT", 10.0)
    assert np.array_equal(exact, _counts(data))


def test_many_cells_are_taken_in_several_blocks(monkeypatch: pytest.MonkeyPatch):
    data = _tally()
    whole = _counts(data)
    monkeypatch.setattr(module, "_CELLS", 7)
    assert np.array_equal(whole, _counts(data))


@pytest.mark.parametrize(
    ("raters", "texts", "factors"),
    [
        (20, 15, ("rater", "text")),
        (1, 15, ("text",)),
        (20, 1, ("rater",)),
        (1, 1, ("vote",)),
    ],
)
def test_the_factors_resampled_are_those_that_can_be(raters: int, texts: int, factors: tuple):
    data = _tally(raters=raters, texts=texts)
    assert data.clustered_by == factors
    counts = _counts(data)
    total = counts.sum(axis=(1, 2))
    assert counts.std(axis=0).min() > 0
    assert total.mean() == pytest.approx(600, rel=0.05)
    if factors == ("vote",):
        assert set(total) == {600}


def test_no_votes_give_empty_draws():
    data = tally(ordered(Votes([], [], [], [], [], ("a", "b"))))
    assert _counts(data).shape == (200, 0, 3)
