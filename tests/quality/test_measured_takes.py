"""From the order to the figures: a real engine, real models that listen, no part replaced."""

import pytest

from studio.settings import Settings
from studio.takes.order import ComparisonOrder
from studio.voices.saving import Application
from studio.wiring import build
from tests.audio import files, speech
from tests.suite_engines import find_engines, forget_engines
from tests.waiting import until

TEXT = "The old bridge was closed on Monday, because the river had risen in the night."


@pytest.fixture(scope="module")
def studio(tmp_path_factory, whisper):
    settings = Settings(
        data_dir=tmp_path_factory.mktemp("data"),
        models_dir=whisper.parents[1],
        measure=True,
        asr_model="base",
        enrol_saved_voices=False,
    )
    with pytest.MonkeyPatch.context() as patch:
        find_engines(patch)
        studio = build(settings)
        studio.weights.get("kokoro", offline=True)
        studio.start()
        try:
            yield studio
        finally:
            studio.close()
            forget_engines()


def measured(studio, text, **order):
    """The only take of an order once it was measured, and made again where it was caught."""
    ordered = studio.takes.create("local", ComparisonOrder(text=text, language="en", **order)).id

    def settled():
        view = studio.takes.comparison("local", ordered)
        return view if view.settled else None

    (take,) = until(settled, 240).takes
    return take, {figure.name: figure for figure in take.report.figures}


def test_a_clean_take_is_measured_by_every_model_and_found_clean(studio):
    take, figures = measured(studio, TEXT, engines=[{"engine": "kokoro"}])
    report = take.report
    assert (report.state, report.remarks, report.findings) == ("done", (), ())
    assert (take.attempt, take.attempts) == (1, ())
    assert figures["wer"].value <= 0.1
    assert figures["distillmos"].value > 3.0
    assert figures["seconds"].value == pytest.approx(take.seconds, abs=0.01)
    assert figures["rtf"].value == pytest.approx(take.rtf)
    assert "bridge" in report.heard["text"].lower()
    for figure in report.figures:
        assert any(character.isdigit() for character in figure.method), figure


def test_a_clone_that_only_beeps_is_caught_made_again_and_compared_with_the_clip(studio):
    given = Application(name="Joe", language="en", transcript=speech.ENGLISH, consent=True)
    voice = studio.voices.create("local", files.make("wav", *speech.piper()), given)
    wanted = {"engine": "test_echo", "retries": 1}
    take, figures = measured(studio, TEXT, voice=voice.id, engines=[wanted])
    attempts = sorted([take, *take.attempts], key=lambda each: each.attempt)
    assert [each.attempt for each in attempts] == [1, 2]
    assert attempts[0].seed != attempts[1].seed
    assert all(each.report.faults for each in attempts), "what still fails is delivered so"
    assert figures["speaker_similarity"].value < 0.7
