"""Engines that misbehave, beside one that does not, through the whole studio over HTTP."""

import time

import pytest

from tests.studio_process import StudioProcess, running
from tests.waiting import until

TEXT = "One sentence for everybody."


@pytest.fixture(scope="module")
def studio(tmp_path_factory):
    folder = tmp_path_factory.mktemp("system") / "data"
    with running(StudioProcess(folder, STUDIO_ENGINE_SILENCE_SECONDS="4")) as started:
        yield started


def test_each_bad_engine_spoils_only_its_own_take(studio):
    bad = {
        "test_crash": "engine_crashed",
        "test_crash_load": "engine_crashed",
        "test_hang": "engine_hung",
        "test_garbage": "engine_garbage",
    }
    engines = [{"engine": name} for name in (*bad, "test_noisy", "test_echo", "espeak")]
    comparison = studio.order(TEXT, engines)
    takes = studio.finished(comparison["id"])
    errors = {name: (takes[name]["error"] or {}).get("code") for name in bad}
    assert errors == bad
    for name in bad:
        assert takes[name]["state"] == "failed"
        assert len(takes[name]["error"]["message"]) > 20, "a sentence, not a code"
    for name in ("test_noisy", "test_echo", "espeak"):
        assert takes[name]["state"] == "done", takes[name]["error"]
        audio = studio.client.get(f"/api/takes/{takes[name]['id']}/audio?format=flac")
        assert audio.content[:4] == b"fLaC"


@pytest.mark.parametrize("language", ["en", "ko"])
def test_broken_plugins_are_listed_as_such_beside_the_others(studio, language):
    answer = studio.client.get("/api/engines", headers={"Accept-Language": language})
    engines = {engine["name"]: engine for engine in answer.json()["engines"]}
    for broken in ("test_broken_import", "test_broken_presets"):
        assert engines[broken]["state"] == "failed"
        assert "Error" in engines[broken]["state_detail"]
    assert engines["test_no_library"]["state"] == "libraries_missing"
    assert engines["espeak"]["state"] in ("ready", "loaded")
    for page in ("", "engines", "leaderboard"):
        assert studio.client.get(f"/{language}/{page}").status_code == 200


def test_what_an_engine_prints_reaches_no_answer_and_no_full_disk(studio):
    takes = studio.finished(studio.order(TEXT + " Again.", [{"engine": "test_noisy"}])["id"])
    assert takes["test_noisy"]["state"] == "done"
    assert studio.log.stat().st_size < 1_000_000


@pytest.mark.parametrize("engine", ["test_slow", "test_hang"])
def test_cancelling_stops_the_work_within_two_seconds(studio, engine):
    comparison = studio.order(f"A text to be cancelled on {engine}.", [{"engine": engine}])
    take = comparison["takes"][0]["id"]
    until(lambda: studio.client.get(f"/api/takes/{take}").json()["state"] == "running", 20)
    time.sleep(0.5)
    assert engine in studio.children()
    began = time.monotonic()
    assert studio.client.delete(f"/api/takes/{take}").status_code in (200, 202)
    assert studio.client.get(f"/api/takes/{take}").json()["state"] == "cancelled"
    follow_up = studio.order(f"The next one on {engine}.", [{"engine": "test_echo"}])
    assert studio.finished(follow_up["id"])["test_echo"]["state"] == "done"
    while engine == "test_hang" and engine in studio.children():
        assert time.monotonic() - began < 2.0, "the hanging process still runs"
        time.sleep(0.05)


def test_a_failed_take_can_be_tried_again(studio):
    comparison = studio.order("Crash once more.", [{"engine": "test_crash"}])
    take = studio.finished(comparison["id"])["test_crash"]
    answer = studio.client.post(f"/api/takes/{take['id']}/retry")
    assert answer.status_code in (200, 202), answer.text
    assert studio.finished(comparison["id"])["test_crash"]["state"] == "failed"


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/api/comparisons", {"text": "", "language": "en", "engines": [{"engine": "espeak"}]}),
        ("/api/comparisons", {"text": "x" * 100_000, "language": "en", "engines": []}),
        ("/api/comparisons", {"text": "x", "language": "en", "engines": [{"engine": "../x"}]}),
        ("/api/comparisons", {"text": "x", "language": "zz", "engines": [{"engine": "espeak"}]}),
        ("/api/comparisons", {"text": 5, "language": None, "engines": "espeak"}),
        ("/api/comparisons", ["not", "an", "object"]),
        ("/api/trials", {"protocol": "mushroom"}),
        ("/api/trials", {"protocol": "ab", "comparison": "no-such-id"}),
        ("/api/trials/not-a-token/vote", {"choice": "a"}),
        ("/api/trials/not-a-token/vote", {"choice": "c"}),
    ],
)
@pytest.mark.parametrize("language", ["en", "ko"])
def test_bad_input_gets_a_sentence_in_the_readers_language(studio, path, body, language):
    answer = studio.client.post(path, json=body, headers={"Accept-Language": language})
    assert 400 <= answer.status_code < 500
    message = answer.json()["error"]["message"]
    assert any("가" <= letter <= "힣" for letter in message) == (language == "ko"), message
    assert "Traceback" not in answer.text
    assert len(message) > 10


def test_the_documentation_page_needs_no_internet(studio):
    page = studio.client.get("/docs").text
    assert "//" not in page.replace("http://127.0.0.1", "").replace("// ", "")
    assert studio.client.get("/openapi.json").json()["info"]["title"] == "Voice Studio"
