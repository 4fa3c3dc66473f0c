"""The rater's document and its files: one answer, nothing from outside, nothing for a preview."""

import gzip
import re

import pytest

from studio.locales import languages
from studio.studies.protocols import PROTOCOLS
from studio.ui.rater_document import document, policy
from studio.ui.rater_files import files

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
    assert 'rel="stylesheet"' not in answer.text
    assert "style=" not in answer.text
    assert not re.search(r"\son[a-z]+=", answer.text)
    assert len(gzip.compress(answer.content, 5)) < 14_000, "more than a first flight of packets"


def test_a_modules_address_may_be_kept_for_good_and_an_old_one_not(client):
    present = client.get(f"/r/-/{files().version}/main.js")
    assert present.status_code == 200
    assert "immutable" in present.headers["cache-control"]
    assert present.headers["content-type"].startswith("text/javascript")
    assert present.headers["content-encoding"] == "gzip"
    plain = client.get(f"/r/-/{files().version}/main.js", headers={"accept-encoding": "identity"})
    assert plain.text == present.text
    assert client.get("/r/-/older/main.js").headers["cache-control"] == "no-store"
    assert client.get(f"/r/-/{files().version}/start.js").status_code == 404
    assert client.get(f"/r/-/{files().version}/..%2fcss%2ftokens.css").status_code == 404


def test_modules_ask_only_for_modules_that_are_there():
    for name, (content, _) in files().modules.items():
        for wanted in re.findall(r"from \"\./([\w-]+\.js)\"", content.decode()):
            assert wanted in files().modules, f"{name} imports {wanted}"


def test_a_proxys_prefix_stands_before_every_address():
    said = page(root="/studio")
    found = re.findall(r"(?:href|src|data-files)=\"(/[^\"]*)\"", said)
    assert len(found) > 5
    assert all(address.startswith("/studio/") for address in found)


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
