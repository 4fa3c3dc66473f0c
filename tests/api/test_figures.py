"""Reports, attempts and figures over HTTP: watched as they come, exported for a spreadsheet."""

import csv
import io
import json

import httpx
import pytest

from tests.api.test_comparisons import order
from tests.suite_engines import find_engines, forget_engines
from tests.takes.bench import a_bench
from tests.waiting import until

FORMULA = '=HYPERLINK("http://example.org","say")'


@pytest.fixture(scope="module")
def script(tmp_path_factory):
    return tmp_path_factory.mktemp("ears") / "script"


@pytest.fixture(scope="module")
def bench(tmp_path_factory, script):
    with pytest.MonkeyPatch.context() as patch:
        find_engines(patch)
        patch.setenv("TEST_ENGINES_EARS", str(script))
        with a_bench(tmp_path_factory.mktemp("data"), measure=True) as running:
            yield running
    forget_engines()


def settled(client, comparison):
    def look():
        found = client.get(f"/api/comparisons/{comparison}").json()
        return found if found["settled"] else None

    return until(look, 60)


@pytest.fixture(scope="module")
def caught(address, script):
    """A take that was made twice: a formula for a text, a fault for the first attempt."""
    script.write_text("faults 1\nclean")
    with httpx.Client(base_url=address, timeout=30) as client:
        posted = client.post("/api/comparisons", json=order(FORMULA)).json()
        return settled(client, posted["id"])


def table(client, comparison, language="en"):
    headers = {"Accept-Language": language}
    answer = client.get(f"/api/comparisons/{comparison}/figures?format=csv", headers=headers)
    return answer, list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


def test_a_take_shows_its_report_and_its_other_attempts(client, caught):
    (take,) = caught["takes"]
    assert (take["attempt"], take["chosen"], take["settled"], take["retries"]) == (2, True, True, 2)
    assert take["report"]["state"] == "done"
    wer = next(f for f in take["report"]["figures"] if f["name"] == "wer")
    assert (wer["value"], wer["unit"], wer["method"]) == (0.125, "share", "ears 1.0")
    assert wer["title"]
    (first,) = take["attempts"]
    assert (first["attempt"], first["chosen"], first["id"]) == (1, False, take["first"])
    assert first["report"]["findings"][0]["severity"] == "fault"
    assert first["attempts"] == []


def test_every_attempt_has_an_address_of_its_own(client, caught):
    take = caught["takes"][0]
    for attempt in (take, take["attempts"][0]):
        found = client.get(f"/api/takes/{attempt['id']}").json()
        assert found["attempt"] == attempt["attempt"]
        assert [other["id"] for other in found["attempts"]] != [attempt["id"]]
        assert len(found["attempts"]) == 1
        assert client.get(f"/api/takes/{attempt['id']}/peaks").status_code == 200


def test_events_go_on_until_all_is_measured_and_made_again(client, script):
    script.write_text("faults 1\nclean")
    posted = client.post("/api/comparisons", json=order("slowly 3 watched")).json()
    seen = []
    with client.stream("GET", f"/api/comparisons/{posted['id']}/events", timeout=60) as stream:
        seen = [json.loads(line[6:]) for line in stream.iter_lines() if line.startswith("data: ")]
    assert [seen[0]["settled"], seen[-1]["settled"]] == [False, True]
    states = {each["takes"][0]["report"]["state"] for each in seen if each["takes"][0]["report"]}
    assert {"running", "done"} <= states
    assert any(each["final"] and not each["settled"] for each in seen)
    assert seen[-1]["takes"][0]["attempt"] == 2


def test_all_figures_of_all_attempts_are_one_document(client, caught):
    document = client.get(f"/api/comparisons/{caught['id']}/figures").json()
    assert (document["comparison"], document["text"]) == (caught["id"], FORMULA)
    assert [take["attempt"] for take in document["takes"]] == [1, 2]
    for take in document["takes"]:
        assert {figure["method"] for figure in take["report"]["figures"]} == {"ears 1.0"}
        assert len(take["report"]["figures"]) == 4


def test_the_table_holds_every_figure_with_its_method(client, caught):
    answer, rows = table(client, caught["id"])
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.content.startswith(b"\xef\xbb\xbf"), "Excel would not see that it is UTF-8"
    figures = [row for row in rows if row["kind"] == "figure"]
    assert [(row["attempt"], row["name"]) for row in figures] == [
        (attempt, name) for attempt in "12" for name in ("seconds", "wer", "snr_db", "rtf")
    ]
    assert {row["method"] for row in figures} == {"ears 1.0"}
    assert {row["value"] for row in figures if row["name"] == "snr_db"} == {"-12.5"}, "a number"
    assert [row["attempt"] for row in rows if row["kind"] == "fault"] == ["1"]
    assert {row["chosen"] for row in rows if row["attempt"] == "2"} == {"1"}
    assert {row["seed"] for row in rows if row["attempt"] == "1"} == {"0"}
    assert all(None not in row and None not in row.values() for row in rows), "no ragged line"


def test_no_cell_of_the_table_is_computed(client, caught):
    _, rows = table(client, caught["id"])
    assert {row["text"] for row in rows} == {"'" + FORMULA}
    heard = [row["label"] for row in rows if row["kind"] == "heard"]
    assert heard == ["'" + FORMULA] * 2


def test_the_table_speaks_korean(client, caught):
    _, rows = table(client, caught["id"], "ko")
    _, english = table(client, caught["id"])
    labels = {row["name"]: row["label"] for row in rows if row["kind"] == "figure"}
    assert labels != {row["name"]: row["label"] for row in english if row["kind"] == "figure"}


def test_the_list_of_comparisons_is_without_figures(client, caught):
    listed = client.get("/api/comparisons?limit=100").json()["comparisons"]
    (take,) = next(each for each in listed if each["id"] == caught["id"])["takes"]
    for attempt in (take, take["attempts"][0]):
        assert (attempt["report"]["state"], attempt["report"]["figures"]) == ("done", [])
    assert take["attempts"][0]["report"]["findings"]


def test_a_take_without_a_report_is_in_the_table_too(client):
    posted = client.post("/api/comparisons", json=order("nothing at all")).json()
    settled(client, posted["id"])
    _, rows = table(client, posted["id"])
    assert [(row["state"], row["kind"], row["report"]) for row in rows] == [("failed", "", "")]


def test_another_form_of_figures_and_another_persons_are_refused(client, caught):
    refused = client.get(f"/api/comparisons/{caught['id']}/figures?format=xlsx")
    assert refused.status_code == 422
    unknown = client.get(f"/api/comparisons/{caught['id'][::-1]}/figures")
    assert unknown.json()["error"]["code"] == "unknown_comparison"


def test_a_plan_tells_how_often_and_at_what_cost(client):
    wanted = {**order("say it"), "engines": [{"engine": "test_paid", "retries": 2}]}
    (plan,) = client.post("/api/plans", json=wanted).json()["engines"]
    assert plan["retries"]["most"] == 2
    assert plan["retries"]["cost_at_most"]["characters"] == 3 * plan["cost"]["characters"]
    assert "2" in plan["retries"]["note"]
    wanted["retries"] = 6
    assert client.post("/api/plans", json=wanted).status_code == 422


def test_another_attempt_by_hand(client, caught):
    done = client.post("/api/comparisons", json=order("say by hand")).json()
    first = settled(client, done["id"])["takes"][0]
    answer = client.post(f"/api/takes/{first['id']}/attempts")
    assert answer.status_code == 202
    assert (answer.json()["attempt"], answer.json()["first"]) == (2, first["id"])
    take = settled(client, done["id"])["takes"][0]
    assert len(take["attempts"]) == 1
    same = client.post(
        "/api/comparisons", json={**order("Hello."), "engines": [{"engine": "espeak"}]}
    )
    espeak = settled(client, same.json()["id"])["takes"][0]
    refused = client.post(f"/api/takes/{espeak['id']}/attempts")
    assert refused.status_code == 409
    assert refused.json()["error"]["code"] == "attempt_would_be_same"
