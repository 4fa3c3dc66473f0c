"""The engine that does all that a contract can ask: clones, streams, takes instructions and seeds."""

import time
from collections.abc import Iterator
from typing import Annotated, ClassVar

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from studio.engines.card import Card
from studio.engines.contract import Chunk, Enrolment, ReferenceClip, Request, StopFlag
from studio_test_engines.tone import RATE, ToneEngine, card, tone

_BANDS = 64


class EchoOptions(BaseModel):
    model_config = ConfigDict(extra="forbid")

    chunk_delay: Annotated[float, Field(ge=0, le=10, title="Seconds before each chunk")] = 0.0
    chunks: Annotated[int, Field(ge=1, le=200, title="Chunks")] = 4
    level: Annotated[float, Field(ge=0, le=1, title="Peak level")] = 0.3


class TestEcho(ToneEngine):
    """Speaks in a tone whose pitch comes from the preset, or from the spectrum of the enrolled clip."""

    __test__ = False
    card: ClassVar[Card] = card("test_echo", cloning=True, native=True)
    Options: ClassVar[type[BaseModel]] = EchoOptions

    def enroll(self, clip: ReferenceClip) -> Enrolment:
        """The mean magnitude spectrum in 64 bands up to half the clip's rate."""
        spectrum = np.abs(np.fft.rfft(clip.samples.astype(np.float64)))
        bands = np.array([band.mean() for band in np.array_split(spectrum, _BANDS)], np.float32)
        top = int(np.argmax(spectrum[1:])) + 1
        hertz = top * clip.sample_rate / len(clip.samples)
        return Enrolment(
            {"spectrum": bands}, {"hertz": float(hertz), "transcript": clip.transcript}
        )

    def synthesize(self, request: Request, stop: StopFlag) -> Iterator[Chunk]:
        options = EchoOptions.model_validate(dict(request.options))
        if request.enrolment is not None:
            hertz = min(1000.0, max(80.0, float(request.enrolment.values["hertz"])))
        else:
            hertz = 440.0 if request.preset == "high" else 220.0
        # The instruction is heard: every character raises the pitch a little.
        samples = tone(request, hertz * 1.005 ** len(request.instruction)) * options.level / 0.3
        for part in np.array_split(samples.astype(np.float32), options.chunks):
            deadline = time.monotonic() + options.chunk_delay
            while time.monotonic() < deadline and not stop.is_set():
                time.sleep(min(0.01, max(0.0, deadline - time.monotonic())))
            if stop.is_set():
                return
            yield Chunk(part, RATE)
