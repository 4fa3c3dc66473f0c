"""Notes on takes over HTTP, their pitch, and a comparison as one archive."""

import hashlib
import io
import json
import zipfile

import numpy as np
import pytest
import soundfile

from studio.quality.pitch import pitch
from tests.api.test_comparisons import done, order


@pytest.fixture
def made(client):
    posted = client.post("/api/comparisons", json=order("say hello", "speaker", "second")).json()
    return done(client, posted)


def mark(client, take, **change):
    return client.patch(f"/api/takes/{take}/marks", json=change)


def marks(client, comparison):
    found = client.get(f"/api/comparisons/{comparison['id']}").json()
    return [take["marks"] for take in found["takes"]]


NOTHING = {"name": "", "note": "", "starred": False, "pinned": False}


def test_marks_are_kept_one_by_one_and_leave_the_take_as_it_is(client, made):
    first, second = made["takes"]
    assert first["marks"] == second["marks"] == NOTHING
    assert mark(client, first["id"], starred=True).json()["marks"]["starred"]
    mark(client, first["id"], name="  The  warm one ", note="Breath\r\nat 2 s ")
    answer = mark(client, first["id"], pinned=True).json()
    kept = {"name": "The warm one", "note": "Breath\nat 2 s", "starred": True, "pinned": True}
    assert answer["marks"] == kept
    assert marks(client, made) == [kept, NOTHING]
    assert {**answer, "marks": None} == {**first, "marks": None}
    assert mark(client, first["id"], name="", starred=False).json()["marks"] == {
        **kept,
        "name": "",
        "starred": False,
    }


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"name": "n" * 201}, 413, "mark_name_too_long"),
        ({"note": "n" * 4001}, 413, "mark_note_too_long"),
        ({"name": "a\x00b"}, 422, "mark_character"),
        ({"colour": "red"}, 422, None),
        ({"starred": "often"}, 422, None),
    ],
)
def test_marks_that_cannot_be_kept_are_refused(client, made, change, status, code):
    answer = mark(client, made["takes"][0]["id"], **change)
    assert answer.status_code == status
    assert code in (None, answer.json()["error"]["code"])
    assert marks(client, made) == [NOTHING, NOTHING]


def test_a_name_and_a_pin_go_with_the_place_and_a_star_with_the_sound(client, made):
    first = made["takes"][0]["id"]
    mark(client, first, name="Mine", pinned=True, starred=True, note="of the first")
    client.post(f"/api/takes/{first}/attempts")
    found = done(client, made)
    (other,) = found["takes"][0]["attempts"]
    assert other["marks"] == {**NOTHING, "name": "Mine", "pinned": True}
    mark(client, other["id"], name="Ours", pinned=False)
    place = client.get(f"/api/takes/{first}").json()
    assert (place["marks"]["name"], place["marks"]["pinned"]) == ("Ours", False)
    assert (place["marks"]["starred"], place["marks"]["note"]) == (True, "of the first")


def test_nobody_marks_what_is_not_there(client):
    answer = mark(client, "0" * 8, starred=True)
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "unknown_take")


def test_marks_go_with_their_comparison(client, made, bench):
    from studio.store.library_tables import TakeMark

    take = made["takes"][0]["id"]
    mark(client, take, note="soon gone")
    assert client.delete(f"/api/comparisons/{made['id']}").status_code == 204
    with bench.database.read() as session:
        assert session.get(TakeMark, take) is None


def test_pitch_is_told_from_moment_to_moment(client, made, bench):
    take = made["takes"][0]
    answer = client.get(f"/api/takes/{take['id']}/pitch")
    assert "immutable" in answer.headers["cache-control"]
    found = answer.json()
    assert len(found["hertz"]) * found["hop_seconds"] == pytest.approx(take["seconds"], abs=0.02)
    samples, rate = bench.takes.samples("local", take["id"])
    voiced = [value for value in found["hertz"] if value is not None]
    assert found["voiced_seconds"] == pytest.approx(len(voiced) * found["hop_seconds"])
    assert found["median_hz"] == pytest.approx(np.median(voiced), abs=0.1)
    assert found["median_hz"] == pitch(samples, rate).median_hz


def archive(client, comparison, **query):
    answer = client.get(f"/api/comparisons/{comparison['id']}/takes.zip", params=query)
    assert answer.headers["content-type"] == "application/zip"
    return answer, zipfile.ZipFile(io.BytesIO(answer.content))


@pytest.mark.parametrize("kind", ["wav", "flac", "mp3"])
def test_the_archive_has_every_take_and_says_what_it_is(client, made, kind):
    mark(client, made["takes"][1]["id"], name="차분한/목소리")
    answer, packed = archive(client, made, format=kind)
    assert "say-hello.zip" in answer.headers["content-disposition"]
    assert packed.testzip() is None
    manifest = json.loads(packed.read("manifest.json"))
    files = [take["file"] for take in manifest["takes"]]
    assert files == [f"01-speaker-ann.{kind}", f"02-차분한-목소리.{kind}"]
    assert sorted(packed.namelist()) == sorted([*files, "manifest.json", "figures.csv"])
    order = manifest["comparison"]
    assert (order["text"], order["language"], order["voice"]) == ("say hello", "en", None)
    assert manifest["synthetic"] is True
    for take, entry in zip(made["takes"], manifest["takes"], strict=True):
        data = packed.read(entry["file"])
        assert entry["sha256"] == hashlib.sha256(data).hexdigest()
        assert entry["bytes"] == len(data)
        samples, rate = soundfile.read(io.BytesIO(data))
        assert samples.size / rate == pytest.approx(take["seconds"], abs=0.1)
        for name in ("id", "engine", "seed", "licence", "aspects", "state", "preset"):
            assert entry[name] == take[name], name
        assert entry["provenance"]["take"] == take["id"]
        assert entry["provenance"]["synthetic"] is True
        assert entry["no_file_because"] is None
    assert manifest["takes"][1]["marks"]["name"] == "차분한/목소리"
    assert packed.read("figures.csv").decode("utf-8-sig").startswith("comparison,")


def test_a_take_without_sound_stands_in_the_manifest_with_its_reason(client):
    posted = client.post("/api/comparisons", json=order("nothing comes")).json()
    found = done(client, posted)
    _, packed = archive(client, found)
    (entry,) = json.loads(packed.read("manifest.json"))["takes"]
    assert (entry["state"], entry["file"], entry["sha256"]) == ("failed", None, None)
    assert entry["no_file_because"] == found["takes"][0]["error"]["message"]


def test_another_ones_archive_is_not_handed_out(client):
    answer = client.get("/api/comparisons/nobodys/takes.zip")
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "unknown_comparison")
