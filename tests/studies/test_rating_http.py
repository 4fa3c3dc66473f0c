"""The rater's routes over HTTP: a stranger's link, a cookie, and nothing that tells what is heard."""

import json
import logging
import re
from types import SimpleNamespace

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from studio.api import rater
from studio.api.problems import install
from studio.listening.raters import new_key
from studio.settings import Settings
from tests.studies.rating import Opened, fitting

OWN = {"date", "content-length", "content-type"}


@pytest.fixture
def client(service):
    def make(rating=None, **others) -> TestClient:
        app = FastAPI()
        settings = Settings(**others)
        app.state.studio = SimpleNamespace(rating=rating or service(**others), settings=settings)
        install(app)
        app.include_router(rater.router)
        return TestClient(app)

    return make


@pytest.fixture
def study(database, blobs, takes):
    return Opened(database, blobs, takes)


def test_opening_the_link_changes_nothing_and_sets_nothing(client, study):
    browser = client()
    answer = browser.get(f"/api/rater/{study.invite}")
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    assert "set-cookie" not in answer.headers
    assert answer.json() == {
        "state": "welcome",
        "study": {
            "protocol": "ab",
            "question": "preference",
            "instruction": None,
            "language": "en",
            "choices": ["a", "b", "tie"],
            "scale": None,
            "ties": True,
            "training": 1,
            "headphones": "off",
            "sitting": 20,
            "screens": 10,
        },
        "progress": {"done": 0, "of": 9, "training_left": 1, "until_rest": 20},
        "headphones": {
            "status": "",
            "required": False,
            "may_skip": False,
            "tries_left": 3,
            "needed": False,
        },
        "completion_code": None,
        "sign_in": None,
    }
    assert study.raters == []
    refused = browser.get(f"/api/rater/{study.invite}/trials")
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "not_begun")
    unknown = browser.get("/api/rater/nothing?lang=ko")
    assert unknown.status_code == 404
    assert "링크" in unknown.json()["error"]["message"]


def walk(browser: TestClient, study: Opened, protocol: str = "ab") -> list[tuple[str, str]]:
    """A whole rater; everything that came over the wire before each answer, by address."""
    seen: list[tuple[str, str]] = []
    base = f"/api/rater/{study.invite}"
    browser.post(f"{base}/begin", json={"locale": "ko"})
    while True:
        answer = browser.get(f"{base}/trials")
        seen.append((f"{base}/trials", answer.text))
        trials = answer.json()["trials"]
        if not trials:
            return seen
        trial = trials[0]
        for slot in trial["slots"]:
            clip = browser.get(slot["url"])
            headers = {k: v for k, v in clip.headers.items() if k not in OWN}
            seen.append((slot["url"], json.dumps(headers, sort_keys=True)))
        shown = SimpleNamespace(slots=[SimpleNamespace(**s) for s in trial["slots"]])
        given = fitting(shown, protocol, trial["number"])
        reply = browser.post(f"{base}/trials/{trial['token']}/answer", json={"answer": given})
        assert reply.status_code == 200, reply.text
        seen.append((str(reply.url), reply.text))


@pytest.mark.parametrize("protocol", ["ab", "mushra"])
def test_nothing_that_comes_over_the_wire_or_is_logged_tells_a_condition(
    client, database, blobs, takes, caplog, protocol
):
    caplog.set_level(logging.INFO)  # as the server logs
    study = Opened(database, blobs, takes, protocol, recordings=4 * (protocol == "mushra"))
    browser = client()
    seen = walk(browser, study, protocol)
    told = "\n".join([*(part for pair in seen for part in pair), caplog.text, str(browser.cookies)])
    secrets = [take.take for take in takes.known] + [take.condition for take in takes.known]
    secrets += ["Secret title", "Condition ", "Kim of", study.id, *(r.id for r in study.raters)]
    secrets += ['"main"', "repeat", "identical", "attention", "anchor", "hidden", "condition"]
    secrets += ["comparison", '"check"', "recording-"]
    assert not [secret for secret in secrets if secret in told]
    dresses = {headers for url, headers in seen if "/clips/" in url}
    assert len(dresses) == 1, "every clip comes with the same headers"
    trial_keys = {"token", "number", "training", "text", "instruction", "listen_seconds", "slots"}
    for address, body in seen:
        if address.endswith("/trials"):
            for trial in json.loads(body)["trials"]:
                assert set(trial) == trial_keys
                assert all(set(slot) == {"slot", "role", "url"} for slot in trial["slots"])
                urls = [slot["url"] for slot in trial["slots"]]
                assert all(re.fullmatch(r"/api/rater/clips/[\w-]{43}", url) for url in urls)
                assert trial["token"] not in " ".join(urls)
    names = {t.token for t in study.trials}
    urls = [url for url, _ in seen if "/clips/" in url]
    assert len(names) == len(study.trials)
    assert len(set(urls)) == len(urls), "no address comes twice"


def test_clips_are_plain_equal_wave_files(client, study):
    browser = client()
    base = f"/api/rater/{study.invite}"
    browser.post(f"{base}/begin", json={})
    for trial in browser.get(f"{base}/trials").json()["trials"]:
        clips = [
            browser.get(slot["url"], headers={"Range": "bytes=0-9"}) for slot in trial["slots"]
        ]
        assert {clip.status_code for clip in clips} == {200}
        assert {clip.headers["content-type"] for clip in clips} == {"audio/wav"}
        assert len({clip.content[:4] + clip.content[8:40] for clip in clips}) == 1
        assert len({clip.content for clip in clips}) == 2


def test_a_reload_gives_the_same_screens_and_loses_and_repeats_nothing(client, service, study):
    browser = client()
    base = f"/api/rater/{study.invite}"
    browser.post(f"{base}/begin", json={})
    before = browser.get(f"{base}/trials").json()
    assert [t["number"] for t in before["trials"]] == [1, 2]
    assert [t["training"] for t in before["trials"]] == [True, False]
    assert browser.get(f"{base}/trials").json() == before
    again = client(service())  # the server was restarted
    again.cookies = browser.cookies
    assert again.get(f"{base}/trials").json() == before
    assert again.post(f"{base}/begin", json={}).json()["state"] == "rating"
    assert len(study.raters) == 1
    for slot in before["trials"][0]["slots"]:
        again.get(slot["url"])
    token = before["trials"][0]["token"]
    first = again.post(f"{base}/trials/{token}/answer", json={"answer": {"choice": "a"}})
    assert again.post(f"{base}/trials/{token}/answer", json={"answer": {"choice": "a"}}).json() == (
        first.json()
    )
    assert first.json() == {
        "state": "rating",
        "progress": {"done": 0, "of": 9, "training_left": 0, "until_rest": 19},
        "completion_code": None,
    }
    after = again.get(f"{base}/trials").json()["trials"]
    assert [t["number"] for t in after] == [2, 3]
    assert after[0] == before["trials"][1]


def test_a_personal_link_is_the_same_rater_on_every_device(client, study):
    invite = study.another_invite("personal")
    phone, laptop = client(), client()
    base = f"/api/rater/{invite}"
    phone.post(f"{base}/begin", json={})
    seen = phone.get(f"{base}/trials").json()["trials"]
    assert laptop.get(f"{base}").json()["state"] == "rating"
    assert laptop.get(f"{base}/trials").json()["trials"] == seen
    laptop.cookies.set("study_rater", new_key())
    for slot in seen[0]["slots"]:
        assert laptop.get(slot["url"]).status_code == 200
    answer = laptop.post(
        f"{base}/trials/{seen[0]['token']}/answer", json={"answer": {"choice": "b"}}
    )
    assert answer.status_code == 200
    assert len(study.raters) == 1
    assert invite not in study.raters[0].key


def test_one_cookie_is_another_rater_in_every_study(client, study, database, blobs, takes):
    other, browser = Opened(database, blobs, takes), client()
    for one in (study, other):
        browser.post(f"/api/rater/{one.invite}/begin", json={})
    (first,), (second,) = study.raters, other.raters
    assert first.key != second.key
    assert first.id != second.id
    assert browser.cookies["study_rater"] not in first.key + second.key


def test_enough_raters_are_enough_but_a_personal_link_keeps_its_place(client, study):
    for _ in range(5):
        assert client().post(f"/api/rater/{study.invite}/begin", json={}).status_code == 200
    late = client()
    assert late.get(f"/api/rater/{study.invite}").json()["state"] == "full"
    refused = late.post(f"/api/rater/{study.invite}/begin", json={})
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "study_full")
    own = study.another_invite("personal")
    assert late.post(f"/api/rater/{own}/begin", json={}).json()["state"] == "rating"


def test_where_raters_sign_in_nobody_joins_without(client, study):
    browser = client(rater_login="huggingface")
    seen = browser.get(f"/api/rater/{study.invite}").json()
    assert seen["sign_in"] == f"/login/huggingface?to=/r/{study.invite}"
    refused = browser.post(f"/api/rater/{study.invite}/begin", json={})
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "sign_in_first")
    browser.cookies.set("study_rater", new_key())
    assert browser.post(f"/api/rater/{study.invite}/begin", json={}).status_code == 403
    own = study.another_invite("personal")
    assert browser.post(f"/api/rater/{own}/begin", json={}).json()["state"] == "rating"


def test_headphones_are_checked_where_the_plan_requires_it(client, database, blobs, takes):
    study = Opened(database, blobs, takes, headphones="required")
    browser, base = client(), f"/api/rater/{study.invite}"
    assert browser.post(f"{base}/begin", json={}).json()["headphones"]["needed"] is True
    assert browser.get(f"{base}/trials").json()["error"]["code"] == "headphones_first"
    skipped = browser.post(f"{base}/headphones", json={"skip": True})
    assert skipped.json()["error"]["code"] == "headphones_required"
    asked = browser.get(f"{base}/headphones").json()
    assert browser.get(f"{base}/headphones").json() == asked
    assert len(asked["tests"]) == 6
    for test in asked["tests"]:
        clip = browser.get(test["url"])
        assert clip.content[22:24] == b"\x02\x00", "stereo"
    odd = study.raters[0].headphone_trials[0]["odd"]
    wrong = [1 + one % 3 for one in odd]
    failed = browser.post(f"{base}/headphones", json={"answers": wrong}).json()["headphones"]
    assert failed == {
        "status": "failed",
        "required": True,
        "may_skip": False,
        "tries_left": 2,
        "needed": True,
    }
    assert browser.get(f"{base}/headphones").json()["attempt"] == 2
    odd = study.raters[0].headphone_trials[1]["odd"]
    nearly = [1 + odd[0] % 3, *odd[1:]]  # five of six
    passed = browser.post(f"{base}/headphones", json={"answers": nearly}).json()["headphones"]
    assert (passed["status"], passed["needed"]) == ("passed", False)
    assert browser.get(f"{base}/trials").status_code == 200
    assert [t["answers"] for t in study.raters[0].headphone_trials] == [wrong, nearly]


def test_headphones_may_be_skipped_where_they_are_offered_and_the_result_can_say_so(
    client, database, blobs, takes
):
    study = Opened(database, blobs, takes, headphones="offered")
    browser, base = client(), f"/api/rater/{study.invite}"
    browser.post(f"{base}/begin", json={})
    assert browser.get(f"{base}/trials").status_code == 409
    browser.post(f"{base}/headphones", json={"skip": True})
    assert browser.get(f"{base}/trials").status_code == 200
    assert study.raters[0].headphones == "skipped"
