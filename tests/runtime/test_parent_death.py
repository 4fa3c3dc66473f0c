"""No worker outlives the studio, however it ends."""

import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from tests.suite_engines import PLUGINS
from tests.waiting import runs, until

ROOT = Path(__file__).parents[2]

PARENT = """
import sys, threading, time
sys.path.insert(0, {engines!r})
from studio.engines.contract import Request
from studio.runtime.runtime import Runtime
from studio.runtime.weights import WeightStore
from studio.settings import Settings

settings = Settings(data_dir={data!r})
runtime = Runtime(settings, WeightStore(settings))

def render(engine, text):
    runtime.render(engine, Request(text, "en", "ann"), lambda c: None, threading.Event())

# loads from a thread that ends: the worker must not end with it
loader = threading.Thread(target=runtime.warm, args=("second",)); loader.start(); loader.join()
threading.Thread(target=render, args=("speaker", {text!r}), daemon=True).start()
bench = runtime.call("studio_test_engines.chores:nap", 0.0)
while runtime.state("speaker").pid is None:
    time.sleep(0.05)
time.sleep(0.5)
print(runtime.state("speaker").pid, runtime.state("second").pid or 0, bench, flush=True)
if {stay!r}:
    time.sleep(60)
"""


def parent(tmp_path, text, *, stay):
    source = PARENT.format(engines=str(PLUGINS), data=str(tmp_path), text=text, stay=stay)
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(source)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )


@pytest.mark.parametrize("text", ["hang", "stuck", "endless " + 5000 * "x", "chunks 1"])
def test_kill_nine_of_the_studio_leaves_no_worker(tmp_path, text):
    process = parent(tmp_path, text, stay=True)
    workers = [int(pid) for pid in process.stdout.readline().split()]
    assert len(workers) == 3
    assert all(runs(pid) for pid in workers), "a loader's thread ended, its worker must not"
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    until(lambda: not any(runs(pid) for pid in workers), 3)


def test_a_studio_that_ends_without_closing_leaves_no_worker_and_does_not_hang(tmp_path):
    process = parent(tmp_path, "hang", stay=False)
    workers = [int(pid) for pid in process.stdout.readline().split()]
    assert process.wait(5) == 0
    until(lambda: not any(runs(pid) for pid in workers), 3)
