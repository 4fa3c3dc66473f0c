"""Engines on a graphics card take turns, leave it in time and lose no take over that.

The card is one by setting alone: what is tested is who is on it when.
"""

import sys
import threading
import time

import pytest

from studio import locales
from studio.engines.card import Environment
from studio.engines.registry import engine_class
from studio.problems import Unavailable
from studio.runtime import torch_build
from studio.runtime.runtime import Runtime
from studio.runtime.weights import WeightStore
from tests.runtime.conftest import saying
from tests.waiting import gone, until

TAKE = "chunks 4 0.1 0.05"


@pytest.fixture
def settings(fresh_settings):
    fresh_settings.devices = "cuda:0=1000"
    return fresh_settings


@pytest.fixture
def runtime(settings):
    running = Runtime(settings, WeightStore(settings))
    yield running
    running.close()


@pytest.fixture
def journal(tmp_path, monkeypatch):
    """What was done on which device, in order of its beginning: (engine, device, what, from, to)."""
    path = tmp_path / "journal"
    monkeypatch.setenv("TEST_CARD_JOURNAL", str(path))

    def read():
        lines = [line.split() for line in path.read_text().splitlines()]
        return sorted(
            ((*row[:3], float(row[3]), float(row[4])) for row in lines), key=lambda r: r[3]
        )

    return read


def all_of(works):
    """Do it all at the same time; what each returned or raised."""
    results = [None] * len(works)

    def do(number, work):
        try:
            results[number] = work()
        except Exception as problem:  # noqa: BLE001
            results[number] = problem

    threads = [threading.Thread(target=do, args=pair) for pair in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def overlapping(rows):
    """Pairs that were at work on one device at once."""
    return [
        (one, other)
        for number, one in enumerate(rows)
        for other in rows[number + 1 :]
        if one[1] == other[1] and other[3] < one[4]
    ]


@pytest.mark.parametrize("memory", [1000, 1300])
def test_two_engines_take_turns_on_a_card_and_both_takes_arrive(settings, journal, memory):
    settings.devices = f"cuda:0={memory}"  # one fits, or both do
    runtime = Runtime(settings, WeightStore(settings))
    say = saying(runtime)
    try:
        results = all_of([lambda e=e: say(TAKE, e) for e in ("test_card_a", "test_card_b") * 3])
    finally:
        runtime.close()
    assert [len(chunks) for chunks, _ in results] == [4] * 6
    assert {report.device for _, report in results} == {"cuda:0"}
    rows = journal()
    assert sum(row[2] == "render" for row in rows) == 6
    assert overlapping(rows) == []
    if memory > 1200:
        assert sum(row[2] == "load" for row in rows) == 2, "both stayed"


def test_turns_come_in_the_order_of_arrival_whoever_asks(runtime, journal):
    say = saying(runtime)
    say(TAKE, "test_card_a")
    threads = []
    for engine in ("test_card_a", "test_card_a", "test_card_b", "test_card_a", "test_card_b"):
        threads.append(threading.Thread(target=say, args=(TAKE, engine)))
        threads[-1].start()
        time.sleep(0.05)
    for thread in threads:
        thread.join()
    order = [row[0][-1] for row in journal() if row[2] == "render"]
    assert "".join(order) == "aaabab"


def test_engines_on_the_processor_do_not_wait_for_the_card(runtime):
    say = saying(runtime)
    say("chunks 1", "second")
    busy = threading.Thread(target=say, args=("chunks 10 0.1 0.1", "test_card_a"))
    busy.start()
    until(lambda: runtime.state("test_card_a").pid)
    say("chunks 1", "second")
    assert busy.is_alive()
    busy.join()


def test_the_least_recently_used_engine_leaves_first(settings):
    settings.devices = "cuda:0=1300"
    runtime = Runtime(settings, WeightStore(settings))
    say = saying(runtime)
    try:
        for engine in ("test_card_a", "test_card_b", "test_card_a", "test_card_c"):
            say("chunks 1", engine)
        states = {e: runtime.state(f"test_card_{e}") for e in "abc"}
    finally:
        runtime.close()
    assert [states[e].state for e in "abc"] == ["loaded", "ready", "loaded"]
    assert [states[e].device for e in "abc"] == ["cuda:0", "", "cuda:0"]


def test_an_engine_that_does_not_fit_beside_another_waits_until_it_is_done(runtime, journal):
    say = saying(runtime)
    busy = threading.Thread(target=say, args=("chunks 8 0.1 0.1", "test_card_a"))
    busy.start()
    pid = until(lambda: runtime.state("test_card_a").pid)
    chunks, _ = say("chunks 3", "test_card_b")
    assert not busy.is_alive()
    assert len(chunks) == 3
    assert gone(pid), "it left for the other"
    assert overlapping(journal()) == []


def test_idle_engines_leave_the_card_sooner_than_memory(settings):
    settings.device_idle_seconds, settings.engine_idle_seconds = 0.4, 60
    runtime = Runtime(settings, WeightStore(settings))
    try:
        runtime.warm("second")
        runtime.warm("test_card_a")
        pid = runtime.state("test_card_a").pid
        until(lambda: gone(pid), 3)
        assert runtime.state("test_card_a").state == "ready"
        assert runtime.state("second").state == "loaded"
    finally:
        runtime.close()


@pytest.mark.parametrize("text", ["crash", "exit 3", "hang"])
def test_a_fault_frees_the_card_and_spares_the_other_engine(settings, text):
    settings.devices, settings.engine_silence_seconds = "cuda:0=1300", 0.6
    runtime = Runtime(settings, WeightStore(settings))
    say = saying(runtime)
    try:
        say("chunks 1", "test_card_b")
        pid = runtime.state("test_card_b").pid
        with pytest.raises(Unavailable):
            say(text, "test_card_a")
        chunks, report = say("chunks 2", "test_card_b")
        assert (len(chunks), report.load_seconds) == (2, 0.0)
        assert runtime.state("test_card_b").pid == pid
        assert len(say("chunks 2", "test_card_a")[0]) == 2
    finally:
        runtime.close()


def test_a_load_that_fails_frees_the_card(runtime, monkeypatch):
    say = saying(runtime)
    monkeypatch.setenv("TEST_CARD_JOURNAL", "/nowhere/at/all")
    with pytest.raises(Unavailable) as problem:
        say("chunks 1", "test_card_a")
    assert problem.value.code == "engine_not_loaded"
    monkeypatch.delenv("TEST_CARD_JOURNAL")
    assert len(say("chunks 2", "test_card_b")[0]) == 2


def test_a_cancel_leaves_the_queue_for_the_card_at_once(runtime):
    say = saying(runtime)
    busy = threading.Thread(target=say, args=("chunks 15 0.1 0.1", "test_card_a"))
    busy.start()
    until(lambda: runtime.state("test_card_a").pid)
    cancel = threading.Event()
    threading.Timer(0.2, cancel.set).start()
    began = time.monotonic()
    chunks, report = say("chunks 1", "test_card_b", cancel=cancel)
    assert (chunks, report.cancelled) == ([], True)
    assert time.monotonic() - began < 0.5
    assert busy.is_alive()
    busy.join()
    assert len(say("chunks 2", "test_card_b")[0]) == 2


def test_an_engine_too_large_for_every_card_runs_on_the_processor(runtime):
    say = saying(runtime)
    assert say("chunks 1", "test_card_huge")[1].device == "cpu"
    state = runtime.state("test_card_huge")
    assert state.device == "cpu"
    assert [remark.code for remark in state.remarks] == ["state.graphics_memory_short"]
    for language in ("en", "ko"):
        assert "900.0 GB" in locales.say(language, state.remarks[0])


@pytest.mark.parametrize(
    ("devices", "code"), [("cuda:0=1000", "graphics_memory_short"), ("cpu", "no_graphics_card")]
)
def test_an_engine_that_no_device_is_fit_for_says_what_it_lacks(settings, devices, code):
    settings.devices = devices
    runtime = Runtime(settings, WeightStore(settings))
    try:
        with pytest.raises(Unavailable) as problem:
            saying(runtime)("chunks 1", "test_card_only")
        state = runtime.state("test_card_only")
    finally:
        runtime.close()
    assert problem.value.code == code
    assert (state.state, state.detail.code) == ("failed", f"error.{code}")
    assert state.pid is None


def test_without_a_card_the_processor_serves(settings):
    settings.devices = "cpu"
    runtime = Runtime(settings, WeightStore(settings))
    try:
        assert saying(runtime)("chunks 1", "test_card_a")[1].device == "cpu"
    finally:
        runtime.close()


def test_two_cards_are_used_at_once_and_engines_stay_on_theirs(settings, journal):
    settings.devices = "cuda:0=1000,cuda:1=1000"
    runtime = Runtime(settings, WeightStore(settings))
    say = saying(runtime)
    both = threading.Barrier(2, timeout=10)  # broken unless both are inside on_chunk at once
    try:
        results = all_of(
            [
                lambda e=e: say("chunks 1", e, on_chunk=lambda _: both.wait())
                for e in ("test_card_a", "test_card_b")
            ]
        )
        homes = {e: runtime.state(e).device for e in ("test_card_a", "test_card_b")}
        for engine in ("test_card_b", "test_card_a"):
            say("chunks 1", engine)
    finally:
        runtime.close()
    assert not both.broken, results
    assert set(homes.values()) == {"cuda:0", "cuda:1"}
    assert sum(row[2] == "load" for row in journal()) == 2


@pytest.fixture
def own_torch(tmp_path, monkeypatch):
    """Puts a torch first on the path that says what it was built with: ``own_torch("None")``."""

    def put(cuda):
        folder = tmp_path / "packages" / "torch"
        folder.mkdir(parents=True)
        (folder / "__init__.py").write_text("raise ImportError('not to be imported')")
        (folder / "version.py").write_text(f"cuda: Optional[str] = {cuda}\nhip = None\n")
        monkeypatch.syspath_prepend(str(folder.parent))
        # Another test of this run may have imported the real one, which would be found first.
        monkeypatch.delitem(sys.modules, "torch", raising=False)
        torch_build.torch_lacks_cuda.cache_clear()

    yield put
    torch_build.torch_lacks_cuda.cache_clear()


@pytest.fixture
def found_by_the_driver(settings, tmp_path, monkeypatch):
    """A driver that tells of a card, and engines that say they need torch."""
    (tmp_path / "nvidia-smi").write_text("#!/bin/sh\necho 0, GPU-1, 24000\n")
    (tmp_path / "nvidia-smi").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    settings.devices = "auto"
    for engine in ("test_card_a", "test_card_only"):
        kind = engine_class(engine)
        changes = {
            "environment": Environment(probe=("torch",)),
            "hardware": kind.card.hardware.model_copy(update={"cuda_memory_mb": 600}),
        }
        monkeypatch.setattr(kind, "card", kind.card.model_copy(update=changes))


def test_a_torch_for_the_processor_alone_is_not_sent_to_the_card(
    found_by_the_driver, own_torch, runtime
):
    own_torch("None")
    assert saying(runtime)("chunks 1", "test_card_a")[1].device == "cpu"
    remarks = runtime.state("test_card_a").remarks
    assert [remark.code for remark in remarks] == ["state.torch_without_cuda"]
    with pytest.raises(Unavailable) as problem:
        saying(runtime)("chunks 1", "test_card_only")
    assert problem.value.code == "torch_without_cuda"


def test_a_torch_with_cuda_is_sent_to_the_card(found_by_the_driver, own_torch, runtime):
    own_torch("'12.8'")
    assert saying(runtime)("chunks 1", "test_card_a")[1].device == "cuda:0"
    assert runtime.state("test_card_a").remarks == ()


def test_an_engine_is_released_unless_it_is_at_work(runtime):
    say = saying(runtime)
    assert not runtime.release("test_card_a")
    busy = threading.Thread(target=say, args=("chunks 8 0.1 0.1", "test_card_a"))
    busy.start()
    pid = until(lambda: runtime.state("test_card_a").pid)
    assert not runtime.release("test_card_a")
    busy.join()
    assert runtime.release("test_card_a")
    assert gone(pid)
