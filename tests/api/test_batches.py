"""Batches over HTTP: ordered as JSON or as a file, steered, fetched."""

import csv
import io
import json
import zipfile

import pytest

from tests.waiting import until

ENGINES = [{"engine": "speaker"}]


def order(client, **fields):
    answer = client.post("/api/batches", json={"language": "en", "engines": ENGINES, **fields})
    assert answer.status_code == 202, answer.text
    return answer.json()


def done(client, batch):
    def reached():
        found = client.get(f"/api/batches/{batch['id']}").json()
        return found if found["state"] == "done" else None

    return until(reached, 60)


def test_a_batch_from_the_order_to_the_archive(client):
    batch = order(client, texts=["say one", "nothing comes", "say three"], name="Three")
    assert (batch["total"], batch["name"], batch["engines"]) == (3, "Three", ["speaker"])
    found = done(client, batch)
    assert (found["done"], found["failed"], found["queued"]) == (2, 1, 0)
    assert batch["id"] in [b["id"] for b in client.get("/api/batches").json()["batches"]]
    answer = client.get(f"/api/batches/{batch['id']}/results.csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [row["state"] for row in rows] == ["done", "failed", "done"]
    answer = client.get(f"/api/batches/{batch['id']}/audio.zip?format=mp3")
    archive = zipfile.ZipFile(io.BytesIO(answer.content))
    assert archive.namelist() == ["00001-1-speaker.mp3", "00003-1-speaker.mp3", "results.csv"]


def test_a_table_comes_as_a_file(client):
    form = {"order": json.dumps({"language": "en", "engines": ENGINES})}
    files = {"file": ("texts.csv", "\ufefftext\r\nsay “one”, two\r\n".encode(), "text/csv")}
    answer = client.post("/api/batches", data=form, files=files)
    assert answer.status_code == 202, answer.text
    assert done(client, answer.json())["done"] == 1
    broken = {"file": ("texts.csv", b"text\n\xff\xfe", "text/csv")}
    answer = client.post("/api/batches", data=form, files=broken)
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "batch_table_broken")


def test_a_batch_is_paused_resumed_and_cancelled(client):
    batch = order(client, texts=[f"slowly 1 of {n}" for n in range(30)])
    for step, state in (("pause", "paused"), ("resume", "running"), ("cancel", "cancelled")):
        answer = client.post(f"/api/batches/{batch['id']}/{step}")
        assert (answer.status_code, answer.json()["state"]) == (200, state)
    assert client.post(f"/api/batches/{batch['id']}/resume").status_code == 409


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"language": "en", "engines": ENGINES, "texts": ["fine", "  "]}, 422),
        ({"language": "en", "engines": ENGINES, "texts": "one"}, 422),
        ({"language": "en", "engines": ENGINES, "texts": ["a"], "colour": "red"}, 422),
        ([], 422),
        ("{", 422),
    ],
)
@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_wrong_batch_is_refused_in_words(client, body, status, language):
    content = body if isinstance(body, str) else json.dumps(body)
    answer = client.post(f"/api/batches?lang={language}", content=content)
    assert answer.status_code == status
    assert answer.json()["error"]["message"]
    assert "{" not in answer.json()["error"]["message"]
    if isinstance(body, dict) and body["texts"] == ["fine", "  "]:
        assert "2" in answer.json()["error"]["message"]


def test_a_batch_that_is_not_there(client):
    for method, path in (
        ("GET", ""),
        ("POST", "/pause"),
        ("POST", "/resume"),
        ("POST", "/cancel"),
        ("GET", "/results.csv"),
        ("GET", "/audio.zip"),
    ):
        for identity in ("00000000-0000-4000-8000-000000000000", "..", "%00", "1;drop"):
            answer = client.request(method, f"/api/batches/{identity}{path}")
            assert answer.status_code in (404, 405, 422), (method, path, identity)
