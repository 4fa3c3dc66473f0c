"""Nobody reaches what is another's: every route of the application, called by the wrong person.

The routes come from the application itself (its OpenAPI document, and the routes that stand in
none), so that a new one cannot be forgotten: it must be listed in the permissions, and each of its
parameters and body fields that may hold somebody's id must be known here.
"""

import re
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from starlette.routing import Mount, WebSocketRoute

from studio.accounts.principal import Role
from studio.api.permissions import Access, rule_for, rules
from tests.accounts.belongings import MARK, Belongings, make
from tests.accounts.bench import a_studio, signed_in, someone
from tests.suite_engines import find_engines, forget_engines

OWNED = {
    "voice_id",
    "consent_id",
    "comparison_id",
    "take_id",
    "study_id",
    "reference_id",
    "invite_id",
    "decision_id",
    "batch_id",
    "key_id",
    "user_id",
    "token",
    "thing_id",
}
"""Parameters that name something of somebody's."""
OF_THE_STUDIO = {
    "engine": "speaker",
    "set_name": "weights",
    "job": "nothing",
    "model": "speaker",
    "text": "0",
    "condition": "0",
    "kind": "csv",
    "path": "anything",
    "invite": "unknown",
    "attempt": "unknown",
    "number": "0",
    "index": "0",
}
"""Parameters that name what everybody shares, or a place within something owned."""
NAMES = {
    "/api/engines/": "speaker",
    "/api/models/": "whisper",
    "/api/studies/{study_id}/result/tables/": "board",
    "/api/studies/{study_id}/export/": "answers",
}
"""What ``{name}`` is, by where it stands; ``/v1/audio/voices/{name}`` is a voice."""
ORDER = {
    "text": "Mine.",
    "language": "en",
    "engines": [{"engine": "speaker", "voice": "ann", "insist": True}],
}
BODIES: dict[str, Any] = {
    "PUT /api/voices/{voice_id}": {"name": "mine now"},
    "PUT /api/voices/{voice_id}/sharing": {"agreed": True},
    "POST /api/voices/{voice_id}/doctor": {},
    "PATCH /api/studies/{study_id}": {"title": "mine now"},
    "POST /api/studies/{study_id}/planner": {},
    "POST /api/studies/{study_id}/invites": {"kind": "open"},
    "POST /api/studies/{study_id}/decision": {"condition": 0},
    "PUT /api/studies/{study_id}/items/{text}/{condition}": {"verdict": "bad"},
    "POST /api/studies/{study_id}/items/{text}/{condition}/retry": {},
    "POST /api/trials/{token}/vote": {"choice": "a"},
    "PATCH /api/comparisons/{comparison_id}": {"title": "mine now"},
    "PUT /api/library/{kind}/{thing_id}/tags": {"tags": ["mine"]},
    "PATCH /api/users/{user_id}": {"disabled": True},
    "POST /api/users/{user_id}/password": {},
}
"""Bodies with which the rightful person would be served."""
FILES = {
    "POST /api/studies/{study_id}/references": {"name": "x"},
    "POST /api/studies/{study_id}/texts/csv": {},
}
IN_BODIES = {
    "POST /api/plans": ("voice",),
    "POST /api/comparisons": ("voice",),
    "POST /api/batches": ("voice",),
    "POST /api/batches/preview": ("voice",),
    "POST /api/trials": ("comparison",),
    "POST /api/studies": ("copy",),
    "POST /v1/audio/speech": ("voice",),
    "POST /synthesize": ("user_id", "input_voice_gcs"),
    "POST /upload-voice": ("user_id",),
    "GET /results/stream": ("blob",),
}
"""Fields of bodies and queries that may hold somebody's id; each is tried below."""
SUSPECT = re.compile(r"^(voice|comparison|take|copy|study|batch|invite|blob|user_id|.*_gcs|.*_id)$")
HARMLESS = {
    "POST /api/studies/{study_id}/references": ("voice",),  # a recording's place in the study
}
SHUT = {401, 403, 404}


@pytest.fixture(scope="module")
def world(tmp_path_factory) -> Iterator[dict[str, Any]]:
    folder = tmp_path_factory.mktemp("world")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TEST_ENGINES_JOURNAL", str(folder / "journal"))
        find_engines(patch)
        with a_studio(folder, bootstrap_draws=50, stop_seconds=0) as (studio, address):
            someone(studio, "root", Role.ADMIN)
            for name in ("alice", "bob"):
                someone(studio, name, Role.STUDY_OWNER)
            alice = signed_in(studio, address, "alice")
            yield {
                "studio": studio,
                "address": address,
                "alice": make(studio, alice, folder),
                "bob": signed_in(studio, address, "bob"),
                "root": signed_in(studio, address, "root"),
            }
        forget_engines()


@pytest.fixture(scope="module")
def alice(world) -> Belongings:
    return world["alice"]


@pytest.fixture(scope="module")
def routes(world) -> list[tuple[str, str]]:
    """Method and path of every route in the OpenAPI document."""
    document = world["bob"].get("/openapi.json").json()
    return [
        (method.upper(), path) for path, methods in document["paths"].items() for method in methods
    ]


def parameters(path: str) -> list[str]:
    return re.findall(r"\{(\w+)(?::path)?\}", path)


def owned(path: str) -> bool:
    return bool(OWNED & set(parameters(path))) or path == "/v1/audio/voices/{name}"


def public(method: str, path: str) -> bool:
    return any(
        rule.access is Access.PUBLIC and (rule.method, bare(rule.path)) == (method, bare(path))
        for rule in rules()
    )


def bare(path: str) -> str:
    return path.replace(":path}", "}")


def filled(path: str, alice: Belongings) -> str:
    """The path with somebody's ids in it; what is not known fails the test."""

    def value(found: re.Match[str]) -> str:
        name = found.group(1)
        if name == "token":
            return alice.ids["stimulus" if "/stimuli/" in path else "trial"]
        if path.startswith("/api/library/"):
            return {"kind": "comparison", "thing_id": alice.ids["comparison_id"]}[name]
        if name == "study_id" and "/references/" in path:
            return alice.ids["draft_id"]
        if name == "name":
            if path.startswith("/v1/audio/voices"):
                return alice.ids["voice_id"]
            return next(known for place, known in NAMES.items() if path.startswith(place))
        return alice.ids.get(name) or OF_THE_STUDIO[name]

    return re.sub(r"\{(\w+)(?::path)?\}", value, path)


def call(
    person: httpx.Client, method: str, path: str, alice: Belongings, **more: Any
) -> httpx.Response:
    """Call a route as its rightful person would."""
    name = f"{method} {path}"
    if name in FILES:
        content = b"text\nOne\n" if path.endswith("csv") else alice.clip
        more = {"files": {"file": ("f", content)}, "data": FILES[name], **more}
    elif method in ("POST", "PUT", "PATCH") and "files" not in more:
        more = {"json": BODIES.get(name, {}), **more}
    with person.stream(method, filled(path, alice), timeout=120, **more) as answer:
        answer.read()
    return answer


def tells_nothing(answer: httpx.Response, alice: Belongings) -> None:
    """Neither words nor sound nor ids of hers, beyond those that were sent."""
    sent = str(answer.request.url)
    told = f"{answer.headers} {answer.text}"
    assert MARK not in told, f"{answer.request.method} {answer.request.url} told her words"
    for name, id_ in alice.ids.items():
        assert id_ not in told or id_ in sent, f"{answer.request.url} told her {name}"
    kind = answer.headers.get("content-type", "")
    assert not kind.startswith(("audio/", "application/zip", "image/")), f"{answer.request.url}"


def test_every_route_says_who_may_use_it(world, routes):
    listed = {(rule.method, bare(rule.path)) for rule in rules()}
    forgotten = [f"{method} {path}" for method, path in routes if (method, path) not in listed]
    assert not forgotten, "add them to studio/api/permissions.py"


def test_every_route_is_matched_by_its_own_rule(world, routes, alice):
    """No rule is hidden by another one that lets more people in."""
    for method, path in routes:
        rule = rule_for(method, filled(path, alice))
        assert rule is not None
        own = next(r for r in rules() if (r.method, bare(r.path)) == (method, path))
        assert rule.access == own.access, path


def test_every_route_outside_the_document_is_listed_or_shut(world):
    """Gradio's own routes, files, sockets: whoever is not signed in gets none but public files."""
    bob, address = world["bob"], world["address"]
    for path, methods in _undocumented(address, world):
        for method in methods - {"HEAD", "OPTIONS"}:
            target = re.sub(r"\{language\}", "en", path)
            target = re.sub(r"\{\w+(:path)?\}", "x", target)
            rule = rule_for(method, target)
            answer = httpx.request(method, f"{address}{target}", timeout=120)
            if rule is None or rule.access is not Access.PUBLIC:
                assert answer.status_code in (401, 303), f"{method} {target}: {answer.status_code}"
            if rule is None:
                known = bob.request(method, target)
                assert known.status_code in (404, 405), f"{method} {target}: {known.status_code}"


def _undocumented(address: str, world) -> Iterator[tuple[str, set[str]]]:
    from studio.server import create_app
    from tests.accounts.bench import settings

    routes = create_app(settings(world["studio"].settings.data_dir.parent / "second")).routes

    def below(some: list, prefix: str) -> Iterator[tuple[str, set[str]]]:
        for route in some:
            inner = getattr(route, "original_router", None)
            if isinstance(route, Mount):
                yield from below(route.routes or [], f"{prefix}{route.path}")
            elif inner is not None:
                yield from below(inner.routes, prefix)
            elif not isinstance(route, WebSocketRoute) and getattr(route, "path", None):
                yield prefix + route.path, set(getattr(route, "methods", None) or {"GET"})

    yield from below(routes, "")


def test_without_signing_in_nothing_is_open_that_is_not_public(world, routes, alice):
    with httpx.Client(base_url=world["address"]) as stranger:
        for method, path in routes:
            if public(method, path):
                continue
            answer = call(stranger, method, path, alice)
            assert answer.status_code == 401, f"{method} {path}: {answer.status_code}"
            tells_nothing(answer, alice)


@pytest.mark.parametrize("wrong", ["bob", "root"])
def test_what_is_anothers_does_not_exist_for_the_wrong_person(world, routes, alice, wrong):
    """An admin is no exception, but for accounts, which are theirs to look after."""
    for method, path in routes:
        if not owned(path) or public(method, path):
            continue
        if wrong == "root" and path.startswith("/api/users"):
            continue
        answer = call(world[wrong], method, path, alice)
        assert answer.status_code in SHUT, f"{method} {path}: {answer.status_code} {answer.text}"
        tells_nothing(answer, alice)


@pytest.mark.parametrize("wrong", ["bob", "root"])
def test_what_is_nobodys_in_particular_tells_nothing_of_others(world, routes, alice, wrong):
    for method, path in routes:
        if owned(path) or public(method, path) or method != "GET" or path == "/api/users":
            continue
        answer = call(world[wrong], method, path, alice)
        assert answer.status_code < 500, f"{method} {path}: {answer.text}"
        tells_nothing(answer, alice)


def test_the_rightful_person_is_served(world, routes, alice):
    """Otherwise all of the above would be true of an empty studio."""
    for method, path in routes:
        if method != "GET" or not owned(path) or public(method, path):
            continue
        if path.startswith("/api/users"):
            continue
        if path == "/api/studies/{study_id}/export/{name}.{kind}":
            continue
        answer = call(alice.person, method, path, alice)
        assert answer.status_code not in SHUT, f"{method} {path}: {answer.text}"
        assert answer.status_code < 500


def test_every_field_that_may_hold_an_id_is_tried(world):
    """A new field ``voice`` or ``take_id`` in some body must be tried below."""
    document = world["bob"].get("/openapi.json").json()
    schemas = document["components"]["schemas"]

    def resolved(schema: dict) -> dict:
        while "$ref" in schema:
            schema = schemas[schema["$ref"].rpartition("/")[2]]
        return schema

    unknown = []
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            name = f"{method.upper()} {path}"
            fields = [
                one["name"] for one in operation.get("parameters", []) if one["in"] == "query"
            ]
            for content in operation.get("requestBody", {}).get("content", {}).values():
                fields += resolved(content.get("schema", {})).get("properties", {})
            known = (*IN_BODIES.get(name, ()), *HARMLESS.get(name, ()))
            unknown += [f"{name}: {f}" for f in fields if SUSPECT.match(f) and f not in known]
    assert not unknown


def tries(alice: Belongings) -> list[tuple[str, str, dict[str, Any]]]:
    ids = alice.ids
    voice, named = ids["voice_id"], f"Voice {MARK}"
    cloned = {"engine": "speaker", "insist": True}
    upload = {"files": {"file": ("a.wav", alice.clip)}}
    speech = {"input": "Mine.", "model": "speaker"}
    synthesis = {"text": "Mine.", "language": "en"}
    return [
        ("POST", "/api/plans", {"json": {**ORDER, "voice": voice}}),
        ("POST", "/api/comparisons", {"json": {**ORDER, "voice": voice}}),
        ("POST", "/api/comparisons", {"json": {**ORDER, "engines": [cloned], "voice": voice}}),
        ("POST", "/api/batches", {"json": _batch(voice)}),
        ("POST", "/api/batches/preview", {"json": _batch(voice)}),
        ("POST", "/api/trials", {"json": {"comparison": ids["comparison_id"]}}),
        ("POST", "/api/studies", {"json": {"copy": ids["study_id"]}}),
        ("POST", "/v1/audio/speech", {"json": {**speech, "voice": voice}}),
        ("POST", "/v1/audio/speech", {"json": {**speech, "voice": {"id": voice}}}),
        ("POST", "/v1/audio/speech", {"json": {**speech, "voice": named}}),
        ("DELETE", f"/v1/audio/voices/{named}", {}),
        (
            "POST",
            "/synthesize",
            {"json": {**synthesis, "user_id": alice.user_id, "input_voice_gcs": alice.voice_blob}},
        ),
        (
            "POST",
            "/synthesize",
            {"json": {**synthesis, "user_id": "bob", "input_voice_gcs": alice.voice_blob}},
        ),
        ("POST", "/upload-voice", {**upload, "data": {"user_id": alice.user_id}}),
        ("POST", "/upload-voice", {**upload, "data": {"user_id": alice.name}}),
        ("GET", "/results/stream", {"params": {"blob": alice.result_blob}}),
        ("GET", "/results/stream", {"params": {"blob": alice.voice_blob}}),
    ]


def _batch(voice: str) -> dict[str, Any]:
    return {"texts": ["Mine."], "language": "en", "engines": ORDER["engines"], "voice": voice}


def test_ids_in_bodies_and_queries_are_looked_at_as_those_in_paths(world, alice):
    tried = set()
    for method, path, request in tries(alice):
        tried.add(f"{method} {path}")
        answer = call(world["bob"], method, path, alice, **request)
        refused = answer.status_code in {*SHUT, 400, 409, 422}
        assert refused, f"{method} {path} {request.get('json')}: {answer.status_code} {answer.text}"
        told = answer.text.replace(MARK, "") if MARK in str(request) + path else answer.text
        assert MARK not in told
    assert set(IN_BODIES) <= tried, "a field is listed, and nothing tries it"


@pytest.mark.parametrize("wrong", ["bob", "root"])
@pytest.mark.parametrize("act", ["bin", "restore", "purge"])
def test_nobody_moves_what_is_anothers_into_a_bin_or_out(world, alice, wrong, act):
    kinds = ("comparison", "take", "voice", "study")
    things = [{"kind": kind, "id": alice.ids[f"{kind}_id"]} for kind in kinds]
    answer = call(
        world[wrong], "POST", f"/api/library/{act}", alice, json={"things": things}
    ).json()
    assert answer["things"] == []
    assert {one["code"] for one in answer["refused"]} == {f"unknown_{kind}" for kind in kinds}
    assert MARK not in str(answer)
    for kind, thing in zip(kinds, things, strict=True):
        tags = f"/api/library/{kind}/{thing['id']}/tags"
        assert world[wrong].put(tags, json={"tags": ["mine"]}).status_code == 404
        shown = alice.person.get("/api/library", params={"kind": kind}).json()["items"]
        assert thing["id"] in {one["id"] for one in shown}
        assert world[wrong].get("/api/library", params={"kind": kind}).json()["items"] == []


def test_studies_in_the_library_are_for_those_who_may_run_them(world, alice):
    """A key of somebody's own that may not see the page of studies."""
    body = {"name": "narrow", "scopes": ["creator"]}
    key = alice.person.post("/api/account/keys", json=body).json()["key"]
    with httpx.Client(
        base_url=world["address"], headers={"Authorization": f"Bearer {key}"}
    ) as narrow:
        page = narrow.get("/api/library", params={"kind": "study"}).json()
        assert page["items"] == []
        assert page["counts"]["study"] == 0
        things = [{"kind": "study", "id": alice.ids["study_id"]}]
        for act in ("bin", "restore", "purge"):
            answer = narrow.post(f"/api/library/{act}", json={"things": things})
            assert answer.status_code == 403, answer.text


def test_a_file_of_anothers_is_not_known_here(world, alice):
    files = {"file": ("a.wav", alice.exported)}
    mine = alice.person.post("/api/provenance", files=files).json()
    assert mine["known"]["take"]
    theirs = world["bob"].post("/api/provenance", files=files).json()
    assert theirs["known"] == {"take": False, "comparison": None, "voice": False, "consent": False}


def test_the_studio_page_shows_and_makes_what_is_its_persons(world, alice):
    """Gradio's own events, as the page sends them."""
    bob = world["bob"]
    config = bob.get("/en/config").json()
    loads = [one for one in config["dependencies"] if any(t[1] == "load" for t in one["targets"])]
    assert loads
    for one in loads:
        body = {"fn_index": one["id"], "data": ["en"] * len(one["inputs"]), "session_hash": "b"}
        theirs = bob.post("/en/gradio_api/run/predict", json=body)
        assert theirs.status_code == 200
        assert MARK not in theirs.text
        own = alice.person.post("/en/gradio_api/run/predict", json=body)
        assert f"Voice {MARK}" in own.text


def test_a_board_counts_the_votes_on_ones_own_takes(world, alice):
    trial = alice.person
    for side in ("a", "b"):
        order = {"comparison": alice.ids["comparison_id"]}
        made = trial.post("/api/trials", json=order).json()
        for url in (made["a_url"], made["b_url"]):
            assert world["bob"].get(url).status_code == 403
            assert trial.get(url).status_code == 200
        wrong = world["bob"].post(f"/api/trials/{made['token']}/vote", json={"choice": side})
        assert wrong.status_code == 403
        for _ in range(40):
            vote = trial.post(f"/api/trials/{made['token']}/vote", json={"choice": side})
            if vote.status_code != 409:
                break
            time.sleep(0.25)  # until both clips could have been heard
        assert vote.status_code == 200, vote.text
    assert trial.get("/api/leaderboard").json()["votes"] == 2
    assert world["bob"].get("/api/leaderboard").json()["votes"] == 0
    assert world["root"].get("/api/leaderboard").json()["votes"] == 0
    assert world["root"].get("/api/leaderboard", params={"whole": True}).json()["votes"] == 2
    assert world["bob"].get("/api/leaderboard", params={"whole": True}).status_code == 403


def test_a_socket_without_a_session_is_closed_with_its_code(world):
    from websockets.exceptions import ConnectionClosed
    from websockets.sync.client import connect

    address = world["address"].replace("http", "ws", 1)
    for path in ("/v1/audio/speech/stream", "/nowhere"):
        with connect(f"{address}{path}") as socket, pytest.raises(ConnectionClosed) as closed:
            socket.recv(timeout=5)
        assert closed.value.rcvd.code == 4401


def test_nothing_of_the_studios_own_is_public():
    opened = {rule.path for rule in rules() if rule.access is Access.PUBLIC}
    for part in ("/api/voices", "/api/takes", "/api/studies", "/api/users", "gradio_api", "/v1/"):
        assert not any(part in path for path in opened), part
