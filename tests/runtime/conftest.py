"""A runtime over the suite's engines."""

import threading

import pytest

from studio.engines.contract import Request
from studio.runtime.runtime import Runtime
from studio.runtime.weights import WeightStore
from studio.settings import Settings
from tests.suite_engines import find_engines, forget_engines


@pytest.fixture(autouse=True)
def engines(monkeypatch):
    find_engines(monkeypatch)
    yield
    forget_engines()


@pytest.fixture
def settings(tmp_path):
    return Settings(data_dir=tmp_path / "data", engine_load_seconds=20, engine_silence_seconds=3)


@pytest.fixture
def runtime(settings):
    running = Runtime(settings, WeightStore(settings))
    yield running
    running.close()


@pytest.fixture(scope="module")
def lasting(tmp_path_factory):
    """Settings and a runtime for all tests of a module that need not start from nothing."""
    made = Settings(data_dir=tmp_path_factory.mktemp("data"), engine_load_seconds=20)
    running = Runtime(made, WeightStore(made))
    yield made, running
    running.close()


@pytest.fixture
def say(runtime):
    """Render a text and collect the samples: ``say("chunks 3") → (chunks, report)``."""

    def render(text, engine="speaker", cancel=None, on_chunk=None, **fields):
        chunks = []
        guard = threading.Event() if cancel is None else cancel
        timer = threading.Timer(30, guard.set)  # a broken bound must not hang the suite
        timer.start()
        try:
            report = runtime.render(
                engine,
                Request(text=text, language="en", **{"preset": "ann", **fields}),
                on_chunk or chunks.append,
                guard,
            )
        finally:
            timer.cancel()
        assert cancel is not None or not report.cancelled, "it would have gone on for ever"
        return chunks, report

    return render
