"""Adaptive pairing: connects first, then prefers what teaches more, and saves votes."""

import numpy as np
import pytest

from studio.statistics.davidson import expectations, information, maximise, statistics
from studio.statistics.sampling import UNIFORM, Chances, chances


def _of(found: Chances) -> dict[tuple[int, int], float]:
    pairs = zip(found.first.tolist(), found.second.tolist(), strict=True)
    return dict(zip(pairs, found.probability.tolist(), strict=True))


def _even_table(k: int, votes: float) -> tuple[np.ndarray, np.ndarray]:
    wins = np.full((k, k), votes / 2) * (1 - np.eye(k))
    return wins, np.zeros((k, k))


def test_components_are_joined_before_anything_else():
    wins = np.zeros((4, 4))
    wins[0, 1], wins[2, 3] = 5, 1
    found = chances(wins, np.zeros((4, 4)))
    assert found.connecting
    assert _of(found) == dict.fromkeys([(0, 2), (0, 3), (1, 2), (1, 3)], 0.25)


def test_a_trial_already_served_joins_as_an_answered_one_does():
    wins, pending = np.zeros((3, 3)), np.zeros((3, 3))
    wins[0, 1] = 1
    pending[1, 2] = pending[2, 1] = 1
    assert not chances(wins, np.zeros((3, 3)), pending).connecting


def test_every_pair_keeps_a_chance_and_they_sum_to_one():
    wins, ties = _even_table(5, 40)
    wins[0] *= 30
    found = chances(wins, ties)
    assert len(found.probability) == 10
    assert found.probability.sum() == pytest.approx(1)
    assert found.probability.min() >= UNIFORM / 10 * 0.999


def test_a_pair_with_wide_intervals_comes_more_often_than_a_well_known_one():
    wins, ties = _even_table(4, 100)
    wins[0, 1:] = wins[1:, 0] = 5
    found = _of(chances(wins, ties))
    assert found[(0, 1)] == pytest.approx(found[(0, 3)])
    assert found[(0, 1)] > 3 * found[(1, 2)]


def test_a_pair_far_apart_comes_less_often_than_one_close_together():
    line = np.array([1.5, 0.5, -0.5, -1.5])
    gap = line[:, None] - line[None, :]
    spread = _of(chances(100 / (1 + np.exp(-gap)) * (1 - np.eye(4)), np.zeros((4, 4))))
    assert spread[(0, 1)] > spread[(0, 2)] > spread[(0, 3)]


def test_pending_trials_count_as_heard():
    wins, ties = _even_table(3, 20)
    pending = np.zeros((3, 3))
    pending[0, 1] = pending[1, 0] = 200
    assert _of(chances(wins, ties, pending))[(0, 1)] < _of(chances(wins, ties))[(0, 1)] / 2


def test_only_allowed_pairs_are_drawn():
    wins, ties = _even_table(3, 20)
    allowed = np.zeros((3, 3), bool)
    allowed[0, 2] = allowed[2, 0] = True
    assert _of(chances(wins, ties, allowed=allowed)) == {(0, 2): 1.0}
    nothing = chances(wins, ties, allowed=np.zeros((3, 3), bool))
    with pytest.raises(ValueError, match="no pair"):
        nothing.draw(np.random.default_rng(1))


def test_it_is_a_draw_and_follows_its_probabilities():
    wins, ties = _even_table(3, 20)
    wins[0, 1] = 60
    found = chances(wins, ties)
    rng = np.random.default_rng(5)
    drawn = [found.draw(rng) for _ in range(6000)]
    for pair, probability in _of(found).items():
        assert drawn.count(pair) / 6000 == pytest.approx(probability, abs=0.025)


@pytest.mark.parametrize("records", ["one to nothing", "only ties", "a million to nothing"])
def test_extreme_records_leave_probabilities_finite(records: str):
    wins, ties = np.zeros((2, 2)), np.zeros((2, 2))
    if records == "only ties":
        ties[0, 1] = ties[1, 0] = 50
    else:
        wins[0, 1] = 1 if records == "one to nothing" else 1e6
    assert chances(wins, ties).probability.tolist() == [1.0]


def test_tables_of_another_shape_are_refused():
    with pytest.raises(ValueError, match="shape"):
        chances(np.zeros((2, 2)), np.zeros((2, 2)), pending=np.zeros((3, 3)))


WIDE = np.linspace(-4, 4, 12)
"""From a machine of old to a person: nobody confuses the ends."""
OUTLIER = np.array([*np.linspace(-0.5, 0.5, 7), -4.0])
"""Seven that are much alike and one that is far worse."""
ALIKE = np.zeros(6)


def _saved(strengths: np.ndarray, nu: float, most: int, studies: int) -> np.ndarray:
    """Shares of the votes that adaptive pairs save on the mean and on the widest interval, (2,).

    Uniform pairs get `most` votes; adaptive ones as many as they need to be as narrow.
    """
    found = []
    for seed in range(studies):
        rng = np.random.default_rng(seed)
        uniform = _run(strengths, nu, most, rng, adaptive=False)[-1][1]
        adaptive = _run(strengths, nu, most, rng, adaptive=True)
        needed = [next((n for n, w in adaptive if w[i] <= uniform[i]), most) for i in (0, 1)]
        found.append(1 - np.array(needed) / most)
    return np.mean(found, axis=0)


def test_an_outlier_is_measured_with_a_quarter_fewer_votes():
    _, widest = _saved(OUTLIER, 0.2, 1200, 4)
    assert widest >= 0.25


@pytest.mark.slow
@pytest.mark.parametrize(
    ("strengths", "nu", "mean", "widest"),
    [
        (WIDE, 0.0, 0.25, 0.3),
        (WIDE, 0.2, 0.2, 0.25),
        (OUTLIER, 0.0, 0.0, 0.4),
        (OUTLIER, 0.5, 0.0, 0.35),
    ],
)
def test_adaptive_pairs_reach_the_width_of_uniform_ones_with_fewer_votes(
    strengths: np.ndarray, nu: float, mean: float, widest: float
):
    saved = _saved(strengths, nu, 2400, 20)
    assert saved[0] >= mean
    assert saved[1] >= widest


@pytest.mark.slow
def test_where_all_are_alike_adaptive_pairs_cost_next_to_nothing():
    """Uniform pairs are the best design there; random draws must not make it worse."""
    rng = np.random.default_rng(1)
    uniform, adaptive = (
        np.mean([_run(ALIKE, 0.5, 1200, rng, adaptive=of)[-1][1][0] for _ in range(10)])
        for of in (False, True)
    )
    assert adaptive == pytest.approx(uniform, rel=0.01)


def _run(
    strengths: np.ndarray, nu: float, most: int, rng: np.random.Generator, *, adaptive: bool
) -> list[tuple[int, tuple[float, float]]]:
    """Mean and widest interval after each batch of votes."""
    k, batch = len(strengths), 20
    first, second = np.triu_indices(k, 1)
    wins, ties = np.zeros((k, k)), np.zeros((k, k))
    path = []
    for heard in range(batch, most + 1, batch):
        found = chances(wins, ties) if adaptive else None
        for _ in range(batch):
            if found is not None:
                if found.connecting:
                    found = chances(wins, ties)
                i, j = found.draw(rng)
            else:
                at = rng.integers(len(first))
                i, j = int(first[at]), int(second[at])
            lead, level = expectations(strengths[i] - strengths[j], nu)
            drawn = rng.random()
            if drawn < level:
                ties[i, j] += 1
                ties[j, i] += 1
            elif drawn < level + (1 - level + lead) / 2:
                wins[i, j] += 1
            else:
                wins[j, i] += 1
        data = statistics(wins, ties)
        covariance = np.linalg.inv(information(data, maximise(data))[0])[:k, :k]
        widths = np.sqrt(np.maximum(covariance.diagonal() - 4 / k, 0))
        path.append((heard, (float(widths.mean()), float(widths.max()))))
    return path
