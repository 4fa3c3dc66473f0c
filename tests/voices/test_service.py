"""Saving, listing and forgetting voices, on real speech and a real database."""

import hashlib
import io
import threading

import numpy as np
import pytest
import soundfile
from sqlalchemy import select

from studio import locales
from studio.problems import BadInput, NotFound, Unavailable
from studio.store.tables import Consent, EnrolmentRow, Voice
from studio.voices.refusal import ClipRefused
from studio.voices.saving import Application
from tests.audio import files, speech

OWNER = "local"
GIVEN = {"name": "민지", "language": "ko-KR", "transcript": speech.KOREAN, "consent": True}


def wav(samples, rate=22050):
    return files.make("wav", samples, rate)


@pytest.fixture(scope="module")
def korean():
    return wav(*speech.espeak(speech.KOREAN, "ko"))


def rows(bench, table):
    with bench.database.read() as session:
        return list(session.scalars(select(table)))


def test_a_check_up_says_what_is_in_the_clip_and_keeps_nothing(bench, korean):
    found = bench.voices.check(korean)
    assert found.verdict in ("usable", "warning")
    assert found.speech_seconds > 3.0
    assert found.seconds == pytest.approx(
        len(speech.espeak(speech.KOREAN, "ko")[0]) / 22050, abs=0.01
    )
    assert (found.container, found.sample_rate, found.channels) == ("wav", 22050, 1)
    lowest, highest = np.array(found.peaks).T
    assert lowest.min() < -20
    assert highest.max() > 20
    assert np.all(lowest <= highest)
    assert bench.files() == []
    assert rows(bench, Voice) == []


def test_a_saved_voice_is_the_decoded_clip_and_never_the_uploaded_bytes(bench):
    samples, rate = speech.espeak(speech.KOREAN, "ko")
    upload = files.make("wav", samples, rate, channels=2)
    saved = bench.voices.create(OWNER, upload, Application(**GIVEN))
    blob = bench.file(bench.row(saved.id).clip_blob)
    kept, kept_rate = soundfile.read(blob, dtype="float32")
    assert blob.read_bytes()[:4] == b"fLaC"
    assert kept_rate == rate
    np.testing.assert_allclose(kept, samples, atol=1e-4)
    assert all(upload not in file.read_bytes() for file in bench.files())
    heard, heard_rate = soundfile.read(io.BytesIO(bench.voices.clip_audio(OWNER, saved.id)))
    assert heard_rate == rate
    np.testing.assert_allclose(heard, samples, atol=1e-4)
    assert blob.parent.name == OWNER
    assert "민지" not in str(blob)


def test_a_saved_voice_comes_back_as_it_was_answered(bench, korean):
    saved = bench.voices.create(OWNER, korean, Application(**GIVEN, locale="ko"))
    assert (saved.name, saved.language) == ("민지", "ko")
    assert bench.voices.get(OWNER, saved.id) == saved
    assert bench.voices.list(OWNER) == [saved]


def test_consent_is_recorded_in_the_words_that_were_shown(bench, korean):
    saved = bench.voices.create(OWNER, korean, Application(**GIVEN, locale="ko"))
    (consent,) = rows(bench, Consent)
    clip = bench.file(rows(bench, Voice)[0].clip_blob).read_bytes()
    assert consent.statement == locales.text("ko", "voices.consent_statement")
    assert (consent.voice_id, consent.owner, consent.locale) == (saved.id, OWNER, "ko")
    samples, rate = bench.runtime.call("studio.voices.examination:samples", clip)
    digest = hashlib.sha256(f"{rate} Hz ".encode() + samples.astype("<f4").tobytes())
    assert consent.clip_sha256 == digest.hexdigest()
    assert consent.given_at == saved.created_at


def test_a_clip_that_the_store_has_lost_is_named_as_such(bench, korean):
    saved = bench.voices.create(OWNER, korean, Application(**GIVEN))
    for file in bench.files():
        file.unlink()
    for use in (bench.voices.clip_audio, bench.voices.reference):
        with pytest.raises(Unavailable, match="clip_missing"):
            use(OWNER, saved.id)
    bench.voices.delete(OWNER, saved.id)
    assert bench.voices.list(OWNER) == []


def test_without_consent_nothing_is_even_decoded(bench):
    with pytest.raises(BadInput, match="consent_needed"):
        bench.voices.create(OWNER, b"no audio at all", Application(**GIVEN | {"consent": False}))
    assert rows(bench, Consent) == []


@pytest.mark.parametrize("language", locales.languages())
def test_a_refused_clip_leaves_nothing_and_says_what_to_do(bench, language):
    short = wav(speech.espeak(speech.KOREAN, "ko")[0][: int(1.8 * 22050)])
    with pytest.raises(ClipRefused) as refusal:
        bench.voices.create(OWNER, short, Application(**GIVEN))
    sentence = locales.text(language, f"error.{refusal.value.code}", **refusal.value.params)
    assert {"ko": "말소리가 1.", "en": "only 1."}[language] in sentence
    assert "Note(" not in sentence
    assert bench.files() == []
    assert rows(bench, Voice) == rows(bench, Consent) == []


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"name": " \u202e "}, "name_missing"),
        ({"name": "x" * 81}, "name_too_long"),
        ({"language": "klingonish"}, "language_unknown"),
        ({"language": ""}, "language_missing"),
        ({"transcript": "가" * 5001}, "transcript_too_long"),
    ],
)
def test_a_field_that_will_not_do_is_refused_before_anything_is_kept(bench, korean, wrong, code):
    with pytest.raises(BadInput, match=code):
        bench.voices.create(OWNER, korean, Application(**GIVEN | wrong))
    assert bench.files() == []


def test_a_row_that_cannot_be_written_takes_its_blob_along(bench, korean, monkeypatch):
    def full(operation):
        raise OSError("disk full")

    monkeypatch.setattr(bench.database, "write", full)
    with pytest.raises(OSError, match="disk full"):
        bench.voices.create(OWNER, korean, Application(**GIVEN))
    assert bench.files() == []


def test_deleting_removes_the_clip_and_keeps_the_consent(bench, korean):
    saved = bench.voices.create(OWNER, korean, Application(**GIVEN))
    bench.voices.delete(OWNER, saved.id)
    assert bench.files() == []
    assert bench.voices.list(OWNER) == []
    assert [consent.voice_id for consent in rows(bench, Consent)] == [saved.id]
    with pytest.raises(NotFound, match="unknown_voice"):
        bench.voices.delete(OWNER, saved.id)


def test_a_voice_belongs_to_its_owner(bench, korean):
    saved = bench.voices.create(OWNER, korean, Application(**GIVEN))
    voices = bench.voices
    assert voices.list("other") == []
    for forbidden in (voices.get, voices.delete, voices.clip_audio, voices.reference):
        with pytest.raises(NotFound, match="unknown_voice"):
            forbidden("other", saved.id)
    for forbidden in (voices.closest_presets, voices.known_closest_presets, voices.enrolment):
        with pytest.raises(NotFound, match="unknown_voice"):
            forbidden("other", saved.id, "kokoro")
    assert voices.get(OWNER, saved.id) == saved


def test_a_reference_gives_the_samples_that_were_hashed(bench, korean):
    saved = bench.voices.create(OWNER, korean, Application(**GIVEN))
    reference = bench.voices.reference(OWNER, saved.id)
    assert reference.samples.dtype == np.float32
    assert reference.samples.ndim == 1
    assert reference.rate == 22050
    assert (reference.transcript, reference.language) == (speech.KOREAN, "ko")
    digest = hashlib.sha256(b"22050 Hz " + reference.samples.astype("<f4").tobytes())
    assert reference.sha256 == digest.hexdigest() == bench.row(saved.id).reference_sha256


def enrolled(sha):
    return EnrolmentRow(
        clip_sha256=sha, engine="e", model_revision="1", kind="clone", values={}, arrays_blob=None
    )


def test_what_was_compiled_from_a_clip_goes_with_its_last_voice(bench, korean):
    first = bench.voices.create(OWNER, korean, Application(**GIVEN))
    second = bench.voices.create("other", korean, Application(**GIVEN))
    sha = rows(bench, Voice)[0].clip_sha256
    bench.database.write(lambda session: session.add(enrolled(sha)))
    bench.voices.delete(OWNER, first.id)
    assert len(rows(bench, EnrolmentRow)) == 1
    bench.voices.delete("other", second.id)
    assert rows(bench, EnrolmentRow) == []


def test_ten_people_deleting_one_voice_at_once_delete_it_once(bench, korean):
    saved = bench.voices.create(OWNER, korean, Application(**GIVEN))
    start, outcomes = threading.Barrier(10), []

    def delete():
        start.wait()
        try:
            bench.voices.delete(OWNER, saved.id)
        except NotFound:
            outcomes.append("gone")
        else:
            outcomes.append("deleted")

    threads = [threading.Thread(target=delete) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.count("deleted") == 1
    assert len(outcomes) == 10
    assert bench.files() == []


def test_a_file_that_brings_the_decoder_down_is_called_unreadable(bench, korean, monkeypatch):
    monkeypatch.setattr("studio.voices.clips._EXAMINE", "os:abort")
    monkeypatch.setattr(bench.runtime, "call", _without_arguments(bench.runtime.call))
    with pytest.raises(BadInput, match="unreadable"):
        bench.voices.check(korean)
    monkeypatch.undo()
    assert bench.voices.check(korean).verdict != "refused"


def test_a_file_that_takes_too_long_is_the_files_fault(bench, korean, monkeypatch):
    bench.voices.check(korean)
    monkeypatch.setattr("studio.voices.clips._EXAMINE_SECONDS", 0.001)
    with pytest.raises(BadInput, match="workbench_timeout"):
        bench.voices.check(korean)


def _without_arguments(call):
    return lambda function, *_, **options: call(function, **options)
