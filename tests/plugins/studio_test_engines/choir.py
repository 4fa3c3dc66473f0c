"""An engine that speaks up to four requests in one pass, each as its own first word says."""

import os
import time

import numpy as np

from studio.engines.contract import Chunk, EngineProblem, Remark, Usage
from studio.locales import Note
from studio_test_engines.garbage import garbage
from studio_test_engines.script import RATE, Speaker, beep, card


class Choir(Speaker):
    """A step of 0.05 s gives each request that still speaks its next chunk of 0.1 s."""

    card = card("test_choir", batch=4)

    def synthesize_batch(self, requests, stops):
        self.passes = getattr(self, "passes", 0) + 1
        self.texts = [request.text for request in requests]
        voices = {n: self.voice(request, stops[n]) for n, request in enumerate(requests)}
        while voices:
            time.sleep(0.05)
            for number, voice in list(voices.items()):
                try:
                    piece = None if stops[number].is_set() else next(voice, None)
                except EngineProblem as problem:
                    piece = problem
                if piece is None or isinstance(piece, EngineProblem):
                    del voices[number]
                if piece is not None:
                    yield number, piece
        for text in self.texts:
            if text == "late":
                raise RuntimeError("at the very end")
            if text == "stray":
                yield 9, Chunk(beep(0.1), RATE)
            if text == "plain":
                yield Chunk(beep(0.1), RATE)

    def voice(self, request, stop):
        word, *rest = request.text.split()
        if word == "garbage":
            yield from garbage(rest[0], beep(0.1), stop)
        elif word == "refuse":
            yield Chunk(beep(0.1), RATE)
            raise EngineProblem("text_empty", word="ugly")
        elif word == "charge":
            yield Usage(int(rest[0]), "model-1")
            yield Remark(Note("Dear."))
        elif word == "exit":
            yield from (Chunk(beep(0.1), RATE) for _ in range(3))
            os._exit(3)
        for _ in range(int(rest[0]) if word == "chunks" else 3):
            yield Chunk(beep(0.1), RATE)

    def do_passes(self, request, stop):
        """Says how many passes there were, and of how many requests the last, as samples."""
        facts = [getattr(self, "passes", 0) / 1000, len(getattr(self, "texts", ())) / 1000]
        yield Chunk(np.array(facts, np.float32), RATE)
