"""A runtime over the suite's engines."""

import threading

import pytest

from studio.engines.contract import Request
from studio.runtime.runtime import Runtime
from studio.runtime.weights import WeightStore
from studio.settings import Settings
from tests.suite_engines import find_engines, forget_engines

from .hub import Hub
from .weight_sets import BIG, REVISION, SMALL


@pytest.fixture(autouse=True)
def engines(monkeypatch):
    find_engines(monkeypatch)
    yield
    forget_engines()


def _settings(folder):
    return Settings(data_dir=folder, engine_load_seconds=20, engine_silence_seconds=5)


@pytest.fixture(scope="session")
def lasting(tmp_path_factory):
    """Settings and a runtime for all tests that need not start from nothing."""
    made = _settings(tmp_path_factory.mktemp("data"))
    running = Runtime(made, WeightStore(made))
    yield made, running
    running.close()


@pytest.fixture
def settings(lasting):
    """Of the lasting runtime; what a test changes is put back before the next."""
    made, _ = lasting
    made.engine_silence_seconds = 5.0
    return made


@pytest.fixture
def runtime(lasting, settings):
    """One that other tests have used and will use."""
    return lasting[1]


@pytest.fixture
def fresh_settings(tmp_path):
    return _settings(tmp_path / "data")


@pytest.fixture
def fresh_runtime(fresh_settings):
    """One that nobody has used."""
    running = Runtime(fresh_settings, WeightStore(fresh_settings))
    yield running
    running.close()


@pytest.fixture
def say(runtime):
    """Render a text and collect the samples: ``say("chunks 3") → (chunks, report)``."""
    return saying(runtime)


@pytest.fixture
def fresh_say(fresh_runtime):
    """The same on a runtime that nobody has used."""
    return saying(fresh_runtime)


def saying(runtime):
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


@pytest.fixture
def store(fresh_settings):
    """Weights, of which nothing is there yet."""
    return WeightStore(fresh_settings)


@pytest.fixture
def own(fresh_settings):
    """The studio's own folder for the weights of the engine ``fake``."""
    return fresh_settings.data_dir / "models" / "fake"


@pytest.fixture
def package(tmp_path, monkeypatch):
    """An installed package with a file in three parts; importing it would be noticed."""
    folder = tmp_path / "site" / "weights_in_parts"
    (folder / "data").mkdir(parents=True)
    (folder / "__init__.py").write_text("raise ImportError('not to be imported')")
    for number, (first, last) in enumerate(((0, 10), (10, 2_000_000), (2_000_000, None)), 1):
        (folder / "data" / f"{number}.bin").write_bytes(BIG[first:last])
    monkeypatch.syspath_prepend(str(folder.parent))
    return folder


@pytest.fixture
def hub(monkeypatch):
    """A hub with both files of ``FROM_HUB``."""
    prefix = f"/someone/model/resolve/{REVISION}/"
    server = Hub({prefix + "model.onnx": BIG, prefix + "sub/voices.json": SMALL})
    monkeypatch.setenv("HF_ENDPOINT", server.url)
    yield server
    server.close()
