"""Engines on a real cluster: streamed, cancelled, side by side, and named when they fail."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from studio.engines.contract import ReferenceClip, Request
from studio.problems import Unavailable
from studio.runtime.ray.runtime import RayRuntime
from studio.runtime.weights import WeightStore
from tests.runtime.conftest import saying
from tests.waiting import gone, until


def pids(runtime, engine):
    replicas = runtime._hosts[engine]._all
    return [r.process.pid for r in replicas if r.process is not None]


def test_a_take_is_heard_while_it_is_being_made(far_say):
    arrived = []

    def listen(_chunk):
        arrived.append(time.monotonic())

    _, report = far_say("slowly 5", on_chunk=listen)
    assert len(arrived) == 5
    assert arrived[-1] - arrived[0] > 0.35
    assert report.ttfa_seconds < 0.3
    assert report.device == "cpu"


def test_a_cloned_voice_is_enrolled_there_and_sounds_as_from_a_process_of_this_machine(
    ray_runtime, far_say, runtime, say
):
    from studio_test_engines.tone import RATE, tone

    clip = ReferenceClip(tone(Request("a longer text", "en"), 300.0), RATE, "a longer text", "en")
    enrolled = ray_runtime.enroll("test_echo", clip)
    np.testing.assert_array_equal(
        enrolled.arrays["spectrum"], runtime.enroll("test_echo", clip).arrays["spectrum"]
    )
    fields = {"engine": "test_echo", "preset": "", "enrolment": enrolled}
    far, near = far_say("say me this", **fields)[0], say("say me this", **fields)[0]
    assert len(far) == len(near) == 4
    for one, other in zip(far, near, strict=True):
        np.testing.assert_array_equal(one.samples, other.samples)


def test_a_cancel_stops_the_work_and_the_actor_serves_on(far_say, ray_runtime):
    far_say("chunks 1")
    before = pids(ray_runtime, "speaker")
    cancel = threading.Event()
    chunks = []

    def listen(chunk):
        chunks.append(chunk)
        cancel.set()

    began = time.monotonic()
    _, report = far_say("slowly 100", cancel=cancel, on_chunk=listen)
    assert report.cancelled
    assert time.monotonic() - began < 1.0
    assert len(far_say("chunks 2")[0]) == 2
    assert pids(ray_runtime, "speaker") == before


def test_an_engine_deaf_to_a_cancel_is_ended(far_say, ray_runtime):
    far_say("chunks 1")
    (pid,) = pids(ray_runtime, "speaker")
    cancel = threading.Event()
    threading.Timer(0.3, cancel.set).start()
    began = time.monotonic()
    _, report = far_say("hang", cancel=cancel)
    assert report.cancelled
    assert time.monotonic() - began < 3.0
    until(lambda: gone(pid), 3)


@pytest.mark.parametrize(
    ("text", "code", "reason"),
    [
        ("exit 3", "engine_crashed", "exit 3"),
        ("crash", "engine_crashed", "SIGSEGV"),
        ("garbage nan", "engine_garbage", "NaN"),
    ],
)
def test_a_fault_is_named_and_is_not_taken_for_a_lost_machine(far_say, text, code, reason):
    with pytest.raises(Unavailable) as problem:
        far_say(text)
    assert (problem.value.code, problem.value.params["reason"]) == (code, reason)
    assert len(far_say("chunks 3")[0]) == 3


def test_a_silent_engine_is_ended(far_say, ray_settings):
    ray_settings.engine_silence_seconds = 0.6
    with pytest.raises(Unavailable) as problem:
        far_say("hang")
    assert problem.value.code == "engine_hung"


def test_replicas_speak_at_the_same_time_on_nodes_of_their_own(far_say, ray_runtime, nodes):
    assert ray_runtime.lanes("speaker") == 2
    at_work, most = [], []

    def listen(_chunk):
        most.append(len(at_work))

    def speak(number):
        at_work.append(number)
        far_say("slowly 10", on_chunk=listen)
        at_work.remove(number)

    with ThreadPoolExecutor(2) as both:
        list(both.map(speak, range(2)))
    assert max(most) == 2
    first, second = pids(ray_runtime, "speaker")
    assert nodes.of(first) is not nodes.of(second)


def test_a_replica_without_room_leaves_its_take_to_the_one_that_has(nodes, ray_runtime, far_say):
    ray_runtime._settings.ray_resources = {"speaker": {"CPU": 0.6, "memory": 0}}
    ray_runtime._settings.ray_replicas["speaker"] = 4  # there is room for two
    with ThreadPoolExecutor(4) as together:
        made = list(together.map(lambda _: far_say("chunks 3 0.1 0.2"), range(8)))
    assert [len(chunks) for chunks, _ in made] == [3] * 8
    assert len(pids(ray_runtime, "speaker")) == 2


def test_nobody_waits_for_room_longer_than_for_an_engine_to_load(ray_runtime, far_say):
    ray_runtime._settings.engine_load_seconds = 0.5
    ray_runtime._settings.ray_resources = {"speaker": {"CPU": 64}}
    with pytest.raises(Unavailable) as problem:
        far_say("chunks 3")
    assert problem.value.code == "ray_no_room"


def test_after_closing_nothing_is_left_on_the_nodes(far_say, ray_runtime):
    far_say("chunks 1")
    (pid,) = pids(ray_runtime, "speaker")
    ray_runtime.close()
    until(lambda: gone(pid), 3)


def test_an_engine_that_nobody_uses_leaves_its_node(far_say, ray_runtime):
    far_say("chunks 1")
    (pid,) = pids(ray_runtime, "speaker")
    assert ray_runtime.state("speaker").state == "loaded"
    assert ray_runtime.release("speaker")
    until(lambda: gone(pid), 3)
    assert ray_runtime.state("speaker").state == "ready"


def test_a_cluster_that_is_not_there_is_told_soon(fresh_settings):
    fresh_settings.ray_address = "127.0.0.1:1"
    began = time.monotonic()
    with pytest.raises(Unavailable) as problem:
        saying(RayRuntime(fresh_settings, WeightStore(fresh_settings)))("chunks 1")
    assert problem.value.code == "ray_unreachable"
    assert time.monotonic() - began < 6
