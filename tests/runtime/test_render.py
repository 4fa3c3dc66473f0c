"""Rendering in a process of its own: what arrives, what is measured, who waits for whom."""

import threading
import time
from unittest.mock import ANY

import numpy as np
import pytest

from studio.engines.contract import ReferenceClip, Request
from studio.problems import BadInput


def test_chunks_arrive_in_order_and_unchanged(say):
    chunks, report = say("chunks 3 0.5")
    assert [c.samples.size for c in chunks] == [12_000] * 3
    assert {c.sample_rate for c in chunks} == {24_000}
    expected = (0.2 * np.sin(np.arange(12_000) * 0.05)).astype(np.float32)
    assert all(np.array_equal(c.samples, expected) for c in chunks)
    assert not report.cancelled


def test_load_is_counted_apart_from_synthesis(fresh_say):
    _, first = fresh_say("chunks 4 0.1 0.05")
    _, second = fresh_say("chunks 4 0.1 0.05")
    assert first.load_seconds > 0.1
    assert second.load_seconds == 0.0
    for report in (first, second):
        assert 0.2 <= report.synthesis_seconds < 0.5
        assert 0.05 <= report.ttfa_seconds < 0.2


def test_waiting_for_a_slow_listener_is_no_synthesis_time(say):
    _, report = say("chunks 30 1", on_chunk=lambda _: time.sleep(0.02))
    assert report.synthesis_seconds < 0.3


def test_the_process_is_kept_between_renders(say, runtime):
    say("chunks 1")
    pid = runtime.state("speaker").pid
    say("chunks 1")
    assert runtime.state("speaker").pid == pid


def test_a_refusal_keeps_the_process_and_carries_code_and_parameters(say, runtime):
    say("chunks 1")
    pid = runtime.state("speaker").pid
    with pytest.raises(BadInput) as refusal:
        say("refuse")
    assert (refusal.value.code, refusal.value.params["word"]) == ("text_empty", "ugly")
    assert runtime.state("speaker").pid == pid


def test_two_callers_take_turns_on_one_engine_in_order_of_arrival(say):
    order = []

    def render(name):
        say("chunks 2 0.1 0.1")
        order.append(name)

    say("chunks 1")
    threads = [threading.Thread(target=render, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
        time.sleep(0.03)
    for thread in threads:
        thread.join()
    assert order == [0, 1, 2, 3]


def test_two_engines_speak_at_the_same_time(say):
    say("chunks 1")
    say("chunks 1", "second")
    both = threading.Barrier(2, timeout=5)  # broken unless both are inside on_chunk at once
    threads = [
        threading.Thread(
            target=say, args=("chunks 1", e), kwargs={"on_chunk": lambda _: both.wait()}
        )
        for e in ("speaker", "second")
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not both.broken


def test_an_endless_engine_waits_for_its_listener(say):
    cancel = threading.Event()

    def listen(_):
        time.sleep(1.0)  # hundreds of chunks' time
        cancel.set()

    assert say("endless " + "x" * 2000, on_chunk=listen, cancel=cancel)[1].cancelled
    chunks, report = say("yielded")
    assert report.load_seconds == 0.0, "it stopped by itself"
    assert round(float(chunks[0].samples[0]) * 1000) <= 16


def test_samples_slightly_over_full_scale_are_clipped_and_counted(say):
    chunks, report = say("loud")
    assert np.abs(chunks[0].samples).max() == 1.0
    assert report.clipped_samples > 0


def test_an_exception_in_the_listener_ends_the_render_and_spares_the_engine(say):
    def listen(_):
        raise KeyError("disk")

    with pytest.raises(KeyError):
        say("endless " + "x" * 1000, on_chunk=listen)
    assert say("chunks 1")[1].load_seconds == 0.0


def test_enrolment_crosses_both_ways(runtime, say):
    from studio_test_engines.echo import TestEcho

    clip = ReferenceClip(np.linspace(0, 0.4, 200, dtype=np.float32), 16_000, "안녕", "ko")
    enrolment = runtime.enroll("test_echo", clip)
    here = TestEcho().enroll(clip)
    assert enrolment.values == here.values == {"hertz": ANY, "transcript": "안녕"}
    assert np.array_equal(enrolment.arrays["spectrum"], here.arrays["spectrum"])
    options = {"chunks": 1}
    chunks, _ = say("hello", "test_echo", preset="", enrolment=enrolment, options=options)
    request = Request("hello", "en", "", enrolment=here, options=options)
    (expected,) = TestEcho().synthesize(request, threading.Event())
    assert np.array_equal(chunks[0].samples, expected.samples)
    with pytest.raises(BadInput) as refusal:
        runtime.enroll("speaker", clip)
    assert (refusal.value.code, refusal.value.params) == (
        "engine_cannot_clone",
        {"engine": "Speaker"},
    )


def test_transport_of_four_seconds_costs_less_than_ten_milliseconds(say):
    say("chunks 1")
    added = []
    for _ in range(11):
        _, report = say("chunks 1 4")
        added.append(report.ttfa_seconds - report.synthesis_seconds)
    print(f"transport of a 4 s chunk: median {1000 * np.median(added):.2f} ms")  # noqa: T201
    assert np.median(added) < 0.010
