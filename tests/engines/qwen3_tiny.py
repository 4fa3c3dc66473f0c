"""Tiny Qwen3-TTS checkpoints, built once a session, and an adapter with all of them in memory."""

import functools
import tempfile
import threading
import time
from pathlib import Path

import numpy as np

from studio.engines.contract import Chunk, Enrolment, ReferenceClip, Remark, Request
from studio.engines.qwen3.engine import Qwen3
from tests.audio.speech import ENGLISH, espeak
from tests.engines.benches import qwen3 as bench

NEVER = threading.Event()
_FOLDER = tempfile.TemporaryDirectory(prefix="qwen3-")
SHORT = "안녕하세요."
LONG = "어제는 비가 왔지만 오늘은 맑고 바람이 조금 붑니다. 산책하기 좋은 날씨네요."


@functools.cache
def folders() -> dict[str, Path]:
    return bench.prepare(Path(_FOLDER.name))


@functools.cache
def endless(kind: str = "base") -> Path:
    """A checkpoint whose end code never comes."""
    return bench.build(Path(_FOLDER.name) / f"endless-{kind}", kind, "1b7", ends=False)


def fresh(*names: str) -> Qwen3:
    engine = Qwen3()
    for name in names:
        engine.load(folders()[name], "cpu")
    return engine


@functools.cache
def engine() -> Qwen3:
    return fresh("1.7b-base", "1.7b-custom", "1.7b-design", "0.6b-custom")


@functools.cache
def clip(seconds: float = 4.0, voice: str = "en-us", transcript: str = ENGLISH) -> ReferenceClip:
    samples, rate = espeak(ENGLISH, voice=voice)
    whole = np.tile(samples, int(np.ceil(seconds * rate / samples.size)))[: round(seconds * rate)]
    return ReferenceClip(np.ascontiguousarray(whole), rate, transcript, "en")


@functools.cache
def enrolment(seconds: float = 4.0, voice: str = "en-us", transcript: str = ENGLISH):
    return engine().enroll(clip(seconds, voice, transcript))


def other_voice():
    """The same clip in a voice as unlike as can be: tiny speaker encoders hear little difference."""
    arrays = {
        name: -array if name.startswith("ref_spk") else array
        for name, array in enrolment().arrays.items()
    }
    return Enrolment(arrays, enrolment().values)


class Take:
    """What an engine yielded, and when."""

    def __init__(self, pieces, stop=NEVER):
        self.chunks, self.remarks, self.moments = [], [], []
        began = time.perf_counter()
        for piece in pieces:
            if isinstance(piece, Remark):
                self.remarks.append(piece.note)
                continue
            assert isinstance(piece, Chunk)
            self.chunks.append(piece)
            self.moments.append(time.perf_counter() - began)

    @property
    def samples(self):
        return np.concatenate([c.samples for c in self.chunks]) if self.chunks else np.zeros(0)

    @property
    def frames(self):
        return len(self.samples) / bench.FRAME


def request(text=SHORT, language="ko", **fields) -> Request:
    options = Qwen3.Options(**fields.pop("options", {})).model_dump(mode="json")
    return Request(text, language, options=options, **fields)


def say(text=SHORT, language="ko", *, by=None, stop=NEVER, **fields) -> Take:
    return Take((by or engine()).synthesize(request(text, language, **fields), stop))


def same(one: Take, other: Take) -> bool:
    return one.samples.size == other.samples.size and np.array_equal(one.samples, other.samples)
