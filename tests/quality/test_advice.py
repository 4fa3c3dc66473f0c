"""The one sentence of advice, and the sentences of the doctor in both languages."""

import pytest

from studio import locales
from studio.quality.advice import GRAVEST_FIRST, advice
from studio.quality.figure import Finding


def test_the_gravest_thing_is_advised_on():
    found = [Finding("too_quiet", "warning"), Finding("several_speakers", "fault")]
    assert advice(found, 8.0).code == "doctor.advice.several_speakers"
    assert advice(found[:1], 8.0).code == "doctor.advice.too_quiet"


def test_a_good_recording_needs_nothing_and_a_short_one_a_little_more():
    assert advice([], 8.0).code == "doctor.advice.fine"
    assert advice([], 3.5).code == "doctor.advice.longer"


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("code", [*GRAVEST_FIRST, "longer", "fine"])
def test_advice_is_one_thing_to_do(language, code):
    sentence = locales.say(language, locales.Note(f"doctor.advice.{code}"))
    assert sentence != f"doctor.advice.{code}"
    assert sentence.endswith(".")
