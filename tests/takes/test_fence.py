"""What a scheduler makes after its term has ended is dropped, and nothing of its successor's lost."""

import time

from studio.store.tables import Take
from studio.store.work_tables import Lease
from studio.takes.fence import SCHEDULER
from tests.takes.bench import OWNER, a_bench
from tests.waiting import until


def test_a_late_result_of_an_ended_term_is_dropped(tmp_path):
    patience = {"lease_patience_seconds": 100, "lease_beat_seconds": 25}
    with a_bench(tmp_path, **patience) as bench:
        take = bench.order("slowly 15").takes[0]
        until(lambda: bench.takes.take(OWNER, take.id).progress_seconds)
        successors = f"results/{OWNER}/{take.id}"

        def take_over(session):
            row = session.get_one(Lease, SCHEDULER)
            row.holder, row.term = "another process", row.term + 1

        bench.database.write(take_over)
        bench.blobs.put(successors, b"what the successor made")
        until(lambda: bench.takes._renderer.live(take.id) is None)
        time.sleep(0.3)
        with bench.database.read() as session:
            row = session.get_one(Take, take.id)
        assert (row.state, row.blob) == ("running", None)
        assert bench.blobs.get(successors) == b"what the successor made"


def test_nothing_is_begun_in_an_ended_term(tmp_path, journal_file):
    patience = {"lease_patience_seconds": 100, "lease_beat_seconds": 25}
    with a_bench(tmp_path, **patience) as bench:

        def take_over(session):
            session.get_one(Lease, SCHEDULER).term += 1

        bench.database.write(take_over)
        take = bench.order("say never").takes[0]
        time.sleep(1.5)
        with bench.database.read() as session:
            row = session.get_one(Take, take.id)
        assert (row.state, row.tries) == ("queued", 0)
        assert not journal_file.exists()
