"""Figures and findings are said in the reader's language, with what the catalogue knows of them."""

import pytest

from studio.api.figures import FigureJson, RemarkJson
from studio.locales import note
from studio.quality.figure import Figure


@pytest.mark.parametrize(
    ("language", "title", "words"),
    [("en", "Word error rate", "every word clear"), ("ko", "단어 오류율", None)],
)
def test_a_figure_has_its_name_meaning_and_words(language, title, words):
    stored = Figure("wer", 0.0, "share", "whisper-base").to_json()
    said = FigureJson.of(stored, language)
    assert said.title == title
    assert words is None or said.words == words
    assert said.meaning
    assert said.words
    assert (said.better, said.value, said.method) == ("low", 0.0, "whisper-base")


def test_a_figure_without_a_value_has_no_words():
    assert FigureJson.of(Figure("wer", None, "share", "m"), "en").words is None


def test_a_figure_that_the_catalogue_forgot_keeps_its_own_name():
    said = FigureJson.of(Figure("of_old", 1.0, "s", "m"), "en")
    assert (said.title, said.meaning, said.better) == ("of_old", "", None)


def test_a_remark_is_a_sentence():
    assert RemarkJson.of(note("error.no_engines").to_json(), "en").message.startswith("Choose")
