"""``kill -9`` in the middle of voting: what was acknowledged is there, once, and the rest can still be voted on."""

import asyncio
import contextlib
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path

from benchmarks._vote_load import load
from benchmarks.startup import free_port
from benchmarks.votes import count, prepare
from studio.settings import Settings
from studio.store.database import Database
from studio.store.tables import Vote
from tests.waiting import until

ROOT = Path(__file__).parents[2]


def listens(port: int) -> bool:
    with contextlib.suppress(OSError):
        socket.create_connection(("127.0.0.1", port)).close()
        return True
    return False


@contextlib.contextmanager
def serving(data: Path, port: int):
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.listening.serving", str(data), str(port)], cwd=ROOT
    )
    try:
        until(lambda: process.poll() is not None or listens(port), 30)
        yield process
    finally:
        process.kill()
        process.wait()


def test_killing_the_server_while_forty_raters_vote_loses_no_acknowledged_vote(tmp_path):
    raters = prepare(tmp_path, raters=40, each=100)
    port = free_port()
    with serving(tmp_path, port) as process:
        before: list = []

        def kill_in_the_middle() -> None:
            while len(before) < 1000:
                time.sleep(0.001)
            process.send_signal(signal.SIGKILL)

        killer = threading.Thread(target=kill_in_the_middle, daemon=True)
        killer.start()
        asyncio.run(load(port, raters, before))
        killer.join()
        assert process.wait() == -signal.SIGKILL
    acknowledged = {a["token"]: a["choice"] for a in before if a["status"] == 200}
    assert 1000 <= len(acknowledged) < 4000, "it was not killed in the middle"
    rows = count(tmp_path)  # raises where the tallies say another number than the votes
    assert set(acknowledged) <= set(rows)
    assert max(rows.values()) == 1

    with serving(tmp_path, port):
        _, after = asyncio.run(load(port, raters))  # everything again, the acknowledged ones too
    assert Counter(a["status"] for a in after) == {200: 4000}
    assert count(tmp_path).total() == 4000
    database = Database(Settings(data_dir=tmp_path))
    with database.read() as session:
        assert all(
            session.get(Vote, token).choice == choice for token, choice in acknowledged.items()
        )
    database.close()
