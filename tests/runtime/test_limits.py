"""An engine slower than most has time limits of its own, for its load and for its silence."""

import time

import pytest

from studio.engines.card import Patience
from studio.engines.registry import engine_class
from studio.problems import Unavailable

PAUSE = 0.8
"""Seconds that the engine is silent before its chunk."""


@pytest.fixture
def patient(monkeypatch):
    def have(engine="speaker", **seconds):
        kind = engine_class(engine)
        patience = Patience(**seconds)
        monkeypatch.setattr(kind, "card", kind.card.model_copy(update={"patience": patience}))

    return have


def test_a_patient_card_outlasts_the_studios_limit(patient, fresh_say, fresh_settings):
    fresh_settings.engine_silence_seconds = 0.3
    patient(silence_seconds=5.0)
    assert len(fresh_say(f"chunks 1 0.1 {PAUSE}")[0]) == 1


def test_an_impatient_card_ends_sooner(patient, fresh_say):
    patient(silence_seconds=0.3)
    began = time.monotonic()
    with pytest.raises(Unavailable) as problem:
        fresh_say("hang")
    assert problem.value.code == "engine_hung"
    assert time.monotonic() - began < 3


def test_the_limit_of_a_load_is_apart_from_that_of_a_render(patient, fresh_say, monkeypatch):
    monkeypatch.setenv("TEST_LOAD_SECONDS", "1.0")
    patient("test_slow_load", load_seconds=0.7, silence_seconds=30)
    with pytest.raises(Unavailable) as problem:
        fresh_say("chunks 1", "test_slow_load")
    assert problem.value.code == "engine_hung"


def test_a_long_load_is_allowed_where_renders_must_be_quick(patient, fresh_say, monkeypatch):
    monkeypatch.setenv("TEST_LOAD_SECONDS", "1.0")
    patient("test_slow_load", load_seconds=20, silence_seconds=0.5)
    _, report = fresh_say("chunks 1", "test_slow_load")
    assert report.load_seconds > 1.0
    assert report.synthesis_seconds < 0.5
