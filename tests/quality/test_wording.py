"""Error rates count what can be heard, and nothing that is only a way of writing."""

import unicodedata

import jiwer
import pytest

from studio.quality.wording import error_rate, kind_of, tokens

SAME = [
    ("en", "It's 25 degrees, isn't it?", "its twenty-five degrees isn’t it"),
    ("en", "The harbour was grey; we travelled to the centre.", "The harbor was gray, we traveled to the center"),
    ("en", "She organised the colours.", "She organized the colors."),
    ("en", "That costs $25.", "That costs twenty-five dollars."),
    ("en", "It was $3.50 then.", "It was three dollars and fifty cents then."),
    ("en", "About $2.5 million", "about two point five million dollars"),
    ("en", "In 1999 and in 2026.", "In nineteen ninety-nine and in twenty twenty-six."),
    ("en", "In 2026.", "In two thousand and twenty-six."),
    ("en", "There are 1,999 of them.", "There are one thousand nine hundred ninety nine of them."),
    ("en", "1,500 men", "fifteen hundred men"),
    ("en", "He came 3rd, on the 21st.", "He came third on the twenty-first."),
    ("en", "On March 3 we met.", "On March third we met."),
    ("en", "Pi is 3.14.", "Pi is three point one four."),
    ("en", "Up by 12% & more", "up by twelve percent and more"),
    ("en", "12 per cent", "12%"),
    ("en", "At 3:30 and 5:00", "at three thirty and five o'clock"),
    ("en", "at seven fifteen", "at 7.15"),
    ("en", "In the 1990s", "in the nineteen nineties"),
    ("en", "Call 5550199", "call five five five oh one nine nine"),
    ("en", "the e-mail of everyone", "the email of every one"),
    ("en", "the U.S. and NATO", "the US and nato"),
    ("en", "It is 100 km long.", "It is a hundred kilometres long."),
    ("en", "[laughs] Well, hello!", "Well hello."),
    ("ko", "2026년 3월", "이천이십육년 삼월"),
    ("ko", "오후 3시 20분", "오후 세 시 이십 분"),
    ("ko", "스무 살이 된 사람 12명", "20살이 된 사람 열두 명"),
    ("ko", "12,000원입니다.", "만 이천 원입니다"),
    ("ko", "$25를 냈다", "이십오 달러를 냈다"),
    ("ko", "6월 10일과 10월 6일", "유월 십일과 시월 육일"),
    ("ko", "12.5% 올랐다", "십이 점 오 퍼센트 올랐다"),
    ("ko", "010-1234-5678", "공일공 일이삼사 오육칠팔"),
    ("ko", "1만 2천 명", "만 이천 명"),
    ("ko", "6개월 동안 3달러", "육 개월 동안 삼 달러"),
    ("ko", "AI 기술", "에이아이 기술"),
    ("ko", "작은 배 몇척만 천천히", "작은배 몇 척만 천천히."),
    ("ja", "2026年です。", "二千二十六年です"),
    ("de", "Es sind 25 Boote.", "es sind fünfundzwanzig boote"),
]  # fmt: skip


@pytest.mark.parametrize(("language", "one", "other"), SAME)
def test_two_ways_of_writing_the_same_cost_nothing(language, one, other):
    for reference, hypothesis in ((one, other), (other, one)):
        found = error_rate(reference, hypothesis, language)
        shown = [(e.kind, found.reference[slice(*e.reference)], found.hypothesis[slice(*e.hypothesis)]) for e in found.edits]  # fmt: skip
        assert found.value == 0, shown


DIFFERENT = [
    ("en", "That costs $25.", "That costs thirty-five dollars.", 1),
    ("en", "In 1999", "in nineteen ninety-eight", 1),
    ("en", "The harbour was quiet.", "The harbour was quite.", 1),
    ("en", "one man", "one men", 1),
    ("en", "They are four and we are for it.", "They are for and we are for it.", 1),
    ("ko", "오후 3시", "오후 네 시", 1),
    ("ko", "항구는 조용했고", "항구는 조용하고", 1),
]


@pytest.mark.parametrize(("language", "reference", "hypothesis", "errors"), DIFFERENT)
def test_what_sounds_different_counts(language, reference, hypothesis, errors):
    found = error_rate(reference, hypothesis, language)
    assert found.substitutions + found.deletions + found.insertions == errors


def test_the_rate_is_that_of_jiwer_where_there_is_nothing_to_normalise():
    reference = "the boats moved slowly towards the sea before the sun went down"
    hypothesis = "the boat moved slow towards the the sea before sun went down today"
    found = error_rate(reference, hypothesis, "en")
    assert found.value == pytest.approx(jiwer.wer(reference, hypothesis))
    theirs = jiwer.process_words(reference, hypothesis)
    ours = (found.substitutions, found.deletions, found.insertions)
    assert ours == (theirs.substitutions, theirs.deletions, theirs.insertions)


def test_languages_without_agreed_spaces_are_measured_by_character():
    assert [kind_of(tag) for tag in ("en", "ko", "ja", "zh-cn", "de")] == [
        "wer", "cer", "cer", "cer", "wer",
    ]  # fmt: skip
    assert tokens("배 몇 척", "ko") == ("배", "몇", "척")


def test_decomposed_korean_is_the_same_korean():
    text = "항구는 조용했다"
    assert error_rate(text, unicodedata.normalize("NFD", text), "ko").value == 0


def test_edits_lead_back_to_the_places_in_the_text():
    text, heard = "He paid $25 at noon.", "He paid $35 at noon today."
    found = error_rate(text, heard, "en")
    wrong = [edit for edit in found.edits if edit.kind != "equal"]
    assert [edit.kind for edit in wrong] == ["substitute", "insert"]
    token = found.reference[wrong[0].reference[0]]
    assert text[token.start : token.end] == "$25"
    token = found.hypothesis[wrong[1].hypothesis[0]]
    assert heard[token.start : token.end] == "today"


def test_edits_cover_both_sides_without_a_gap():
    found = error_rate("one two three four", "zero one three 4 five", "en")
    for side in ("reference", "hypothesis"):
        ends = [getattr(edit, side) for edit in found.edits]
        assert [a[1] for a in ends[:-1]] == [b[0] for b in ends[1:]]
        assert ends[-1][1] == len(getattr(found, side))


@pytest.mark.parametrize(
    ("reference", "hypothesis", "value"),
    [("", "", 0), ("", "hello there", 1), ("hello there", "", 1), ("…!", "?", 0)],
)
def test_nothing_said_is_a_rate_too(reference, hypothesis, value):
    assert error_rate(reference, hypothesis, "en").value == value


def test_hostile_text_is_only_text():
    strange = "\0" * 50 + "9" * 400 + "\ud800 {x} %s " + "1:99 $ 12.5.6.7 ²³ ½ " * 20
    for language in ("en", "ko", "ja", "xx"):
        assert error_rate(strange, strange, language).value == 0
