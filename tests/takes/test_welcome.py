"""A newcomer's example: once, free, of real voices, with the engines that people have."""

import threading

import pytest

from studio.api.permissions import rule_for
from studio.engines.card import Price
from studio.engines.registry import engine_class
from studio.locales import LanguageName
from studio.settings import Settings
from studio.takes.example import remedy_for, voices_for
from studio.takes.order import ComparisonOrder, EngineOrder
from studio.takes.welcome import Welcomed
from studio.wiring import build


@pytest.fixture(autouse=True)
def engines():
    """The engines of this package alone, not the suite's."""


@pytest.fixture
def make(tmp_path):
    studios = []

    def made(**settings):
        studio = build(Settings(data_dir=tmp_path / f"data{len(studios)}", **settings))
        studio.database.start()  # nothing is rendered: only what is ordered matters here
        studios.append(studio)
        return studio

    yield made
    for studio in studios:
        studio.close()


def test_a_newcomer_gets_one_example_of_real_voices(make):
    studio = make()
    found = studio.welcome.welcome("ada", "en")
    comparison = studio.takes.comparison("ada", found.comparison)
    assert (found.other_language, found.remedy, found.nothing) == (None, None, None)
    assert comparison.title
    assert comparison.language == "en"
    voices = {(take.engine, take.preset) for take in comparison.takes}
    assert len(voices) >= 2
    assert len({take.engine for take in comparison.takes}) >= 2
    for take in comparison.takes:
        card = engine_class(take.engine).card
        assert not card.low_anchor, "a machine's voice welcomes nobody"
        assert card.price is None
        assert "remote" not in card.hardware.runs_on
    assert studio.welcome.welcome("ada", "en").comparison == found.comparison
    assert len(studio.takes.recent("ada")) == 1


def test_pages_opened_at_the_same_moment_share_one_example(make):
    studio = make()
    found, gate = [], threading.Barrier(8)

    def open_page():
        gate.wait()
        found.append(studio.welcome.welcome("ada", "en").comparison)

    threads = [threading.Thread(target=open_page) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(found)) == 1
    assert found[0]
    assert len(studio.takes.recent("ada")) == 1


def test_everybody_gets_their_own(make):
    studio = make()
    both = {studio.welcome.welcome(owner, "en").comparison for owner in ("ada", "bo")}
    assert len(both) == 2
    assert [len(studio.takes.recent(owner)) for owner in ("ada", "bo")] == [1, 1]


def test_whoever_has_made_something_gets_none_and_nobody_a_second_one(make):
    studio = make()
    order = ComparisonOrder(text="hello", language="en", engines=[EngineOrder(engine="espeak")])
    studio.takes.create("ada", order)
    assert studio.welcome.welcome("ada", "en") == Welcomed()
    example = studio.welcome.welcome("bo", "en").comparison
    studio.takes.create("bo", order)
    assert studio.welcome.welcome("bo", "en").comparison is None, "they know their way"
    third = studio.welcome.welcome("cy", "en").comparison
    studio.takes.removal.comparison("cy", third)
    assert studio.welcome.welcome("cy", "en").comparison is None, "they did not want it"
    assert example != third


def test_a_language_without_two_real_voices_is_told_what_would_help(make):
    studio = make()
    found = studio.welcome.welcome("ada", "ko")
    assert studio.takes.comparison("ada", found.comparison).language == "en"
    assert found.other_language.params["language"] == LanguageName("ko")
    assert found.remedy.engine == "piper"
    assert found.remedy.set_name.startswith("ko_KR-")
    assert found.remedy.bytes > 1_000_000
    assert found.remedy.licence


def test_a_voice_that_costs_is_never_used(make):
    studio = make(
        prices={
            "kokoro": {
                "per_million_characters": 5,
                "currency": "USD",
                "as_of": "2026-01-31",
                "source": "a list",
            }
        }
    )
    states = studio.runtime.states()
    voices = voices_for("en", states, studio.prices, studio.licences)
    assert {one.engine for one in voices} == {"piper"}
    assert studio.prices.of(engine_class("kokoro").card) == Price(
        per_million_characters=5, currency="USD", as_of="2026-01-31", source="a list"
    )
    found = studio.welcome.welcome("ada", "en")
    assert found.comparison is None, "one voice is nothing to compare"
    assert found.nothing is not None
    assert studio.takes.recent("ada") == []


def test_no_remedy_where_no_voice_is_to_be_had(make):
    studio = make()
    assert remedy_for("tlh", studio.runtime.states(), studio.prices) is None


def test_it_can_be_turned_off(make):
    studio = make(welcome=False)
    assert studio.welcome.welcome("ada", "en") == Welcomed()
    assert studio.takes.recent("ada") == []


def test_a_quota_is_not_spent_against_somebodys_will(make):
    studio = make(quota_takes_per_day=1)
    assert studio.welcome.welcome("ada", "en") == Welcomed()


def test_raters_are_not_welcomed():
    assert rule_for("POST", "/api/welcome").access.value == "creator"
