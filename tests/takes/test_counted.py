"""What telemetry hears of takes: once they are kept or have failed for good, and of no others."""

import pytest

from studio import telemetry
from tests.takes.bench import a_bench


def value(name, **labels):
    return telemetry.REGISTRY.get_sample_value(name, labels) or 0.0


def test_a_take_that_is_kept_is_counted_with_its_figures_and_an_answer_from_the_store_is_not(bench):
    before = (
        value("studio_takes_total", engine="speaker"),
        value("studio_audio_seconds_total", engine="speaker"),
    )
    for _ in range(2):
        (take,) = bench.wait(bench.order("say three words", "speaker")).takes
    assert take.reused
    assert value("studio_takes_total", engine="speaker") == before[0] + 1
    assert value("studio_audio_seconds_total", engine="speaker") == pytest.approx(
        before[1] + take.seconds
    )
    assert value("studio_take_rtf_count", engine="speaker") >= 1
    assert value("studio_take_ttfa_seconds_count", engine="speaker") >= 1


def test_a_failure_is_counted_by_its_reason_and_its_tries_apart(bench):
    labels = {"engine": "test_paid", "reason": "service_unreachable"}
    failed = value("studio_take_failures_total", **labels)
    tried = value("studio_take_retries_total", **labels)
    (take,) = bench.wait(bench.order("problem service_unreachable", "test_paid")).takes
    assert take.state == "failed"
    assert value("studio_take_failures_total", **labels) == failed + 1
    assert value("studio_take_retries_total", **labels) == tried + bench.settings.take_tries - 1


def test_a_take_over_a_cap_that_was_lowered_fails_before_its_engine_is_asked(
    tmp_path, journal_file
):
    with a_bench(tmp_path / "data", spending_cap={"USD": 1}) as bench:
        admission = bench.takes.admission
        busy = bench.order("slowly 5", "test_paid").takes[0]
        waiting = bench.order("say it", {"engine": "test_paid", "seed": 5}).takes[0]
        bench.state(busy, "running", "done")
        admission._cap["USD"] = 0.0
        after = bench.state(waiting, "failed")
        assert after.error.code == "error.spending_cap_studio"
        assert "say it" not in journal_file.read_text()
