"""Engines that crash, hang, flood or send garbage spoil their own render and nothing else."""

import logging
import os
import signal
import threading
import time
from pathlib import Path

import pytest

from studio.problems import Unavailable


@pytest.fixture
def settings(lasting):
    lasting[0].engine_silence_seconds = 5.0
    return lasting[0]


@pytest.fixture
def runtime(lasting, settings):
    return lasting[1]


def gone(pid):
    """Whether a process is gone; a zombie that nobody reaped is not."""
    return not Path(f"/proc/{pid}").exists()


@pytest.mark.parametrize(
    ("text", "code", "reason"),
    [
        ("exit 3", "engine_crashed", "exit 3"),
        ("segfault", "engine_crashed", "SIGSEGV"),
        ("raise", "engine_failed", "RuntimeError: no more ideas in model.bin today"),
        ("systemexit", "engine_failed", "SystemExit: 0"),
        ("garbage nan", "engine_garbage", "NaN"),
        ("garbage inf", "engine_garbage", "NaN"),
        ("garbage loud", "engine_garbage", "|x| = 10"),
        ("garbage double", "engine_garbage", "float64 (2400,)"),
        ("garbage stereo", "engine_garbage", "float32 (2, 2400)"),
        ("garbage rate", "engine_garbage", "7 Hz"),
        ("garbage text", "engine_garbage", "str"),
        ("garbage none", "engine_garbage", "int"),
        ("change", "engine_garbage", "24000 → 48000 Hz"),
        ("endless", "engine_garbage", "> 67 s"),
    ],
)
def test_a_fault_is_named_and_the_next_render_gets_a_fresh_process(
    say, runtime, text, code, reason
):
    say("chunks 1")
    pid = runtime.state("rt").pid
    with pytest.raises(Unavailable) as problem:
        say(text)
    assert problem.value.code == code
    assert problem.value.params == {"engine": "rt", "reason": reason}
    assert gone(pid)
    assert len(say("chunks 3")[0]) == 3


@pytest.mark.parametrize("text", ["deaf", "empty", "stopped"])
def test_a_silent_engine_is_ended(say, runtime, settings, text):
    settings.engine_silence_seconds = 0.6
    say("chunks 1")
    pid = runtime.state("rt").pid
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


@pytest.mark.parametrize("text", ["flood", "gil"])
def test_fifty_megabytes_of_noise_neither_block_nor_stay(say, runtime, settings, text):
    say("chunks 1")
    began = time.monotonic()
    chunks, _ = say(text)
    assert len(chunks) == 1
    assert time.monotonic() - began < 10
    assert sum(p.stat().st_size for p in settings.data_dir.rglob("*") if p.is_file()) < 1_000_000
    assert runtime.state("rt").memory_mb < 300


def test_the_last_words_of_a_crash_are_in_the_log_and_not_in_the_problem(say, caplog):
    with caplog.at_level(logging.WARNING, "studio.runtime"), pytest.raises(Unavailable) as problem:
        say("exit 3")
    assert "about to leave" in caplog.text
    assert "about to leave" not in str(problem.value)


@pytest.mark.parametrize("fault", ["segfault", "garbage nan", "raise", "flood", "deaf", "endless"])
def test_another_engine_keeps_speaking_meanwhile(say, settings, fault):
    settings.engine_silence_seconds = 0.7 if fault == "deaf" else 5.0
    say("chunks 1", "rt_other")
    say("chunks 1")
    result = {}

    def speak():
        result["chunks"], result["report"] = say("chunks 12 0.1 0.1", "rt_other")

    speaker = threading.Thread(target=speak)
    speaker.start()
    try:
        say(fault)
    except Unavailable:
        assert fault != "flood"
    speaker.join(10)
    assert len(result["chunks"]) == 12
    assert result["report"].synthesis_seconds < 2.4


def test_an_engine_that_cannot_load_says_why_and_is_tried_again(say, runtime):
    for _ in range(2):
        with pytest.raises(Unavailable) as problem:
            say("chunks 1", "rt_load")
        assert problem.value.code == "engine_not_loaded"
        assert "libspeech.so" in problem.value.params["reason"]
    state = runtime.state("rt_load")
    assert (state.state, state.detail.code) == ("failed", "error.engine_not_loaded")
    assert state.pid is None


def test_a_process_killed_while_idle_is_replaced_unnoticed(say, runtime):
    say("chunks 1")
    pid = runtime.state("rt").pid
    os.kill(pid, signal.SIGKILL)
    time.sleep(0.1)
    assert runtime.state("rt").state == "ready"
    assert len(say("chunks 2")[0]) == 2
    assert gone(pid)


def test_dead_processes_leave_no_threads_and_no_open_files(say):
    def held():
        return threading.active_count(), len(list(Path("/proc/self/fd").iterdir()))

    say("chunks 1", "rt_other")
    for text in ("exit 3", "garbage nan"):
        with pytest.raises(Unavailable):
            say(text)
    before = held()
    for _ in range(4):
        for text in ("exit 3", "garbage nan"):
            with pytest.raises(Unavailable):
                say(text)
    deadline = time.monotonic() + 3
    while held() > before:
        assert time.monotonic() < deadline, (before, held())
        time.sleep(0.05)
