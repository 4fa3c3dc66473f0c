"""An engine on its bench: tiny weights or a stand-in service, in its own process as in the studio."""

import contextlib
import importlib
import os
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from studio.engines.contract import Asked, ReferenceClip, Request
from studio.engines.registry import engine_class
from studio.runtime.environments import Environments
from studio.runtime.runtime import Runtime
from studio.runtime.weights import WeightStore
from studio.settings import Settings
from tests.audio.speech import ENGLISH, espeak

CLIP_SECONDS = 12.0
"""Long enough for every engine that clones."""


@dataclass
class Rendered:
    """A take and when its chunks came, in seconds since it was asked for."""

    chunks: list = field(default_factory=list)
    moments: list = field(default_factory=list)
    report: object = None
    began: float = field(default_factory=time.perf_counter)

    def add(self, chunk):
        self.chunks.append(chunk)
        self.moments.append(time.perf_counter() - self.began)

    @property
    def samples(self):
        return np.concatenate([c.samples for c in self.chunks]) if self.chunks else np.zeros(0)


class Stage:
    """What tests of cards do with an engine. Make it with :func:`staged`."""

    def __init__(self, name: str, runtime: Runtime, store: WeightStore) -> None:
        self.name = name
        self.runtime = runtime
        self.kind = engine_class(name)
        self.card = self.kind.card
        self._store = store

    def preset(self, language: str = "en") -> str:
        """The first preset that speaks the language; "" where there is none."""
        for preset in self.runtime.presets(self.name):
            tags = {tag.lower().replace("_", "-").split("-")[0] for tag in preset.languages}
            if not tags or language in tags:
                return preset.id
        return ""

    def asked(self, text: str, language: str = "en", **facts) -> Asked:
        """As a plan asks: all options filled in."""
        options = self.kind.Options(**facts.pop("options", {})).model_dump(mode="json")
        facts.setdefault("transcript", True)
        sets = frozenset(s.name for s in self._store.sets(self.card) if s.present)
        return Asked(text, language, options=options, sets=sets, **facts)

    def sets(self, asked: Asked) -> tuple[str, ...]:
        return self.kind.checkpoints(asked) if self.card.sets_serve == "each" else ()

    def enrol(self, clip: ReferenceClip):
        asked = self.asked("x", speaker="clone", transcript=bool(clip.transcript))
        return self.runtime.enroll(self.name, clip, sets=self.sets(asked)[:1])

    def speaker(self, language: str = "en") -> dict:
        """Request fields of any speaker the engine has: a preset, else a clone."""
        if preset := self.preset(language):
            return {"preset": preset}
        return {"enrolment": self.clone()}

    def clone(self):
        if not hasattr(self, "_clone"):
            self._clone = self.enrol(clip())
        return self._clone

    def render(self, text, language="en", *, cancel=None, on_chunk=None, **fields) -> Rendered:
        """Speak through the runtime."""
        options = fields.pop("options", {})
        if not {"preset", "enrolment", "designed"} & fields.keys():
            fields |= self.speaker(language)
        designed = fields.pop("designed", False)
        speaker = "designed" if designed else "clone" if "enrolment" in fields else "preset"
        asked = self.asked(
            text,
            language,
            speaker=speaker,
            preset=fields.get("preset", ""),
            instruction=fields.get("instruction", ""),
            options=options,
        )
        request = Request(text, language, options=dict(asked.options), **fields)
        take = Rendered()

        def received(chunk):
            take.add(chunk)
            if on_chunk is not None:
                on_chunk(chunk)

        stop = cancel or threading.Event()
        take.report = self.runtime.render(self.name, request, received, stop, sets=self.sets(asked))
        return take


def clip(seconds: float = CLIP_SECONDS, voice: str = "en-us") -> ReferenceClip:
    """Real speech of a given length, with its transcript."""
    samples, rate = espeak(ENGLISH, voice=voice)
    whole = np.tile(samples, int(np.ceil(seconds * rate / samples.size)))[: round(seconds * rate)]
    return ReferenceClip(np.ascontiguousarray(whole), rate, transcript=ENGLISH, language="en")


@contextlib.contextmanager
def staged(name: str, folder: Path):
    """An engine, ready: its bench prepared below ``folder``, everything ended afterwards."""
    bench = importlib.import_module(f"tests.engines.benches.{name.partition('-')[0]}")
    made = bench.prepare(folder / "made") if hasattr(bench, "prepare") else {}
    with contextlib.ExitStack() as stack:
        variables = stack.enter_context(bench.serve()) if hasattr(bench, "serve") else {}
        stack.enter_context(environment(variables))
        settings = Settings(data_dir=folder / "data", engine_load_seconds=120)
        if hasattr(bench, "environment"):
            bench.environment(settings)
        store = WeightStore(settings)
        for set_name, where in made.items():
            store.use(name, set_name, where)
        runtime = Runtime(settings, store, Environments(settings))
        stack.callback(runtime.close)
        yield Stage(name, runtime, store)


@contextlib.contextmanager
def environment(variables: dict[str, str]):
    """The variables set; engines that follow from them are registered anew, and forgotten after."""
    from studio.engines import registry

    before = dict(os.environ)
    os.environ.update(variables)
    registry.forget()
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
        registry.forget()
