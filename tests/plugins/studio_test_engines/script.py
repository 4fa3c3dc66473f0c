"""Engines that do what the first word of the text says; each word of speech is a beep of 0.2 s."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
from pydantic import BaseModel, Field

from studio.engines.card import Card, Cloning, Hardware, Instructing, LanguageFault, Licence
from studio.engines.contract import Chunk, EngineProblem, Interpretation, Preset
from studio.locales import Note
from studio_test_engines.garbage import garbage
from studio_test_engines.tone import RATE, ToneEngine

JOURNAL = "TEST_ENGINES_JOURNAL"
"""The variable that names a file: a line is added to it for each render."""


def beep(seconds, pitch=0.05, level=0.2):
    return (level * np.sin(np.arange(int(seconds * RATE)) * pitch)).astype(np.float32)


def card(name, **facts):
    return Card(
        name=name,
        title=name.title(),
        summary=Note("An engine of the test suite: it beeps."),
        homepage="",
        licence=Licence(code="MIT", weights="CC0-1.0", commercial=True, url=""),
        hardware=Hardware(runs_on=("cpu",), memory_mb=50),
        **{"languages": ("en", "ko"), **facts},
    )


class Speed(BaseModel):
    speed: float = Field(default=1.0, ge=0.5, le=2.0)


class Speaker(ToneEngine):
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

    def load(self, weights, device):
        self.renders = 0

    def synthesize(self, request, stop):
        self.renders += 1
        if journal := os.environ.get(JOURNAL):
            with Path(journal).open("a") as file:
                file.write(f"{self.card.name} {request.preset} {request.seed} {request.text}\n")
        word, *rest = request.text.split()
        yield from getattr(self, f"do_{word}", self.do_say)(request, stop, *rest)

    # what speaks

    def do_say(self, request, stop, *_):
        for word in request.text.split():
            yield Chunk(beep(0.2 / request.options["speed"], 0.02 + len(word) / 100), RATE)

    def do_chunks(self, request, stop, count="3", seconds="0.1", pause="0", *_):
        for _number in range(int(count)):
            time.sleep(float(pause))
            if stop.is_set():
                return
            yield Chunk(beep(float(seconds)), RATE)

    def do_slowly(self, request, stop, count="20", *_):
        yield from self.do_chunks(request, stop, count, "0.2", "0.1")

    def do_loud(self, request, stop, *_):
        yield Chunk(beep(1.0, level=1.5), RATE)

    def do_endless(self, request, stop, *_):
        self.yielded = 0
        while not stop.is_set():
            self.yielded += 1
            yield Chunk(beep(1.0), RATE)

    def do_yielded(self, request, stop):
        """Says how many chunks ``endless`` gave, in thousands, as a sample."""
        yield Chunk(np.array([self.yielded / 1000], np.float32), RATE)

    def do_once(self, request, stop, *_):
        """Speaks the first time, and never again."""
        if self.renders > 1:
            raise RuntimeError("I have said it")
        yield Chunk(beep(0.3), RATE)

    # what says nothing

    def do_nothing(self, request, stop, *_):
        return
        yield

    def do_silence(self, request, stop, *_):
        yield Chunk(np.zeros(RATE, np.float32), RATE)

    def do_empty(self, request, stop):
        while True:
            time.sleep(0.01)
            yield Chunk(np.zeros(0, np.float32), RATE)

    # what goes wrong

    def do_garbage(self, request, stop, kind):
        yield from garbage(kind, beep(0.1), stop)

    def do_refuse(self, request, stop, *_):
        raise EngineProblem("text_empty", word="ugly")
        yield

    def do_raise(self, request, stop):
        yield Chunk(beep(0.1), RATE)
        raise RuntimeError("no more ideas in /home/someone/secret/model.bin today\nsecond line")

    def do_exit(self, request, stop, status="3"):
        sys.stdout.write("about to leave\n")
        os._exit(int(status))
        yield

    def do_crash(self, request, stop, *_):
        yield Chunk(beep(0.2), RATE)
        ctypes.string_at(0)

    def do_hang(self, request, stop, *_):
        yield Chunk(beep(0.2), RATE)
        while True:
            time.sleep(0.1)

    def do_stopped(self, request, stop):
        os.kill(os.getpid(), signal.SIGSTOP)
        yield Chunk(beep(0.1), RATE)

    def do_stuck(self, request, stop):
        """Sleeps in C without giving up the interpreter's lock."""
        ctypes.PyDLL(None).sleep(60)
        yield Chunk(beep(0.1), RATE)

    def do_gil(self, request, stop):
        """Holds the interpreter's lock in C and writes 50 MB to stdout and stderr meanwhile."""
        write = ctypes.PyDLL(None).write
        write.argtypes = (ctypes.c_int, ctypes.c_char_p, ctypes.c_size_t)
        block = b"noise " * 200_000
        for number in (1, 2):
            for _ in range(42 if number == 1 else 1):
                left = len(block)
                while left > 0:
                    left -= max(write(number, block[-left:], left), 0)
        yield Chunk(beep(0.2), RATE)

    def do_child(self, request, stop):
        """Starts a process of its own that would outlive it; says its id, as samples."""
        process = subprocess.Popen(["sleep", "300"])
        low, high = process.pid % 1000 / 1000, process.pid // 1000 / 1e6
        yield Chunk(np.array([low, high], np.float32), RATE)
        while True:
            time.sleep(0.1)


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
    def interpret(cls, asked):
        if "fast" not in asked.instruction:
            return None
        return Interpretation({"speed": 2.0}, Note("state.loaded"))
