"""Cutting a text for models that take so many characters at once."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.engines.sentences import Ending
from studio.engines.stretches import NothingFits, stretches

ENGLISH = "It rained. We stayed in. Nobody minded."
KOREAN = "비가 왔습니다. 우리는 집에 있었습니다. 아무도 신경 쓰지 않았습니다."


def texts(text, longest, **more):
    return [stretch.text for stretch in stretches(text, longest, **more)]


def test_a_text_within_the_limit_stays_whole():
    assert texts(ENGLISH, 250) == [ENGLISH]


def test_sentences_share_a_stretch_while_they_fit():
    assert texts(ENGLISH, 25) == ["It rained. We stayed in.", "Nobody minded."]
    assert texts(KOREAN, 30) == [
        "비가 왔습니다. 우리는 집에 있었습니다.",
        "아무도 신경 쓰지 않았습니다.",
    ]


def test_paragraphs_do_not_share_a_stretch():
    found = stretches("One.\nTwo.", 250)
    assert [(s.text, s.ending) for s in found] == [
        ("One.", Ending.PARAGRAPH),
        ("Two.", Ending.TEXT),
    ]


def test_a_sentence_beyond_the_limit_is_cut_at_a_comma_then_between_words():
    assert texts("When it rained, we all stayed in the house.", 30)[0] == "When it rained,"
    assert all(" " not in (s[0], s[-1]) for s in texts("word " * 40, 22))
    assert not any(s.torn for s in stretches("word " * 40, 22))


def test_writing_without_marks_and_spaces_is_cut_anywhere_and_says_so():
    found = stretches("今日" * 60, 71)
    assert [s.torn for s in found] == [True, False]


def test_what_does_not_fit_once_spelt_out_is_cut_further():
    def fits(part):
        return sum(5 if c.isdigit() else 1 for c in part) <= 40

    text = "Call 12345678 now. Or write to us."
    found = stretches(text, 250, fits)
    assert len(found) > 1
    assert all(fits(s.text) for s in found)
    assert found[-1].ending is Ending.TEXT
    with pytest.raises(NothingFits):
        stretches("1", 250, lambda part: False)


def test_nothing_to_pronounce_gives_no_stretch():
    assert stretches("!!! …", 100) == []


@given(
    st.text("ab1,.!? 가나다。、\n", max_size=200),
    st.integers(3, 60),
)
def test_every_stretch_is_within_the_limit_and_no_letter_is_lost_or_doubled(text, longest):
    found = texts(text, longest)
    assert all(0 < len(part) <= longest for part in found)
    letters = [c for c in text if c.isalnum()]
    assert [c for c in itertools.chain(*found) if c.isalnum()] == letters
