"""The log holds no text, name, address, file name or key, whatever is sent to whatever route.

The whole studio runs as people start it; every route of its API document is called with marked
values wherever something can be sent. Then the marks are looked for in what it wrote.
"""

import json
import re
import uuid

import httpx
import pytest

from studio.server import create_app
from studio.settings import Settings
from tests.audio import files, speech
from tests.studio_process import StudioProcess, running

MARK = "Jdoe7731"
"""In every value that is sent."""
ADDRESS = "203.0.113.77"
HEADERS = {
    "User-Agent": f"Browser {MARK}",
    "Referer": f"https://example.org/{MARK}?q={MARK}",
    "X-Forwarded-For": ADDRESS,
    "X-Request-Id": f"{MARK}-010-1234-5678",
    "Accept-Language": "en",
    "Cookie": f"studio_session={MARK}; rater={MARK}",
    "Authorization": f"Bearer vs_{MARK}",
}


def value(schema, document, depth=0):  # noqa: PLR0911 (a ladder of kinds)
    """Something that fits a schema, as near as a test needs, with the mark in every text."""
    if "$ref" in schema:
        return value(
            document["components"]["schemas"][schema["$ref"].rpartition("/")[2]], document, depth
        )
    if "enum" in schema or "const" in schema:
        return schema.get("const", (schema.get("enum") or [None])[0])
    for combined in ("anyOf", "oneOf", "allOf"):
        if combined in schema:
            return value(schema[combined][0], document, depth)
    kind = schema.get("type")
    if kind == "object" and depth < 5:
        return {
            name: value(part, document, depth + 1)
            for name, part in schema.get("properties", {}).items()
        }
    if kind == "array":
        return [value(schema.get("items", {}), document, depth + 1)] if depth < 5 else []
    if kind in ("integer", "number"):
        return schema.get("minimum", 1)
    return kind == "boolean" or f"{MARK} says hello"


def calls(document):
    """Every operation, once with marks in the path and once with ids that may exist."""
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            for part in (MARK, str(uuid.uuid4())):
                yield method.upper(), re.sub(r"\{[^}]+\}", part, path), operation
                if "{" not in path:
                    break


def body_of(operation, document):
    content = operation.get("requestBody", {}).get("content", {})
    if "application/json" in content:
        schema = content["application/json"]["schema"]
        return {"json": value(schema, document)}
    if content:
        (schema,) = [part["schema"] for part in content.values()][:1]
        fields = value(schema, document)
        texts = {
            name: str(text)
            for name, text in fields.items()
            if isinstance(text, str | int | float | bool)
        }
        return {"data": texts, "files": {"file": (f"{MARK}.wav", MARK.encode(), "audio/wav")}}
    return {}


@pytest.fixture(scope="module", params=[("json", "off"), ("text", "on")], ids=["open", "accounts"])
def log(request, tmp_path_factory):
    """What a studio wrote while all that was sent to it."""
    folder = tmp_path_factory.mktemp("observed")
    form, auth = request.param
    studio = StudioProcess(
        folder / "data",
        STUDIO_LOG_FORMAT=form,
        STUDIO_AUTH=auth,
        STUDIO_ADMIN_PASSWORD=f"{MARK} is a long password",
        STUDIO_TAKE_TRIES="1",
        STUDIO_MEASURE="0",
    )
    with running(studio):
        document = create_app(Settings(data_dir=folder / "other")).openapi()
        with httpx.Client(base_url=studio.address, headers=HEADERS, timeout=120) as client:
            answers = []
            for method, path, operation in calls(document):
                try:
                    answer = client.request(
                        method,
                        path,
                        params={"q": MARK, "lang": MARK},
                        **body_of(operation, document),
                    )
                except httpx.ReadTimeout:  # an event stream
                    continue
                answers.append((method, path, answer.status_code))
            if auth == "off":
                saved_and_spoken(client)
            for path in (
                f"/{MARK}",
                f"/en/{MARK}",
                f"/r/{MARK}",
                f"/assets/{MARK}.js",
                "/gradio_api/queue/join",
            ):
                client.get(path)
            client.post(
                "/en/gradio_api/queue/join",
                json={"data": [MARK], "fn_index": 0, "session_hash": MARK},
            )
            client.post("/api/comparisons", content=b'{"text": "' + MARK.encode() + b"\xff")
    assert len(answers) > 100
    return form, studio.log.read_text()


def saved_and_spoken(client):
    """What goes well, and what goes wrong inside engines, which quote the text."""
    clip = files.make("wav", *speech.espeak(speech.KOREAN, "ko"))
    form = {
        "name": MARK,
        "language": "ko",
        "transcript": f"{MARK} 안녕",
        "speaker": MARK,
        "consent": "true",
        "insist_transcript": "true",
        "insist_clip": "true",
    }
    saved = client.post(
        "/api/voices", data=form, files={"file": (f"{MARK}.wav", clip, "audio/wav")}
    )
    assert saved.status_code in (200, 201), saved.text
    for words in (
        f"say {MARK}",
        f"chunks {MARK}",
        f"exit {MARK}",
        f"raise {MARK}",
        f"garbage {MARK}",
        f"crash {MARK}",
    ):
        order = {"text": words, "language": "en", "engines": [{"engine": "speaker"}], "retries": 0}
        made = client.post("/api/comparisons", json=order)
        assert made.status_code == 202, made.text
        for _ in range(100):
            view = client.get(f"/api/comparisons/{made.json()['id']}").json()
            if all(take["state"] in ("done", "failed") for take in view["takes"]):
                break


def test_nothing_that_was_sent_is_in_the_log(log):
    _, written = log
    lines = [
        line for line in written.splitlines() if MARK.lower() in line.lower() or ADDRESS in line
    ]
    assert lines == []
    assert "127.0.0.1" not in "".join(
        line for line in written.splitlines() if "Uvicorn running" not in line
    )


def test_every_request_left_a_line_with_its_route_and_id(log):
    form, written = log
    if form == "json":
        lines = [json.loads(line) for line in written.splitlines()]
        assert all(
            {"level", "logger", "message", "time", "request"} <= line.keys() for line in lines
        )
        routes = {line["route"] for line in lines if line["logger"] == "studio.http"}
        ids = {line["request"] for line in lines if line["logger"] == "studio.http"}
        assert len(ids) == len([line for line in lines if line["logger"] == "studio.http"])
    else:
        routes = set(re.findall(r"studio\.http \[[0-9a-f]{8}\]: [A-Z]+ (\S+) \d{3} in", written))
    if form == "json":
        assert {"/api/takes/{take_id}", "/api/comparisons", "/api/voices"} <= routes
    assert "/healthz" not in routes
