"""An engine that clones, so it says, and really speaks: with eSpeak NG, whoever's voice it is."""

from collections.abc import Iterator
from typing import ClassVar

import numpy as np

from studio.engines.card import Card
from studio.engines.contract import Chunk, Enrolment, ReferenceClip, Request, StopFlag
from studio.engines.espeak.library import EspeakLibrary, Prosody
from studio_test_engines.tone import ToneEngine, card

_PROSODY = Prosody(170, 50, 50, 100)


class TestSpeech(ToneEngine):
    __test__ = False
    card: ClassVar[Card] = card("test_speech", cloning=True)

    def enroll(self, clip: ReferenceClip) -> Enrolment:
        return Enrolment({}, {"transcript": clip.transcript})

    def synthesize(self, request: Request, stop: StopFlag) -> Iterator[Chunk]:
        library = EspeakLibrary()
        blocks: list[np.ndarray] = []

        def receive(block: np.ndarray) -> bool:
            blocks.append(block)
            return not stop.is_set()

        library.speak(request.text, "en-us", _PROSODY, receive)
        samples = np.concatenate(blocks).astype(np.float32) / 32768
        yield Chunk(samples, library.sample_rate)
