"""An engine that never comes back and never looks at the stop flag."""

import time
from collections.abc import Iterator
from typing import ClassVar

from studio.engines.card import Card
from studio.engines.contract import Chunk, Request, StopFlag
from studio_test_engines.tone import ToneEngine, card


class TestHang(ToneEngine):
    """Sleeps for good after its first chunk."""

    __test__ = False
    card: ClassVar[Card] = card("test_hang")

    def synthesize(self, request: Request, stop: StopFlag) -> Iterator[Chunk]:
        yield next(super().synthesize(request, stop))
        while True:
            time.sleep(3600)
