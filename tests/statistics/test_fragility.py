"""Fragility: against trying every set of votes, and confirmed by leaving the votes out."""

import dataclasses
from itertools import combinations

import numpy as np
import pytest

from studio.statistics import Votes, fit
from studio.statistics.fragility import fragility
from tests.statistics import simulated


def _without(votes: Votes, rows: np.ndarray) -> Votes:
    kept = np.setdiff1d(np.arange(len(votes)), rows)
    columns = ("left", "right", "outcome", "rater", "item")
    return dataclasses.replace(votes, **{name: getattr(votes, name)[kept] for name in columns})


def _leader(votes: Votes) -> str:
    return votes.conditions[int(np.argmax(fit(*simulated.counts(votes)).theta))]


def _by_trying(votes: Votes, most: int) -> int | None:
    first = votes.conditions.index(_leader(votes))
    for size in range(1, most + 1):
        for rows in combinations(range(len(votes)), size):
            theta = fit(*simulated.counts(_without(votes, np.array(rows)))).theta
            if np.delete(theta, first).max() > theta[first] + 1e-9:
                return size
    return None


def _duel(wins: int, losses: int, ties: int = 0) -> Votes:
    n = wins + losses + ties
    outcome = [1] * wins + [-1] * losses + [0] * ties
    return Votes([0] * n, [1] * n, outcome, range(n), range(n), ("a", "b"))


@pytest.mark.parametrize("seed", range(4))
def test_small_boards_agree_with_trying_every_set(seed: int):
    votes = simulated.votes(seed, 18, np.array([0.4, 0.0, -0.3]), raters=5, texts=4)
    found = fragility(votes)
    tried = _by_trying(votes, 3)
    if tried is None:
        assert found.votes is None or found.votes > 3
    else:
        assert found.votes == tried
        assert found.exact
    assert found.at_least <= (tried or 4)


@pytest.mark.parametrize(("wins", "losses"), [(6, 4), (11, 4), (60, 40), (700, 300)])
def test_a_duel_hangs_on_the_wins_that_exceed_the_losses(wins: int, losses: int):
    found = fragility(_duel(wins, losses, 7))
    assert found.votes == wins - losses + 1
    assert (found.first, found.then) == ("a", "b")
    assert [(r.winner, r.loser, r.tie) for r in found.removed] == [("a", "b", False)]


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("model", ["davidson", "bradley-terry"])
def test_the_votes_named_do_change_the_first_place(seed: int, model: str):
    votes = simulated.votes(seed, 900, np.array([0.5, 0.25, 0.0, -0.5, -0.5]))
    found = fragility(votes, model)
    assert found.votes == len(found.rows) == sum(one.count for one in found.removed)
    assert (
        found.first == votes.conditions[int(np.argmax(fit(*simulated.counts(votes), model).theta))]
    )
    theta = fit(*simulated.counts(_without(votes, found.rows)), model).theta
    assert votes.conditions[int(np.argmax(theta))] == found.then != found.first
    assert found.at_least == 3
    assert not found.exact
    for row in found.rows:
        fewer = np.setdiff1d(found.rows, [row])
        theta = fit(*simulated.counts(_without(votes, fewer)), model).theta
        assert votes.conditions[int(np.argmax(theta))] == found.first


def test_a_rater_who_alone_carries_the_first_place_is_named():
    votes = Votes(
        [0] * 12,
        [1] * 12,
        [1] * 6 + [-1] * 4 + [1, 1],
        [3] * 6 + [7, 7, 8, 8] + [9, 9],
        range(12),
        ("a", "b"),
    )
    assert fragility(votes).raters == (3,)


def test_a_shared_first_place_hangs_on_nothing():
    found = fragility(_duel(5, 5))
    assert (found.votes, found.exact) == (0, True)


def test_a_condition_that_never_lost_falls_only_without_its_wins():
    found = fragility(_duel(5, 0))
    # Without all its wins nobody has a vote left: then the first place is shared, not changed.
    assert found.votes is None
    assert fragility(Votes([], [], [], [], [], ("a", "b"))) is None


def test_many_votes_of_many_conditions_take_seconds():
    votes = simulated.votes(1, 60_000, np.linspace(0.6, -0.6, 20), raters=300, texts=50)
    found = fragility(votes)
    assert 3 < found.votes < 3000
    assert _leader(_without(votes, found.rows)) == found.then
