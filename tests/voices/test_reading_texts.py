"""The texts to read aloud: many languages, of a length that fits, with many of the sounds."""

import itertools
import json
import unicodedata

import pytest

from studio.voices import fields
from tests.audio import speech
from tests.studio_process import ROOT

TEXTS = json.loads((ROOT / "assets/reading/texts.json").read_text(encoding="utf-8"))
SPOKEN = {"en": "en-us", "zh": "cmn"}
"""Where eSpeak NG calls a voice otherwise."""
NOT_SAID = {"th", "ja"}
"""eSpeak NG has no Thai, and spells kanji out."""


def test_there_are_several_texts_in_many_languages():
    assert len(TEXTS) >= 12
    for language, texts in TEXTS.items():
        assert fields.language(language) == language
        assert len(set(texts)) == len(texts) >= 3


@pytest.mark.parametrize("language", sorted(set(TEXTS) - NOT_SAID))
def test_reading_one_takes_six_to_fifteen_seconds(language):
    for text in TEXTS[language]:
        samples, rate = speech.espeak(text, SPOKEN.get(language, language), 155)
        assert 6 <= len(samples) / rate <= 15, text


@pytest.mark.parametrize("language", sorted(NOT_SAID))
def test_those_that_cannot_be_timed_are_as_long_as_the_others(language):
    for text in TEXTS[language]:
        assert 40 <= len(text) <= 130, text


def test_no_text_leaves_it_to_the_reader_how_to_say_it():
    """Digits, abbreviations and signs would be read in several ways, and written down in others."""
    for text in itertools.chain.from_iterable(TEXTS.values()):
        kinds = {unicodedata.category(letter)[0] for letter in text}
        assert kinds <= {"L", "M", "P", "Z"}, text
        assert unicodedata.normalize("NFC", text) == text


def test_korean_texts_have_every_vowel_and_nearly_every_consonant():
    parts = [
        ord(letter) - 0xAC00 for text in TEXTS["ko"] for letter in text if "가" <= letter <= "힣"
    ]
    assert len({part // 588 for part in parts}) == 19, "initial consonants"
    assert len({part // 28 % 21 for part in parts}) >= 17, "vowels"
    # finals sound in seven ways; those are the ones that stand for each
    sounds = {0, 1, 4, 7, 8, 16, 17, 21}
    assert {part % 28 for part in parts} >= sounds, "final sounds"
