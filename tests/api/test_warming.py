"""Engines in memory over HTTP: loaded on demand, called off, sent away; what their past tells."""

import time

import pytest
from starlette.testclient import TestClient

from studio.server import create_app
from studio.settings import Settings
from tests.suite_engines import find_engines, forget_engines
from tests.waiting import until

LOAD_SECONDS = 8.0


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        find_engines(patch)
        patch.setenv("TEST_LOAD_SECONDS", str(LOAD_SECONDS))
        settings = Settings(data_dir=tmp_path_factory.mktemp("data"), devices="cpu")
        with TestClient(create_app(settings), base_url="http://127.0.0.1") as client:
            client.headers["accept-language"] = "en"
            yield client
    forget_engines()


def ended(client, job):
    return until(
        lambda: (now := client.get(f"/api/jobs/{job['id']}").json())["state"] != "running" and now
    )


def engine(client, name):
    return client.get(f"/api/engines/{name}").json()


def in_memory(client):
    return {one["name"]: one for one in client.get("/api/memory").json()["engines"]}


def render(client, text, name="speaker"):
    order = {"text": text, "language": "en", "engines": [{"engine": name}], "retries": 0}
    made = client.post("/api/comparisons", json=order).json()
    return until(
        lambda: (t := client.get(f"/api/takes/{made['takes'][0]['id']}").json())["state"]
        in ("done", "failed") and t
    )  # fmt: skip


def test_an_engine_is_loaded_on_demand_seen_in_memory_and_sent_away(client):
    answer = client.post("/api/engines/speaker/warm")
    assert answer.status_code == 202
    assert answer.json()["kind"] == "warm"
    job = ended(client, answer.json())
    assert job["state"] == "done"
    assert "In memory after" in job["result"]
    assert engine(client, "speaker")["state"] == "loaded"
    held = in_memory(client)["speaker"]
    assert held["memory_mb"] > 1
    assert held["device"] == "cpu"
    memory = client.get("/api/memory").json()
    assert memory["free_mb"] > 0
    assert memory["studio_mb"] > held["memory_mb"] / 100

    assert client.delete("/api/engines/speaker/memory").status_code == 204
    assert engine(client, "speaker")["state"] == "ready"
    assert "speaker" not in in_memory(client)
    assert client.delete("/api/engines/speaker/memory").status_code == 204  # gone is gone


def test_a_loading_is_called_off_within_a_moment_and_the_engine_stays_usable(client):
    job = client.post("/api/engines/test_slow_load/warm").json()
    until(lambda: client.get(f"/api/jobs/{job['id']}").json()["phase"])
    assert engine(client, "test_slow_load")["warming"]["state"] == "running"
    time.sleep(0.3)
    began = time.monotonic()
    assert client.delete("/api/engines/test_slow_load/warm").status_code == 200
    assert ended(client, job)["state"] == "cancelled"
    assert time.monotonic() - began < 1.5
    assert "test_slow_load" not in in_memory(client)
    assert engine(client, "test_slow_load")["state"] == "ready"
    assert client.get("/api/engines/test_slow_load/history").json()["last_error"] is None


def test_the_same_loading_asked_for_twice_is_one(client):
    first = client.post("/api/engines/test_slow_load/warm").json()
    second = client.post("/api/engines/test_slow_load/warm").json()
    assert first["id"] == second["id"]
    client.delete("/api/engines/test_slow_load/warm")
    ended(client, first)


def test_why_a_loading_failed_is_said_with_when_also_after_the_job_is_forgotten(client):
    job = ended(client, client.post("/api/engines/test_broken_load/warm").json())
    assert job["state"] == "failed"
    assert "libspeech.so" in job["error"]["message"]
    error = client.get("/api/engines/test_broken_load/history").json()["last_error"]
    assert error["of"] == "load"
    assert "libspeech.so" in error["message"]
    assert error["at"] >= job["started_at"][:19]


def test_a_failed_take_is_the_last_error_and_a_done_one_a_point(client):
    assert render(client, "say 3")["state"] == "done"
    assert render(client, "raise")["state"] == "failed"
    past = client.get("/api/engines/speaker/history").json()
    assert [one["state"] for one in past["renderings"]][-2:] == ["done", "failed"]
    assert past["renderings"][-2]["rtf"] == past["rtf"]
    assert past["days"][-1]["failed"] >= 1
    assert past["last_error"]["of"] == "take"
    in_korean = client.get("/api/engines/speaker/history?lang=ko").json()["last_error"]["message"]
    assert in_korean != past["last_error"]["message"]


def test_what_cannot_be_loaded_says_why(client):
    assert client.post("/api/engines/nothing/warm").status_code == 404
    assert client.get("/api/engines/nothing/history").status_code == 404
    assert client.delete("/api/engines/espeak/warm").status_code == 404
    refused = client.post("/api/engines/test_licensed/warm")
    assert refused.json()["error"]["code"] == "licence_not_accepted"
    job = ended(client, client.post("/api/engines/bark/warm").json())
    assert job["error"]["code"] == "weights_missing"


def test_the_gist_of_a_licence_stands_on_plans_and_takes(client):
    order = {
        "text": "say 3",
        "language": "en",
        "engines": [{"engine": "xtts"}, {"engine": "piper"}],
    }
    xtts, piper = client.post("/api/plans", json=order).json()["engines"]
    assert xtts["terms"]["commercial"] == "no"
    assert xtts["terms"]["url"].startswith("https://")
    assert piper["terms"]["commercial"] == "depends"
    assert piper["terms"]["condition"]
    assert render(client, "say 3")["terms"]["name"]
