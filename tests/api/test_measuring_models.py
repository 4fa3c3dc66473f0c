"""The models that measure, over HTTP: listed apart from engines, their weights got and removed."""

import pytest
from starlette.testclient import TestClient

from studio.server import create_app
from studio.settings import Settings
from tests.waiting import until

BASE = "/api/models/whisper/weights/base"


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    settings = Settings(data_dir=tmp_path_factory.mktemp("data"), devices="cpu")
    app = create_app(settings)
    with TestClient(app, base_url="http://127.0.0.1", client=("127.0.0.1", 1)) as client:
        client.headers["accept-language"] = "en"
        client.settings = settings
        yield client


def whisper(client):
    return client.get("/api/models/whisper").json()


def base(client):
    return next(one for one in whisper(client)["weights"] if one["name"] == "base")


def ended(client, job):
    until(lambda: client.get(f"/api/jobs/{job['id']}").json()["state"] != "running", seconds=60)
    return client.get(f"/api/jobs/{job['id']}").json()


def test_models_are_listed_apart_from_engines(client):
    listed = client.get("/api/models").json()
    assert [one["name"] for one in listed["models"]] == ["whisper"]
    assert [one["name"] for one in listed["models"][0]["weights"]] == [
        "large-v3-turbo", "small", "base",
    ]  # fmt: skip
    assert listed["folders"] is True
    engines = client.get("/api/engines").json()["engines"]
    assert "whisper" not in [one["name"] for one in engines]
    assert client.get("/api/engines/whisper").status_code == 404
    assert client.get("/api/models/kokoro").status_code == 404


def test_a_set_is_got_checked_and_removed(client):
    job = ended(client, client.post(BASE).json())
    assert (job["state"], job["error"]) == ("done", None)
    kept = client.settings.data_dir / "models" / "whisper" / "base"
    assert (kept / "model.bin").stat().st_size == base(client)["own_bytes"] - sum(
        (kept / name).stat().st_size for name in ("config.json", "tokenizer.json", "vocabulary.txt")
    )
    assert (whisper(client)["ready"], whisper(client)["in_use"]) == (True, "base")

    job = ended(client, client.post(f"{BASE}/verify").json())
    assert "4 of 4" in job["result"]

    assert client.delete(BASE).json()["freed"] > 145_000_000
    assert not kept.exists()


def test_a_folder_serves_in_place_and_is_forgotten(client, tmp_path):
    for name in ("config.json", "model.bin", "tokenizer.json", "vocabulary.txt"):
        (tmp_path / name).write_text("fine-tuned", encoding="utf-8")
    path = {"path": str(tmp_path)}
    assert client.put(f"{BASE}/folder", json=path).status_code == 204
    assert (base(client)["folder"], base(client)["differs"]) == (str(tmp_path), True)
    assert client.delete(f"{BASE}/folder").status_code == 204
    assert base(client)["folder"] is None


def test_an_unknown_set_is_refused_with_those_there_are(client):
    answer = client.post("/api/models/whisper/weights/huge")
    assert answer.status_code == 404
    assert "large-v3-turbo, small, base" in answer.json()["error"]["message"]


@pytest.mark.parametrize(("language", "words"), [("en", "speech recogniser"), ("ko", "음성 인식")])
def test_a_recogniser_that_is_not_there_says_how_to_get_it(client, monkeypatch, language, words):
    monkeypatch.setattr("studio.runtime.sets.part_paths", lambda _source: None)
    client.delete(BASE)
    found = client.get(f"/api/models/whisper?lang={language}").json()
    assert (found["ready"], found["in_use"]) == (False, None)
    assert words in found["missing"]
    assert "weights get whisper --set small" in found["missing"]
    assert "486 MB" in found["missing"]
