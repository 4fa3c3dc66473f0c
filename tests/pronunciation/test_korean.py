"""Korean texts: what is said of figures, units, Latin words and signs, and how sure that is."""

import pytest

from studio.pronunciation.korean.figures import alone, native, number, sino
from studio.pronunciation.korean.reader import suggestions
from studio.pronunciation.korean.spelling import in_hangul
from tests.pronunciation.korean_cases import CASES, UNSEEN

ALL = [(kind, *case) for cases in (CASES, UNSEEN) for kind, some in cases.items() for case in some]


def spoken(text):
    said, at = [], 0
    for one in suggestions(text):
        said += [text[at : one.start], one.reading]
        at = one.end
    return "".join([*said, text[at:]])


def same(left, right):
    """Spaces are not heard."""
    return left.replace(" ", "") == right.replace(" ", "")


def only(text):
    (one,) = suggestions(text)
    return one


def test_cases_are_enough_and_nearly_all_are_said_right():
    right = [same(spoken(written), said) for _, written, said in ALL]
    assert len(ALL) >= 300
    assert sum(right) / len(right) >= 0.96


@pytest.mark.parametrize("kind", CASES)
def test_no_kind_is_much_worse_than_the_others(kind):
    cases = CASES[kind] + UNSEEN.get(kind, [])
    wrong = [
        (written, spoken(written)) for written, said in cases if not same(spoken(written), said)
    ]
    assert len(wrong) <= max(2, 0.15 * len(cases)), wrong


@pytest.mark.parametrize(("_", "written", "said"), ALL)
def test_places_are_in_order_and_within_the_text(_, written, said):
    at = 0
    for one in suggestions(written):
        assert at <= one.start < one.end <= len(written)
        assert one.readings[0].strip()
        assert len(set(one.readings)) == len(one.readings)
        at = one.end


def test_nothing_is_left_in_figures_or_latin_letters():
    """Whatever the reading, an engine for Korean gets no letter that it may not know."""
    for _, written, _said in ALL:
        assert not any(c.isascii() and c.isalnum() for c in spoken(written)), written


def test_numbers_in_words():
    assert [sino(n) for n in (0, 10, 11, 100, 10_000, 110_000, 100_000_000)] == [
        "영", "십", "십일", "백", "만", "십일만", "일억",
    ]  # fmt: skip
    assert sino(12_345_678, " ") == "천이백삼십사만 오천육백칠십팔"
    assert [native(n) for n in (1, 4, 20, 21, 99, 0, 100)] == [
        "한", "네", "스무", "스물한", "아흔아홉", "", "",
    ]  # fmt: skip
    assert [alone(n) for n in (1, 20, 24)] == ["하나", "스물", "스물넷"]
    assert number("1,234.05") == "천이백삼십사점영오"


def test_what_the_text_does_not_tell_is_called_a_guess_and_offers_the_other_way():
    assert only("2번").confidence == "guess"
    assert set(only("2번").readings) == {"두 번", "이번"}
    assert only("12-3").confidence == "guess"
    assert only("Zyxel").confidence == "guess"
    assert only("12/25").confidence == "guess"
    assert "십이월 이십오일" in only("12/25").readings


def test_what_can_be_said_in_one_way_only_is_certain():
    for text in ("3시", "25℃", "010-1234-5678", "2026년", "Google"):
        assert only(text).confidence == "certain", text


def test_the_other_ways_are_offered_with_the_usual_one_first():
    assert only("3~4시간").readings[:2] == ("서너 시간", "세 시간에서 네 시간")
    assert "트레이싱" not in only("5G").readings
    assert only("5G").readings == ("파이브지", "오지")
    assert "이십대" in only("20대").readings[0]


def test_unknown_words_get_letters_or_a_guess_by_spelling():
    assert only("XQZ").readings[0] == "엑스큐제트"
    assert only("XQZ").kind == "letters"
    assert [in_hangul(word) for word in ("rocket", "bright", "market", "stream", "phone")] == [
        "로켓", "브라이트", "마켓", "스트림", "폰",
    ]  # fmt: skip


def test_long_and_odd_texts_end_soon():
    import time

    started = time.perf_counter()
    suggestions("3" * 5000)
    suggestions("1,1" * 1600)
    suggestions("a1-" * 1600)
    suggestions("http://" * 700)
    suggestions("~1~" * 1600)
    suggestions(("2026년 3월 2일 15:30에 KTX로 300km/h, $25! " * 130)[:5000])
    assert time.perf_counter() - started < 10.0
