"""Exported takes say what they are; those of cloned voices carry a watermark; blind clips neither."""

import io
import json
import uuid

import mutagen
import numpy as np
import pytest

from studio.audio.decode import decode
from studio.audio.encode import read_flac
from studio.listening.trials import TrialService
from studio.problems import Conflict, NotAllowed, NotFound, Unavailable
from studio.quality.watermark import detect
from studio.store.tables import Take
from studio.takes.exports import Exports
from studio.takes.provenance import FIELD, SOURCE_TYPE
from studio.takes.source import StoredTakes
from tests.takes.bench import OWNER, a_bench
from tests.waiting import until

TEXT = "The harbour was quiet that morning, and only a few boats moved."
FORMATS = ("wav", "flac", "mp3")


@pytest.fixture(scope="module")
def bench(tmp_path_factory):
    from tests.suite_engines import find_engines, forget_engines

    with pytest.MonkeyPatch.context() as patch:
        find_engines(patch)
        with a_bench(tmp_path_factory.mktemp("exports")) as running:
            yield running
    forget_engines()


@pytest.fixture(scope="module")
def takes(bench):
    """A cloned take, one by the engine's own voice, one by another engine's."""
    cloned = bench.wait(bench.order(TEXT, "test_speech", "speaker", voice="anna"), 60)
    preset = bench.wait(bench.order(TEXT, {"engine": "test_speech", "voice": "low"}), 60)
    assert [take.state for take in (*cloned.takes, *preset.takes)] == ["done"] * 3
    return {"clone": cloned.takes[0], "closest": cloned.takes[1], "preset": preset.takes[0]}


def document(data):
    """The document of a file as an independent program reads it."""
    tags = mutagen.File(io.BytesIO(data)).tags
    text = tags[f"TXXX:{FIELD}"].text[0] if f"TXXX:{FIELD}" in tags else tags[FIELD][0]
    return json.loads(text)


def row(bench, take):
    with bench.database.read() as session:
        return session.get(Take, take.id)


def heard(data):
    clip = decode(data)
    return detect(clip.samples, clip.sample_rate)


@pytest.mark.parametrize("kind", FORMATS)
def test_a_cloned_take_is_marked_and_says_so_in_every_format(bench, takes, kind):
    made = bench.exports.export(OWNER, takes["clone"].id, kind)
    found = heard(made.data)
    assert found.found
    assert made.watermark == found.method
    about = document(made.data)
    assert about["synthetic"] is True
    assert about["digitalSourceType"] == SOURCE_TYPE
    assert about["engine"] == "test_speech"
    assert about["licence"] == "Apache-2.0"
    assert about["voice"] == {"kind": "clone", "id": "anna", "preset": None}
    assert about["consent"] == "consent-of-anna"
    assert about["take"] == takes["clone"].id
    assert about["watermark"] == made.watermark
    assert about["model_revision"] == row(bench, takes["clone"]).model_revision


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("which", ["preset", "closest"])
def test_a_take_of_an_engines_own_voice_says_what_it_is_and_is_not_marked(
    bench, takes, kind, which
):
    made = bench.exports.export(OWNER, takes[which].id, kind)
    assert made.watermark is None
    assert not heard(made.data).found
    about = document(made.data)
    assert about["synthetic"] is True
    assert about["watermark"] is None
    assert about["voice"]["kind"] == which
    assert about["voice"]["preset"]
    assert (about["voice"]["id"], about["consent"]) == (
        ("anna", "consent-of-anna") if which == "closest" else (None, None)
    )


@pytest.mark.parametrize("kind", FORMATS)
def test_no_word_of_the_take_and_no_name_leaves_with_it(bench, takes, kind):
    for take in takes.values():
        data = bench.exports.export(OWNER, take.id, kind).data
        for word in (b"harbour", b"Anna", OWNER.encode()):
            assert word not in data


def test_a_marked_take_has_the_length_and_place_of_the_one_that_is_heard(bench, takes):
    heard_on_page = bench.exports.listen(OWNER, takes["clone"].id, "flac")
    exported = bench.exports.export(OWNER, takes["clone"].id, "flac").data
    plain, marked = read_flac(heard_on_page)[0], read_flac(exported)[0]
    assert plain.size == marked.size
    change = marked - plain
    assert 10 * np.log10(np.sum(plain**2) / np.sum(change**2)) > 14
    lags = np.correlate(marked[:20_000], plain[100:19_900], "valid")
    assert int(np.argmax(lags)) == 100


def test_the_page_hears_the_kept_samples_without_a_mark(bench, takes):
    data = bench.exports.listen(OWNER, takes["clone"].id, "flac")
    np.testing.assert_array_equal(
        read_flac(data)[0], bench.takes.samples(OWNER, takes["clone"].id)[0]
    )
    assert not heard(data).found
    assert document(data)["watermark"] is None


def test_the_mark_is_made_once_and_shared_by_takes_of_the_same_sound(bench, takes, monkeypatch):
    first = bench.exports.export(OWNER, takes["clone"].id, "wav").data
    kept = row(bench, takes["clone"]).marked_blob
    assert bench.blobs.exists(kept)
    again = bench.wait(bench.order(TEXT, "test_speech", voice="anna")).takes[0]
    assert again.reused
    bench.exports.export(OWNER, takes["clone"].id, "mp3")
    calls = []
    call = bench.runtime.call
    monkeypatch.setattr(bench.runtime, "call", lambda *a, **k: calls.append(a) or call(*a, **k))
    assert bench.exports.export(OWNER, takes["clone"].id, "wav").data == first
    assert calls == []
    assert bench.exports.export(OWNER, again.id, "wav").watermark
    assert row(bench, again).marked_blob == kept


def test_a_cloned_take_is_never_handed_out_without_its_mark(bench, takes, monkeypatch):
    with pytest.raises(NotAllowed, match="watermark_required"):
        bench.exports.export(OWNER, takes["clone"].id, "wav", marked=False)

    def broken(*_arguments, **_named):
        raise Unavailable("workbench_failed", reason="ImportError")

    other = bench.wait(bench.order(f"{TEXT} Again.", "test_speech", voice="anna")).takes[0]
    with monkeypatch.context() as patch:
        patch.setattr(bench.runtime, "call", broken)
        with pytest.raises(Unavailable, match="watermark_unavailable"):
            bench.exports.export(OWNER, other.id, "wav")
        assert bench.exports.export(OWNER, takes["preset"].id, "wav").data
    assert heard(bench.exports.export(OWNER, other.id, "wav").data).found


def test_a_setting_turns_the_mark_off_and_a_request_turns_it_on(bench, takes):
    settings = bench.settings.model_copy(update={"watermark": False})
    exports = Exports(settings, bench.database, bench.blobs, bench.runtime, bench.voices)
    made = exports.export(OWNER, takes["clone"].id, "wav")
    assert made.watermark is None
    assert not heard(made.data).found
    assert exports.export(OWNER, takes["clone"].id, "wav", marked=False).data == made.data
    assert heard(exports.export(OWNER, takes["preset"].id, "wav", marked=True).data).found


def test_a_sound_that_cannot_hold_the_mark_is_handed_out_and_says_that_it_has_none(bench):
    take = bench.wait(bench.order("say it", "test_paid", voice="anna")).takes[0]
    made = bench.exports.export(OWNER, take.id, "wav")
    assert made.watermark is None
    assert document(made.data)["watermark"] is None
    assert document(made.data)["synthetic"] is True


def test_only_done_takes_of_ones_own_are_exported(bench, takes):
    with pytest.raises(NotFound):
        bench.exports.export("somebody", takes["clone"].id, "wav")
    with pytest.raises(NotFound):
        bench.exports.export(OWNER, str(uuid.uuid4()), "wav")
    running = bench.order("slowly 40 on", "speaker").takes[0]
    with pytest.raises(Conflict, match="take_not_done"):
        bench.exports.export(OWNER, running.id, "wav")
    bench.takes.cancel(OWNER, running.id)


def test_blind_clips_carry_neither_text_nor_mark_even_of_exported_takes(bench, takes):
    ordered = bench.wait(bench.order(TEXT, "test_speech", "second", voice="anna"), 60)
    until(lambda: all(take.state == "done" for take in ordered.takes), 30)
    exported = bench.exports.export(OWNER, ordered.takes[0].id, "wav")
    assert heard(exported.data).found
    source = StoredTakes(bench.database, bench.blobs)
    trials = TrialService(bench.settings, bench.database, source)
    trial = trials.issue("rater", "ab", ordered.id)
    for url in (trial.a_url, trial.b_url):
        clip = trials.stimulus(url.rsplit("/", 1)[1], None).data
        assert clip[36:40] == b"data"
        assert len(clip) == 44 + int.from_bytes(clip[40:44], "little"), "nothing behind the sound"
        for word in (b"ynthetic", FIELD.encode(), b"consent", b"test_speech", b"perth"):
            assert word not in clip
        assert not heard(clip).found
    trials.close()
