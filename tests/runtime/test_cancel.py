"""A cancel stops the work itself, within two seconds, whatever the engine does."""

import threading
import time

import pytest

from tests.waiting import gone, runs, until


def cancelled(say, text, after=0.3):
    cancel = threading.Event()
    timer = threading.Timer(after, cancel.set)
    timer.start()
    began = time.monotonic()
    chunks, report = say(text, cancel=cancel)
    assert report.cancelled
    return chunks, time.monotonic() - began - after


def test_an_engine_that_looks_at_the_flag_stops_and_stays(say, runtime):
    say("chunks 1")
    pid = runtime.state("speaker").pid
    _, seconds = cancelled(say, "chunks 100 0.1 0.1")
    assert seconds < 0.5
    assert runtime.state("speaker").pid == pid
    chunks, report = say("chunks 2 0.1")
    assert len(chunks) == 2, "nothing is left over from the cancelled render"
    assert report.load_seconds == 0.0


@pytest.mark.parametrize("text", ["hang", "stopped", "stuck"])
def test_an_engine_that_does_not_stop_is_ended(say, runtime, text):
    say("chunks 1")
    pid = runtime.state("speaker").pid
    _, seconds = cancelled(say, text)
    assert seconds < 2.0
    assert gone(pid)
    assert len(say("chunks 2")[0]) == 2


def test_processes_that_the_engine_started_end_with_it(say):
    cancel, found = threading.Event(), []

    def listen(chunk):
        found.append(chunk)
        cancel.set()

    assert say("child", cancel=cancel, on_chunk=listen)[1].cancelled
    low, high = found[0].samples
    pid = round(float(high) * 1e6) * 1000 + round(float(low) * 1000)
    until(lambda: not runs(pid), 2)


def test_a_load_can_be_cancelled(fresh_say):
    _, seconds = cancelled(fresh_say, "chunks 1", after=0.05)
    assert seconds < 1.0


def test_a_waiting_caller_leaves_the_queue(say):
    say("chunks 1")
    busy = threading.Thread(target=say, args=("chunks 15 0.1 0.1",))
    busy.start()
    time.sleep(0.1)
    chunks, seconds = cancelled(say, "chunks 1", after=0.2)
    assert (chunks, seconds < 0.3) == ([], True)
    assert busy.is_alive()
    busy.join()
    assert len(say("chunks 2")[0]) == 2


def test_a_cancel_before_the_start_renders_nothing(say):
    cancel = threading.Event()
    cancel.set()
    chunks, report = say("chunks 3", cancel=cancel)
    assert (chunks, report.cancelled) == ([], True)


def test_closing_the_runtime_ends_renders_and_processes(fresh_say, fresh_runtime):
    from studio.problems import Unavailable

    fresh_say("chunks 1")
    pid = fresh_runtime.state("speaker").pid
    ended = []

    def render():
        try:
            fresh_say("hang")
        except Unavailable as problem:
            ended.append(problem.code)

    thread = threading.Thread(target=render)
    thread.start()
    time.sleep(0.3)
    fresh_runtime.close()
    thread.join(2)
    assert gone(pid)
    assert ended == ["engine_crashed"]
