"""An engine that yields what is no audio, of a kind chosen by option."""

from collections.abc import Iterator
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from studio.engines.card import Card
from studio.engines.contract import Chunk, Request, StopFlag
from studio_test_engines.tone import RATE, ToneEngine, card, tone

Kind = Literal[
    "nan",
    "infinite",
    "wrong_dtype",
    "double",
    "two_dimensional",
    "rate_changes",
    "rate_zero",
    "rate_absurd",
    "rate_text",
    "text",
    "endless",
    "not_a_chunk",
    "loud",
    "huge_values",
    "empty",
    "empty_chunks",
    "objects",
    "exception",
    "exit",
]


class GarbageOptions(BaseModel):
    model_config = ConfigDict(extra="forbid")

    kind: Annotated[Kind, Field(title="Kind of garbage")] = "nan"


class TestGarbage(ToneEngine):
    """Yields garbage of the kind that its option names."""

    __test__ = False
    card: ClassVar[Card] = card("test_garbage")
    Options: ClassVar[type[BaseModel]] = GarbageOptions

    def synthesize(self, request: Request, stop: StopFlag) -> Iterator[Chunk]:
        kind = GarbageOptions.model_validate(dict(request.options)).kind
        yield from garbage(kind, tone(request, 220.0), stop)


def garbage(kind: Kind, good: np.ndarray, stop: StopFlag) -> Iterator[Any]:
    """A good chunk and then garbage of a kind (``empty``: nothing at all)."""
    if kind == "empty":
        return
    if kind != "empty_chunks":
        yield Chunk(good, RATE)
    if kind == "endless":
        while not stop.is_set():
            yield Chunk(good, RATE)
    elif kind == "exception":
        raise ValueError("broken on purpose: /etc/passwd {not_a_field} <b>bold</b>")
    elif kind == "exit":
        raise SystemExit(3)
    else:
        yield {
            "nan": Chunk(np.full(1000, np.nan, np.float32), RATE),
            "infinite": Chunk(np.full(1000, np.inf, np.float32), RATE),
            "wrong_dtype": Chunk((good * 32767).astype(np.int16), RATE),
            "double": Chunk(good.astype(np.float64), RATE),
            "two_dimensional": Chunk(np.stack([good, good]), RATE),
            "rate_changes": Chunk(good, RATE // 2),
            "rate_zero": Chunk(good, 0),
            "rate_absurd": Chunk(good, 10_000_000),
            "rate_text": Chunk(good, "24000"),  # type: ignore[arg-type]
            "text": Chunk("hello", RATE),  # type: ignore[arg-type]
            "not_a_chunk": b"RIFF....WAVE",
            "loud": Chunk(good * 50, RATE),
            "huge_values": Chunk(good * 1e30, RATE),
            "empty_chunks": Chunk(np.zeros(0, np.float32), RATE),
            "objects": Chunk(np.array([object()] * 10), RATE),
        }[kind]
