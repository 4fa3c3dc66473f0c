"""A runtime over test engines that real dist-infos announce."""

import threading
from pathlib import Path

import pytest

from studio.engines import registry
from studio.engines.contract import Request
from studio.runtime.runtime import Runtime
from studio.runtime.weights import WeightStore
from studio.settings import Settings

ENGINES = Path(__file__).parent / "engines"
"""Engines of the runtime's own tests: the text tells them what to do."""
PLUGINS = Path(__file__).parents[1] / "plugins"
"""Engines of the whole suite."""


@pytest.fixture(autouse=True)
def engines(monkeypatch):
    """The test engines, findable by this process and its children."""
    for folder in (ENGINES, PLUGINS):
        monkeypatch.syspath_prepend(str(folder))
    registry.entry_points.cache_clear()
    registry.engine_class.cache_clear()
    yield
    registry.entry_points.cache_clear()
    registry.engine_class.cache_clear()


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

    def render(text, engine="rt", cancel=None, on_chunk=None, **fields):
        chunks = []
        guard = threading.Event() if cancel is None else cancel
        timer = threading.Timer(30, guard.set)  # a broken bound must not hang the suite
        timer.start()
        try:
            report = runtime.render(
                engine,
                Request(text=text, language="en", **{"preset": "one", **fields}),
                on_chunk or chunks.append,
                guard,
            )
        finally:
            timer.cancel()
        assert cancel is not None or not report.cancelled, "it would have gone on for ever"
        return chunks, report

    return render
