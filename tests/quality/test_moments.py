"""Moments of a take by the words that are said there."""

import pytest

from studio.quality.asr import Transcript, Word
from studio.quality.moments import moments
from studio.quality.said import compare

TEXT = "The first train leaves at six."


def heard(said):
    """The text beside words that begin each half second, from one second on."""
    words = [Word(w, 1 + i / 2, 1.4 + i / 2, 0.9) for i, w in enumerate(said.split())]
    return compare(TEXT, Transcript(said, "en", 1.0, (), tuple(words), (), "a model"), "en")


def test_each_word_that_was_said_is_a_moment():
    found = moments(heard("the first train leaves at six"), 5.0)
    assert [at for _, at in found] == pytest.approx([1, 1.5, 2, 2.5, 3, 3.5, 3.9])
    assert [share for share, _ in found] == pytest.approx(
        [0, 3 / 24, 8 / 24, 13 / 24, 19 / 24, 21 / 24, 1], abs=0.01
    )


def test_words_that_were_left_out_or_made_up_leave_the_others_where_they_are():
    found = moments(heard("the first um well leaves at six"), 5.0)
    shares = [share for share, _ in found]
    assert shares == sorted(shares)
    assert {at: share for share, at in found}[3.0] == pytest.approx(13 / 24, abs=0.01)
    assert all(not 0.35 < share < 0.53 for share in shares), "where “train” was not said"


def test_what_was_not_understood_has_no_moments():
    assert moments(heard("quite another thing altogether happened"), 5.0) == []


def test_no_moment_lies_beyond_the_take():
    found = moments(heard("the first train leaves at six"), 3.2)
    assert max(at for _, at in found) <= 3.2
