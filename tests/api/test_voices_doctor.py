"""The doctor, corrections, enrolments and consents over HTTP."""

import pytest
from sqlalchemy import select

from studio import locales
from studio.api.dependencies import owner
from studio.problems import Unavailable
from studio.store.tables import Consent, EnrolmentRow, Voice
from tests.api.voices_bench import *  # noqa: F403 (fixtures)
from tests.audio import files, speech
from tests.voices.doctor_double import Double, faults, heard

HEARD = "오늘 아침 항구는 조용했고"
FIELDS = {"name": "민지", "language": "ko", "consent": "true"}


@pytest.fixture
def double(runtime, monkeypatch):
    double = Double(runtime)
    monkeypatch.setattr(runtime, "call", double)
    return double


def save(client, data, lang="en", **fields):
    return client.post(
        f"/api/voices?lang={lang}", files={"file": ("a.wav", data)}, data=FIELDS | fields
    )


def refusal(answer, status, code):
    assert answer.status_code == status, answer.text
    error = answer.json()["error"]
    assert error["code"] == code
    return error


def hangul(sentence):
    return any("가" <= character <= "힣" for character in sentence)


# the doctor


def test_the_real_doctors_report_is_complete_and_in_the_persons_language(client, studio):
    joe = files.make("wav", *speech.piper())
    reports = {
        lang: client.post(f"/api/doctor?lang={lang}", files={"file": joe}).json()
        for lang in locales.languages()
    }
    for lang, report in reports.items():
        assert report["examined"]
        assert report["check"]["verdict"] == "usable"
        assert set(report["picture"]) == {"seconds", "peaks", "speech", "silence", "clipping"}
        assert report["part"]["end"] > report["part"]["start"]
        assert report["transcript"] is None
        assert report["recogniser"] is None
        sentences = [
            *(finding["message"] for finding in report["findings"]),
            *(repair["message"] for repair in report["repairs"]),
            *(remark["message"] for remark in report["unchecked"]),
            *(figure["meaning"] for figure in report["figures"]),
            report["advice"]["message"],
        ]
        assert all(len(sentence) > 8 for sentence in sentences), sentences
        assert {hangul(sentence) for sentence in sentences} == {lang == "ko"}
    with studio.database.read() as session:
        assert list(session.scalars(select(Voice))) == []


def test_what_was_heard_is_proposed_with_its_proof(client, double, korean):
    double.report = heard(HEARD, share=0.8, proven=False)
    report = client.post("/api/doctor", files={"file": korean}).json()
    assert report["transcript"]["text"] == HEARD
    assert report["transcript"]["coverage"] == {"share": 0.8, "uncovered": [], "proven": False}
    assert report["language"] == {"tag": "ko", "probability": 0.97}
    assert report["part"] == {"start": 0.0, "end": 4.0}


def test_a_part_and_a_language_can_be_asked_for(client, double, korean):
    form = {"part_start": "0.5", "part_end": "4", "language": "ko-KR"}
    assert client.post("/api/doctor", files={"file": korean}, data=form).status_code == 200
    ((_, asked),) = double.asked
    assert asked == {"part": [0.5, 4.0], "language": "ko"}


@pytest.mark.parametrize(
    ("form", "code"),
    [
        ({"part_start": "1"}, "part_not_two_numbers"),
        ({"part_start": "a", "part_end": "b"}, "part_not_two_numbers"),
        ({"part_start": "0", "part_end": "1"}, "part_unusable"),
        ({"part_start": "0", "part_end": "nan"}, "part_unusable"),
        ({"part_start": "1e308", "part_end": "inf"}, "part_unusable"),
        ({"language": "klingonish"}, "language_unknown"),
    ],
)
@pytest.mark.parametrize("lang", locales.languages())
def test_a_part_or_language_that_is_none_is_refused_in_a_sentence(
    client, double, korean, form, code, lang
):
    answer = client.post(f"/api/doctor?lang={lang}", files={"file": korean}, data=form)
    assert hangul(refusal(answer, 422, code)["message"]) == (lang == "ko")
    assert double.asked == []


def test_a_doctor_that_fails_is_no_failure_of_the_request(client, double, korean):
    double.fails = Unavailable("workbench_crashed", reason="signal 9")
    answer = client.post("/api/doctor?lang=ko", files={"file": korean})
    assert answer.status_code == 200
    report = answer.json()
    assert (report["examined"], report["picture"], report["part"]) == (False, None, None)
    assert hangul(report["unchecked"][0]["message"])
    saved = save(client, korean)
    assert saved.status_code == 201
    assert (saved.json()["doctor"], saved.json()["reference"]) == (None, None)


# saving


def test_what_can_be_overruled_names_the_field_that_does_it(client, double, korean):
    double.report = faults("two_speakers") | heard(HEARD)
    double.agrees = False
    wrong = {"transcript": "어제 밤"}
    first = refusal(save(client, korean, **wrong), 422, "doctor_refused")
    wrong[first["insist"]] = "true"
    second = refusal(save(client, korean, **wrong), 422, "transcript_not_covering")
    assert (second["typed"], second["heard"]) == ("어제 밤", HEARD)
    wrong[second["insist"]] = "true"
    saved = save(client, korean, **wrong)
    assert saved.status_code == 201
    assert saved.json()["transcript"] == "어제 밤"
    assert [finding["severity"] for finding in saved.json()["doctor"]["findings"]] == ["fault"]


def test_a_saved_voice_tells_its_report_reference_and_speaker(client, studio, double, korean):
    double.report = heard(HEARD)
    saved = save(client, korean, speaker="김민지", transcript=HEARD).json()
    assert saved["speaker"] == saved["consent"]["speaker"] == "김민지"
    assert saved["doctor"]["transcript"]["text"] == HEARD
    assert saved["reference"]["speech_seconds"] == 4.0
    assert len(saved["reference"]["sha256"]) == 64
    assert client.get(f"/api/voices/{saved['id']}").json() == saved
    assert client.get("/api/voices").json()["voices"] == [saved]


def test_the_reference_can_be_heard_and_is_the_clip_where_nothing_was_prepared(
    client, double, korean
):
    double.reference = files.make("flac", speech.espeak(speech.KOREAN, "ko")[0][:66150], 22050)
    saved = save(client, korean).json()
    answer = client.get(f"/api/voices/{saved['id']}/reference")
    assert answer.headers["content-type"] == "audio/wav"
    assert answer.headers["cache-control"] == "private, no-store"
    assert len(answer.content) == 44 + 2 * 66150
    double.fails = Unavailable("workbench_timeout", seconds=1.0)
    other = files.make("wav", *speech.piper())
    old = save(client, other, language="en").json()
    pair = [client.get(f"/api/voices/{old['id']}/{what}").content for what in ("reference", "clip")]
    assert pair[0] == pair[1]


# corrections and old voices


def test_a_voice_is_corrected_field_by_field(client, double, korean):
    double.report = heard(HEARD)
    saved = save(client, korean).json()
    path = f"/api/voices/{saved['id']}"
    named = client.put(path, json={"name": "Minji"}).json()
    assert named == saved | {"name": "Minji"}
    double.agrees = False
    wrong = {"transcript": "어제 밤"}
    error = refusal(client.put(path, json=wrong), 422, "transcript_not_covering")
    kept = client.put(path, json=wrong | {error["insist"]: True}).json()
    assert kept["transcript"] == "어제 밤"
    assert client.get(path).json() == kept
    refusal(client.put(path, json={"speaker": "x"}), 422, "field_unknown")
    refusal(client.put(path, json={"name": ""}), 422, "name_missing")


def test_an_old_voice_is_examined_later(client, double, korean):
    double.fails = Unavailable("workbench_crashed", reason="x")
    old = save(client, korean).json()
    path = f"/api/voices/{old['id']}/doctor"
    failed = client.post(path, json={}).json()
    assert failed["voice"] == old
    assert not failed["doctor"]["examined"]
    double.fails, double.report = None, heard(HEARD)
    answer = client.post(path, json={"part_start": 0.5, "part_end": 4.5, "transcript": HEARD})
    voice = answer.json()["voice"]
    assert voice["reference"] is not None
    assert voice["transcript"] == HEARD
    assert voice["doctor"] == answer.json()["doctor"]
    assert double.asked[-1][1] == {"part": [0.5, 4.5], "language": "ko"}
    refusal(client.post(path, json={"part_start": 1}), 422, "part_not_two_numbers")


# consents


def test_both_statements_are_told_and_the_one_agreed_to_is_kept(client, double, korean):
    for lang in locales.languages():
        told = client.get(f"/api/voices?lang={lang}").json()
        own = save(client, korean, lang).json()["consent"]["statement"]
        other = save(client, korean, lang, speaker="김민지").json()["consent"]["statement"]
        assert own == told["consent_statement"]
        assert other == told["consent_statement_other"].replace("{speaker}", "김민지")
        assert own != other


def test_a_consent_is_read_by_voice_and_by_its_id_also_after_the_voice_is_gone(
    client, app, double, korean
):
    saved = save(client, korean, speaker="김민지").json()
    paths = (f"/api/voices/{saved['id']}/consent", f"/api/consents/{saved['consent']['id']}")
    for path in paths:
        assert client.get(path).json() == saved["consent"]
    assert saved["consent"]["voice_exists"]
    client.delete(f"/api/voices/{saved['id']}")
    for path in paths:
        assert client.get(path).json() == saved["consent"] | {"voice_exists": False}
    app.dependency_overrides[owner] = lambda: "other"
    for path in paths:
        refusal(client.get(path), 404, "unknown_consent")


# enrolments


def test_enrolments_say_where_they_stand_in_the_persons_language(client, double, korean):
    saved = save(client, korean).json()
    for lang in locales.languages():
        states = client.get(f"/api/voices/{saved['id']}/enrolments?lang={lang}").json()
        told = {state["engine"]: state for state in states["enrolments"]}
        assert set(told) >= {"xtts", "qwen3", "pocket", "elevenlabs"}
        assert "espeak" not in told
        for state in told.values():
            assert state["state"] in ("open", "ask", "impossible")
            assert state["state"] == "open" or len(state["reason"]) > 8
            assert state["state"] != "impossible" or not state["can_start"]
        assert hangul(told["elevenlabs"]["reason"]) == (lang == "ko")
        assert told["elevenlabs"]["paid"]


def test_asking_for_an_enrolment_that_cannot_be_answers_why(client, double, korean):
    saved = save(client, korean).json()
    answer = client.post(f"/api/voices/{saved['id']}/enrolments/espeak")
    assert answer.status_code == 202
    assert answer.json()["state"] == "impossible"
    assert "eSpeak" in answer.json()["reason"]
    refusal(client.post(f"/api/voices/{saved['id']}/enrolments/nothing"), 404, "unknown_engine")


# whose


def test_nothing_of_another_persons_voice_can_be_read_or_done(client, app, studio, double, korean):
    saved = save(client, korean).json()
    path = f"/api/voices/{saved['id']}"
    app.dependency_overrides[owner] = lambda: "other"
    for answer in (
        client.get(path),
        client.get(f"{path}/reference"),
        client.get(f"{path}/enrolments"),
        client.put(path, json={"name": "mine"}),
        client.post(f"{path}/doctor", json={}),
        client.post(f"{path}/enrolments/xtts"),
        client.delete(path),
    ):
        refusal(answer, 404, "unknown_voice")
    app.dependency_overrides.clear()
    assert client.get(path).json() == saved
    assert len(double.asked) == 1


def test_deleting_leaves_the_consent_and_nothing_else(client, studio, double, korean):
    double.reference = files.make("flac", speech.espeak(speech.KOREAN, "ko")[0][:70000], 22050)
    saved = save(client, korean).json()
    sha = saved["reference"]["sha256"]
    assert sha != saved["consent"]["clip_sha256"]
    row = EnrolmentRow(
        clip_sha256=sha, engine="e", model_revision="1", kind="clone", values={}, arrays_blob=None
    )
    studio.database.write(lambda session: session.add(row))
    assert client.delete(f"/api/voices/{saved['id']}").status_code == 204
    with studio.database.read() as session:
        left = [len(list(session.scalars(select(t)))) for t in (Voice, EnrolmentRow, Consent)]
    assert left == [0, 0, 1]
    blobs = studio.settings.data_dir / "blobs"
    assert [path for path in blobs.rglob("*") if path.is_file()] == []


def test_the_form_and_the_states_are_in_the_api_description(app):
    paths = app.openapi()["paths"]
    form = paths["/api/voices"]["post"]["requestBody"]["content"]["multipart/form-data"]["schema"]
    assert set(form["properties"]) >= {"speaker", "part_start", "insist_transcript", "insist_clip"}
    assert "/api/doctor" in paths
