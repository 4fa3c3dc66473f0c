"""The board as a whole: reproducible, ranked by intervals, one component at a time."""

import dataclasses

import numpy as np
import pytest

from studio.statistics import METHOD, Board, Standing, Votes, board, fit, point, points
from tests.statistics import pudding, simulated

STRENGTHS = np.array([1.2, 0.2, 0.0, -1.0])


def _by_name(found: Board) -> dict[str, Standing]:
    return {standing.condition: standing for standing in found.standings}


def _shuffled(given: Votes, seed: int) -> Votes:
    order = np.random.default_rng(seed).permutation(len(given))
    columns = ("left", "right", "outcome", "rater", "item")
    return dataclasses.replace(given, **{name: getattr(given, name)[order] for name in columns})


def _pudding() -> Votes:
    left, right, outcome = pudding.rows()
    every = np.arange(len(left))
    names = tuple(f"brand {i}" for i in range(1, 7))
    return Votes(left, right, outcome, every % 50, every % 7, names)


def test_the_same_votes_in_any_order_give_the_same_board_bit_for_bit():
    given = simulated.votes(1, 2000, STRENGTHS, rater_effect=0.4)
    first = board(given, draws=150)
    assert board(_shuffled(given, 3), draws=150) == first
    assert board(_shuffled(given, 4), draws=150) == first
    assert board(given, draws=150, seed=2) != first


def test_the_numbering_of_conditions_does_not_matter():
    given = simulated.votes(1, 500, STRENGTHS)
    turned = dataclasses.replace(
        given,
        left=3 - given.left,
        right=3 - given.right,
        conditions=given.conditions[::-1],
    )
    assert board(turned, draws=50) == board(given, draws=50)


def test_ratings_are_those_of_the_fit_and_centre_on_1500():
    found = board(_pudding(), draws=50)
    theta = fit(*pudding.counts()).theta
    for name, rating in zip([f"brand {i}" for i in range(1, 7)], points(theta), strict=True):
        standing = _by_name(found)[name]
        assert standing.rating == pytest.approx(rating, abs=1e-5)
        assert standing.low <= standing.naive_low < standing.rating
        assert standing.rating < standing.naive_high <= standing.high
    assert np.mean([s.rating for s in found.standings]) == pytest.approx(1500, abs=1e-5)
    assert found.votes == 745
    assert found.raters == 50
    assert found.texts == 7
    assert found.clustered_by == ("rater", "text")
    assert found.method == METHOD
    assert len(found.votes_sha256) == 64
    assert found.converged


def test_rank_is_one_plus_the_conditions_wholly_above():
    found = board(simulated.votes(2, 600, STRENGTHS), draws=200)
    for standing in found.standings:
        above = sum(other.low > standing.high for other in found.standings)
        assert standing.rank == 1 + above
    # Two conditions 0.2 apart cannot be told apart here; the first and the last can.
    assert [standing.rank for standing in found.standings] == [1, 2, 2, 4]
    assert [standing.condition for standing in found.standings][::3] == [
        "condition 0",
        "condition 3",
    ]


def test_conditions_never_linked_are_never_ranked_against_each_other():
    one = simulated.votes(3, 900, np.array([1.0, -1.0]))
    found = board(
        Votes(
            np.concatenate([one.left, [2] * 30]),
            np.concatenate([one.right, [3] * 30]),
            np.concatenate([one.outcome, [1] * 30]),
            np.concatenate([one.rater, np.arange(30)]),
            np.concatenate([one.item, np.arange(30) % 15]),
            ("a", "b", "c", "d", "unheard"),
        ),
        draws=100,
    )
    standings = _by_name(found)
    assert [s.component for s in found.standings] == [0, 0, 1, 1, 2]
    assert (standings["a"].rank, standings["b"].rank) == (1, 2)
    assert (standings["c"].rank, standings["d"].rank) == (1, 2)
    for pair in (("a", "b"), ("c", "d")):
        assert sum(standings[name].rating for name in pair) == pytest.approx(3000, abs=1e-4)
    assert [c.conditions for c in found.components] == [("a", "b"), ("c", "d"), ("unheard",)]
    assert [c.votes for c in found.components] == [900, 30, 0]
    assert [c.identified for c in found.components] == [True, False, True]
    assert standings["unheard"].rank is None
    assert standings["unheard"].rating is None


def test_one_vote_ranks_nobody():
    found = board(Votes([0], [1], [1], [0], [0], ("a", "b")))
    assert [s.rank for s in found.standings] == [1, 1]
    assert found.standings[0].low < 1500 < found.standings[0].rating
    assert found.clustered_by == ("vote",)


@pytest.mark.parametrize("wins", [2, 4])
def test_a_few_wins_by_different_raters_rank_nobody(wins: int):
    """Every bootstrap draw repeats the record, so the draws alone would be certain."""
    everyone = list(range(wins))
    found = board(
        Votes([0] * wins, [1] * wins, [1] * wins, everyone, everyone, ("a", "b")), draws=100
    )
    assert [s.rank for s in found.standings] == [1, 1]


def test_a_single_rater_is_said_to_be_one():
    found = board(simulated.votes(5, 400, STRENGTHS, raters=1), draws=100)
    assert found.clustered_by == ("text",)
    assert board(simulated.votes(5, 400, STRENGTHS, texts=1), draws=100).clustered_by == ("rater",)


def test_records_add_up_and_carry_wilson_intervals():
    found = board(_pudding(), draws=50)
    assert len(found.records) == 15
    first = found.records[0]
    assert (first.first, first.second) == ("brand 1", "brand 2")
    assert (first.wins, first.losses, first.ties) == (19, 22, 16)
    assert first.share.value == pytest.approx(27 / 57)
    assert first.share.low < 0.5 < first.share.high
    assert sum(r.wins + r.losses + r.ties for r in found.records) == found.votes


def test_sides_do_not_matter_to_the_ratings():
    given = simulated.votes(1, 500, STRENGTHS)
    turned = dataclasses.replace(given, left=given.right, right=given.left, outcome=-given.outcome)
    assert board(turned, draws=50).standings == board(given, draws=50).standings


def test_bradley_terry_counts_ties_as_half_wins():
    found = board(_pudding(), model="bradley-terry", draws=50)
    theta = fit(*pudding.counts(), "bradley-terry").theta
    assert found.nu == 0
    assert _by_name(found)["brand 6"].rating == pytest.approx(points(theta)[5], abs=1e-5)


def test_point_from_kept_counts_is_the_board_without_intervals():
    given = simulated.votes(1, 500, STRENGTHS)
    kept = point(*simulated.counts(given))
    standings = _by_name(board(given, draws=50))
    for index, name in enumerate(given.conditions):
        assert kept.ratings[index] == pytest.approx(standings[name].rating, abs=1e-5)
    assert kept.converged
    assert kept.component.tolist() == [0, 0, 0, 0]


def test_point_gives_no_rating_to_a_condition_without_votes():
    wins = np.zeros((3, 3))
    wins[0, 1] = 2
    kept = point(wins, np.zeros((3, 3)))
    assert np.isnan(kept.ratings[2])
    assert kept.component.tolist() == [0, 0, 1]


def test_no_votes_give_an_empty_board():
    assert board(Votes([], [], [], [], [], ())).standings == ()
    found = board(Votes([], [], [], [], [], ("a", "b")))
    assert [s.rank for s in found.standings] == [None, None]


def test_fewer_than_two_draws_are_refused():
    with pytest.raises(ValueError, match="draws"):
        board(_pudding(), draws=1)
