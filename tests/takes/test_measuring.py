"""Every finished take is measured, aside and gently; whatever goes wrong there, the take is whole."""

import os
import time

import pytest
from sqlalchemy import select

from studio.settings import Settings
from studio.store.tables import TakeReport
from studio.takes.measuring import Limits
from tests.takes.bench import OWNER, Bench, a_bench, journal
from tests.waiting import until


def report(bench, comparison, number=0):
    return bench.settled(comparison).takes[number].report


def figure(report, name):
    return next(each for each in report.figures if each.name == name)


def remark(report):
    return [each.code for each in report.remarks]


def test_a_done_take_gets_a_report_with_figures_and_their_methods(measured):
    found = report(measured, measured.order("say hello there"))
    assert (found.state, found.faults, found.remarks) == ("done", 0, ())
    assert {each.name: each.method for each in found.figures}["wer"] == "ears 1.0"
    assert figure(found, "seconds").value == pytest.approx(0.6)
    assert figure(found, "seconds").detail["flac"] > 100
    assert found.heard == {"text": "say hello there", "language": "en"}
    assert found.measured_at is not None
    assert found.seconds > 0


def test_what_measures_is_told_of_the_take_and_of_the_clip_it_should_sound_like(measured):
    ordered = measured.order("say it", "test_paid", "second", voice="anna")
    clone, plain = (
        figure(take.report, "snr_db").detail["about"] for take in measured.settled(ordered).takes
    )
    assert (clone["reference"], clone["reference_transcript"]) == (True, "What Anna said.")
    assert (clone["speaker"], clone["engine"], clone["text"]) == ("clone", "test_paid", "say it")
    assert clone["measures"]["peak_dbfs"] < 0
    assert clone["rtf"] > 0
    assert (plain["reference"], plain["speaker"], plain["whisper"]) == (False, "preset", None)


def test_measuring_has_a_process_of_its_own_that_gives_way(tmp_path):
    usual = Settings.model_fields["measure_niceness"].default
    with a_bench(tmp_path / "data", measure=True, measure_niceness=usual) as bench:
        found = figure(report(bench, bench.order("say hello")), "rtf")
    assert found.value == 19.0
    assert found.detail["threads"] == "1"
    assert found.detail["process"] != os.getpid()
    assert os.getpriority(os.PRIO_PROCESS, 0) == 0


def test_a_take_is_whole_and_heard_while_it_is_measured(measured, ears):
    ears("wait 1.5")
    ordered = measured.order("say hello")
    view = measured.wait(ordered)
    assert (view.final, view.settled) == (True, False)
    assert view.takes[0].report.state in ("pending", "running")
    assert measured.takes.samples(OWNER, view.takes[0].id)[0].size
    until(lambda: measured.takes.comparison(OWNER, ordered.id).takes[0].report.state == "running")
    again = measured.wait(measured.order("say something else"))
    assert again.takes[0].report.state == "pending", "others are rendered meanwhile"
    assert report(measured, ordered).state == "done"


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("raise", "measuring.remark.failed"),
        ("garbage", "measuring.remark.failed"),
        ("bytes", "measuring.remark.failed"),
        ("hang", "measuring.remark.timeout"),
        ("spin", "measuring.remark.timeout"),
    ],
)
def test_measuring_that_goes_wrong_says_so_and_goes_on(measured, ears, line, code):
    measured.takes.measurer.limits = Limits(1.0, 0.0, 4.0 if line == "hang" else 120.0)
    ears(line)
    first = measured.order("say one")
    found = report(measured, first)
    assert (found.state, remark(found)) == ("failed", [code])
    assert measured.takes.comparison(OWNER, first.id).takes[0].state == "done"
    measured.takes.measurer.limits = Limits()
    assert report(measured, measured.order("say two")).state == "done"


def test_a_process_that_crashes_is_tried_once_more_and_not_for_ever(measured, ears):
    ears("crash")
    assert report(measured, measured.order("say one")).state == "done"
    ears("crash", "crash", "clean")
    found = report(measured, measured.order("say two"))
    assert (found.state, remark(found)) == ("failed", ["measuring.remark.failed"])


def test_a_number_that_is_none_becomes_no_value(measured, ears):
    ears("nan")
    assert figure(report(measured, measured.order("say it")), "wer").value is None


def test_a_voice_deleted_meanwhile_costs_the_comparison_with_it_alone(measured):
    measured.voices.reference_flac = lambda owner, voice: measured.voices.get(owner, "gone")
    ordered = measured.order("say it", "test_paid", voice="anna")
    found = report(measured, ordered)
    assert (found.state, remark(found)) == ("done", ["measuring.remark.no_reference"])
    assert figure(found, "wer").value == 0.125


def test_lost_audio_is_told_in_the_report(measured, ears):
    ears("wait 1")
    busy = measured.order("say busy")
    ordered = measured.wait(measured.order("say lost"))
    measured.blobs.delete(f"results/{OWNER}/{ordered.takes[0].id}")
    assert remark(report(measured, ordered)) == ["measuring.remark.no_audio"]
    assert report(measured, busy).state == "done"


def test_a_take_answered_from_the_store_gets_the_report_on_the_same_sound(measured, ears):
    first = report(measured, measured.order("say again"))
    ears("garbage")
    again = measured.order("say again")
    assert again.takes[0].reused
    found = report(measured, again)
    assert (found.state, found.figures) == ("done", first.figures)


def test_an_incomplete_report_is_not_passed_on(measured, ears):
    ears("remark", "warning")
    assert report(measured, measured.order("say again")).remarks
    found = report(measured, measured.order("say again"))
    assert (found.remarks, len(found.findings)) == ((), 1), "measured anew"


def test_failed_and_cancelled_takes_are_not_measured(measured):
    view = measured.settled(measured.order("crash"))
    assert view.takes[0].report is None
    slow = measured.order("slowly 50").takes[0]
    until(lambda: measured.takes.take(OWNER, slow.id).progress_seconds)
    assert measured.takes.cancel(OWNER, slow.id).settled
    assert measured.takes.take(OWNER, slow.id).report is None


def test_without_measuring_nothing_waits_for_a_report(bench):
    view = bench.wait(bench.order("say hello"))
    assert view.settled
    assert view.takes[0].report is None


def test_a_restart_measures_what_was_left(tmp_path, ears):
    ears("wait 30")
    first = Bench(tmp_path / "data", measure=True).start()
    ordered = first.wait(first.order("say one", "speaker", "second"))
    until(lambda: "running" in {t.report.state for t in reports_of(first, ordered)})
    began = time.monotonic()
    first.close()
    assert time.monotonic() - began < 3, "closing does not wait for what measures"
    with a_bench(tmp_path / "data", measure=True) as again:
        view = again.settled(ordered)
        assert [take.report.state for take in view.takes] == ["done", "done"]


def test_a_restart_without_measuring_leaves_no_report_open(tmp_path, ears):
    ears("wait 30")
    first = Bench(tmp_path / "data", measure=True).start()
    ordered = first.wait(first.order("say one"))
    first.close()
    with a_bench(tmp_path / "data", measure=False) as again:
        found = report(again, ordered)
        assert (found.state, remark(found)) == ("failed", ["measuring.remark.off"])


def test_a_report_is_asked_for_in_the_transaction_that_ends_the_take(tmp_path, journal_file):
    """A crash between the two would leave a take that is never measured."""
    bench = Bench(tmp_path / "data", measure=True).start()
    seen = []
    write = bench.database.write

    def spied(operation):
        result = write(operation)
        with bench.database.read() as session:
            reports = {row.take_id for row in session.scalars(select(TakeReport))}
        seen.append((bench.takes.comparison(OWNER, ordered[0]).takes[0], reports))
        return result

    ordered = [bench.order("slowly 3").id]
    bench.database.write = spied
    bench.wait(bench.takes.comparison(OWNER, ordered[0]))
    bench.close()
    assert any(take.state == "done" for take, _ in seen)
    for take, reports in seen:
        assert (take.state == "done") == (take.id in reports)
    assert len(journal(journal_file)) == 1


def reports_of(bench, comparison):
    return bench.takes.comparison(OWNER, comparison.id).takes
