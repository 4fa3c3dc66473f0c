"""Weight sets that do different things: each is loaded when a request first needs it."""

import threading

import numpy as np
import pytest

from studio.engines.contract import ReferenceClip
from studio.locales import Note
from studio.problems import NotFound, Unavailable
from studio.runtime.runtime import Runtime
from studio.runtime.weights import WeightStore
from tests.runtime.conftest import saying
from tests.waiting import gone


@pytest.fixture
def settings(fresh_settings, tmp_path):
    fresh_settings.models_dir = tmp_path / "models"
    return fresh_settings


@pytest.fixture
def give(settings):
    """Put a weight set where the studio looks for it: ``give("red", "voices of it")``."""

    def put(name, words):
        folder = settings.models_dir / "test_sets" / name
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "voices.txt").write_text(words)

    return put


@pytest.fixture
def runtime(settings, give):
    give("red", "red_ann shared")
    give("green", "green_bob shared")
    running = Runtime(settings, WeightStore(settings))
    yield running
    running.close()


@pytest.fixture
def speak(runtime):
    def render(preset, text="chunks 1", sets=(), cancel=None):
        from studio.engines.contract import Request

        chunks = []
        request = Request(text, "en", preset)
        report = runtime.render(
            "test_sets", request, chunks.append, cancel or threading.Event(), sets
        )
        return chunks, report

    return render


def count(speak, preset):
    """How many sets its process has loaded."""
    ((chunk,), report) = speak(preset, "loaded")
    return round(float(chunk.samples[0]) * 1000), report


def test_it_is_ready_with_one_set_and_shows_the_voices_of_all(runtime, give):
    state = runtime.state("test_sets")
    assert (state.state, state.sets) == ("ready", ("red", "green"))
    assert [preset.id for preset in state.presets] == ["red_ann", "shared", "green_bob"]
    give("blue", "blue_cat")
    assert [p.id for p in runtime.presets("test_sets")][-1] == "blue_cat"


def test_without_any_set_weights_are_missing(settings):
    settings.models_dir = settings.models_dir / "elsewhere"
    runtime = Runtime(settings, WeightStore(settings))
    try:
        assert runtime.state("test_sets").state == "weights_missing"
        with pytest.raises(Unavailable) as problem:
            saying(runtime)("chunks 1", "test_sets", preset="")
        assert problem.value.code == "weights_missing"
    finally:
        runtime.close()


def test_a_set_is_loaded_once_when_first_needed_in_the_same_process(runtime, speak):
    found, first = count(speak, "red_ann")
    pid = runtime.state("test_sets").pid
    assert (found, first.load_seconds > 0) == (1, True)
    found, second = count(speak, "green_bob")
    assert found == 2
    assert 0 < second.load_seconds < first.load_seconds, "no process was started"
    found, third = count(speak, "red_ann")
    assert (found, third.load_seconds) == (2, 0.0)
    assert runtime.state("test_sets").pid == pid


def test_sets_named_by_the_caller_come_before_what_the_engine_says(speak):
    speak("red_ann", sets=("green",))
    assert count(speak, "green_bob")[0] == 1
    speak("", sets=("green", "red"))
    assert count(speak, "red_ann")[0] == 2


def test_a_missing_set_is_named_with_its_size_and_how_to_get_it(speak):
    with pytest.raises(Unavailable) as problem:
        speak("red_ann", sets=("red", "blue"))
    assert problem.value.code == "weight_set_missing"
    assert problem.value.params["set"] == "blue"
    from studio import locales

    for language in ("en", "ko"):
        sentence = locales.text(language, "error.weight_set_missing", **problem.value.params)
        assert "python -m studio weights get test_sets --set blue" in sentence
        assert "2.5 GB" in sentence
    with pytest.raises(NotFound):
        speak("red_ann", sets=("purple",))


def test_a_refused_set_spares_the_process_and_the_other_sets(runtime, speak, give):
    speak("red_ann")
    pid = runtime.state("test_sets").pid
    give("blue", "blue_cat refuse")
    with pytest.raises(Unavailable) as problem:
        speak("blue_cat")
    assert problem.value.code == "weights_corrupt", "the engine's own sentence"
    assert speak("red_ann")[1].load_seconds == 0.0
    assert runtime.state("test_sets").pid == pid
    give("blue", "blue_cat")
    assert len(speak("blue_cat")[0]) == 1


@pytest.mark.parametrize(
    ("word", "code"), [("raise", "engine_not_loaded"), ("exit", "engine_not_loaded")]
)
def test_a_set_that_breaks_while_loading_ends_the_process_alone(runtime, speak, give, word, code):
    speak("red_ann")
    pid = runtime.state("test_sets").pid
    give("blue", f"blue_cat {word}")
    with pytest.raises(Unavailable) as problem:
        speak("blue_cat")
    assert problem.value.code == code
    assert gone(pid)
    assert count(speak, "red_ann")[0] == 1


def test_the_set_that_enrols_is_loaded_alone(runtime):
    clip = ReferenceClip(np.zeros(1600, np.float32), 16_000)
    assert runtime.enroll("test_sets", clip).values == {"loaded": "green"}
    assert runtime.enroll("test_sets", clip, ("red", "green")).values == {"loaded": "green red"}


def test_the_revision_is_that_of_the_sets_that_take_part(runtime, give):
    red, green = (runtime.model_revision("test_sets", (name,)) for name in ("red", "green"))
    assert red.startswith("red-")
    assert runtime.model_revision("test_sets", ("red", "green")) == f"{red}+{green}"
    assert runtime.model_revision("test_sets") == f"{red}+{green}"
    give("blue", "blue_cat")
    assert runtime.model_revision("test_sets", ("red",)) == red


def test_a_long_revision_ends_in_a_hash(runtime, give):
    from studio.engines.registry import engine_class
    from studio.runtime.revision import model_revision

    card = engine_class("test_sets").card
    long = [f"checkpoint-{n}-{'0' * 12}" for n in range(9)]
    other = [*long[:-1], "checkpoint-8-000000000001"]
    assert len(model_revision(card, long)) == 70
    assert model_revision(card, long) != model_revision(card, other)
    assert model_revision(card, long)[:50] == model_revision(card, other)[:50]


def test_new_files_are_loaded_anew_and_not_spoken_with_the_old(runtime, speak, give):
    before = runtime.model_revision("test_sets", ("red",))
    speak("red_ann")
    pid = runtime.state("test_sets").pid
    give("red", "red_ann red_new")
    assert runtime.model_revision("test_sets", ("red",)) != before
    assert speak("red_new")[1].load_seconds > 0
    assert gone(pid)


def test_what_the_engine_says_of_its_loading_is_shown_while_it_is_loaded(runtime, speak):
    assert runtime.state("test_sets").remarks == ()
    speak("red_ann")
    speak("green_bob")
    assert runtime.state("test_sets").remarks == (
        Note("{colours} loaded", {"colours": "red green"}),
    )


def test_sets_count_by_their_own_memory_of_a_card(settings, give, runtime):
    settings.devices = "cuda:0=1000"
    give("blue", "blue_cat")
    on_card = Runtime(settings, WeightStore(settings))
    say = saying(on_card)
    try:
        say("chunks 1", "test_sets", preset="red_ann")
        say("chunks 1", "test_sets", preset="green_bob")
        pid = on_card.state("test_sets").pid
        assert say("loaded", "test_sets", preset="red_ann")[1].device == "cuda:0"
        say("chunks 1", "test_sets", preset="blue_cat")  # 900 MB do not fit beside 700
        assert gone(pid)
        ((chunk,), _) = say("loaded", "test_sets", preset="blue_cat")
        assert round(float(chunk.samples[0]) * 1000) == 1
    finally:
        on_card.close()


def test_files_in_the_engines_folder_are_not_taken_for_each_of_its_sets(runtime, settings):
    (settings.models_dir / "test_sets" / "voices.txt").write_text("whose_voice")
    assert runtime.state("test_sets").sets == ("red", "green")
