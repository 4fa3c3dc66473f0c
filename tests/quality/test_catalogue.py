"""The catalogue of figures: every one named, explained and put into words in every language."""

import itertools

import pytest

from studio import locales
from studio.quality.catalogue import FIGURES, meaning_code, name_code


@pytest.mark.parametrize("language", locales.languages())
@pytest.mark.parametrize("figure", FIGURES)
def test_a_figure_has_a_name_a_meaning_and_its_words(figure, language):
    texts = locales.catalogue(language)
    codes = [name_code(figure), meaning_code(figure), *(w.code for w in FIGURES[figure].words)]
    assert [code for code in codes if not texts.get(code)] == []


@pytest.mark.parametrize("figure", [name for name, q in FIGURES.items() if q.words])
def test_words_cover_the_whole_range_in_ascending_stretches(figure):
    bounds = [word.below for word in FIGURES[figure].words]
    assert bounds[-1] is None
    assert all(low < high for low, high in itertools.pairwise(bounds[:-1]))


def test_a_bound_belongs_to_the_word_above_it():
    assert FIGURES["wer"].word(0.0) == "measure.word.intelligible_high"
    assert FIGURES["wer"].word(0.0999) == "measure.word.intelligible_good"
    assert FIGURES["wer"].word(0.1) == "measure.word.intelligible_partly"
    assert FIGURES["wer"].word(7.0) == "measure.word.intelligible_low"


def test_nothing_is_said_of_a_figure_without_a_value_or_without_words():
    assert FIGURES["wer"].word(None) is None
    assert FIGURES["seconds"].word(3.0) is None


def test_neither_direction_is_better_for_pitch_pace_and_length():
    for name in ("pitch_median_hz", "pitch_range_semitones", "speaking_rate", "seconds"):
        assert FIGURES[name].better is None
    assert FIGURES["wer"].better == "low"
    assert FIGURES["speaker_similarity"].better == "high"
