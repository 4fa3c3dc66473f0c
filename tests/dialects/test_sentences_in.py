"""Sentences leave a text that is being written as soon as they have ended, and never sooner."""

import pytest

from studio.dialects.sentences_in import SentencesIn

TEXTS = {
    "en": "Dr. Smith paid 3.14 dollars. He left at 5 p.m. sharp! Did he? Yes... maybe. The end",
    "ko": "안녕하세요. 오늘은 3.5도입니다! 우산을 챙기세요.정말요? 네.",
    "ja": "こんにちは。今日は雨です！「行く。」と言った。本当？はい",
    "mixed": "First line\nSecond line without a stop\n\n• Item one. Item two: 2. No. 5 is alive.",
}


def spoken(text, size):
    sentences = SentencesIn()
    found = []
    for at in range(0, len(text), size):
        found += sentences.feed(text[at : at + size])
    return [*found, *sentences.flush()]


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
def test_however_the_text_comes_all_of_it_is_said_once_and_in_order(text, size):
    assert "".join("".join(spoken(text, size)).split()) == "".join(text.split())


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_the_sentences_are_the_same_in_whatever_pieces_the_text_comes(text):
    assert spoken(text, 1) == spoken(text, 3) == spoken(text, len(text))


def test_a_sentence_goes_out_with_the_first_letter_of_the_next():
    sentences = SentencesIn()
    assert sentences.feed("It rains. ") == []
    assert sentences.feed("T") == ["It rains."]
    assert sentences.feed("ake a coat.") == []
    assert sentences.flush() == ["Take a coat."]


def test_what_cannot_go_on_is_not_waited_for():
    assert SentencesIn().feed("비가 옵니다! ") == ["비가 옵니다!"]
    assert SentencesIn().feed("雨です。") == ["雨です。"]
    assert SentencesIn().feed("A heading\n") == ["A heading"]


def test_numbers_names_and_abbreviations_are_not_torn():
    assert spoken("Dr. Who is 3.5 metres tall. Really.", 1) == [
        "Dr. Who is 3.5 metres tall.",
        "Really.",
    ]


def test_a_text_without_any_stop_is_spoken_in_clauses_before_it_ends():
    sentences = SentencesIn()
    found = []
    for _ in range(60):
        found += sentences.feed("and then they went on and on, over hill and dale, ")
    assert len(found) >= 3
    assert all(len(sentence) < 1000 for sentence in found)


def test_nothing_to_say_is_nothing():
    sentences = SentencesIn()
    assert sentences.feed("  \n ...  ") == []
    assert sentences.empty
    assert sentences.flush() == []
