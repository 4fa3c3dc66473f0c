"""Actors and nodes that are lost in mid-take: the take goes on elsewhere, or is told of."""

import contextlib
import os
import signal
import threading
from pathlib import Path

import numpy as np
import pytest

from studio.problems import Unavailable
from tests.runtime.ray.test_actors import pids
from tests.waiting import until


@contextlib.contextmanager
def lost_after(number, lose):
    """A listener that has something lost once it has heard so many chunks."""
    chunks = []
    threads = []

    def listen(chunk):
        chunks.append(chunk)
        if len(chunks) == number:
            threads.append(threading.Thread(target=lose))
            threads[0].start()

    listen.chunks = chunks
    try:
        yield listen
    finally:
        for thread in threads:
            thread.join()


def spoken(chunks):
    return np.concatenate([chunk.samples for chunk in chunks])


def kill_node_of(nodes, runtime, engine):
    def lose():
        (pid,) = pids(runtime, engine)
        nodes.kill(nodes.of(pid))

    return lose


def kill_actor_of(runtime, engine):
    def lose():
        (pid,) = pids(runtime, engine)
        stat = Path(f"/proc/{pid}/stat").read_text()
        os.kill(int(stat.rpartition(")")[2].split()[1]), signal.SIGKILL)

    return lose


@pytest.mark.parametrize("what", ["actor", "node"])
def test_what_is_lost_in_mid_take_goes_on_elsewhere_without_a_gap(
    nodes, ray_runtime, far_say, what
):
    fields = {"engine": "test_slow", "preset": "low", "options": {"seconds": 2.0}}
    whole = spoken(far_say("whatever", **fields)[0])
    (before,) = pids(ray_runtime, "test_slow")
    lose = (
        kill_actor_of(ray_runtime, "test_slow")
        if what == "actor"
        else kill_node_of(nodes, ray_runtime, "test_slow")
    )
    with lost_after(4, lose) as listen:
        _, report = far_say("whatever", on_chunk=listen, **fields)
    assert not report.cancelled
    np.testing.assert_array_equal(spoken(listen.chunks), whole)
    assert before not in pids(ray_runtime, "test_slow")
    nodes.complete()


def test_a_take_that_was_not_heard_yet_is_begun_anew_by_any_engine(ray_runtime, far_say):
    far_say("chunks 1")
    timer = threading.Timer(0.5, kill_actor_of(ray_runtime, "speaker"))
    timer.start()
    chunks, _ = far_say("chunks 2 0.1 1.0")
    timer.join()
    assert len(chunks) == 2


def test_two_different_renderings_are_never_joined(ray_runtime, far_say):
    far_say("chunks 1")
    with (
        lost_after(2, kill_actor_of(ray_runtime, "speaker")) as listen,
        pytest.raises(Unavailable) as problem,
    ):
        far_say("slowly 20", on_chunk=listen)
    assert problem.value.code == "worker_lost"
    assert 2 <= len(listen.chunks) < 20
    assert len(far_say("slowly 3")[0]) == 3


def test_an_idle_actor_that_was_lost_is_replaced_unnoticed(ray_runtime, far_say):
    far_say("chunks 1")
    kill_actor_of(ray_runtime, "speaker")()
    assert len(far_say("chunks 2")[0]) == 2


def test_a_lost_node_is_seen_in_the_engines_state(nodes, ray_runtime, far_say):
    far_say("chunks 1")
    assert ray_runtime.state("speaker").state == "loaded"
    kill_node_of(nodes, ray_runtime, "speaker")()
    until(lambda: ray_runtime.state("speaker").state == "ready", 10)
    nodes.complete()
