"""What the cards claim, held against the engines."""

import threading
import time

import numpy as np
import pytest
from pydantic import ValidationError

from studio import locales
from studio.engines.contract import EngineProblem, ReferenceClip, Request
from studio.engines.registry import engine_class

BUILT_IN = ("kokoro", "piper", "espeak")
TEXTS = {
    "en": "Good morning. It will rain. Take a coat.",
    "es": "Buenos días.",
    "fr": "Bonjour.",
    "hi": "नमस्ते।",
    "it": "Buongiorno.",
    "pt": "Bom dia.",
}


def sentences_of(card):
    yield card.summary
    yield from (fault.reason for fault in card.language_faults.values())
    if card.hardware.note:
        yield card.hardware.note


@pytest.mark.parametrize("name", BUILT_IN)
@pytest.mark.parametrize("language", locales.languages())
def test_every_sentence_of_a_card_is_in_the_catalogues(name, language):
    for sentence in sentences_of(engine_class(name).card):
        assert sentence.code in locales.catalogue(language)


@pytest.mark.parametrize("name", BUILT_IN)
def test_every_option_has_a_default_a_title_in_both_languages_and_bounds(name):
    options = engine_class(name).Options
    options()
    for field, schema in options.model_json_schema()["properties"].items():
        assert "default" in schema
        for language in ("en", "ko"):
            assert f"ui.option.{name}.{field}" in locales.catalogue(language)
        if schema["type"] == "boolean":
            continue
        low, high = schema.get("minimum"), schema.get("maximum")
        assert low is not None
        with pytest.raises(ValidationError):
            options(**{field: low - 1})
        if high is not None:
            with pytest.raises(ValidationError):
                options(**{field: high + 1})
    with pytest.raises(ValidationError):
        options(nonsense=1)


@pytest.mark.parametrize("name", BUILT_IN)
def test_a_fault_names_a_language_the_card_does_not_claim(name):
    card = engine_class(name).card
    assert not set(card.languages) & set(card.language_faults)


@pytest.mark.parametrize("name", BUILT_IN)
def test_streaming_means_more_than_one_chunk_and_the_first_one_early(name, loaded, weights):
    assert engine_class(name).card.streaming
    engine = loaded(name)
    preset = engine.presets(weights(name))[0].id
    text = TEXTS["en"] * (50 if name == "espeak" else 1)  # else it is done in six milliseconds
    stream = engine.synthesize(Request(text, "en", preset), threading.Event())
    began = time.perf_counter()
    next(stream)
    first = time.perf_counter() - began
    rest = list(stream)
    assert len(rest) >= 2
    assert first < 0.9 * (time.perf_counter() - began)


@pytest.mark.parametrize("name", BUILT_IN)
def test_takes_are_finite_float32_mono_below_full_scale_at_one_rate(name, speak):
    take = speak(name, TEXTS["en"])
    for chunk in take.chunks:
        assert chunk.samples.dtype == np.float32
        assert chunk.samples.ndim == 1
        assert chunk.sample_rate == take.rate
    assert np.isfinite(take.samples).all()
    assert 0.05 < np.abs(take.samples).max() <= 1.0
    assert 1.5 < take.seconds < 8


@pytest.mark.parametrize("name", BUILT_IN)
def test_a_card_says_deterministic_exactly_where_a_seed_repeats_the_samples(name, speak):
    options = {"preset": "f1"} if name == "espeak" else {}
    one, two = (speak(name, "It will rain.", seed=7, **options).samples for _ in range(2))
    same = len(one) == len(two) and np.array_equal(one, two)
    assert same == engine_class(name).card.deterministic


@pytest.mark.parametrize("name", BUILT_IN)
def test_an_engine_that_does_not_clone_refuses_a_clip(name):
    engine = engine_class(name)()
    assert engine.card.cloning.kind == "none"
    with pytest.raises(EngineProblem, match="engine_cannot_clone"):
        engine.enroll(ReferenceClip(np.zeros(16000, np.float32), 16000))


@pytest.mark.parametrize("name", BUILT_IN)
def test_an_unknown_preset_is_refused_not_replaced(name, speak):
    with pytest.raises(EngineProblem, match="unknown_preset"):
        speak(name, "Hello.", preset="nobody")


@pytest.mark.parametrize("name", BUILT_IN)
@pytest.mark.parametrize("text", ["", " \n\t", "!!! ...", "🙂"])
def test_nothing_to_say_is_a_refusal(name, text, speak):
    with pytest.raises(EngineProblem, match="nothing_to_say"):
        speak(name, text)


@pytest.mark.parametrize("name", BUILT_IN)
def test_nothing_comes_once_the_stop_flag_is_set(name, speak):
    stop = threading.Event()
    stop.set()
    assert not speak(name, TEXTS["en"], stop=stop).chunks


@pytest.mark.parametrize("name", BUILT_IN)
def test_stopping_a_long_take_ends_it_within_a_second(name, loaded, weights):
    engine, stop = loaded(name), threading.Event()
    preset = engine.presets(weights(name))[0].id
    text = "Nobody knew that a letter from the city would arrive before noon. " * (
        400 if name == "espeak" else 40
    )
    stream = engine.synthesize(Request(text, "en", preset), stop)
    next(stream)
    asked = []
    threading.Timer(0.3, lambda: (stop.set(), asked.append(time.perf_counter()))).start()
    while not stop.is_set() and next(stream, None):
        pass
    assert list(stream) == []
    assert asked, "the take was over before it could be stopped"
    assert time.perf_counter() - asked[0] < 1.0
    assert speak_after(engine, preset) > 0.2


def speak_after(engine, preset):
    """Seconds of a take after a stopped one: the engine stays usable."""
    chunks = engine.synthesize(Request("Hello.", "en", preset), threading.Event())
    return sum(len(c.samples) / c.sample_rate for c in chunks)


@pytest.mark.parametrize("language", engine_class("kokoro").card.languages)
def test_kokoro_speaks_every_language_of_its_card(language, speak):
    assert speak("kokoro", TEXTS[language], language).seconds > 0.3
