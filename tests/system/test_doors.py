"""The whole application against other websites, bodies without end, and names of files."""

import json

import pytest
from fastapi.testclient import TestClient

from studio.server import create_app
from studio.settings import Settings

EVENTS = ("queue/join", "run/predict", "api/predict", "component_server", "cancel", "reset")
MEBIBYTE = 1024 * 1024


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    app = create_app(Settings(data_dir=tmp_path_factory.mktemp("data")))
    with TestClient(app, "http://127.0.0.1", raise_server_exceptions=False) as client:
        yield client


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("/api/voices", {"files": {"file": ("a.wav", b"RIFF")}, "data": {"consent": "true"}}),
        ("/api/checkups", {"files": {"file": ("a.wav", b"RIFF")}}),
        ("/api/takes/1/retry", {}),
        ("/api/trials", {"json": {}}),
        ("/en/gradio_api/queue/join", {"json": {}}),
    ],
)
def test_another_website_cannot_act_through_a_visitors_browser(client, path, content):
    answer = client.post(path, headers={"Sec-Fetch-Site": "cross-site"}, **content)
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "cross_site")
    own = client.post(path, headers={"Sec-Fetch-Site": "same-origin"}, **content)
    assert own.status_code != 403


def test_a_name_that_another_website_points_here_is_not_answered(client):
    for path in (
        "/api/comparisons",
        "/api/voices",
        "/en/",
        "/en/config",
        "/docs",
        "/assets/icon.svg",
    ):
        assert client.get(path, headers={"Host": "evil.example"}).status_code == 421


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_what_a_form_of_another_page_can_send_is_never_taken_for_json(client, kind):
    answer = client.post("/api/trials", content="{}", headers={"Content-Type": kind})
    assert answer.status_code == 422


@pytest.mark.parametrize("event", EVENTS)
@pytest.mark.parametrize("place", ["{}", "[{}]", '{{"value": [{}]}}', '[["x", {}]]'])
def test_an_event_cannot_make_gradio_copy_a_file(client, tmp_path, event, place):
    private = tmp_path / "private.txt"
    private.write_text("a secret")
    reference = {"path": str(private), "meta": {"_type": "gradio.FileData"}}
    data = place.format(json.dumps(reference).replace("gradio.FileData", "gradio.\\u0046ileData"))
    body = f'{{"data": [{data}], "fn_index": 0, "session_hash": "a"}}'
    headers = {"Content-Type": "application/json"}
    answer = client.post(f"/en/gradio_api/{event}", content=body, headers=headers)
    assert answer.status_code == 422
    assert answer.json()["error"]["code"] == "file_reference"


def test_an_event_that_is_no_json_is_refused(client):
    for form in (
        {"files": {"file": ("a.txt", b"x")}},
        {"content": b"["},
        {"content": b"[" * 10**5},
    ):
        answer = client.post("/en/gradio_api/component_server", **form)
        assert (answer.status_code, answer.json()["error"]["code"]) == (422, "json_invalid")


def test_an_ordinary_event_still_reaches_gradio(client):
    body = {"data": [], "fn_index": 0, "session_hash": "a"}
    assert "event_id" in client.post("/en/gradio_api/queue/join", json=body).json()


@pytest.mark.parametrize("announced", [True, False])
@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/api/trials", "application/json"),
        ("/api/trials", "multipart/form-data; boundary=x"),
        ("/api/comparisons", "multipart/form-data; boundary=x"),
        ("/en/gradio_api/queue/join", "application/json"),
        ("/en/gradio_api/component_server", "multipart/form-data; boundary=x"),
    ],
)
def test_a_body_ends_at_a_mebibyte_whatever_it_calls_itself(client, path, kind, announced):
    pieces = (b" " * (MEBIBYTE // 4) for _ in range(8))
    content = b" " * 2 * MEBIBYTE if announced else pieces
    answer = client.post(path, content=content, headers={"Content-Type": kind})
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "body_too_large")


@pytest.mark.parametrize("kind", ["multipart/form-data", "Multipart/Form-Data"])
@pytest.mark.parametrize("path", ["/api/voices", "/api/checkups"])
def test_a_form_with_a_recording_has_a_bound_of_its_own(client, path, kind):
    head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.wav"\r\n\r\n'
    content = head + b"\0" * 2 * MEBIBYTE + b"\r\n--x--\r\n"
    answer = client.post(path, content=content, headers={"Content-Type": f"{kind}; boundary=x"})
    assert answer.status_code == 422
