"""Engines that take their process down: while speaking, and while loading."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

from studio.engines.card import Card
from studio.engines.contract import Chunk, Request, StopFlag
from studio_test_engines.tone import ToneEngine, card


class TestCrash(ToneEngine):
    """Dies of SIGSEGV after its first chunk."""

    __test__ = False
    card: ClassVar[Card] = card("test_crash")

    def synthesize(self, request: Request, stop: StopFlag) -> Iterator[Chunk]:
        yield next(super().synthesize(request, stop))
        os.kill(os.getpid(), signal.SIGSEGV)


class TestCrashLoad(ToneEngine):
    """Dies of SIGSEGV while it loads."""

    __test__ = False
    card: ClassVar[Card] = card("test_crash_load")

    def load(self, weights: Path | None, device: str) -> None:
        os.kill(os.getpid(), signal.SIGSEGV)
