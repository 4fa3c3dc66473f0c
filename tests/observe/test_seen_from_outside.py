"""/metrics, /healthz, /readyz and request ids, of whole studios over HTTP."""

import logging
import shutil

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import text

from studio import telemetry
from studio.accounts.principal import Role
from studio.store.tables import Comparison, Take
from studio.store.work_tables import Lease
from tests.accounts.bench import a_studio, signed_in, someone

TOKEN = "a token of the monitoring"
ID = "0123456789abcdef" * 2


@pytest.fixture(scope="module")
def open_studio(tmp_path_factory):
    caps = {"USD": 12.5}
    with a_studio(tmp_path_factory.mktemp("open"), auth="off", spending_cap=caps) as (
        studio,
        address,
    ):
        yield studio, address


@pytest.fixture(scope="module")
def guarded(tmp_path_factory):
    with a_studio(tmp_path_factory.mktemp("guarded"), metrics_token=TOKEN) as (studio, address):
        someone(studio, "ada", Role.ADMIN)
        someone(studio, "bob", Role.CREATOR)
        yield studio, address


def figures(address, **headers):
    """Samples by name and labels."""
    answer = httpx.get(f"{address}/metrics", headers=headers)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    return {
        (sample.name, *sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def a_take(number, state, priority):
    return Take(
        id=f"take-{number}",
        comparison_id="c",
        position=number,
        engine="gone",
        key="",
        state=state,
        request={},
        aspects={},
        priority=priority,
    )


def test_queue_depth_is_told_by_state_and_priority(open_studio):
    studio, address = open_studio
    rows = [
        a_take(1, "running", 0),
        a_take(2, "done", 0),
        a_take(3, "queued", 1010),
        a_take(4, "queued", 1010),
    ]
    comparison = Comparison(id="c", owner="local", text="x", text_sha256="", language="en")

    def add(session):
        session.add(comparison)
        session.flush()
        session.add_all(rows)

    studio.database.write(add)
    found = figures(address)
    depth = {key[1:]: value for key, value in found.items() if key[0] == "studio_queue_takes"}
    assert depth == {
        (("priority", "0"), ("state", "running")): 1,
        (("priority", "10"), ("state", "paused")): 2,
    }


def test_the_scheduler_the_cap_and_the_database_are_told(open_studio):
    studio, address = open_studio
    found = figures(address)
    with studio.database.read() as session:
        lease = session.query(Lease).one()
    assert found["studio_lease_held", ("name", lease.name), ("place", lease.place)] == 1
    assert found["studio_scheduler_here",] == 1
    assert found["studio_spending_cap", ("currency", "USD")] == 12.5
    assert found["studio_spent", ("currency", "USD")] == 0
    assert found["studio_database_reachable",] == 1
    assert found["studio_database_operations_total",] >= 1
    assert found["process_resident_memory_bytes",] > 1e6


def test_memory_of_processes_is_told(open_studio):
    studio, address = open_studio
    studio.runtime.call("os:getpid")
    found = figures(address)
    assert (
        found["studio_engine_memory_bytes", ("device", "cpu"), ("engine", "workbench media")] > 1e6
    )


def test_takes_failures_and_votes_are_told_by_engine_and_reason(open_studio):
    _, address = open_studio
    telemetry.take_done("observed", rtf=0.25, ttfa=0.1, seconds=3.0)
    telemetry.take_failed("observed", "error.engine_crashed")
    telemetry.take_retried("observed", "service_busy")
    telemetry.vote_counted("observed")
    found = figures(address)
    engine = ("engine", "observed")
    assert found["studio_takes_total", engine] == 1
    assert found["studio_audio_seconds_total", engine] == 3
    assert found["studio_take_rtf_bucket", engine, ("le", "0.3")] == 1
    assert found["studio_take_rtf_bucket", engine, ("le", "0.2")] == 0
    assert found["studio_take_ttfa_seconds_sum", engine] == pytest.approx(0.1)
    assert found["studio_take_failures_total", engine, ("reason", "engine_crashed")] == 1
    assert found["studio_take_retries_total", engine, ("reason", "service_busy")] == 1
    assert found["studio_votes_total", ("protocol", "observed")] == 1


def test_requests_are_counted_by_the_route_as_it_is_declared(open_studio):
    _, address = open_studio
    labels = ("method", "GET"), ("route", "/api/takes/{take_id}"), ("status", "404")
    before = figures(address).get(("studio_http_seconds_count", *labels), 0)
    for number in range(3):
        httpx.get(f"{address}/api/takes/{number}")
    found = figures(address)
    assert found["studio_http_seconds_count", *labels] == before + 3
    assert found["studio_http_requests_under_way",] == 1  # the one that asks
    assert not [key for key in found if "/api/takes/1" in str(key)]


def test_labels_that_come_from_outside_do_not_grow_without_end():
    labels = telemetry._Labels()
    assert {labels(f"engine {number}") for number in range(5000)} == {
        f"engine {number}" for number in range(400)
    } | {"other"}


@pytest.mark.parametrize(
    "headers",
    [{}, {"Authorization": "Bearer wrong"}, {"Authorization": "Bearer"}, {"Authorization": TOKEN}],
)
def test_with_accounts_on_strangers_see_no_figures(guarded, headers):
    _, address = guarded
    answer = httpx.get(f"{address}/metrics", headers=headers)
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "metrics_token_needed")


def test_with_accounts_on_the_token_and_admins_see_figures(guarded):
    studio, address = guarded
    assert figures(address, Authorization=f"Bearer {TOKEN}")
    with signed_in(studio, address, "ada") as admin, signed_in(studio, address, "bob") as creator:
        assert admin.get("/metrics").status_code == 200
        assert creator.get("/metrics").status_code == 403


def test_without_a_token_set_nobody_guesses_an_empty_one(tmp_path):
    with a_studio(tmp_path) as (_, address):
        answer = httpx.get(f"{address}/metrics", headers={"Authorization": "Bearer"})
    assert answer.status_code == 403


def test_a_studio_whose_stores_answer_is_ready(open_studio):
    studio, address = open_studio
    assert httpx.get(f"{address}/healthz").json() == {"status": "ok"}
    answer = httpx.get(f"{address}/readyz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ready", "reasons": []})
    assert list(studio.blobs.names("trial/")) == []


def test_a_studio_that_cannot_write_blobs_or_has_other_tables_is_not_ready_but_healthy(tmp_path):
    with a_studio(tmp_path, auth="off") as (studio, address):
        studio.readiness._seconds = 0.0
        root = studio.settings.data_dir / "blobs"
        shutil.rmtree(root, ignore_errors=True)
        root.write_text("a file in the way")
        studio.database.write(
            lambda s: s.execute(text("UPDATE alembic_version SET version_num = '0001'"))
        )
        answer = httpx.get(f"{address}/readyz", headers={"Accept-Language": "ko"})
        assert answer.status_code == 503
        reasons = {one["part"]: one for one in answer.json()["reasons"]}
        assert set(reasons) == {"database", "blobs"}
        assert "0001" in reasons["database"]["message"]
        assert "버전" in reasons["database"]["message"]
        assert httpx.get(f"{address}/healthz").status_code == 200


def test_a_studio_that_stops_is_not_ready_at_once(tmp_path):
    with a_studio(tmp_path, auth="off") as (studio, address):
        assert httpx.get(f"{address}/readyz").status_code == 200
        studio.readiness.stop()
        answer = httpx.get(f"{address}/readyz")
        assert (answer.status_code, answer.json()["reasons"][0]["code"]) == (503, "studio_stopping")


def test_a_request_id_that_is_one_comes_back_and_anything_else_is_replaced(open_studio):
    _, address = open_studio
    for sent in (ID, "6f1c2e9a-1b1a-4a3e-9a55-0123456789ab"):
        assert (
            httpx.get(f"{address}/healthz", headers={"X-Request-Id": sent}).headers["x-request-id"]
            == sent
        )
    for sent in ("jane-doe", "010-1234-5678", ID + "0", ""):
        given = httpx.get(f"{address}/healthz", headers={"X-Request-Id": sent}).headers[
            "x-request-id"
        ]
        assert given != sent
        assert len(given) == 32


def test_a_failure_inside_answers_and_logs_under_the_requests_id(open_studio, monkeypatch, caplog):
    studio, address = open_studio

    def broken(*_):
        raise ValueError("what nobody expected, of Jane")

    monkeypatch.setattr(type(studio.ledger), "view", broken)
    with caplog.at_level(logging.INFO, "studio"):
        answer = httpx.get(f"{address}/api/ledger", headers={"X-Request-Id": ID})
    assert (answer.status_code, answer.headers["x-request-id"]) == (500, ID)
    assert ID in answer.json()["error"]["message"]
    assert any(ID in record.getMessage() for record in caplog.records)


def test_who_asks_too_often_is_refused_by_account_and_by_address(tmp_path):
    limits = {"requests_per_minute_user": 5, "requests_per_minute_address": 12}
    with a_studio(tmp_path, **limits) as (studio, address):
        someone(studio, "ada", Role.CREATOR)
        someone(studio, "bob", Role.CREATOR)
        with signed_in(studio, address, "ada") as ada, signed_in(studio, address, "bob") as bob:
            assert [ada.get("/api/voices").status_code for _ in range(7)] == [200] * 5 + [429] * 2
            refused = ada.get("/api/voices")
            assert int(refused.headers["retry-after"]) >= 1
            assert [bob.get("/api/voices").status_code for _ in range(5)][:4] == [200] * 4
            elsewhere = {"X-Forwarded-For": "203.0.113.9"}
            assert bob.get("/api/voices").status_code == 429
            assert httpx.get(f"{address}/api/voices").status_code == 429
            assert httpx.get(f"{address}/api/voices", headers=elsewhere).status_code == 401
            assert httpx.get(f"{address}/healthz").status_code == 200
