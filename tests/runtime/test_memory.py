"""Memory runs short: who leaves before the next engine is loaded."""

import threading
import time
from pathlib import Path

import pytest

from studio.runtime import memory
from studio.runtime.runtime import Runtime
from studio.runtime.weights import WeightStore
from tests.runtime.conftest import saying
from tests.waiting import until

ENGINES = ("speaker", "second", "moody")


class Computer:
    """A runtime on a computer with room for so many of the suite's engines."""

    def __init__(self, settings, room):
        self.room = room
        self.runtime = Runtime(settings, WeightStore(settings), available_mb=self.available_mb)
        self.say = saying(self.runtime)

    def loaded(self):
        return [e for e in ENGINES if self.runtime.state(e).pid]

    def available_mb(self):
        return 100_000 if len(self.loaded()) < self.room else 549  # a card says 50, 500 stay free


@pytest.fixture
def computer(fresh_settings):
    running = []

    def make(room):
        running.append(Computer(fresh_settings, room))
        return running[-1]

    yield make
    for one in running:
        one.runtime.close()


def test_the_least_recently_used_engine_leaves_before_another_is_loaded(computer):
    tight = computer(room=2)
    for engine in ("speaker", "second", "speaker"):
        tight.say("chunks 1", engine)
    assert tight.loaded() == ["speaker", "second"]
    tight.say("chunks 1", "moody")
    assert tight.loaded() == ["speaker", "moody"]


def test_nobody_leaves_while_there_is_room(computer):
    roomy = computer(room=3)
    for engine in ENGINES:
        roomy.say("chunks 1", engine)
    assert roomy.loaded() == list(ENGINES)


def test_an_engine_at_work_never_leaves(computer):
    tight = computer(room=1)
    results = []
    busy = threading.Thread(target=lambda: results.append(tight.say("chunks 12 0.1 0.1")))
    busy.start()
    until(tight.loaded)
    time.sleep(0.2)
    assert len(tight.say("chunks 1", "second")[0]) == 1
    assert tight.loaded() == ["speaker", "second"]
    busy.join()
    assert len(results[0][0]) == 12


def test_where_nobody_can_tell_nobody_leaves(computer, monkeypatch):
    blind = computer(room=0)
    monkeypatch.setattr(blind.runtime._house.tenants, "_available_mb", lambda: None)
    for engine in ENGINES:
        blind.say("chunks 1", engine)
    assert blind.loaded() == list(ENGINES)


def test_available_memory_is_the_kernels_figure():
    lines = Path("/proc/meminfo").read_text().splitlines()
    available = next(int(line.split()[1]) for line in lines if line.startswith("MemAvailable"))
    assert memory.available_mb() <= available * 1024 / 1e6 + 200


def test_a_containers_limit_counts_where_it_is_lower(tmp_path, monkeypatch):
    for name, text in (
        ("memory.max", "800000000\n"),
        ("memory.current", "500000000\n"),
        ("memory.stat", "anon 300000000\ninactive_file 100000000\n"),
    ):
        (tmp_path / name).write_text(text)
    monkeypatch.setattr(memory, "_CGROUPS", tmp_path)
    assert memory.available_mb() == 400
    (tmp_path / "memory.max").write_text("max\n")
    assert memory.available_mb() > 400
