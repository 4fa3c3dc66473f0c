"""Ledger and cost book over HTTP, on both databases, and as the wrong person."""

import csv
import io
from datetime import UTC, datetime

import pytest

from tests.waiting import until


def entries(sums, way):
    return [
        (one["key"], one["currency"], one["charges"], one["unpriced"], one["amount"])
        for one in sums[way]
    ]


def test_charges_are_summed_by_engine_voice_project_and_month_and_unpriced_ones_are_told(world):
    world.voice("ann", "v-1", "Mina")
    # the last second of a month and the first of the next, wherever the server's clock stands
    world.charged("ann", 1, at=datetime(2026, 10, 31, 23, 59, 59, tzinfo=UTC), voice_id="v-1")
    world.charged("ann", 2, at=datetime(2026, 11, 1, tzinfo=UTC), project="Trailer", amount=0.5)
    world.charged("ann", 3, voice_id="gone", amount=None, currency="", characters=7)
    world.charged("ann", 4, engine="other", currency="KRW", amount=1000.0, project="Trailer")
    world.charged("ben", 5, amount=99.0)
    sums = world.ann.get("/api/ledger/sums").json()
    assert entries(sums, "engine") == [
        ("other", "KRW", 1, 0, 1000.0),
        ("test_paid", "USD", 2, 0, pytest.approx(0.51)),
        ("test_paid", "", 1, 1, None),
    ]
    assert [one["name"] for one in sums["engine"]] == ["", "Test_Paid", "Test_Paid"]
    assert sorted((one["key"], one["name"], one["charges"]) for one in sums["voice"]) == [
        ("", "", 1),
        ("", "", 1),
        ("gone", "", 1),
        ("v-1", "Mina", 1),
    ]
    assert sum(one["charges"] for one in sums["voice"]) == 4
    assert ("Trailer", "USD", 1, 0, 0.5) in entries(sums, "project")
    assert [(one["key"], one["currency"], one["charges"]) for one in sums["month"]] == [
        ("2026-11", "", 1),
        ("2026-11", "KRW", 1),
        ("2026-11", "USD", 1),
        ("2026-10", "USD", 1),
    ]
    for way in ("engine", "voice", "project", "month"):
        assert sum(one["characters"] for one in sums[way]) == 307


def test_a_charge_names_its_project_and_price_and_pages_follow_each_other(world):
    order = {
        "text": "say three words",
        "language": "en",
        "project": "Trailer",
        "engines": [{"engine": "test_paid", "insist": True}],
    }
    made = world.ann.post("/api/comparisons", json=order)
    assert made.status_code == 202, made.text
    until(lambda: world.ann.get("/api/ledger").json()["rows"], 30)
    (row,) = world.ann.get("/api/ledger").json()["rows"]
    assert (row["project"], row["voice_id"], row["amount"]) == ("Trailer", "", 0.003)
    assert (row["price_as_of"], row["price_source"]) == (
        "2026-01-31",
        "https://example.org/prices",
    )
    for number in range(3):
        world.charged("ann", number)
    first = world.ann.get("/api/ledger", params={"limit": 3}).json()
    rest = world.ann.get("/api/ledger", params={"limit": 3, "skip": 3}).json()
    assert (len(first["rows"]), first["more"], len(rest["rows"]), rest["more"]) == (
        3,
        True,
        1,
        False,
    )
    assert len({row["take_id"] for row in first["rows"] + rest["rows"]}) == 4


def test_the_table_holds_every_charge_and_computes_nothing_in_a_spreadsheet(world):
    world.voice("ann", "v-1", "=HYPERLINK(1)")
    world.charged("ann", 1, voice_id="v-1", project="+evil")
    world.charged("ann", 2, amount=None, currency="", per_million_characters=None)
    world.charged("ben", 3, project="Ben's own")
    answer = world.ann.get("/api/ledger.csv", params={"lang": "ko"})
    assert answer.headers["content-type"].startswith("text/csv")
    head, *rows = csv.reader(io.StringIO(answer.text.removeprefix("\ufeff")))
    assert head[:4] == ["시각 (UTC)", "엔진", "모델", "목소리"]
    assert [(row[3], row[4], row[6]) for row in rows] == [
        ("'=HYPERLINK(1)", "'+evil", "0.01"),
        ("", "", ""),
    ]
    assert rows[0][0] == "2026-11-05T12:00:00Z"
    assert "Ben" not in answer.text


def test_a_cost_book_is_kept_for_its_person_alone_and_can_be_taken_back(world):
    before = world.ann.get("/api/costs").json()
    assert before["own"] == []
    assert before["assumptions"] == before["defaults"]
    changed = {"videos": 300, "offer_prices": {"hf-l4": {"amount": 0.5, "as_of": "2026-11-01"}}}
    after = world.ann.put("/api/costs", json=changed).json()
    assert sorted(after["own"]) == ["offer_prices", "videos"]
    assert after["calculation"]["minutes"] == 1500
    busy = next(line for line in after["calculation"]["lines"] if line["id"] == "busy")
    assert (busy["price"]["amount"], busy["price"]["own"]) == (0.5, True)
    assert busy["price"]["as_of"] == "2026-11-01"
    assert world.ann.get("/api/costs").json()["assumptions"] == after["assumptions"]
    assert world.ben.get("/api/costs").json()["own"] == [], "Ben sees the studio's"
    world.ben.put("/api/costs", json={"videos": 7})
    assert world.ben.delete("/api/costs").json()["own"] == []
    assert world.ann.get("/api/costs").json()["assumptions"]["videos"] == 300
    assert world.ann.delete("/api/costs").json()["assumptions"] == before["defaults"]


REFUSED = (
    ({"offer": "nothing"}, "unknown_offer"),
    ({"engine": "nothing"}, "unknown_local_engine"),
    ({"videos": -1}, None),
    ({"minutes": 0}, None),
    ({"rtf": {"kokoro@cpu": 0}}, None),
    ({"rtf": {str(number): 1 for number in range(51)}}, None),
    ({"surprise": 1}, None),
)


def test_what_cannot_be_assumed_is_refused_and_nothing_is_kept(world):
    for changed, code in REFUSED:
        for method, path in (("PUT", "/api/costs"), ("POST", "/api/costs/calculation")):
            answer = world.ann.request(method, path, json={"engine": "speaker", **changed})
            assert answer.status_code == 422, f"{changed}: {answer.text}"
            if code:
                assert answer.json()["error"]["code"] == code
    assert world.ann.get("/api/costs").json()["own"] == []


def test_nobody_reads_costs_without_signing_in(world):
    import httpx

    for path in ("/api/ledger", "/api/ledger/sums", "/api/ledger.csv", "/api/costs"):
        answer = httpx.get(f"{world.ann.base_url}{path}")
        assert answer.status_code == 401, path


def test_who_is_forgotten_leaves_a_bill_without_voice_and_project(world):
    from sqlalchemy import select

    from studio.store.tables import LedgerRow

    world.charged("ann", 1, voice_id="v-1", project="Secret")
    world.studio.forgetting.forget(world.ids["ann"])
    with world.studio.database.read() as session:
        (row,) = session.scalars(select(LedgerRow))
    assert (row.owner, row.voice_id, row.project, row.amount) == ("forgotten", "", "", 0.01)
