"""Engines on borrowed cards: a call for each request, loaded where the card is, stopped in time."""

import os
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from studio.engines.contract import Request
from studio.problems import BadInput
from studio.runtime import choice
from studio.runtime.weights import WeightStore
from studio.settings import Settings
from tests.suite_engines import find_engines, forget_engines
from tests.waiting import until

STAND_IN = Path(__file__).parent / "zerogpu_spaces"


@pytest.fixture
def spaces(monkeypatch):
    """The stand-in in the place of the package, and what was decorated by it."""
    monkeypatch.syspath_prepend(str(STAND_IN))
    gone = [n for n in sys.modules if n == "spaces" or n.startswith("studio.runtime.zerogpu")]
    for name in gone:
        monkeypatch.delitem(sys.modules, name)
    find_engines(monkeypatch)
    import spaces

    yield spaces
    spaces.end()
    forget_engines()
    for name in [n for n in sys.modules if n.startswith("studio.runtime.zerogpu")]:
        sys.modules.pop(name)
    sys.modules.pop("spaces")


@pytest.fixture
def runtime(spaces, tmp_path):
    settings = Settings(data_dir=tmp_path, runtime="zerogpu", devices="cuda:0=9000")
    made = choice.runtime_of(settings, WeightStore(settings))
    yield made
    made.close()


def spoken(runtime, text, engine="test_card_a", cancel=None, on_chunk=None):
    chunks = []
    request = Request(text, "en", options={"speed": 1.0})
    report = runtime.render(engine, request, on_chunk or chunks.append, cancel or threading.Event())
    return report, chunks


def test_a_take_is_spoken_in_a_forked_process_that_the_next_one_finds_loaded(runtime, spaces):
    first, chunks = spoken(runtime, "say 3")
    assert not first.cancelled
    assert first.device == "cuda:0"
    assert np.concatenate([chunk.samples for chunk in chunks]).size > 1000
    spoken(runtime, "say 3")
    pids = [pid for _, pid in spaces.CALLS]
    assert len(pids) == 2
    assert len(set(pids)) == 1
    assert os.getpid() not in pids
    assert runtime.state("test_card_a").state == "loaded"


def test_a_card_is_asked_for_as_long_as_the_text_needs(runtime, spaces):
    spoken(runtime, "say 1")
    spoken(runtime, "say 1 " + "word " * 30)
    short, long = (seconds for seconds, _ in spaces.CALLS)
    assert 60 <= short < long <= 120


def test_a_cancel_reaches_the_borrowed_process_and_the_engine_stays(runtime, spaces):
    cancel = threading.Event()
    began = time.monotonic()
    heard = []

    def hear(chunk):
        heard.append(chunk)
        cancel.set()

    report, _ = spoken(runtime, "slowly 200", cancel=cancel, on_chunk=hear)
    assert report.cancelled
    assert heard
    assert time.monotonic() - began < 5.0
    until(spaces.waiting)  # the borrowed process was stopped, not left to speak on
    again, chunks = spoken(runtime, "say 3")
    assert not again.cancelled
    assert chunks
    assert len({pid for _, pid in spaces.CALLS}) == 1


def test_what_an_engine_refuses_or_breaks_on_is_told_as_anywhere(runtime, spaces):
    with pytest.raises(BadInput):
        spoken(runtime, "refuse")
    with pytest.raises(Exception, match="engine_failed"):
        spoken(runtime, "raise")
    assert spoken(runtime, "say 3")[1]


def test_engines_without_a_card_run_in_processes_of_their_own(runtime, spaces):
    spoken(runtime, "say 3", engine="speaker")
    assert spaces.CALLS == []
    assert runtime.state("speaker").pid not in (None, os.getpid())


def test_without_the_package_everything_happens_here(monkeypatch, tmp_path):
    find_engines(monkeypatch)
    monkeypatch.setitem(sys.modules, "spaces", None)
    for name in [n for n in sys.modules if n.startswith("studio.runtime.zerogpu")]:
        monkeypatch.delitem(sys.modules, name)
    settings = Settings(data_dir=tmp_path, runtime="zerogpu", devices="cpu")
    runtime = choice.runtime_of(settings, WeightStore(settings))
    try:
        assert spoken(runtime, "say 3")[1]
    finally:
        runtime.close()
        forget_engines()
