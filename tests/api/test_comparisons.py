"""Comparisons over HTTP: ordered, watched as they come, refused in whole sentences."""

import json
import time

import pytest
from sqlalchemy import func, select

from studio.store.tables import Comparison, Take


def order(text="say hello", *engines, **fields):
    wanted = [{"engine": e} if isinstance(e, str) else e for e in engines or ("speaker",)]
    return {"text": text, "language": "en", "engines": wanted, **fields}


def done(client, posted, seconds=20):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = client.get(f"/api/comparisons/{posted['id']}").json()
        if all(take["state"] in ("done", "failed", "cancelled") for take in found["takes"]):
            return found
        time.sleep(0.03)
    pytest.fail("not final")


def rows(bench):
    with bench.database.read() as session:
        return [session.scalar(select(func.count()).select_from(t)) for t in (Comparison, Take)]


def events(client, comparison):
    with client.stream("GET", f"/api/comparisons/{comparison}/events") as answer:
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/event-stream")
        for line in answer.iter_lines():
            if line.startswith("data: "):
                yield json.loads(line.removeprefix("data: "))


def test_an_order_is_accepted_and_becomes_audio(client):
    answer = client.post("/api/comparisons", json=order("say hello", "speaker", "second"))
    assert answer.status_code == 202
    posted = answer.json()
    assert [(t["engine"], t["state"]) for t in posted["takes"]] == [
        ("speaker", "queued"),
        ("second", "queued"),
    ]
    found = done(client, posted)
    take = found["takes"][0]
    assert take["state"] == "done"
    assert take == client.get(f"/api/takes/{take['id']}").json()
    assert take["aspects"]["reference"] == {
        "status": "not_asked",
        "note": "no reference clip given",
    }
    assert take["seconds"] == pytest.approx(0.4)
    assert take["error"] is None
    listed = client.get("/api/comparisons?limit=1").json()["comparisons"]
    assert [each["id"] for each in listed] == [posted["id"]]


def test_the_sentences_follow_the_language_of_the_request(client):
    posted = client.post("/api/comparisons", json=order("say sprache")).json()
    place = f"/api/comparisons/{posted['id']}"

    def note(**manner):
        return client.get(place, **manner).json()["takes"][0]["aspects"]["reference"]["note"]

    korean = "참조 녹음을 고르지 않았습니다"
    assert note() == "no reference clip given"
    assert note(headers={"Accept-Language": "ko-KR,ko"}) == korean
    assert note(params={"lang": "ko"}) == korean
    assert note(headers={"Accept-Language": "en", "Cookie": "lang=ko"}) == korean


def test_events_tell_each_change_and_end_when_all_is_final(client):
    posted = client.post("/api/comparisons", json=order("slowly 12", "speaker", "second")).json()
    began = time.monotonic()
    seen = list(events(client, posted["id"]))
    seconds = time.monotonic() - began
    states = [tuple(take["state"] for take in each["takes"]) for each in seen]
    assert states[-1] == ("done", "done")
    assert ("running", "running") in states
    progress = [each["takes"][0]["progress_seconds"] for each in seen]
    assert progress == sorted(progress)
    assert len({p for p in progress if 0 < p < 2.4}) >= 2, "no progress between"
    assert len(seen) < 4 * seconds + 9, "progress is told at most four times a second"


def test_events_of_a_final_comparison_are_one_event(client):
    posted = client.post("/api/comparisons", json=order("say hello")).json()
    done(client, posted)
    assert len(list(events(client, posted["id"]))) == 1


def test_a_plan_says_what_would_happen_and_keeps_nothing(client, bench):
    before = rows(bench)
    body = order("say it", "speaker", "second", "moody", language="ko", instruction="fast")
    answer = client.post("/api/plans", json=body)
    assert answer.status_code == 200
    speaker, second, moody = answer.json()["engines"]
    assert speaker["refusal"] is None
    assert speaker["aspects"]["instruction"]["status"] == "ignored"
    assert second["refusal"]["code"] == "language_unsupported"
    assert "does not speak" in second["refusal"]["message"]
    assert second["insistable"] is True
    assert moody["aspects"]["instruction"]["status"] == "approximated"
    assert rows(bench) == before


BAD = {
    "empty text": order(""),
    "nothing to say": order("…?!"),
    "a hundred thousand characters": order("a" * 100_000),
    "NUL": order("a\0b"),
    "an escape": order("\x1b]0;x\x07"),
    "a private character": order("a\ue000"),
    "unknown engine": order("say", "nobody"),
    "an engine that looks like a path": order("say", "../../etc/passwd"),
    "a giant engine": order("say", "e" * 10_000),
    "unknown preset": order("say", {"engine": "speaker", "voice": "zoe"}),
    "unknown voice": order(voice="nobody"),
    "a voice of odd characters": order(voice="음성\u202e"),
    "unknown language": order(language="qqq"),
    "a language that is none": order(language="english please"),
    "an empty language": order(language=""),
    "no engines": {**order(), "engines": []},
    "engines of another kind": {**order(), "engines": {"engine": "speaker"}},
    "too many engines": order("say", *["speaker"] * 17),
    "text of another kind": order(7),
    "no text": {"language": "en", "engines": [{"engine": "speaker"}]},
    "another field": order(speed=2),
    "another field of the engine": order("say", {"engine": "speaker", "speed": 2}),
    "unknown option": order("say", {"engine": "speaker", "options": {"pitch": 1}}),
    "an option out of bounds": order("say", {"engine": "speaker", "options": {"speed": 1e9}}),
    "an option of another kind": order("say", {"engine": "speaker", "options": {"speed": []}}),
    "a seed that is too big": order("say", {"engine": "speaker", "seed": 10**30}),
    "a negative seed": order("say", {"engine": "speaker", "seed": -1}),
    "a list": [],
    "a number": 3,
    "null": None,
    "over the engine's limit": order("say " * 600),
}
RAW = {
    "not JSON": b"{text",
    "empty": b"",
    "NaN option": json.dumps(
        order("say", {"engine": "speaker", "options": {"speed": float("nan")}})
    ).encode(),
    "infinite seed": json.dumps(order("say", {"engine": "speaker", "seed": float("inf")})).encode(),
    "half a character": json.dumps(order("a\ud800")).encode(),
    "half a character in an option": json.dumps(
        order("say", {"engine": "speaker", "options": {"\ud800": 1}})
    ).encode(),
    "half a character in a field": json.dumps(order(**{"\ud800": 1})).encode(),
    "half a character in an engine": json.dumps(order("say", "\ud800")).encode(),
    "not UTF-8": b'{"text": "\xff"}',
    "deep": b"[" * 100_000,
    "a number of 10,000 digits": b'{"text": ' + b"9" * 10_000 + b"}",
    "two megabytes": json.dumps(order("a" * 2_000_000)).encode(),
}


@pytest.mark.parametrize("lang", ["en", "ko"])
@pytest.mark.parametrize("name", [*BAD, *RAW])
def test_a_bad_order_gets_a_sentence_and_leaves_nothing(client, bench, name, lang):
    before = rows(bench)
    body = RAW[name] if name in RAW else json.dumps(BAD[name]).encode()
    for place in ("/api/comparisons", "/api/plans"):
        if place == "/api/plans" and name in ("unknown language", "over the engine's limit"):
            continue  # a plan tells that as a refusal
        answer = client.post(
            place,
            content=body,
            headers={"Content-Type": "application/json", "Accept-Language": lang},
        )
        assert 400 <= answer.status_code < 500, answer.text[:500]
        error = answer.json()["error"]
        assert len(error["message"]) > 10
        assert any("가" <= c <= "힣" for c in error["message"]) == (lang == "ko")
        assert len(answer.content) < 2000, "what was sent is not sent back"
        assert "Traceback" not in answer.text
    assert rows(bench) == before


def test_an_unannounced_flood_is_cut_off(client):
    sent = []

    def flood():
        for _ in range(1000):
            sent.append(1)
            yield b" " * 100_000

    answer = client.post("/api/comparisons", content=flood())
    assert answer.status_code == 413
    assert answer.json()["error"]["code"] == "body_too_large"
    assert len(sent) < 500, "the server read on"


@pytest.mark.parametrize("identity", ["x", "0" * 36, "%00", "%2e%2e", "a" * 3000])
def test_an_unknown_comparison_is_not_found(client, identity):
    for place in ("", "/events"):
        answer = client.get(f"/api/comparisons/{identity}{place}")
        assert answer.status_code == 404
        assert answer.json()["error"]["code"] in ("unknown_comparison", "not_found")


def test_an_address_that_is_none_gets_a_sentence(client):
    assert client.get("/api/nothing").json()["error"]["code"] == "not_found"
    assert client.put("/api/comparisons").json()["error"]["code"] == "method_not_allowed"
    assert client.get("/api/comparisons?limit=0").status_code == 422
    assert "limit" in client.get("/api/comparisons?limit=x").json()["error"]["message"]


def test_what_goes_wrong_inside_is_a_calm_sentence_with_a_number(client):
    answer = client.get("/api/broken")
    assert answer.status_code == 500
    error = answer.json()["error"]
    assert error["code"] == "internal"
    assert error["request"] in error["message"]
    assert "42" not in error["message"].replace(error["request"], "")
    assert "secret" not in answer.text
