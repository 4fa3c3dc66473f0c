"""Engines of third parties are found by entry point; the suite's own are the proof."""

import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from studio.engines.contract import ReferenceClip, Request
from tests.suite_engines import PLUGINS

ROOT = Path(__file__).parents[2]
NAMES = [
    "test_echo",
    "test_crash",
    "test_crash_load",
    "test_hang",
    "test_noisy",
    "test_garbage",
    "test_slow",
]


def python(code, *, plugins=True, **kwargs):
    path = os.pathsep.join([str(ROOT), *([str(PLUGINS)] if plugins else [])])
    return subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        check=False,
        timeout=60,
        **kwargs,
    )


LIST = "import json; from studio.engines.registry import *; print(json.dumps(list(entry_points())))"


def test_engines_appear_when_their_package_is_on_the_path_and_only_then():
    found = json.loads(python(LIST).stdout)
    assert found[:3] == ["kokoro", "piper", "espeak"]
    assert set(NAMES) <= set(found[3:])
    assert not set(NAMES) & set(json.loads(python(LIST, plugins=False).stdout))


RENDER = """
import sys, threading, hashlib
from studio.engines.registry import engine_class
from studio.engines.contract import Request
engine = engine_class(sys.argv[1])()
engine.load(None, "cpu")
chunks = engine.synthesize(Request("Hello there.", "en", "low"), threading.Event())
length = sum(len(chunk.samples) for chunk in chunks)
open(sys.argv[2], "w").write(str(length))
"""


def render(name, tmp_path):
    done = tmp_path / "done"
    code = f"import sys; sys.argv = ['', {name!r}, {str(done)!r}]\n{RENDER}"
    return python(code), done


@pytest.mark.parametrize("name", ["test_crash", "test_crash_load"])
def test_crashing_engines_die_of_a_segmentation_fault(name, tmp_path):
    process, done = render(name, tmp_path)
    assert process.returncode == -11
    assert not done.exists()


def test_the_noisy_engine_floods_both_streams_and_speaks(tmp_path):
    process, done = render("test_noisy", tmp_path)
    assert process.returncode == 0
    assert len(process.stdout) + len(process.stderr) > 50e6
    assert min(len(process.stdout), len(process.stderr)) > 20e6
    assert int(done.read_text()) > 10000


@pytest.fixture
def plugins(monkeypatch):
    monkeypatch.syspath_prepend(str(PLUGINS))


def take(engine, stop=None, **request):
    request = {"preset": "low"} | request
    chunks = list(
        engine.synthesize(Request("Hello there.", "en", **request), stop or threading.Event())
    )
    return np.concatenate([chunk.samples for chunk in chunks]) if chunks else np.zeros(0)


@pytest.mark.usefixtures("plugins")
def test_the_echo_engine_keeps_every_promise_of_its_card():
    from studio_test_engines.echo import TestEcho

    engine = TestEcho()
    assert np.array_equal(take(engine, seed=1), take(engine, seed=1))
    assert not np.array_equal(take(engine, seed=1), take(engine, seed=2))
    assert not np.array_equal(take(engine), take(engine, instruction="gaily"))
    time = np.arange(16000) / 16000
    clip = ReferenceClip(np.sin(2 * np.pi * 330 * time).astype(np.float32), 16000, "la")
    enrolment = engine.enroll(clip)
    assert enrolment.values["hertz"] == pytest.approx(330)
    assert enrolment.arrays["spectrum"].shape == (64,)
    assert not np.array_equal(take(engine), take(engine, preset="", enrolment=enrolment))
    stop = threading.Event()
    stop.set()
    assert not take(engine, stop).size


@pytest.mark.usefixtures("plugins")
def test_every_kind_of_garbage_can_be_asked_for():
    import typing

    from studio_test_engines.garbage import Kind, TestGarbage

    for kind in typing.get_args(Kind):
        stop = threading.Event()
        stream = TestGarbage().synthesize(
            Request("Hello.", "en", "low", options={"kind": kind}), stop
        )
        if kind in {"exception", "exit"}:
            next(stream)
            with pytest.raises((ValueError, SystemExit)):
                next(stream)
            continue
        for number, _ in enumerate(stream):
            if number > 20:
                stop.set()
        assert stop.is_set() == (kind == "endless")
