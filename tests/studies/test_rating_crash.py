"""``kill -9`` amid answers: what was acknowledged is there, once, and the chain is whole."""

import asyncio
import contextlib
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path

from benchmarks._vote_load import load
from benchmarks.startup import free_port
from benchmarks.study_answers import count, prepare
from studio.settings import Settings
from studio.store.database import Database
from studio.store.study_tables import StudyAnswer
from tests.listening.test_crash import listens
from tests.waiting import until

ROOT = Path(__file__).parents[2]


@contextlib.contextmanager
def serving(data: Path, port: int):
    command = [sys.executable, "-m", "tests.studies.answering", str(data), str(port)]
    process = subprocess.Popen(command, cwd=ROOT)
    try:
        until(lambda: process.poll() is not None or listens(port), 30)
        yield process
    finally:
        process.kill()
        process.wait()


def test_killing_the_server_while_forty_raters_answer_loses_no_acknowledged_answer(tmp_path):
    raters = prepare(tmp_path, raters=40, each=50)
    port = free_port()
    with serving(tmp_path, port) as process:
        before: list = []

        def kill_in_the_middle() -> None:
            while len(before) < 500:
                time.sleep(0.001)
            process.send_signal(signal.SIGKILL)

        killer = threading.Thread(target=kill_in_the_middle, daemon=True)
        killer.start()
        asyncio.run(load(port, raters, before))
        killer.join()
        assert process.wait() == -signal.SIGKILL
    acknowledged = {a["token"]: a["choice"] for a in before if a["status"] == 200}
    assert 500 <= len(acknowledged) < 2000, "it was not killed in the middle"
    rows, broken = count(tmp_path)
    assert set(acknowledged) <= set(rows)
    assert max(rows.values()) == 1
    assert broken is None

    with serving(tmp_path, port):
        _, after = asyncio.run(load(port, raters))  # everything again, the acknowledged ones too
    assert Counter(a["status"] for a in after) == {200: 2000}
    rows, broken = count(tmp_path)
    assert rows.total() == 2000
    assert broken is None
    database = Database(Settings(data_dir=tmp_path))
    with database.read() as session:
        kept = {token: session.get(StudyAnswer, token).answer["choice"] for token in acknowledged}
    database.close()
    assert kept == acknowledged
