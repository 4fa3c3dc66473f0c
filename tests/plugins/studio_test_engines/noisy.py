"""An engine that floods standard output and error, from Python and below it, and speaks properly."""

import os
import sys
from collections.abc import Iterator
from typing import ClassVar

from studio.engines.card import Card
from studio.engines.contract import Chunk, Request, StopFlag
from studio_test_engines.tone import ToneEngine, card

MEGABYTES = 50
"""Written in all, spread over the take."""


class TestNoisy(ToneEngine):
    __test__ = False
    card: ClassVar[Card] = card("test_noisy")

    def synthesize(self, request: Request, stop: StopFlag) -> Iterator[Chunk]:
        chunks = list(super().synthesize(request, stop))
        for chunk in chunks:
            _flood(MEGABYTES * 2**20 // len(chunks))
            if stop.is_set():
                return
            yield chunk


def _flood(size: int) -> None:
    line = "noise \x00\xff é 소음 " * 256 + "\n"
    block = (line * 8).encode()
    for at in range(0, size, 4 * len(block)):
        for stream in (sys.stdout, sys.stderr):
            print(line * 8, end="", file=stream)
        for descriptor in (1, 2):
            _write(descriptor, block)
        if at == 0:
            sys.stdout.flush()


def _write(descriptor: int, block: bytes) -> None:
    """As a C library would: straight to the descriptor, nobody to handle a closed pipe."""
    try:
        while block:
            block = block[os.write(descriptor, block) :]
    except OSError:
        pass
