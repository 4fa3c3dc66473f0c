"""Vertex AI's jobs through Google's own client, over HTTP."""

import pytest
from google.cloud.aiplatform_v1.types import AcceleratorType

from studio.problems import Unavailable
from studio.settings import Settings
from studio.takes.elsewhere.state import JobState
from studio.takes.elsewhere.vertex import VertexJobs
from tests.vertex_server import serving


@pytest.fixture
def vertex():
    with serving() as server:
        server.at_once = False
        yield server


def _settings(tmp_path, vertex, **more):
    return Settings(
        data_dir=tmp_path,
        database_url=f"sqlite:///{tmp_path}/studio.sqlite3",
        blobs_url=f"file://{tmp_path}/blobs",
        vertex_project="voices",
        vertex_image="image@sha256:0",
        vertex_endpoint=vertex.address,
        **more,
    )


@pytest.fixture
def jobs(tmp_path, vertex):
    return VertexJobs(_settings(tmp_path, vertex))


def test_a_job_says_what_to_run_on_which_machine_and_is_found_again_by_its_ticket(jobs, vertex):
    name = jobs.submit("take-1", "ticket-1")
    document = vertex.only().document
    pool = document["jobSpec"]["workerPoolSpecs"][0]
    assert pool["containerSpec"]["imageUri"] == "image@sha256:0"
    assert pool["containerSpec"]["args"] == ["render", "take-1", "--ticket", "ticket-1"]
    assert AcceleratorType(pool["machineSpec"]["acceleratorType"]) is AcceleratorType.NVIDIA_L4
    assert document["jobSpec"]["scheduling"]["disableRetries"] is True
    assert jobs.find("ticket-1") == name
    assert jobs.find("ticket-2") is None


@pytest.mark.parametrize(
    ("told", "words", "state"),
    [
        ("JOB_STATE_QUEUED", "", JobState.QUEUED),
        ("JOB_STATE_PENDING", "", JobState.QUEUED),
        ("JOB_STATE_RUNNING", "", JobState.RUNNING),
        ("JOB_STATE_SUCCEEDED", "", JobState.SUCCEEDED),
        ("JOB_STATE_FAILED", "exited with a non-zero status", JobState.FAILED),
        ("JOB_STATE_FAILED", "The replica workerpool0-0 was preempted", JobState.PREEMPTED),
        ("JOB_STATE_CANCELLING", "", JobState.CANCELLED),
        ("JOB_STATE_CANCELLED", "", JobState.CANCELLED),
        ("JOB_STATE_EXPIRED", "", JobState.FAILED),
    ],
)
def test_states_are_told_in_our_words(jobs, vertex, told, words, state):
    name = jobs.submit("take-1", "ticket-1")
    vertex.only().state, vertex.only().error = told, words
    assert jobs.state(name)[0] is state


def test_a_job_that_the_service_does_not_know_is_lost(jobs):
    assert jobs.state("projects/voices/locations/us-central1/customJobs/1")[0] is JobState.LOST


def test_cancelling_ends_a_job_and_asks_nothing_of_one_that_is_gone(jobs, vertex):
    jobs.cancel(jobs.submit("take-1", "ticket-1"))
    assert vertex.only().state == "JOB_STATE_CANCELLED"
    jobs.cancel("projects/voices/locations/us-central1/customJobs/1")


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (500, "jobs_unreachable"),
        (503, "jobs_unreachable"),
        (429, "jobs_unreachable"),
        (403, "jobs_refused"),
        (400, "jobs_refused"),
    ],
)
def test_what_the_service_refuses_is_told_apart_from_what_passes(jobs, vertex, status, code):
    vertex.failures.extend([status] * 20)
    with pytest.raises(Unavailable) as refused:
        jobs.submit("take-1", "ticket-1")
    assert refused.value.code == code
    assert not vertex.jobs
    posts = [method for method, _ in vertex.requests if method == "POST"]
    assert len(posts) == 1, "a client that repeats a POST may make two jobs"


def test_nobody_there_is_a_passing_failure(jobs, vertex, tmp_path):
    settings = _settings(tmp_path, vertex).model_copy(
        update={"vertex_endpoint": "http://127.0.0.1:9"}
    )
    with pytest.raises(Unavailable) as refused:
        VertexJobs(settings).submit("take-1", "ticket-1")
    assert refused.value.code == "jobs_unreachable"


def test_what_is_not_set_is_named(tmp_path):
    with pytest.raises(Unavailable) as refused:
        VertexJobs(Settings(data_dir=tmp_path, vertex_project="voices"))
    assert "STUDIO_VERTEX_IMAGE" in refused.value.params["settings"]
    assert "STUDIO_DATABASE_URL" in refused.value.params["settings"]
