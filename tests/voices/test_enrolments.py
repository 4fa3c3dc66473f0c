"""Enrolments: compiled once by an engine that clones, kept without pickle, gone with the voice."""

import io
import zipfile

import numpy as np
import pytest
from sqlalchemy import select

from studio import locales
from studio.engines.card import Cloning
from studio.engines.contract import Enrolment
from studio.engines.registry import engine_class
from studio.problems import BadInput, NotFound, Unavailable
from studio.store.tables import EnrolmentRow
from studio.voices.enrolments import pack, unpack
from studio.voices.saving import Application
from tests.audio import files, speech
from tests.suite_engines import find_engines, forget_engines
from tests.waiting import at_once


@pytest.fixture(autouse=True)
def engines(monkeypatch):
    find_engines(monkeypatch)
    yield
    forget_engines()


@pytest.fixture
def voice(bench):
    return save(bench)


def save(bench, owner="local", transcript="오늘 아침"):
    clip = files.make("flac", *speech.espeak(speech.KOREAN, "ko"))
    given = {"name": "민지", "language": "ko", "transcript": transcript, "consent": True}
    given["insist_transcript"] = True
    return bench.voices.create(owner, clip, Application(**given)).id


@pytest.fixture
def counted(runtime, monkeypatch):
    """How often the engine was asked."""
    calls, enroll = [], runtime.enroll

    def counting(engine, clip, *sets):
        calls.append(engine)
        return enroll(engine, clip, *sets)

    monkeypatch.setattr(runtime, "enroll", counting)
    return calls


def rows(bench):
    with bench.database.read() as session:
        return list(session.scalars(select(EnrolmentRow)))


def test_an_enrolment_comes_back_from_the_store_as_the_engine_made_it(bench, voice, counted):
    key, made = bench.voices.enrolment("local", voice, "test_echo")
    again, kept = bench.voices.enrolment("local", voice, "test_echo")
    assert counted == ["test_echo"]
    assert key == again
    assert made.values["transcript"] == kept.values["transcript"] == "오늘 아침"
    assert made.values == kept.values
    assert kept.arrays["spectrum"].dtype == np.float32
    np.testing.assert_array_equal(made.arrays["spectrum"], kept.arrays["spectrum"])


def test_its_key_names_clip_engine_and_model(bench, voice):
    key, _ = bench.voices.enrolment("local", voice, "test_echo")
    sha = bench.voices.reference("local", voice).sha256
    revision = bench.runtime.model_revision("test_echo")
    assert key.startswith(f"{sha}:test_echo:{revision}~")


def test_another_transcript_compiles_anew_for_an_engine_that_reads_it(bench, voice, counted):
    first, _ = bench.voices.enrolment("local", voice, "test_echo")
    other, made = bench.voices.enrolment("local", save(bench, transcript="어제 밤"), "test_echo")
    assert made.values["transcript"] == "어제 밤"
    assert first != other
    assert len(counted) == len(rows(bench)) == 2


def test_the_transcript_does_not_count_where_the_engine_does_not_read_it(
    bench, voice, counted, monkeypatch
):
    cloning = Cloning(kind="speaker_embedding", transcript="unused")
    deaf = engine_class("test_echo").card.model_copy(update={"cloning": cloning})
    monkeypatch.setattr(engine_class("test_echo"), "card", deaf)
    first, _ = bench.voices.enrolment("local", voice, "test_echo")
    other, _ = bench.voices.enrolment("local", save(bench, transcript="어제 밤"), "test_echo")
    assert first == other
    assert len(counted) == len(rows(bench)) == 1


def test_a_forgotten_enrolment_is_compiled_anew_and_leaves_no_arrays(bench, voice, counted):
    bench.voices.enrolment("local", voice, "test_echo")
    bench.voices.forget_enrolment("local", voice, "test_echo")
    assert rows(bench) == []
    assert len(bench.files()) == 2, "the clip and the reference"
    bench.voices.forget_enrolment("local", voice, "test_echo")
    bench.voices.enrolment("local", voice, "test_echo")
    assert len(counted) == 2


def test_each_weight_set_that_compiles_has_an_enrolment_of_its_own(bench, voice, monkeypatch):
    asked = []

    def enroll(engine, clip, sets=()):
        asked.append(sets)
        return Enrolment({}, {"sets": "+".join(sets)})

    monkeypatch.setattr(bench.runtime, "enroll", enroll)
    monkeypatch.setattr(bench.runtime, "model_revision", lambda _, sets=(): "x" * 75 + str(sets))
    small, _ = bench.voices.enrolment("local", voice, "test_echo", ("small",))
    large, made = bench.voices.enrolment("local", voice, "test_echo", ("large",))
    assert asked == [("small",), ("large",)]
    assert small != large
    assert made.values == {"sets": "large"}
    assert bench.voices.enrolment("local", voice, "test_echo", ("large",)) == (large, made)
    assert all(len(row.model_revision) <= 80 for row in rows(bench))


def test_another_model_revision_compiles_anew(bench, voice, counted, monkeypatch):
    first, _ = bench.voices.enrolment("local", voice, "test_echo")
    monkeypatch.setattr(bench.runtime, "model_revision", lambda *_, **__: "2")
    second, _ = bench.voices.enrolment("local", voice, "test_echo")
    assert first != second
    assert len(counted) == len(rows(bench)) == 2


def test_two_voices_of_one_clip_share_an_enrolment(bench, voice, counted):
    assert bench.voices.enrolment("local", voice, "test_echo")
    assert bench.voices.enrolment("other", save(bench, "other"), "test_echo")
    assert counted == ["test_echo"]


def test_everyone_who_asks_at_once_waits_for_one_enrolment(bench, voice, counted):
    answers = at_once(lambda: bench.voices.enrolment("local", voice, "test_echo"), 6)
    assert len(answers) == 6
    assert counted == ["test_echo"]
    assert len(bench.files()) == 3, "the clip, the reference and one enrolment"


def test_arrays_are_kept_without_pickle_and_go_with_the_voice(bench, voice):
    bench.voices.enrolment("local", voice, "test_echo")
    (row,) = rows(bench)
    data = bench.blobs.get(row.arrays_blob)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert [archive.read(name)[:6] for name in archive.namelist()] == [b"\x93NUMPY"]
    bench.voices.delete("local", voice)
    assert rows(bench) == []
    assert bench.files() == []


def test_lost_arrays_are_compiled_anew(bench, voice, counted):
    bench.voices.enrolment("local", voice, "test_echo")
    bench.blobs.delete(rows(bench)[0].arrays_blob)
    _, found = bench.voices.enrolment("local", voice, "test_echo")
    assert found.arrays["spectrum"].shape == (64,)
    assert len(counted) == 2
    assert len(bench.files()) == 3
    assert bench.blobs.exists(rows(bench)[0].arrays_blob)


def test_a_voice_deleted_meanwhile_leaves_no_enrolment(bench, voice, monkeypatch):
    enroll = bench.runtime.enroll

    def deleting(engine, clip, *sets):
        bench.voices.delete("local", voice)
        return enroll(engine, clip, *sets)

    monkeypatch.setattr(bench.runtime, "enroll", deleting)
    with pytest.raises(NotFound, match="unknown_voice"):
        bench.voices.enrolment("local", voice, "test_echo")
    assert rows(bench) == []
    assert bench.files() == []


@pytest.mark.parametrize(
    "garbage",
    [
        Enrolment({"objects": np.array([{}, None])}, {}),
        Enrolment({}, {"nested": {"a": 1}}),
    ],
)
def test_what_cannot_be_stored_safely_is_the_engines_failure(bench, voice, garbage, monkeypatch):
    monkeypatch.setattr(bench.runtime, "enroll", lambda *_, **__: garbage)
    with pytest.raises(Unavailable, match="engine_garbage") as problem:
        bench.voices.enrolment("local", voice, "test_echo")
    assert locales.text("en", "error.engine_garbage", **problem.value.params)
    assert rows(bench) == []
    assert len(bench.files()) == 2, "the clip and the reference"


def test_an_engine_that_cannot_clone_says_so(bench, voice):
    with pytest.raises(BadInput, match="engine_cannot_clone"):
        bench.voices.enrolment("local", voice, "espeak")


def test_packed_arrays_are_unpacked_whatever_their_names():
    arrays = {"file": np.arange(3), "a/b": np.ones((2, 0), np.float16), "é": np.array(["x", "y"])}
    back = unpack(pack(arrays, "e"))
    assert set(back) == set(arrays)
    for name, array in arrays.items():
        assert back[name].dtype == array.dtype
        np.testing.assert_array_equal(back[name], array)


def test_a_pickle_in_place_of_arrays_is_not_loaded():
    out = io.BytesIO()
    np.savez(out, a=np.array([{}]), allow_pickle=True)
    with pytest.raises(ValueError, match="allow_pickle"):
        unpack(out.getvalue())
