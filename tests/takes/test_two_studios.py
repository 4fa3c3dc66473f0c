"""Two studios on one data folder: one renders, both serve; where one ends, the other goes on."""

import json
import os
import signal
import threading
import time

import pytest
from sqlalchemy import create_engine, text

from studio.settings import Settings
from tests.studio_process import StudioProcess
from tests.suite_engines import PLUGINS
from tests.takes.bench import journal
from tests.waiting import until

TAKEOVER_SECONDS = 10


@pytest.fixture
def studios(tmp_path):
    """Starts studios on one folder; the first one started is the scheduler."""
    started = []
    log = tmp_path / "journal"

    def start(**settings):
        quick = {
            "STUDIO_MEASURE": "0",
            "STUDIO_STOP_SECONDS": "0",
            "TEST_ENGINES_JOURNAL": str(log),
            **settings,
        }
        studio = StudioProcess(tmp_path / "data", PLUGINS, **quick)
        studio.log = tmp_path / f"{len(started)}.log"
        started.append(studio)
        return studio.start(180)  # two at once, perhaps on a busy machine

    start.journal = log
    start.database = tmp_path / "data"
    yield start
    for studio in started:
        if studio.process.poll() is None:
            studio.process.send_signal(signal.SIGCONT)
        studio.stop()


def take(studio, take_id):
    return studio.client.get(f"/api/takes/{take_id}").json()


def rows(folder, query, **values):
    engine = create_engine(Settings(data_dir=folder).resolved_database_url)
    try:
        with engine.connect() as connection:
            return [tuple(row) for row in connection.execute(text(query), values)]
    finally:
        engine.dispose()


def lease(database):
    """Who schedules: process id and term."""
    ((place, term),) = rows(database, "SELECT place, term FROM leases WHERE name = 'scheduler'")
    said = place.partition(" at ")[0]
    return (int(said.rpartition(" ")[2]) if said else None), term


def slow(studio, seconds):
    """A take that lasts; it is being made when this returns."""
    ordered = studio.order(f"slowly {round(seconds / 0.1)}", [{"engine": "speaker"}])
    until(lambda: take(studio, ordered["takes"][0]["id"])["progress_seconds"], 30)
    return ordered["id"], ordered["takes"][0]["id"]


def test_what_one_orders_the_other_renders_and_both_show(studios):
    first, second = studios(), studios()
    assert lease(studios.database)[0] == first.process.pid
    began = time.monotonic()
    ordered = second.order("say hello there", [{"engine": "speaker"}])
    assert second.finished(ordered["id"])["speaker"]["state"] == "done"
    assert time.monotonic() - began < 6, "it was found soon"
    assert "speaker" in first.children()
    assert "speaker" not in second.children()
    (take_id,) = [each["id"] for each in ordered["takes"]]
    audio = [s.client.get(f"/api/takes/{take_id}/audio").content for s in (first, second)]
    assert audio[0] == audio[1]
    assert len(journal(studios.journal)) == 1


def test_a_listener_at_the_other_studio_sees_progress_and_hears_the_end(studios):
    first, second = studios(), studios()
    ordered = second.order("slowly 40", [{"engine": "speaker"}])
    seen, heard = [], []

    def watch():
        address = f"/api/comparisons/{ordered['id']}/events"
        with second.client.stream("GET", address) as answer:
            events = (line[6:] for line in answer.iter_lines() if line.startswith("data: "))
            seen.extend(json.loads(event)["takes"][0] for event in events)

    def listen():
        address = f"/api/takes/{ordered['takes'][0]['id']}/stream"
        with second.client.stream("GET", address) as answer:
            heard.append(b"".join(answer.iter_bytes()))

    threads = [threading.Thread(target=work) for work in (watch, listen)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert seen[0]["state"] in ("queued", "running")
    assert seen[-1]["state"] == "done"
    steps = {view["progress_seconds"] for view in seen}
    assert len(steps) >= 3, "no progress was to be seen"
    assert len(heard[0]) > 8 * 24_000 * 2 * 0.9, "the whole take"
    assert first.process.poll() is None


def test_a_cancel_at_the_other_studio_stops_the_work(studios):
    first, second = studios(), studios()
    _, take_id = slow(first, 60)
    second.client.delete(f"/api/takes/{take_id}").raise_for_status()
    began = time.monotonic()
    after = first.order("say next", [{"engine": "speaker"}])
    first.finished(after["id"], 10)
    assert time.monotonic() - began < 4, "the engine was still at the cancelled take"
    assert take(first, take_id)["state"] == "cancelled"


def test_after_kill_minus_nine_the_other_renders_everything_once(studios):
    first, second = studios(), studios()
    done = second.finished(first.order("say before", [{"engine": "speaker"}])["id"])["speaker"]
    comparison, _ = slow(first, 5)
    first.kill()
    waiting = second.order("say waiting", [{"engine": "speaker"}, {"engine": "second"}])
    until(lambda: lease(studios.database)[0] == second.process.pid, TAKEOVER_SECONDS)
    assert second.finished(comparison)["speaker"]["state"] == "done"
    assert {t["state"] for t in second.finished(waiting["id"]).values()} == {"done"}
    assert take(second, done["id"])["state"] == "done"
    lines = journal(studios.journal)
    assert sum("before" in line for line in lines) == 1
    assert sum("slowly" in line for line in lines) == 2
    assert sum("waiting" in line for line in lines) == 2


def test_a_frozen_scheduler_is_replaced_in_time_and_its_late_result_dropped(studios):
    first, second = studios(), studios()
    comparison, take_id = slow(first, 4)
    os.kill(first.process.pid, signal.SIGSTOP)
    began = time.monotonic()
    until(lambda: lease(studios.database)[0] == second.process.pid, TAKEOVER_SECONDS)
    until(lambda: take(second, take_id)["state"] == "running", TAKEOVER_SECONDS)
    assert 3 < time.monotonic() - began < TAKEOVER_SECONDS
    os.kill(first.process.pid, signal.SIGCONT)
    finished = second.finished(comparison)["speaker"]
    assert finished["state"] == "done"
    time.sleep(1.5)
    assert take(first, take_id)["state"] == "done"
    assert lease(studios.database) == (second.process.pid, 2)
    ((tries,),) = rows(studios.database, "SELECT tries FROM takes WHERE id = :id", id=take_id)
    assert tries == 2
    audio = second.client.get(f"/api/takes/{take_id}/audio?format=flac")
    assert audio.status_code == 200
    ordered = first.order("say it went on", [{"engine": "second"}])
    assert first.finished(ordered["id"])["second"]["state"] == "done"
    assert "second" in second.children()


def test_a_stop_hands_back_at_once_and_a_take_that_can_end_does(studios):
    first = studios(STUDIO_STOP_SECONDS="8")
    second = studios()
    _, take_id = slow(first, 3)
    began = time.monotonic()
    first.process.terminate()
    first.process.wait(20)
    stopped = time.monotonic() - began
    assert take(second, take_id)["state"] == "done", "it was let end"
    assert stopped < 8
    until(lambda: lease(studios.database)[0] == second.process.pid, 3)
    ordered = second.order("say more", [{"engine": "speaker"}])
    assert second.finished(ordered["id"])["speaker"]["state"] == "done"
    assert sum("slowly" in line for line in journal(studios.journal)) == 1


def test_a_stop_hands_a_take_over_that_would_last_too_long(studios):
    first, second = studios(), studios()
    comparison, take_id = slow(first, 10)
    first.process.terminate()
    first.process.wait(20)
    assert second.finished(comparison)["speaker"]["state"] == "done"
    ((tries,),) = rows(studios.database, "SELECT tries FROM takes WHERE id = :id", id=take_id)
    assert tries == 1, "being handed over is no try"
    assert sum("slowly" in line for line in journal(studios.journal)) == 2
