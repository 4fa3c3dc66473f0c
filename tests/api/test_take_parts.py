"""Parts of a long take over HTTP: planned, shown while they come, one redone, a version chosen."""

import httpx
import pytest

from studio.takes import parts
from tests.api.test_comparisons import done, order
from tests.waiting import until

TEXT = "say one two three! say four five six! say seven eight nine!"


@pytest.fixture(autouse=True)
def short_parts(monkeypatch):
    monkeypatch.setattr(parts, "PART_SECONDS", 1.0)


@pytest.fixture
def made(client):
    return done(client, client.post("/api/comparisons", json=order(TEXT, "speaker")).json())


def test_a_plan_tells_in_how_many_parts(client):
    (plan,) = client.post("/api/plans", json=order(TEXT, "speaker")).json()["engines"]
    assert plan["parts"] == 3


def test_a_part_is_redone_and_a_version_chosen(client, made):
    (first,) = made["takes"]
    assert [part["index"] for part in first["parts"]] == [0, 1, 2]
    assert [part["state"] for part in first["parts"]] == ["done"] * 3
    answer = client.post(f"/api/takes/{first['id']}/parts/1/redo")
    assert answer.status_code == 202
    assert [part["state"] for part in answer.json()["parts"]] == ["waiting"] * 3
    until(lambda: client.get(f"/api/takes/{answer.json()['id']}").json()["state"] == "done")
    (second,) = done(client, made)["takes"]
    assert second["id"] == answer.json()["id"]
    (before,) = second["attempts"]
    assert [part["seed"] for part in before["parts"]] == [part["seed"] for part in first["parts"]]
    assert client.put(f"/api/takes/{first['id']}/chosen").json()["chosen"]
    assert done(client, made)["takes"][0]["id"] == first["id"]


@pytest.mark.parametrize(("index", "status"), [("3", 404), ("-1", 404), ("one", 422)])
def test_a_part_that_is_not_there_is_refused(client: httpx.Client, made, index, status):
    answer = client.post(f"/api/takes/{made['takes'][0]['id']}/parts/{index}/redo")
    assert answer.status_code == status
    if status == 404:
        assert answer.json()["error"]["code"] == "unknown_part"


def test_lists_leave_parts_out(client, made):
    listed = client.get("/api/comparisons").json()
    rows = listed if isinstance(listed, list) else listed["comparisons"]
    assert all(take["parts"] == [] for row in rows for take in row["takes"])
