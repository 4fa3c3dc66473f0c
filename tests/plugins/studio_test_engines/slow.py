"""An engine that takes its time: a chunk every 0.2 s for as long as told, stopping when asked."""

import time
from collections.abc import Iterator
from typing import Annotated, ClassVar

from pydantic import BaseModel, ConfigDict, Field

from studio.engines.card import Card
from studio.engines.contract import Chunk, Request, StopFlag
from studio_test_engines.tone import RATE, ToneEngine, card, tone

INTERVAL = 0.2


class SlowOptions(BaseModel):
    model_config = ConfigDict(extra="forbid")

    seconds: Annotated[float, Field(ge=0.2, le=600, title="Seconds until it is done")] = 5.0


class TestSlow(ToneEngine):
    __test__ = False
    card: ClassVar[Card] = card("test_slow")
    Options: ClassVar[type[BaseModel]] = SlowOptions

    def synthesize(self, request: Request, stop: StopFlag) -> Iterator[Chunk]:
        seconds = SlowOptions.model_validate(dict(request.options)).seconds
        samples = tone(request, 220.0)[: round(INTERVAL * RATE)]
        for _ in range(max(1, round(seconds / INTERVAL))):
            time.sleep(INTERVAL)
            if stop.is_set():
                return
            yield Chunk(samples, RATE)
