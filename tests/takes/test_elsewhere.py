"""Takes as jobs elsewhere: a real studio, a local job service that really runs the job's command."""

import os

import pytest
from sqlalchemy import update

from studio.settings import Settings
from studio.store.database import Database
from studio.store.tables import Take
from tests.studio_process import ROOT, StudioProcess, running
from tests.suite_engines import PLUGINS
from tests.vertex_server import serving
from tests.waiting import until


@pytest.fixture
def vertex():
    path = os.pathsep.join([str(ROOT), str(PLUGINS)])
    with serving(PYTHONPATH=path, STUDIO_MEASURE="0", STUDIO_DATA_DIR="/nonexistent") as server:
        yield server


def _studio(tmp_path, vertex, **more):
    data = tmp_path / "data"
    return StudioProcess(
        data,
        STUDIO_BLOBS_URL=f"file://{data}/blobs",
        STUDIO_RUNTIME="vertex",
        STUDIO_VERTEX_PROJECT="voices",
        STUDIO_VERTEX_IMAGE="image",
        STUDIO_VERTEX_ENDPOINT=vertex.address,
        STUDIO_VERTEX_ENGINES='["test_echo"]',
        STUDIO_VERTEX_POLL_SECONDS="0.2",
        STUDIO_TAKE_BACKOFF_SECONDS="0.2",
        STUDIO_MEASURE="0",
        **more,
    )


def _ordered(studio, text="Far away."):
    comparison = studio.order(text, [{"engine": "test_echo"}])
    return comparison["id"], comparison["takes"][0]["id"]


def _take(studio, take_id):
    return studio.client.get(f"/api/takes/{take_id}").json()


def test_a_take_is_rendered_by_a_job_and_tells_where_it_stands(tmp_path, vertex):
    vertex.at_once = False
    with running(_studio(tmp_path, vertex)) as studio:
        comparison, take_id = _ordered(studio)
        job = until(lambda: next(iter(vertex.jobs.values()), None))
        assert _take(studio, take_id)["elsewhere"] == "queued"
        vertex.begin(job)
        seen = set()
        until(lambda: seen.add(_take(studio, take_id)["elsewhere"]) or "running" in seen, 30)
        take = studio.finished(comparison)["test_echo"]
        assert take["state"] == "done", (take, job.output)
        assert studio.client.get(f"/api/takes/{take_id}/audio").content[:4] in (b"fLaC", b"RIFF")
        assert "test_echo" not in studio.children(), "it was rendered in the studio itself"


def test_a_preempted_job_is_begun_again(tmp_path, vertex):
    vertex.at_once = False
    with running(_studio(tmp_path, vertex)) as studio:
        comparison, _ = _ordered(studio)
        first = until(lambda: next(iter(vertex.jobs.values()), None))
        vertex.at_once = True
        vertex.preempt(first)
        assert studio.finished(comparison)["test_echo"]["state"] == "done"
        assert len(vertex.jobs) == 2
        tickets = {one.document["labels"]["voice-studio-ticket"] for one in vertex.jobs.values()}
        assert len(tickets) == 2


def test_a_job_whose_program_fails_again_and_again_is_the_takes_failure(tmp_path, vertex):
    vertex.environment["PYTHONHOME"] = "/nonexistent"  # Python itself does not start
    with running(_studio(tmp_path, vertex, STUDIO_TAKE_TRIES="2")) as studio:
        comparison, _ = _ordered(studio)
        take = studio.finished(comparison)["test_echo"]
        assert take["state"] == "failed"
        assert take["error"]["code"] == "remote_job_failed"
        assert len(vertex.jobs) == 2


def test_what_no_retry_will_mend_the_job_writes_into_the_row_itself(tmp_path, vertex):
    vertex.environment["PYTHONPATH"] = "/nonexistent"  # the image lacks the engine
    with running(_studio(tmp_path, vertex)) as studio:
        comparison, _ = _ordered(studio)
        take = studio.finished(comparison)["test_echo"]
        assert take["state"] == "failed"
        assert take["error"]["code"] == "unknown_engine"
        vertex.only()


def test_cancelling_a_take_cancels_its_job(tmp_path, vertex):
    vertex.at_once = False
    with running(_studio(tmp_path, vertex)) as studio:
        _, take_id = _ordered(studio)
        job = until(lambda: next(iter(vertex.jobs.values()), None))
        studio.client.post(f"/api/takes/{take_id}/cancel")
        until(lambda: job.state == "JOB_STATE_CANCELLED")
        assert _take(studio, take_id)["state"] == "cancelled"


def test_a_studio_that_died_watches_the_same_job_when_it_is_back(tmp_path, vertex):
    vertex.at_once = False
    studio = _studio(tmp_path, vertex, STUDIO_LEASE_PATIENCE_SECONDS="2")
    with running(studio):
        comparison, _ = _ordered(studio)
        until(lambda: vertex.jobs)
        studio.kill()
        studio.start()
        vertex.begin(vertex.only())
        assert studio.finished(comparison)["test_echo"]["state"] == "done"
        vertex.only()


def test_a_studio_that_died_before_it_heard_the_jobs_name_finds_it_by_its_ticket(tmp_path, vertex):
    vertex.at_once = False
    studio = _studio(tmp_path, vertex)
    with running(studio):
        comparison, take_id = _ordered(studio)
        until(lambda: vertex.jobs)
        studio.kill()
        database = Database(Settings(data_dir=studio.data_dir))
        forget = update(Take).where(Take.id == take_id).values(remote_job=None)
        database.write(lambda session: session.execute(forget))
        database.close()
        studio.start()
        vertex.begin(vertex.only())
        assert studio.finished(comparison)["test_echo"]["state"] == "done"
        vertex.only()


def test_a_service_that_cannot_be_reached_for_a_while_loses_nothing(tmp_path, vertex):
    vertex.failures.extend([503] * 2)
    with running(_studio(tmp_path, vertex)) as studio:
        comparison, _ = _ordered(studio)
        assert studio.finished(comparison)["test_echo"]["state"] == "done"
        vertex.only()


def test_engines_that_are_not_named_are_rendered_here(tmp_path, vertex):
    with running(_studio(tmp_path, vertex)) as studio:
        comparison = studio.order("Near.", [{"engine": "test_slow"}])
        assert studio.finished(comparison["id"])["test_slow"]["state"] == "done"
        assert not vertex.jobs
