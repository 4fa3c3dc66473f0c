"""The doctor as the service asks it: once for each upload, and never in the way of saving."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from studio import locales
from studio.problems import BadInput, Unavailable
from studio.voices import doctoring
from studio.voices.doctor_views import DoctorView, Part
from studio.voices.refusal import DoctorRefused
from studio.voices.saving import Application
from tests.audio import files, speech
from tests.voices.doctor_double import Double, faults, heard
from tests.waiting import at_once

OWNER = "local"
GIVEN = {"name": "Joe", "language": "en", "consent": True}


@pytest.fixture(scope="module")
def joe():
    return files.make("wav", *speech.piper())


@pytest.fixture
def double(bench, monkeypatch):
    double = Double(bench.runtime)
    monkeypatch.setattr(bench.runtime, "call", double)
    return double


def test_the_real_doctor_marks_speech_and_a_part_and_keeps_nothing(bench, joe):
    seen = bench.voices.doctor(joe)
    seconds = len(speech.piper()[0]) / 22050
    assert seen.check.verdict == "usable"
    assert seen.doctor.examined
    assert seen.doctor.verdict in ("usable", "warning")
    assert seen.doctor.picture.seconds == pytest.approx(seconds, abs=0.01)
    assert 0 < len(seen.doctor.picture.peaks) <= 600
    spoken = sum(end - start for start, end in seen.doctor.picture.speech)
    assert spoken == pytest.approx(seen.check.speech_seconds, abs=1.0)
    assert 0 <= seen.doctor.part.start < seen.doctor.part.end <= seconds + 0.01
    assert {figure.name for figure in seen.doctor.figures} >= {"snr_db", "clipping_ratio"}
    assert seen.doctor.advice is not None
    assert bench.files() == []


@pytest.mark.parametrize("language", locales.languages())
def test_without_a_recogniser_the_view_says_what_is_not_known_and_how_to_get_it(
    bench, joe, language
):
    doctor = bench.voices.doctor(joe).doctor
    assert doctor.recogniser is None
    assert doctor.transcript is None
    assert doctor.language is None
    (why,) = doctor.unchecked
    assert "weights get whisper" in locales.say(language, why)


def test_a_report_survives_the_database(bench, joe, double):
    double.report = heard("오늘 아침 항구는") | faults("two_speakers")
    doctor = bench.voices.doctor(joe).doctor
    assert DoctorView.from_json(doctor.to_json()) == doctor
    assert doctor.unchecked[0].code == "measuring_model.recogniser_missing"
    assert doctor.transcript.words[1].text == "아침"


def test_saving_does_not_examine_a_second_time(bench, joe, double):
    bench.voices.doctor(joe)
    bench.voices.create(OWNER, joe, Application(**GIVEN))
    bench.voices.create(OWNER, joe, Application(**GIVEN))
    assert len(double.asked) == 1
    bench.voices.doctor(joe, Part(start=0.5, end=4.0))
    assert [asked["part"] for _, asked in double.asked] == [None, [0.5, 4.0]]


def test_everyone_who_asks_at_once_waits_for_one_examination(bench, joe, double):
    answers = at_once(lambda: bench.voices.doctor(joe), 5)
    assert len(answers) == 5
    assert len(double.asked) == 1


def test_another_language_is_heard_anew_and_saving_takes_that(bench, joe, double):
    bench.voices.doctor(joe)
    bench.voices.doctor(joe, language="de-AT")
    assert [asked["language"] for _, asked in double.asked] == [None, "de"]
    bench.voices.create(OWNER, joe, Application(**GIVEN | {"language": "de"}))
    bench.voices.create(OWNER, joe, Application(**GIVEN | {"language": "fr"}))
    assert len(double.asked) == 2
    with pytest.raises(BadInput, match="language_unknown"):
        bench.voices.doctor(joe, language="klingonish")


def test_a_recogniser_that_comes_later_listens_to_what_was_examined_before(bench, joe, double):
    bench.voices.doctor(joe)
    bench.recogniser.path = Path("/models/whisper/base")
    doctor = bench.voices.doctor(joe).doctor
    assert [whisper for whisper, _ in double.asked] == [None, "/models/whisper/base"]
    assert doctor.recogniser == "whisper-base"
    assert doctor.unchecked == ()


FAILURES = [
    (Unavailable("workbench_timeout", seconds=120.0), "120"),
    (Unavailable("workbench_crashed", reason="signal 9"), "memory"),
    (Unavailable("workbench_failed", reason="ModuleNotFoundError"), "ModuleNotFoundError"),
    (BadInput("anything", reason="odd"), "odd"),
]


@pytest.mark.parametrize(("failure", "word"), FAILURES)
def test_a_doctor_that_cannot_run_says_why_and_the_voice_is_saved_all_the_same(
    bench, joe, double, failure, word
):
    double.fails = failure
    doctor = bench.voices.doctor(joe).doctor
    assert not doctor.examined
    assert doctor.verdict == "usable"
    assert word in locales.say("en", doctor.unchecked[0])
    assert len(locales.say("ko", doctor.unchecked[0])) > 20
    saved = bench.voices.create(OWNER, joe, Application(**GIVEN, transcript=speech.ENGLISH))
    assert saved.doctor is None
    assert saved.reference is None
    assert len(bench.files()) == 1, "the clip"
    heard = bench.voices.reference(OWNER, saved.id)
    assert heard.sha256 == bench.row(saved.id).clip_sha256
    assert len(double.asked) == 1, "the failure is remembered for saving"
    double.fails = None
    assert bench.voices.doctor(joe).doctor.examined, "but whoever asks again, asks again"


def test_a_bench_that_dies_for_real_does_not_hinder_saving(bench, joe, double):
    double.fails = "os:abort"
    assert not bench.voices.doctor(joe).doctor.examined
    assert bench.voices.create(OWNER, joe, Application(**GIVEN)).doctor is None
    double.fails = None
    assert bench.voices.doctor(joe).doctor.examined


@pytest.mark.parametrize(
    "report", [{"picture": 3}, {"findings": [{}]}, {"verdict": "splendid"}, {"figures": "none"}]
)
def test_a_report_in_an_unknown_form_is_no_report(bench, joe, double, report):
    double.report = report
    doctor = bench.voices.doctor(joe).doctor
    assert not doctor.examined
    assert locales.say("en", doctor.unchecked[0])


def test_a_recording_without_anything_to_use_is_saved_by_who_insists_and_has_no_reference(
    bench, joe, double
):
    double.report = faults("no_speech") | {"reference_flac": None, "part": None}
    with pytest.raises(DoctorRefused):
        bench.voices.create(OWNER, joe, Application(**GIVEN))
    saved = bench.voices.create(OWNER, joe, Application(**GIVEN, insist_clip=True))
    assert saved.doctor.verdict == "refused"
    assert saved.reference is None
    assert bench.voices.reference(OWNER, saved.id).sha256 == bench.row(saved.id).clip_sha256


@pytest.mark.parametrize("language", locales.languages())
def test_faults_refuse_in_words_and_nothing_is_kept(bench, joe, double, language):
    double.report = faults("one", "two")
    with pytest.raises(DoctorRefused) as refusal:
        bench.voices.create(OWNER, joe, Application(**GIVEN))
    assert refusal.value.params["insist"] == "insist_clip"
    said = locales.text(language, f"error.{refusal.value.code}", **refusal.value.params)
    assert said.index("doctor.finding.one") < said.index("doctor.finding.two")
    assert bench.files() == []


@pytest.mark.parametrize(
    ("start", "end"),
    [(0.0, 2.0), (-1.0, 4.0), (3.0, 1.0), (0.0, 500.0), (0.0, float("nan")), (float("inf"), 9.0)],
)
def test_a_part_that_is_none_is_refused_before_the_doctor_is_asked(bench, joe, double, start, end):
    with pytest.raises(BadInput, match="part_unusable"):
        bench.voices.doctor(joe, Part(start=start, end=end))
    assert double.asked == []


def test_a_part_that_the_person_chose_becomes_the_reference(bench, joe):
    part = Part(start=1.0, end=4.5)
    saved = bench.voices.create(OWNER, joe, Application(**GIVEN, part=part))
    assert (saved.doctor.part.start, saved.doctor.part.end) == pytest.approx((1.0, 4.5), abs=0.3)
    reference = bench.voices.reference(OWNER, saved.id)
    assert 3.0 <= len(reference.samples) / reference.rate <= 4.6
    clip = len(speech.piper()[0]) / 22050
    assert bench.row(saved.id).checkup["seconds"] == pytest.approx(clip, abs=0.01)


def test_a_refused_recording_is_not_shown_to_the_doctor(bench, double):
    silence = files.make("wav", np.zeros(5 * 22050, np.float32), 22050)
    seen = bench.voices.doctor(silence)
    assert seen.check.verdict == seen.doctor.verdict == "refused"
    assert seen.check.reasons
    assert double.asked == []


def test_what_is_remembered_is_bounded(bench, joe, double, monkeypatch):
    monkeypatch.setattr(bench.voices._doctor._recent, "_most_bytes", 1)
    bench.voices.doctor(joe)
    bench.voices.doctor(joe)
    assert len(double.asked) == 2


def test_a_deleted_voice_is_not_remembered_either(bench, joe, double):
    saved = bench.voices.create(OWNER, joe, Application(**GIVEN))
    other = bench.voices.doctor(files.make("wav", *speech.espeak()))
    assert len(bench.voices._doctor._recent._kept) == 2
    bench.voices.delete(OWNER, saved.id)
    (left,) = (seen for seen, _ in bench.voices._doctor._recent._kept.values())
    assert left.view == other


def test_an_old_voice_is_examined_and_its_clip_stays(bench, joe, double):
    double.fails = Unavailable("workbench_crashed", reason="x")
    old = bench.voices.create(OWNER, joe, Application(**GIVEN))
    clip = bench.file(bench.row(old.id).clip_blob).read_bytes()
    double.fails = None
    flac = files.make("flac", speech.piper()[0][:70000], 22050)
    double.reference = flac
    view, seen = bench.voices.examine(OWNER, old.id)
    assert seen.doctor.examined
    assert view.doctor == seen.doctor
    assert view.reference.seconds == pytest.approx(70000 / 22050, abs=0.01)
    row = bench.row(old.id)
    assert bench.file(row.clip_blob).read_bytes() == clip
    assert soundfile.info(bench.file(row.reference_blob)).frames == 70000
    first = row.reference_blob
    bench.voices.examine(OWNER, old.id, Part(start=0.5, end=4.0))
    assert not bench.file(first).exists(), "the earlier reference is gone"
    assert len(bench.files()) == 2
    bench.voices.delete(OWNER, old.id)
    assert bench.files() == []


def test_an_examination_that_fails_leaves_a_voice_as_it_was(bench, joe, double):
    saved = bench.voices.create(OWNER, joe, Application(**GIVEN))
    before = bench.files()
    double.fails = Unavailable("workbench_timeout", seconds=1.0)
    view, seen = bench.voices.examine(OWNER, saved.id)
    assert not seen.doctor.examined
    assert view == saved
    assert bench.files() == before


def test_the_time_for_an_examination_is_limited(bench, joe, monkeypatch):
    bench.voices.check(joe)
    monkeypatch.setattr(doctoring, "_SEE_SECONDS", 0.01)
    doctor = bench.voices.doctor(joe).doctor
    assert not doctor.examined
    assert "0 seconds" in locales.say("en", doctor.unchecked[0])
