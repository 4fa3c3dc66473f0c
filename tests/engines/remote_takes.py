"""What tests ask of an engine that speaks through a service, and what they look at."""

import contextlib
import threading
import time
from dataclasses import dataclass

import numpy as np
import pytest

from studio import locales
from studio.engines.contract import Chunk, EngineProblem, ReferenceClip, Request
from studio.runtime.runtime import Runtime
from studio.runtime.weights import WeightStore
from studio.settings import Settings

TEXT = "오늘 아침에는 안개가 짙게 깔렸습니다."
SECONDS = 0.06 * len(TEXT)
"""What the stand-in services make of it."""


@dataclass(frozen=True)
class Asking:
    """Requests to one service: its usual preset, and the key that nobody may ever read."""

    preset: str
    key: str

    def request(self, text=TEXT, language="ko", preset=None, **more):
        return Request(text, language, self.preset if preset is None else preset, **more)

    def speak(self, engine, stop=None, **fields):
        return list(engine.synthesize(self.request(**fields), stop or threading.Event()))

    def problem_of(self, engine, **fields):
        with pytest.raises(EngineProblem) as caught:
            self.speak(engine, **fields)
        problem = caught.value
        assert self.key not in repr(problem.params) + str(problem)
        for language in ("en", "ko"):  # every code has its sentence, with all it needs
            locales.text(language, f"error.{problem.code}", **problem.params)
        return problem

    def assert_a_cancel_is_seen_at_once(self, engine):
        """While the service sends nothing, say."""
        stop = threading.Event()
        threading.Timer(0.3, stop.set).start()
        began = time.monotonic()
        pieces = self.speak(engine, stop=stop)
        assert 0.25 < time.monotonic() - began < 0.8
        return pieces

    def assert_the_roster_comes_during_a_take(self, engine):
        found = []
        stream = engine.synthesize(self.request(), threading.Event())
        first = next(stream)
        asking = threading.Thread(target=lambda: found.extend(engine.roster()))
        asking.start()
        rest = list(stream)
        asking.join(5)
        assert found
        assert audio([first, *rest]).size

    def assert_a_cancel_reaches_the_process(self, runtime, name, heard):
        cancel = threading.Event()
        threading.Timer(0.5, cancel.set).start()
        began = time.monotonic()
        assert runtime.render(name, self.request(), heard.append, cancel).cancelled
        assert time.monotonic() - began < 1.5


def audio(pieces):
    return np.concatenate([p.samples for p in pieces if isinstance(p, Chunk)])


def rates(pieces):
    return {p.sample_rate for p in pieces if isinstance(p, Chunk)}


def assert_is_the_tone(samples, rate):
    """The sine that the stand-in services send, whole and in order."""
    assert len(samples) == round(SECONDS * rate)
    expected = 0.3 * np.sin(2 * np.pi * 220 * np.arange(len(samples)) / rate)
    assert np.abs(samples - expected).max() < 1e-3


def clip(seconds, rate=44100, transcript=""):
    samples = np.full(round(seconds * rate), 0.1, np.float32)
    return ReferenceClip(samples, rate, transcript, language="ko")


@contextlib.contextmanager
def set_up(kind, monkeypatch, environment):
    """An engine, loaded with variables of its bench."""
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    engine = kind()
    engine.load(None, "cpu")
    yield engine
    engine.unload()


@contextlib.contextmanager
def real_runtime(folder):
    """Engines in processes of their own, as the studio runs them."""
    settings = Settings(data_dir=folder, engine_load_seconds=60)
    runtime = Runtime(settings, WeightStore(settings))
    try:
        yield runtime
    finally:
        runtime.close()
