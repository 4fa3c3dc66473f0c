"""Votes are checked, ordered and hashed."""

import numpy as np
import pytest

from studio.statistics import Votes
from studio.statistics.votes import _sorted_rows, ordered
from tests.statistics import simulated

STRENGTHS = np.array([0.3, 0.0, -0.3])


def _rows(given: Votes, order: np.ndarray) -> Votes:
    return Votes(
        given.left[order],
        given.right[order],
        given.outcome[order],
        given.rater[order],
        given.item[order],
        given.conditions,
    )


def _labelled(order: list[int], outcome: tuple[int, ...] = (1, 0, -1, 1)) -> Votes:
    columns = {
        "left": ["kokoro", "piper", "espeak", "piper"],
        "right": ["piper", "espeak", "kokoro", "kokoro"],
        "outcome": list(outcome),
        "rater": ["r9", "r1", "r9", "r5"],
        "item": ["t2", "t1", "t1", "t2"],
    }
    return Votes.from_labels(**{name: [of[i] for i in order] for name, of in columns.items()})


def test_the_hash_does_not_depend_on_the_order_of_rows():
    given = simulated.votes(1, 500, STRENGTHS)
    shuffled = _rows(given, np.random.default_rng(0).permutation(500))
    assert ordered(shuffled).digest == ordered(given).digest
    assert np.array_equal(ordered(shuffled).outcome, ordered(given).outcome)


def test_the_hash_does_not_depend_on_how_labels_are_numbered():
    given = _labelled([0, 1, 2, 3])
    back = {
        "conditions": given.conditions[::-1],
        "raters": given.raters[::-1],
        "items": given.items[::-1],
    }
    renumbered = Votes(
        left=2 - given.left,
        right=2 - given.right,
        outcome=given.outcome,
        rater=2 - given.rater,
        item=1 - given.item,
        **back,
    )
    assert ordered(renumbered).digest == ordered(given).digest


def test_the_hash_does_not_depend_on_conditions_without_a_vote():
    given = Votes([0], [1], [1], [0], [0], ("a", "c"))
    wider = Votes([0], [2], [1], [0], [0], ("a", "b", "c"))
    assert ordered(wider).digest == ordered(given).digest


def test_the_hash_changes_with_any_one_answer_or_label():
    given = _labelled([0, 1, 2, 3])
    digests = {
        ordered(given).digest,
        ordered(_labelled([0, 1, 2, 3], outcome=(1, 0, -1, 0))).digest,
        ordered(_labelled([0, 1, 2])).digest,
        ordered(_labelled([0, 1, 2, 3, 3])).digest,
        ordered(Votes(**{**vars(given), "raters": ("r1", "r5", "r8")})).digest,
        ordered(Votes(**{**vars(given), "items": ("t1", "t3")})).digest,
        ordered(Votes(**{**vars(given), "conditions": ("espeak", "kokoro", "pipes")})).digest,
    }
    assert len(digests) == 7


def test_order_is_the_same_when_the_key_would_not_fit_a_word():
    rng = np.random.default_rng(2)
    columns = tuple(rng.integers(0, 5, 300) for _ in range(5))
    packed = _sorted_rows(columns, (5,) * 5)
    wide = _sorted_rows(columns, (2**31,) * 5)
    for one, other in zip(packed, wide, strict=True):
        assert np.array_equal(one, other)


@pytest.mark.parametrize(
    "change",
    [
        {"left": [0, 3]},
        {"left": [0, -1]},
        {"left": [0, 2]},
        {"left": [0.0, 1.0]},
        {"left": [[0], [1]]},
        {"left": [0]},
        {"outcome": [1, 2]},
        {"rater": [0, -1]},
        {"raters": ("just one",)},
        {"item": [0, 2**31]},
        {"conditions": ("a", "b", "b")},
    ],
)
def test_rows_that_are_no_votes_are_refused(change: dict):
    good = {
        "left": [0, 1],
        "right": [1, 2],
        "outcome": [1, 0],
        "rater": [0, 1],
        "item": [0, 0],
        "conditions": ("a", "b", "c"),
    }
    Votes(**good)
    with pytest.raises(ValueError, match=r"."):
        Votes(**{**good, **change})
