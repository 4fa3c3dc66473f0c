"""Real weights, assembled once a session from the installed packages, and engines loaded once."""

import shutil
import threading

import numpy as np
import pytest

from studio.engines.contract import Request
from studio.engines.registry import engine_class
from studio.runtime.weights import WeightStore
from studio.settings import Settings


class Rendered:
    """The chunks of one take."""

    def __init__(self, chunks):
        self.chunks = chunks
        self.rate = chunks[0].sample_rate if chunks else 0
        self.samples = np.concatenate([c.samples for c in chunks]) if chunks else np.zeros(0)

    @property
    def seconds(self):
        return len(self.samples) / self.rate


@pytest.fixture(scope="session")
def weights(tmp_path_factory):
    """A function from an engine's name to its folder of weights (None where it needs none)."""
    folder = tmp_path_factory.mktemp("studio-data")
    store = WeightStore(Settings(data_dir=folder))
    yield lambda name: store.get(name, offline=True).folder
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def loaded(weights):
    """A function from an engine's name to the engine, loaded."""
    engines = {}

    def get(name):
        if name not in engines:
            engine = engine_class(name)()
            engine.load(weights(name), "cpu")
            engines[name] = engine
        return engines[name]

    yield get
    for engine in engines.values():
        engine.unload()


@pytest.fixture(scope="session")
def speak(loaded, weights):
    """Render: ``speak("piper", "Hello.")``; the default preset unless one is named."""

    def render(name, text, language="en", stop=None, **request):
        engine = loaded(name)
        request.setdefault("preset", engine.presets(weights(name))[0].id)
        chunks = engine.synthesize(
            Request(text=text, language=language, **request), stop or threading.Event()
        )
        return Rendered(list(chunks))

    return render
