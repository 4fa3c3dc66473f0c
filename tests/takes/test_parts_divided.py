"""Long texts are divided at the ends of sentences, short ones and designed voices' are not."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.engines.card import Hardware
from studio.engines.registry import engine_class
from studio.engines.sentences import Ending
from studio.takes.estimate import speech_seconds
from studio.takes.parts import PART_SECONDS, SERVICE_PART_SECONDS, divided, limit

SENTENCE = "The river had taken the bridge in the night, with both of its lamps still burning. "
KOREAN = "강물이 밤사이에 다리를 쓸어 갔고, 등불 두 개는 그때까지도 켜져 있었습니다. "


def card(**facts):
    return engine_class("espeak").card.model_copy(update=facts)


def texts(text, language="en", speaker="preset", **facts):
    return [part.text for part in divided(text, language, card(**facts), speaker)]


@pytest.mark.parametrize("text", ["Hello.", SENTENCE * 4, KOREAN * 3])
def test_a_text_of_half_a_minute_stays_whole(text):
    assert texts(text) == [text]


@pytest.mark.parametrize(("text", "language"), [(SENTENCE * 30, "en"), (KOREAN * 20, "ko")])
def test_a_long_text_becomes_parts_of_whole_sentences_of_about_twenty_seconds(text, language):
    parts = texts(text, language)
    assert len(parts) == pytest.approx(speech_seconds(text) / PART_SECONDS, rel=0.4)
    assert all(part.endswith(".") for part in parts)
    assert all(speech_seconds(part) < 1.25 * PART_SECONDS for part in parts)
    assert " ".join(parts) == text.strip()


def test_a_paragraph_ends_a_part_that_is_long_enough():
    paragraph = (SENTENCE * 3).strip()
    parts = divided("\n".join([paragraph] * 4), "en", card(), "preset")
    assert [part.text for part in parts] == [paragraph] * 4
    assert [part.ending for part in parts] == [Ending.PARAGRAPH] * 3 + [Ending.TEXT]


def test_a_scrap_goes_with_the_part_before():
    parts = texts(SENTENCE * 8 + "Truly.")
    assert parts[-1].endswith("burning. Truly.")


def test_what_comes_before_a_change_is_divided_as_before():
    before = texts(SENTENCE * 20)
    after = texts(SENTENCE * 16 + "Something else happened, and nobody knew what. " * 4)
    assert before[:3] == after[:3]


def test_a_service_gets_longer_parts():
    remote = Hardware(runs_on=("remote",), memory_mb=1)
    assert texts(SENTENCE * 12, hardware=remote) == [SENTENCE * 12]
    parts = texts(SENTENCE * 60, hardware=remote)
    assert max(map(speech_seconds, parts)) > 0.8 * SERVICE_PART_SECONDS


def test_no_part_passes_the_engines_limit_and_the_languages():
    facts = {"max_characters": 180, "max_characters_by_language": {"ko": 60}}
    assert max(map(len, texts(SENTENCE * 9, **facts))) <= 180
    assert max(map(len, texts(KOREAN * 9, "ko", **facts))) <= 60
    assert limit(card(**facts), "ko") == 60
    assert limit(card(max_characters=None), "ko") is None


def test_a_text_over_the_limit_is_divided_though_it_is_short():
    assert len(texts(SENTENCE * 2, max_characters=100)) == 2


def test_a_designed_voice_speaks_as_a_whole():
    """Each part would get a voice of its own."""
    assert len(texts(SENTENCE * 30, speaker="designed")) == 1


def test_a_phrase_is_not_torn():
    flood = "and the river rose and the bridge fell " * 40
    assert texts(flood) == [flood]
    assert texts(flood, max_characters=200) == [flood]


def test_an_endless_sentence_is_divided_at_its_commas():
    parts = texts("and the river rose over the old bridge, " * 40)
    assert len(parts) > 1
    assert all(part.endswith(",") for part in parts)


@given(
    st.lists(st.text("abc 가나. !?,\n”", min_size=1, max_size=60), min_size=1, max_size=30).map(
        " ".join
    ),
    st.sampled_from([None, 20, 90]),
)
def test_nothing_that_can_be_said_is_lost_or_said_twice(text, most):
    parts = texts(text.strip() or "a", max_characters=most)
    assert _letters("".join(parts)) == _letters(text.strip() or "a")


def _letters(text):
    return re.sub(r"\W", "", text)
