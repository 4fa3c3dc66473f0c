"""Components of the comparison graph."""

import numpy as np

from studio.statistics.graph import components


def _wins(*pairs: tuple[int, int], k: int = 4) -> np.ndarray:
    wins = np.zeros((k, k))
    for winner, loser in pairs:
        wins[winner, loser] += 1
    return wins


def test_conditions_never_linked_by_votes_are_apart():
    found = components(_wins((0, 2), (2, 0), (3, 1)), np.zeros((4, 4)))
    assert found.weak.tolist() == [0, 1, 0, 1]
    assert found.identified == (True, False)


def test_a_chain_of_votes_links_but_a_condition_that_never_lost_is_not_identified():
    found = components(_wins((0, 1), (1, 2), (2, 3)), np.zeros((4, 4)))
    assert found.weak.tolist() == [0, 0, 0, 0]
    assert len(set(found.strong.tolist())) == 4
    assert found.identified == (False,)


def test_a_cycle_and_a_tie_each_identify():
    ring = components(_wins((0, 1), (1, 2), (2, 0), k=3), np.zeros((3, 3)))
    assert ring.identified == (True,)
    tie = components(np.zeros((2, 2)), np.array([[0.0, 1.0], [1.0, 0.0]]))
    assert tie.identified == (True,)
    assert tie.weak.tolist() == [0, 0]


def test_no_conditions_make_no_components():
    found = components(np.zeros((0, 0)), np.zeros((0, 0)))
    assert found.identified == ()
