"""Many texts looked at before they are ordered, and take by take afterwards."""

from tests.waiting import until

ENGINES = [{"engine": "speaker"}]


def look(client, **fields):
    order = {"language": "en", "engines": ENGINES, **fields}
    answer = client.post("/api/batches/preview", json=order)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_table_is_shown_as_it_was_understood_with_its_faults(client):
    before = len(client.get("/api/batches").json()["batches"])
    table = (
        "text,language,instruction,title\n"
        "say one,,gently,First\n"
        "say two,not a code,,\n"
        f"say three,,,{'t' * 201}\n"
        "say four,ko,,\n"
    )
    found = look(client, csv=table)
    assert (found["texts"], found["faults"]) == (4, 2)
    assert [line["number"] for line in found["lines"]] == [1, 2, 3, 4]
    first, second, third, fourth = found["lines"]
    assert (first["instruction"], first["title"], first["fault"]) == ("gently", "First", None)
    assert first["characters"] == len("say one")
    assert second["fault"]
    assert third["fault"]
    assert second["fault"] != third["fault"]
    assert fourth["language"] == "ko"
    assert fourth["fault"] is None
    assert found["costs"] == []
    assert len(client.get("/api/batches").json()["batches"]) == before, "nothing is kept"


def test_what_is_wrong_as_a_whole_is_refused(client):
    order = {"language": "en", "engines": ENGINES}
    for wrong in ({}, {"csv": "words\nhello\n"}, {"csv": "text\na\n", "texts": ["a"]}):
        answer = client.post("/api/batches/preview", json={**order, **wrong})
        assert answer.status_code in {400, 422}, answer.text
        assert answer.json()["error"]["message"]


def test_titles_instructions_and_the_project_reach_the_comparisons(client):
    table = "text,instruction,title\nsay one,gently,First\nsay two,,\n"
    order = {"language": "en", "engines": ENGINES, "instruction": "calmly", "project": " Menu  A "}
    batch = client.post("/api/batches", json={**order, "csv": table}).json()
    until(lambda: client.get(f"/api/batches/{batch['id']}").json()["state"] == "done", 60)
    takes = client.get(f"/api/batches/{batch['id']}/takes?limit=1").json()
    assert takes["more"] is True
    (first,) = takes["takes"]
    assert (first["number"], first["title"], first["state"]) == (1, "First", "done")
    rest = client.get(f"/api/batches/{batch['id']}/takes?after=1").json()
    assert [(one["number"], one["title"]) for one in rest["takes"]] == [(2, "")]
    assert rest["more"] is False
    orders = [
        client.get(f"/api/comparisons/{one['comparison']}/order").json()
        for one in (first, *rest["takes"])
    ]
    assert [one["instruction"] for one in orders] == ["gently", "calmly"]
    assert [one["project"] for one in orders] == ["Menu A", "Menu A"]
    assert "Menu A" in client.get("/api/projects").json()["projects"]


def test_takes_of_an_unknown_batch_are_not_found(client):
    assert client.get("/api/batches/none/takes").status_code == 404
