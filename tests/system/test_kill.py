"""`kill -9` of the whole studio while it renders and while people vote: nothing acknowledged is lost."""

import threading

import httpx
import pytest
from sqlalchemy import select, text

from studio.settings import Settings
from studio.store.database import Database
from studio.store.tables import Vote
from tests.studio_process import StudioProcess, running
from tests.waiting import runs, until


@pytest.fixture
def studio(tmp_path):
    process = StudioProcess(
        tmp_path / "data",
        STUDIO_LISTEN_FRACTION="0.0",
        STUDIO_VOTES_PER_MINUTE="100000",
        STUDIO_TRIALS_PER_MINUTE_ADDRESS="100000",
    )
    with running(process) as started:
        yield started


def test_a_restart_finishes_what_was_queued_and_keeps_what_was_done(studio):
    done = studio.order("Finished before.", [{"engine": "espeak"}, {"engine": "test_echo"}])
    before = studio.finished(done["id"])
    heard = studio.client.get(f"/api/takes/{before['espeak']['id']}/audio?format=wav").content
    slow = studio.order("Caught in the middle.", [{"engine": "test_slow"}, {"engine": "espeak"}])
    queued = studio.order("Still waiting in the queue.", [{"engine": "test_slow"}])
    take = next(t["id"] for t in slow["takes"] if t["engine"] == "test_slow")
    until(lambda: studio.client.get(f"/api/takes/{take}").json()["progress_seconds"], 30)
    workers = set(studio.children().values())
    assert workers
    studio.kill()
    until(lambda: not any(runs(pid) for pid in workers), 3)  # none outlives the studio
    studio.start()
    after = studio.finished(done["id"])
    assert {name: t["id"] for name, t in after.items()} == {n: t["id"] for n, t in before.items()}
    again = studio.client.get(f"/api/takes/{after['espeak']['id']}/audio?format=wav").content
    assert again == heard
    for comparison in (slow, queued):
        for name, finished in studio.finished(comparison["id"]).items():
            assert finished["state"] == "done", (name, finished["error"])


def test_no_acknowledged_vote_is_lost(studio):
    engines = [{"engine": "espeak"}, {"engine": "test_echo"}]
    comparison = studio.order("Which of the two is better?", engines)["id"]
    studio.finished(comparison)
    acknowledged: list[str] = []
    stop = threading.Event()

    def rater() -> None:
        with httpx.Client(base_url=studio.address, timeout=10) as client:
            while not stop.is_set():
                try:
                    trial = client.post(
                        "/api/trials", json={"protocol": "ab", "comparison": comparison}
                    ).json()
                    client.get(trial["a_url"])
                    client.get(trial["b_url"])
                    answer = client.post(f"/api/trials/{trial['token']}/vote", json={"choice": "a"})
                except httpx.TransportError:
                    return
                if answer.status_code == 200:
                    acknowledged.append(trial["token"])

    raters = [threading.Thread(target=rater, daemon=True) for _ in range(4)]
    for thread in raters:
        thread.start()
    until(lambda: len(acknowledged) >= 20, 30)
    studio.kill()
    stop.set()
    for thread in raters:
        thread.join(20)
    database = Database(Settings(data_dir=studio.data_dir))
    with database.read() as session:
        if database.is_sqlite:
            assert session.execute(text("PRAGMA integrity_check")).scalar() == "ok"
        kept = set(session.scalars(select(Vote.trial)))
    database.close()
    assert set(acknowledged) <= kept
    assert len(acknowledged) == len(set(acknowledged))
    studio.start()
    board = studio.client.get("/api/leaderboard?language=en").json()
    assert board["votes"] == len(kept)
    assert sum(condition["votes"] for condition in board["conditions"]) == 2 * len(kept)
