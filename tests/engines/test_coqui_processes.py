"""XTTS and Tortoise as the studio runs them: in processes of their own, on tiny checkpoints."""

import contextlib
import importlib
import threading
import time

import numpy as np
import pytest

from studio.engines.contract import ReferenceClip, Request
from studio.engines.registry import engine_class
from studio.runtime.runtime import Runtime
from studio.runtime.weights import WeightStore
from studio.settings import Settings
from tests.audio.speech import ENGLISH, espeak


@pytest.fixture(scope="module", params=["xtts", "tortoise"])
def engine(request):
    return request.param


@pytest.fixture(scope="module")
def settings(engine, tmp_path_factory):
    folder = tmp_path_factory.mktemp(engine)
    settings = Settings(data_dir=folder / "data")
    bench = importlib.import_module(f"tests.engines.benches.{engine}")
    for name, made in bench.prepare(folder / "made").items():
        WeightStore(settings).use(engine, name, made)
    return settings


@pytest.fixture(scope="module")
def runtime(settings):
    with contextlib.closing(Runtime(settings, WeightStore(settings))) as runtime:
        yield runtime


def render(runtime, engine, text="Good morning.", cancel=None, on_chunk=None, **fields):
    chunks = []

    def received(chunk):
        chunks.append(chunk)
        if on_chunk:
            on_chunk()

    request = Request(text, "en", **fields)
    report = runtime.render(engine, request, received, cancel or threading.Event())
    return np.concatenate([c.samples for c in chunks]) if chunks else np.zeros(0), report


def test_a_clone_made_in_one_process_speaks_the_same_in_the_next(runtime, engine, settings):
    samples, rate = espeak(ENGLISH, voice="en-us")
    clip = ReferenceClip(np.tile(samples, 4)[: rate * 7], rate)
    enrolment = runtime.enroll(engine, clip)
    one, report = render(runtime, engine, enrolment=enrolment, seed=5)
    assert not report.cancelled
    assert one.size > 2400
    assert np.isfinite(one).all()
    assert runtime.state(engine).state == "loaded"
    with contextlib.closing(Runtime(settings, WeightStore(settings))) as another:
        two, _ = render(another, engine, enrolment=enrolment, seed=5)
    assert np.array_equal(one, two)


def test_a_cancelled_take_leaves_the_process_alive_and_soon_free(runtime, engine):
    preset = runtime.presets(engine)[0].id
    render(runtime, engine, preset=preset)
    stop, asked = threading.Event(), []

    def cancel():
        if not asked:
            asked.append(time.perf_counter())
            stop.set()

    text = "Nobody knew that a letter from the city would arrive before noon. " * 30
    if engine_class(engine).card.streaming:
        _, report = render(runtime, engine, text, stop, on_chunk=cancel, preset=preset)
    else:
        threading.Timer(0.7, cancel).start()
        _, report = render(runtime, engine, text, stop, preset=preset)
    assert report.cancelled
    assert time.perf_counter() - asked[0] < 1.5
    again, after = render(runtime, engine, preset=preset)
    assert again.size
    assert not after.load_seconds, "the process had to be started again"
