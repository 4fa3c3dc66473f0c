"""Long work: begun, watched, called off, remembered for a while."""

import threading

import pytest

from studio.locales import Note
from studio.problems import Conflict, NotFound, Unavailable
from studio.runtime.jobs import Jobs
from tests.waiting import until


@pytest.fixture
def jobs():
    made = Jobs()
    yield made
    made.close()


@pytest.fixture
def gate():
    opened = threading.Event()
    yield opened
    opened.set()


def over(jobs, job):
    return until(lambda: (now := jobs.get(job.id)).state != "running" and now, 5)


def test_a_job_tells_how_far_it_is_and_what_came_of_it(jobs, gate):
    def work(told, stop):
        told(30, 100, Note("job.fetching"))
        gate.wait(5)
        told(100, 100)
        return Note("job.fetched", {"set": "large"})

    job = jobs.start("weights", "fake", "large", work)
    now = until(lambda: (seen := jobs.get(job.id)).done and seen)
    assert (now.state, now.done, now.total, now.phase.code) == ("running", 30, 100, "job.fetching")
    gate.set()
    now = over(jobs, job)
    assert (now.state, now.done, now.result.code) == ("done", 100, "job.fetched")
    assert now.ended_at >= now.started_at
    assert now.speed is None


def test_the_speed_is_taken_from_the_last_seconds(jobs, gate):
    def work(told, stop):
        for done in range(50):
            told(done * 1_000_000, 50_000_000)
            stop.wait(0.01)
        gate.wait(5)

    job = jobs.start("weights", "fake", "large", work)
    now = until(lambda: (seen := jobs.get(job.id)).done == 49_000_000 and seen)
    assert 10e6 < now.speed <= 100e6


def test_a_share_has_no_speed(jobs, gate):
    def work(told, stop):
        told(0.1, 1.0)
        stop.wait(0.02)
        told(0.5, 1.0)
        gate.wait(5)

    job = jobs.start("environment", "fake", "", work, measure="share")
    now = until(lambda: (seen := jobs.get(job.id)).done == 0.5 and seen)
    assert now.speed is None


def test_a_job_called_off_is_told_to_stop_and_is_cancelled(jobs):
    began = threading.Event()

    def work(told, stop):
        began.set()
        assert stop.wait(5)
        raise RuntimeError("what it was doing broke off")

    job = jobs.start("weights", "fake", "large", work)
    began.wait(5)
    assert jobs.cancel(job.id).cancelling
    now = over(jobs, job)
    assert (now.state, now.error, now.cancelling) == ("cancelled", None, False)
    assert jobs.cancel(job.id).state == "cancelled"


def test_a_refusal_is_kept_as_a_sentence(jobs):
    def work(told, stop):
        raise Unavailable("disk_full", needed="3 GB", free="1 GB")

    now = over(jobs, jobs.start("weights", "fake", "large", work))
    assert (now.state, now.error.code) == ("failed", "error.disk_full")
    assert now.error.params == {"needed": "3 GB", "free": "1 GB"}


def test_a_broken_job_says_so_and_leaves_the_details_to_the_log(jobs, caplog):
    def work(told, stop):
        raise ZeroDivisionError("the secret is 42")

    now = over(jobs, jobs.start("weights", "fake", "large", work))
    assert now.error == Note("error.job_failed", {"reason": "ZeroDivisionError"})
    assert "the secret is 42" in caplog.text


def test_one_of_a_kind_for_an_engine_at_a_time(jobs, gate):
    def work(told, stop):
        gate.wait(5)

    job = jobs.start("weights", "fake", "large", work)
    assert jobs.start("weights", "fake", "large", work).id == job.id, "the same is not begun twice"
    with pytest.raises(Conflict, match="job_running"):
        jobs.start("weights", "fake", "small", work)
    assert jobs.start("weights", "other", "small", work).id != job.id
    assert jobs.start("environment", "fake", "", work).id != job.id
    assert jobs.busy("fake")
    gate.set()
    over(jobs, job)
    assert jobs.start("weights", "fake", "small", work).state == "running"


def test_what_is_over_is_remembered_for_a_while_only(gate):
    jobs = Jobs(keep_seconds=0.2)
    job = jobs.start("weights", "fake", "large", lambda told, stop: None)
    other = jobs.start("weights", "other", "large", lambda told, stop: gate.wait(5) and None)
    assert over(jobs, job).state == "done"
    assert [one.id for one in jobs.list()] == [other.id, job.id]
    until(lambda: len(jobs.list()) == 1, 5)
    with pytest.raises(NotFound):
        jobs.get(job.id)
    assert jobs.get(other.id).state == "running", "however long it takes"


def test_hundreds_of_jobs_are_not_all_remembered(jobs, gate):
    running = jobs.start("weights", "another", "large", lambda told, stop: gate.wait(5) and None)
    for _ in range(60):
        last = jobs.start("verify", "fake", "large", lambda told, stop: None)
        over(jobs, last)
    kept = jobs.list()
    assert len(kept) <= 52
    assert {running.id, last.id} <= {job.id for job in kept}


def test_closing_stops_the_work(jobs):
    stopped = threading.Event()

    def work(told, stop):
        stop.wait(5)
        stopped.set()

    jobs.start("weights", "fake", "large", work)
    jobs.close()
    assert stopped.is_set()
