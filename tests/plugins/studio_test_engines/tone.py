"""What the test engines share: an honest card, and a tone in place of a voice."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from pydantic import BaseModel, ConfigDict

from studio.engines.card import Card, Cloning, Hardware, Instructing, Licence
from studio.engines.contract import (
    Chunk,
    Engine,
    Preset,
    Request,
    StopFlag,
)
from studio.locales import Note

RATE = 24_000
SECONDS_PER_CHARACTER = 0.06


def card(name: str, *, cloning: bool = False, native: bool = False, **facts: Any) -> Card:
    """A card that calls the engine a test engine wherever it is shown."""
    return Card(
        name=name,
        title=f"Test engine: {name.removeprefix('test_')}",
        summary=Note("An engine of the test suite: it beeps."),
        homepage="https://example.org/test-engines",
        licence=Licence(
            code="Apache-2.0",
            weights="Apache-2.0",
            commercial=True,
            url="https://example.org/test-engines",
        ),
        languages=("en", "ko", "ja"),
        cloning=Cloning(
            kind="speaker_embedding", min_seconds=1.0, max_seconds=60.0, transcript="optional"
        )
        if cloning
        else Cloning(),
        instruction=Instructing.NATIVE if native else Instructing.NONE,
        streaming=True,
        deterministic=True,
        hardware=Hardware(runs_on=("cpu",), memory_mb=60),
        **facts,
    )


class NoOptions(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ToneEngine(Engine):
    """An engine that works: a tone as long as the text, in chunks. The others go wrong from here."""

    card: ClassVar[Card]
    Options: ClassVar[type[BaseModel]] = NoOptions

    @classmethod
    def presets(cls, weights: Path | None) -> list[Preset]:
        return [
            Preset("low", "Low tone", gender="male"),
            Preset("high", "High tone", gender="female"),
        ]

    def load(self, weights: Path | None, device: str) -> None:
        pass

    def synthesize(self, request: Request, stop: StopFlag) -> Iterator[Chunk]:
        samples = tone(request, 220.0 if request.preset != "high" else 440.0)
        for part in np.array_split(samples, 4):
            if stop.is_set():
                return
            yield Chunk(part, RATE)

    def unload(self) -> None:
        pass


def tone(request: Request, hertz: float) -> np.ndarray:
    """A tone in syllables, so that speech measures find something: float32, peak 0.3.

    Its length follows the text, its pitch and phase the seed.
    """
    seconds = max(0.3, SECONDS_PER_CHARACTER * len(request.text))
    time = np.arange(round(seconds * RATE)) / RATE
    noise = np.random.default_rng(request.seed)
    hertz *= 1 + 0.05 * noise.uniform(-1, 1)
    partials = sum(
        np.sin(2 * np.pi * hertz * n * time + noise.uniform(0, 6)) / n for n in range(1, 9)
    )
    syllables = 0.5 - 0.5 * np.cos(2 * np.pi * 4 * time)
    samples = partials * syllables
    return (0.3 * samples / np.abs(samples).max()).astype(np.float32)
