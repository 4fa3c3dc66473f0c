"""Engines that do what the first word of the text says; each word of speech is a beep of 0.2 s."""

import ctypes
import os
import time
from pathlib import Path

import numpy as np
from pydantic import BaseModel, Field

from studio.engines.card import Card, Cloning, Hardware, Instructing, LanguageFault, Licence
from studio.engines.contract import Chunk, EngineProblem, Interpretation, Preset
from studio.locales import Note

RATE = 24_000


def beep(seconds, pitch=0.05, level=0.2):
    return (level * np.sin(np.arange(int(seconds * RATE)) * pitch)).astype(np.float32)


def card(name, **facts):
    return Card(
        name=name,
        title=name.title(),
        summary=Note("state.ready"),
        homepage="",
        licence=Licence(code="MIT", weights="CC0-1.0", commercial=True, url=""),
        hardware=Hardware(runs_on=("cpu",), memory_mb=50),
        **{"languages": ("en", "ko"), **facts},
    )


class Speed(BaseModel):
    speed: float = Field(default=1.0, ge=0.5, le=2.0)


class Speaker:
    """Speaks English and Korean with two voices, Japanese wrongly; counts what it renders."""

    card = card(
        "speaker",
        language_faults={"ja": LanguageFault(reason=Note("state.loaded"))},
        cloning=Cloning(closest_preset=True),
        max_characters=2000,
    )
    Options = Speed

    @classmethod
    def presets(cls, weights):
        return [Preset("ann", "Ann", ("en-us",)), Preset("bob", "Bob")]

    @classmethod
    def interpret(cls, instruction, language):
        return None

    def load(self, weights, device):
        pass

    def enroll(self, clip):
        raise EngineProblem("engine_cannot_clone", engine=self.card.title)

    def unload(self):
        pass

    def synthesize(self, request, stop):
        journal = os.environ.get("TAKES_TEST_JOURNAL")
        if journal:
            with Path(journal).open("a") as file:
                file.write(f"{self.card.name} {request.preset} {request.seed} {request.text}\n")
        word, *rest = request.text.split()
        yield from getattr(self, f"do_{word}", self.do_say)(request, stop, *rest)

    def do_say(self, request, stop, *_):
        for word in request.text.split():
            yield Chunk(beep(0.2 / request.options["speed"], 0.02 + len(word) / 100), RATE)

    def do_slowly(self, request, stop, count="20", *_):
        for _ in range(int(count)):
            if stop.is_set():
                return
            yield Chunk(beep(0.2), RATE)
            time.sleep(0.1)

    def do_hang(self, request, stop, *_):
        yield Chunk(beep(0.2), RATE)
        while True:
            time.sleep(0.1)

    def do_crash(self, request, stop, *_):
        yield Chunk(beep(0.2), RATE)
        ctypes.string_at(0)

    def do_refuse(self, request, stop, *_):
        raise EngineProblem("text_empty")
        yield

    def do_nothing(self, request, stop, *_):
        return
        yield

    def do_silence(self, request, stop, *_):
        yield Chunk(np.zeros(RATE, np.float32), RATE)

    def do_loud(self, request, stop, *_):
        yield Chunk(beep(1.0, level=1.5), RATE)


class Second(Speaker):
    """Another one, of one English voice, without closest presets."""

    card = card("second", languages=("en",))

    @classmethod
    def presets(cls, weights):
        return [Preset("cat", "Cat")]


class Moody(Speaker):
    """Carries out ``fast`` by its option."""

    card = card("moody", instruction=Instructing.MAPPED)

    @classmethod
    def interpret(cls, instruction, language):
        if "fast" not in instruction:
            return None
        return Interpretation({"speed": 2.0}, Note("state.loaded"))
