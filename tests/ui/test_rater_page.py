"""The rater's document and its files: one answer, nothing from outside, nothing for a preview."""

import gzip
import re
from types import SimpleNamespace

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from studio.locales import languages
from studio.settings import Settings
from studio.studies.protocols import PROTOCOLS
from studio.studies.rating import seats, signed_in
from studio.ui.rater_document import document, policy
from studio.ui.rater_files import ASSETS, files
from studio.ui.rater_page import mount

STUDY = {"protocol": "ab", "question": "preference", "screens": 22, "training": 2}
WELCOME = {"state": "welcome", "study": STUDY, "completion_code": None}


def page(language: str = "en", root: str = "", **differing) -> str:
    return document(language, "token", {**WELCOME, **differing}, root)


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_every_protocol_is_explained_in_every_language(language, protocol):
    kind = PROTOCOLS[protocol]
    for question in kind.questions:
        study = {**STUDY, "protocol": protocol, "question": question}
        said = page(language, study=study)
        assert said.count("<h1") == 1
        assert " data-start>" in said


def test_the_document_needs_no_file_for_its_first_paint_and_permits_nothing_else(client):
    answer = client.get("/r/nowhere", headers={"accept-language": "ko"})
    assert answer.status_code == 404
    assert answer.headers["content-language"] == "ko"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert "noindex" in answer.headers["x-robots-tag"]
    assert answer.headers["content-encoding"] == "gzip"
    rules = answer.headers["content-security-policy"]
    assert rules == policy()
    assert "unsafe" not in rules
    assert "http" not in rules
    assert "'self'" not in re.search("script-src [^;]*", rules).group()
    assert 'rel="stylesheet"' not in answer.text
    assert " src=" not in answer.text
    assert "style=" not in answer.text
    assert not re.search(r"\son[a-z]+=\"", answer.text)


def test_the_whole_page_is_light():
    assert len(gzip.compress(page("ko").encode(), 6)) < 25_000
    before_the_script = page("ko").partition('<script type="module">')[0]
    assert len(gzip.compress(before_the_script.encode(), 6)) < 14_000, "over one flight of packets"


def test_the_scripts_are_joined_whole_and_each_once():
    script = files().script
    names = {path.stem for path in (ASSETS / "rater").glob("*.js")} - {"start"}
    for name in names:
        assert script.count(f"const module_{name} = ") == 1, name
    assert not re.search(r"^\s*(?:import|export)\b", script, re.MULTILINE)
    for part in (script, files().start, files().style):
        assert "</" not in part, "would end the element that it stands in"
        assert "<!--" not in part


def test_the_scripts_come_only_where_something_can_be_started():
    assert "raterArrived({" in page()
    assert "raterArrived({" not in document("en", "token", {"state": "closed"})


def test_a_proxys_prefix_stands_before_every_address():
    said = page(root="/studio")
    found = re.findall(r"(?:href|src|data-root)=\"(/[^\"]*)\"", said)
    assert len(found) > 1
    assert all(address.startswith("/studio") for address in found)


def test_what_comes_from_outside_is_escaped():
    said = document("en", '"><script>', {"state": "closed", "completion_code": "<b>"})
    assert '"><script>' not in said
    assert "<b>" not in said


def test_who_must_sign_in_finds_the_door_in_place_of_the_start():
    said = page(root="/studio", sign_in="/login/huggingface?to=/r/token")
    assert 'href="/studio/login/huggingface?to=/r/token"' in said
    assert " data-start>" not in said


@pytest.mark.parametrize(
    ("view", "heading"),
    [
        ({"state": "rating", "progress": {"done": 3, "of": 20}}, "Welcome back"),
        ({"state": "finished", "completion_code": "CODE"}, "Done. Thank you!"),
        ({"state": "closed", "completion_code": "CODE"}, "Done. Thank you!"),
        ({"state": "closed", "completion_code": None}, "This test is over"),
        ({"state": "full"}, "Enough people have taken part"),
        ({"state": "revoked"}, "This link is no longer valid"),
        ({"state": "waiting"}, "It has not begun yet"),
        ({"state": "unknown"}, "This link leads nowhere"),
    ],
)
def test_every_state_has_its_first_screen(view, heading):
    assert heading in document("en", "token", view)


@pytest.mark.parametrize("signing_in", [False, True])
def test_a_rater_is_known_by_the_cookie_that_the_studio_asks_for(tmp_path, signing_in):
    login = "huggingface" if signing_in else "off"
    settings = Settings(data_dir=tmp_path, rater_login=login, OAUTH_CLIENT_SECRET="hush")
    asked = []

    def view(invite: str, key: str | None) -> SimpleNamespace:
        asked.append((invite, key))
        return SimpleNamespace(model_dump=lambda mode: WELCOME | {"mode": mode})

    app = FastAPI()
    mount(app, SimpleNamespace(settings=settings, rating=SimpleNamespace(view=view)))
    person = signed_in.serializer(settings, signed_in.COOKIE).dumps("of who signed in")
    client = TestClient(app, cookies={seats.COOKIE: "of the cookie", signed_in.COOKIE: person})
    assert client.get("/r/token").status_code == 200
    assert asked == [("token", "of who signed in" if signing_in else "of the cookie")]
    client.cookies.set(signed_in.COOKIE, person[:-2] + "xx")
    client.get("/r/token")
    assert asked[-1][1] == (None if signing_in else "of the cookie")
