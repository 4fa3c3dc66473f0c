"""Engines that crash, hang, flood or send garbage spoil their own render and nothing else."""

import logging
import os
import signal
import threading
import time
from pathlib import Path

import pytest

from studio.problems import Unavailable
from tests.waiting import gone, until


@pytest.mark.parametrize(
    ("text", "code", "reason"),
    [
        ("exit 3", "engine_crashed", "exit 3"),
        ("crash", "engine_crashed", "SIGSEGV"),
        ("raise", "engine_failed", "RuntimeError: no more ideas in model.bin today"),
        (
            "garbage exception",
            "engine_failed",
            "ValueError: broken on purpose: passwd {not_a_field} <b>bold</b>",
        ),
        ("garbage exit", "engine_failed", "SystemExit: 3"),
        ("garbage nan", "engine_garbage", "NaN"),
        ("garbage infinite", "engine_garbage", "NaN"),
        ("garbage loud", "engine_garbage", "|x| = 10"),
        ("garbage huge_values", "engine_garbage", "|x| = 2e+29"),
        ("garbage wrong_dtype", "engine_garbage", "int16 (2400,)"),
        ("garbage double", "engine_garbage", "float64 (2400,)"),
        ("garbage objects", "engine_garbage", "object (10,)"),
        ("garbage two_dimensional", "engine_garbage", "float32 (2, 2400)"),
        ("garbage rate_zero", "engine_garbage", "0 Hz"),
        ("garbage rate_absurd", "engine_garbage", "10000000 Hz"),
        ("garbage rate_text", "engine_garbage", "None Hz"),
        ("garbage rate_changes", "engine_garbage", "24000 → 12000 Hz"),
        ("garbage text", "engine_garbage", "str"),
        ("garbage not_a_chunk", "engine_garbage", "bytes"),
        ("endless", "engine_garbage", "> 67 s"),
    ],
)
def test_a_fault_is_named_and_the_next_render_gets_a_fresh_process(
    say, runtime, text, code, reason
):
    say("chunks 1")
    pid = runtime.state("speaker").pid
    with pytest.raises(Unavailable) as problem:
        say(text)
    assert problem.value.code == code
    assert problem.value.params == {"engine": "speaker", "reason": reason}
    assert gone(pid)
    assert len(say("chunks 3")[0]) == 3


@pytest.mark.parametrize("kind", ["empty", "empty_chunks"])
def test_an_engine_that_gives_nothing_says_so(say, kind):
    with pytest.raises(Unavailable) as problem:
        say(f"garbage {kind}")
    assert problem.value.code == "engine_gave_nothing"
    assert problem.value.params == {"engine": "speaker"}
    assert len(say("chunks 3")[0]) == 3


@pytest.mark.parametrize("text", ["hang", "empty", "stopped"])
def test_a_silent_engine_is_ended(say, runtime, settings, text):
    settings.engine_silence_seconds = 0.6
    say("chunks 1")
    pid = runtime.state("speaker").pid
    began = time.monotonic()
    with pytest.raises(Unavailable) as problem:
        say(text)
    assert problem.value.code == "engine_hung"
    assert 0.5 < time.monotonic() - began < 2.0
    assert gone(pid)
    assert len(say("chunks 3")[0]) == 3


def test_a_slow_listener_is_not_taken_for_a_silent_engine(say, settings):
    settings.engine_silence_seconds = 0.3
    chunks = []

    def listen(chunk):
        time.sleep(0.4)
        chunks.append(chunk)

    say("chunks 3", on_chunk=listen)
    assert len(chunks) == 3


@pytest.mark.parametrize(("text", "engine"), [("gil", "speaker"), ("flood", "test_noisy")])
def test_fifty_megabytes_of_noise_neither_block_nor_stay(say, runtime, settings, text, engine):
    def kept():
        return sum(p.stat().st_size for p in settings.data_dir.rglob("*") if p.is_file())

    say("chunks 1")
    before = kept()
    began = time.monotonic()
    chunks, _ = say(text, engine)
    assert chunks
    assert time.monotonic() - began < 10
    assert kept() - before < 1_000_000
    assert runtime.state(engine).memory_mb < 300


def test_the_last_words_of_a_crash_are_in_the_log_and_not_in_the_problem(say, caplog):
    with caplog.at_level(logging.WARNING, "studio.runtime"), pytest.raises(Unavailable) as problem:
        say("exit 3")
    assert "about to leave" in caplog.text
    assert "about to leave" not in str(problem.value)


def test_an_engine_that_cannot_load_says_why_and_is_tried_again(say, runtime):
    for _ in range(2):
        with pytest.raises(Unavailable) as problem:
            say("chunks 1", "test_broken_load")
        assert problem.value.code == "engine_not_loaded"
        assert "libspeech.so" in problem.value.params["reason"]
    state = runtime.state("test_broken_load")
    assert (state.state, state.detail.code) == ("failed", "error.engine_not_loaded")
    assert state.pid is None


def test_a_process_killed_while_idle_is_replaced_unnoticed(say, runtime):
    say("chunks 1")
    pid = runtime.state("speaker").pid
    os.kill(pid, signal.SIGKILL)
    time.sleep(0.1)
    assert runtime.state("speaker").state == "ready"
    assert len(say("chunks 2")[0]) == 2
    assert gone(pid)


def test_dead_processes_leave_no_threads_and_no_open_files(say):
    def held():
        return threading.active_count(), len(list(Path("/proc/self/fd").iterdir()))

    say("chunks 1", "second")
    for text in ("exit 3", "garbage nan"):
        with pytest.raises(Unavailable):
            say(text)
    before = held()
    for _ in range(4):
        for text in ("exit 3", "garbage nan"):
            with pytest.raises(Unavailable):
                say(text)
    until(lambda: held() <= before, 3)
