"""Engines that do what the first word of the text says: the runtime's own bench."""

import ctypes
import os
import signal
import subprocess
import sys
import time

import numpy as np
from pydantic import BaseModel

from studio.engines.card import Card, Environment, Hardware, Licence
from studio.engines.contract import Chunk, EngineProblem, Enrolment, Preset
from studio.locales import Note

RATE = 24_000


def tone(seconds, level=0.1):
    return (level * np.sin(np.arange(int(seconds * RATE)) * 0.05)).astype(np.float32)


def card(name, **facts):
    return Card(
        name=name,
        title=name,
        summary=Note("state.ready"),
        homepage="",
        licence=Licence(code="-", weights="-", commercial=True, url=""),
        languages=("en",),
        hardware=Hardware(runs_on=("cpu",), memory_mb=50),
        **facts,
    )


class NoOptions(BaseModel):
    pass


class Scripted:
    card = card("rt")
    Options = NoOptions

    def __init__(self):
        self.loads = 0

    @classmethod
    def presets(cls, weights):
        return [Preset("one", "One")]

    @classmethod
    def interpret(cls, instruction, language):
        return None

    def load(self, weights, device):
        self.loads += 1
        self.renders = 0

    def enroll(self, clip):
        if clip.samples.size == 0:
            raise EngineProblem("engine_garbage", engine="rt", reason="empty")
        return Enrolment({"mean": clip.samples[:4] * 2}, {"rate": clip.sample_rate})

    def synthesize(self, request, stop):
        self.renders += 1
        word, *rest = request.text.split()
        yield from getattr(self, f"say_{word}")(request, stop, *rest)

    def unload(self):
        pass

    def say_pid(self, request, stop):
        """Says its process id and how often it spoke, as samples."""
        yield Chunk(np.array([os.getpid() % 1000 / 1000, self.renders / 1000], np.float32), RATE)

    def say_chunks(self, request, stop, count="3", seconds="0.1", pause="0"):
        for _ in range(int(count)):
            time.sleep(float(pause))
            if stop.is_set():
                return
            yield Chunk(tone(float(seconds)), RATE)

    def say_endless(self, request, stop, *_):
        self.yielded = 0
        while not stop.is_set():
            self.yielded += 1
            yield Chunk(tone(1.0), RATE)

    def say_yielded(self, request, stop):
        yield Chunk(np.array([self.yielded / 1000], np.float32), RATE)

    def say_deaf(self, request, stop):
        yield Chunk(tone(0.1), RATE)
        while True:
            time.sleep(0.1)

    def say_gil(self, request, stop):
        """Holds the interpreter's lock in C and writes 50 MB to stdout and stderr meanwhile."""
        write = ctypes.PyDLL(None).write
        write.argtypes = (ctypes.c_int, ctypes.c_char_p, ctypes.c_size_t)
        block = b"noise " * 200_000
        for number in (1, 2):
            for _ in range(42 if number == 1 else 1):
                left = len(block)
                while left > 0:
                    left -= max(write(number, block[-left:], left), 0)
        yield Chunk(tone(0.2), RATE)

    def say_stuck(self, request, stop):
        """Sleeps in C without giving up the interpreter's lock."""
        ctypes.PyDLL(None).sleep(60)
        yield Chunk(tone(0.1), RATE)

    def say_flood(self, request, stop):
        for _ in range(25):
            sys.stdout.write("o" * 1_000_000 + "\n")
            sys.stderr.write("e" * 1_000_000 + "\n")
        print("last words")  # noqa: T201
        yield Chunk(tone(0.2), RATE)

    def say_exit(self, request, stop, status="3"):
        print("about to leave")  # noqa: T201
        os._exit(int(status))
        yield

    def say_segfault(self, request, stop):
        yield Chunk(tone(0.1), RATE)
        ctypes.string_at(0)

    def say_raise(self, request, stop):
        yield Chunk(tone(0.1), RATE)
        raise RuntimeError("no more ideas in /home/someone/secret/model.bin today\nsecond line")

    def say_refuse(self, request, stop):
        raise EngineProblem("text_refused", word="ugly")
        yield

    def say_systemexit(self, request, stop):
        sys.exit(0)
        yield

    def say_child(self, request, stop):
        """Starts a process of its own that would outlive it."""
        process = subprocess.Popen(["sleep", "300"])
        yield Chunk(
            np.array([process.pid % 1000 / 1000, process.pid // 1000 / 1e6], np.float32), RATE
        )
        while True:
            time.sleep(0.1)

    def say_stopped(self, request, stop):
        os.kill(os.getpid(), signal.SIGSTOP)
        yield Chunk(tone(0.1), RATE)

    def say_garbage(self, request, stop, kind):
        good = tone(0.1)
        bad = good.copy()
        bad[7] = np.nan
        yield {
            "nan": Chunk(bad, RATE),
            "inf": Chunk(np.where(np.isnan(bad), np.inf, bad).astype(np.float32), RATE),
            "loud": Chunk(good * 100, RATE),
            "double": Chunk(good.astype(np.float64), RATE),
            "stereo": Chunk(np.stack([good, good]), RATE),
            "rate": Chunk(good, 7),
            "text": Chunk("hello", RATE),
            "none": 5,
        }[kind]

    def say_change(self, request, stop):
        yield Chunk(tone(0.1), RATE)
        yield Chunk(tone(0.1), 2 * RATE)

    def say_over(self, request, stop):
        yield Chunk(tone(0.1, 1.5), RATE)

    def say_empty(self, request, stop):
        while True:
            time.sleep(0.01)
            yield Chunk(np.zeros(0, np.float32), RATE)

    def say_enrolment(self, request, stop):
        yield Chunk(
            request.enrolment.arrays["mean"].astype(np.float32), request.enrolment.values["rate"]
        )


class Other(Scripted):
    card = card("rt_other")


class BrokenPresets(Scripted):
    card = card("rt_presets")

    @classmethod
    def presets(cls, weights):
        raise OSError("no list of voices")


class FailsToLoad(Scripted):
    card = card("rt_load")

    def load(self, weights, device):
        raise OSError("libspeech.so: cannot open shared object file")


class LacksLibrary(Scripted):
    card = card("rt_library", environment=Environment(probe=("json", "no_such_library_at_all")))


def double(array, mapping):
    return {"array": array * 2, "mapping": mapping}


def refuse():
    from studio.audio.errors import AudioError

    raise AudioError("too_long", limit_seconds=300)


def refuse_large():
    from studio.problems import TooLarge

    raise TooLarge("too_large", megabytes=21)


def leave():
    os._exit(9)


def hoard():
    return len([np.zeros(100_000_000, np.uint8) for _ in range(60)])


def spin(seconds):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        pass


def nap(seconds):
    time.sleep(seconds)
    return os.getpid()


def odd():
    return object()
