"""Licences, costs, credits and fallbacks over HTTP."""

import pytest

from tests.api.test_comparisons import done, order

ENGINE = "test_licensed"
PLACE = f"/api/engines/{ENGINE}/acceptance"


@pytest.fixture
def unaccepted(client):
    client.delete(PLACE)
    yield
    client.delete(PLACE)


def plan(client, *engines, **fields):
    answer = client.post("/api/plans", json=order("say it", *engines, **fields))
    assert answer.status_code == 200, answer.text
    return answer.json()["engines"]


def test_a_licence_is_shown_accepted_and_withdrawn(client, unaccepted):
    assert plan(client, ENGINE)[0]["refusal"]["code"] == "licence_not_accepted"
    shown = client.get(PLACE, params={"lang": "ko"}).json()
    assert (shown["needed"], shown["accepted"], shown["accepted_at"]) == (True, False, None)
    assert "Not for business." in shown["statement"]
    body = {"accept": True, "terms_sha256": shown["terms_sha256"]}
    accepted = client.post(PLACE, json=body, params={"lang": "ko"})
    assert accepted.status_code == 200
    assert accepted.json()["accepted"] is True
    assert accepted.json()["statement"] == shown["statement"]
    assert client.get(PLACE).json()["statement"] == shown["statement"], "in the words once shown"
    assert plan(client, ENGINE)[0]["refusal"] is None
    assert client.delete(PLACE).json()["accepted"] is False
    assert plan(client, ENGINE)[0]["refusal"]["code"] == "licence_not_accepted"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 422),
        ({"accept": True}, 422),
        ({"accept": False, "terms_sha256": "0"}, 422),
        ({"accept": "yes", "terms_sha256": "0"}, 422),
        ({"accept": True, "terms_sha256": "0" * 65}, 422),
        ({"accept": True, "terms_sha256": "0" * 64}, 409),
        ({"accept": True, "terms_sha256": "0", "owner": "x"}, 422),
    ],
)
def test_what_is_no_acceptance_of_todays_terms_is_refused(client, unaccepted, body, status):
    answer = client.post(PLACE, json=body)
    assert answer.status_code == status
    assert len(answer.json()["error"]["message"]) > 10
    assert client.get(PLACE).json()["accepted"] is False


def test_engines_that_have_no_such_terms_or_do_not_exist(client):
    free = client.get("/api/engines/speaker/acceptance").json()
    assert (free["needed"], free["accepted"]) == (False, True)
    body = {"accept": True, "terms_sha256": free["terms_sha256"]}
    answer = client.post("/api/engines/speaker/acceptance", json=body)
    assert answer.json()["error"]["code"] == "licence_without_acceptance"
    for verb in (client.get, client.delete):
        assert verb("/api/engines/nobody/acceptance").status_code == 404


def test_a_plan_shows_cost_credit_and_what_the_fallback_would_do(client, unaccepted):
    first, paid = plan(client, {"engine": ENGINE, "fallback": "test_paid"}, "test_paid")
    assert first["fallback"]["engine"] == "test_paid"
    assert first["fallback"]["refusal"] is None
    assert first["cost"] is None
    assert paid["fallback"] is None
    assert paid["attribution"] == "Voice: Paid Co."
    assert paid["speaker"] == "preset"
    assert paid["cost"] == {
        "characters": 6,
        "amount": 0.0006,
        "currency": "USD",
        "per_million_characters": 100.0,
        "as_of": "2026-01-31",
        "source": "https://example.org/prices",
    }


def test_a_take_shows_cost_credit_and_device_and_the_ledger_its_charge(client):
    posted = client.post("/api/comparisons", json=order("say two", "test_paid")).json()
    assert posted["takes"][0]["attribution"] == "Voice: Paid Co."
    take = done(client, posted)["takes"][0]
    assert (take["state"], take["cost"]["characters"], take["cost"]["amount"]) == (
        "done",
        20,
        0.002,
    )
    assert take["instead_of"] is None
    assert take["device"]
    assert take["checkpoints"] == []
    ledger = client.get("/api/ledger?limit=1").json()
    (row,) = ledger["rows"]
    assert (row["take_id"], row["amount"], row["currency"]) == (take["id"], 0.002, "USD")
    (total,) = ledger["sums"]
    assert total["engine"] == "test_paid"
    assert total["characters"] >= 20
    assert client.get("/api/ledger?limit=0").status_code == 422


@pytest.mark.parametrize(("lang", "word"), [("en", "licence"), ("ko", "라이선스")])
def test_a_take_of_the_fallback_says_why_in_the_readers_language(client, unaccepted, lang, word):
    wanted = {"engine": ENGINE, "fallback": "speaker"}
    posted = client.post("/api/comparisons", json=order(f"say {lang}", wanted)).json()
    done(client, posted)
    found = client.get(f"/api/comparisons/{posted['id']}", params={"lang": lang}).json()
    take = found["takes"][0]
    assert (take["state"], take["engine"]) == ("done", "speaker")
    first = take["instead_of"]
    assert (first["engine"], first["title"]) == (ENGINE, "Test_Licensed")
    assert first["reason"]["code"] == "licence_not_accepted"
    assert word in first["reason"]["message"]


def test_a_refusal_that_may_be_overruled_says_so_on_the_take(client):
    body = order("say 안녕", "second", ENGINE, "speaker", language="ko")
    takes = done(client, client.post("/api/comparisons", json=body).json())["takes"]
    assert [take["insistable"] for take in takes] == [True, False, False]


def test_an_unknown_engine_among_others_is_its_own_failed_take(client):
    body = order("say it", "nobody", "speaker")
    unknown, fine = done(client, client.post("/api/comparisons", json=body).json())["takes"]
    assert (unknown["state"], unknown["error"]["code"]) == ("failed", "unknown_engine")
    assert fine["state"] == "done"
