"""A restart, a kill -9 included, finishes what was queued and loses nothing that was finished."""

import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import numpy as np
from sqlalchemy import select

from studio.store.tables import Take
from tests.suite_engines import PLUGINS
from tests.takes.bench import OWNER, Bench, a_bench, journal
from tests.waiting import until

STUDIO = """
import sys, time
from pathlib import Path
from tests.takes.bench import Bench, OWNER

bench = Bench(Path(sys.argv[1])).start()
done = bench.wait(bench.order("say finished"))
slow = bench.order("slowly 25 killed", "speaker", "second")
queued = bench.order("say queued")
while not all(take.progress_seconds for take in bench.takes.comparison(OWNER, slow.id).takes):
    time.sleep(0.01)
print(done.id, slow.id, queued.id, flush=True)
time.sleep(60)
"""


def test_kill_minus_nine_while_rendering(tmp_path, journal_file):
    folder = tmp_path / "data"
    paths = os.pathsep.join([str(Path.cwd()), str(PLUGINS), os.environ.get("PYTHONPATH", "")])
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(STUDIO), str(folder)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": paths},
    )
    done, slow, queued = process.stdout.readline().split()
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    with a_bench(folder) as bench:
        kept = bench.takes.comparison(OWNER, done).takes[0]
        assert kept.state == "done"
        assert np.abs(bench.takes.samples(OWNER, kept.id)[0]).max() > 0.1
        for comparison, seconds in ((slow, 5.0), (queued, 0.4)):
            for take in bench.wait(bench.takes.comparison(OWNER, comparison)).takes:
                assert (take.state, round(take.seconds, 3)) == ("done", seconds)
                assert bench.takes.samples(OWNER, take.id)[0].size == seconds * 24_000
    lines = journal(journal_file)
    assert sum("finished" in line for line in lines) == 1, "what was done is not done again"
    assert sum("killed" in line for line in lines) == 4
    blobs = [p for p in (folder / "blobs").rglob("*") if p.is_file()]
    assert len(blobs) == 4, "a blob for each take and nothing else"


def test_closing_leaves_running_takes_for_the_next_start(tmp_path):
    first = Bench(tmp_path).start()
    take = first.order("slowly 20").takes[0]
    until(lambda: first.takes.take(OWNER, take.id).progress_seconds)
    first.close()
    with a_bench(tmp_path) as again:
        assert again.state(take, "done").seconds > 3.9


def test_a_cancelled_take_stays_cancelled(tmp_path):
    first = Bench(tmp_path).start()
    take = first.order("slowly 20").takes[0]
    until(lambda: first.takes.take(OWNER, take.id).progress_seconds)
    first.takes.cancel(OWNER, take.id)
    first.close()
    with a_bench(tmp_path) as again:
        assert again.takes.take(OWNER, take.id).state == "cancelled"


def test_a_lost_blob_is_not_passed_off_as_an_answer(tmp_path, journal_file):
    with a_bench(tmp_path) as bench:
        take = bench.wait(bench.order("say again")).takes[0]
        bench.blobs.delete(f"results/{OWNER}/{take.id}")
        again = bench.wait(bench.order("say again")).takes[0]
        assert (again.state, again.reused) == ("done", False)
        assert bench.takes.samples(OWNER, again.id)[0].size


def test_a_row_whose_engine_is_gone_fails_alone(tmp_path):
    first = Bench(tmp_path).start()
    ordered = first.order("slowly 5", "speaker", "second")
    first.close()

    def rename(session):
        for row in session.scalars(select(Take).where(Take.engine == "second")):
            row.engine = "uninstalled"

    with_gone = Bench(tmp_path)
    with_gone.database.start()
    with_gone.database.write(rename)
    with_gone.takes.start()
    done, gone = with_gone.wait(ordered).takes
    assert done.state == "done"
    assert (gone.state, gone.title, gone.error.code) == (
        "failed",
        "uninstalled",
        "error.unknown_engine",
    )
    with_gone.close()
