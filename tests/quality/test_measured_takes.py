"""From the order to the figures: a real engine, real models that listen, no part replaced."""

import pytest

from studio.settings import Settings
from studio.takes.order import ComparisonOrder
from studio.wiring import build
from tests.waiting import until

TEXT = "The old bridge was closed on Monday, because the river had risen in the night."


@pytest.fixture(scope="module")
def comparison(tmp_path_factory, whisper):
    """One text by Kokoro, after all was measured."""
    settings = Settings(
        data_dir=tmp_path_factory.mktemp("data"),
        models_dir=whisper.parents[1],
        measure=True,
        asr_model="base",
    )
    studio = build(settings)
    studio.weights.get("kokoro", offline=True)
    studio.start()
    try:
        order = ComparisonOrder(text=TEXT, language="en", engines=[{"engine": "kokoro"}])
        ordered = studio.takes.create("local", order).id
        yield until(lambda: settled(studio, ordered), 240)
    finally:
        studio.close()


def settled(studio, comparison):
    view = studio.takes.comparison("local", comparison)
    return view if view.settled else None


def test_a_clean_take_is_measured_by_every_model_and_found_clean(comparison):
    (take,) = comparison.takes
    report = take.report
    assert (report.state, report.remarks, report.findings) == ("done", (), ())
    assert (take.attempt, take.attempts) == (1, ())
    figures = {figure.name: figure for figure in report.figures}
    assert figures["wer"].value <= 0.1
    assert figures["distillmos"].value > 3.0
    assert figures["seconds"].value == pytest.approx(take.seconds, abs=0.01)
    assert figures["rtf"].value == pytest.approx(take.rtf)
    assert "bridge" in report.heard["text"].lower()
    for figure in report.figures:
        assert any(character.isdigit() for character in figure.method), figure
