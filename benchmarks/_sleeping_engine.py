"""An engine that sleeps as long as a graphics card would compute, and costs the processor nothing.

8 s of speech in 8 pieces of 1 s, a quarter of a second of waiting before each: a real-time factor
of 0.25. Found by an entry point that :func:`findable` writes.
"""

import contextlib
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from pydantic import BaseModel

from studio.engines import registry
from studio.engines.card import Card, Hardware, Licence
from studio.engines.contract import Chunk, Engine, Preset, Request, StopFlag
from studio.locales import Note

RATE = 24_000
PIECES = 8
SECONDS_A_PIECE = 0.25
TAKE_SECONDS = PIECES * SECONDS_A_PIECE


class Options(BaseModel):
    """None."""


class Sleeping(Engine):
    """Noise that follows the seed, so that a second rendering is the same."""

    card = Card(
        name="sleeping",
        title="Sleeping",
        summary=Note("An engine of the benchmarks: it sleeps."),
        homepage="",
        licence=Licence(code="MIT", weights="CC0-1.0", commercial=True, url=""),
        hardware=Hardware(runs_on=("cpu",), memory_mb=50),
        languages=("en",),
        streaming=True,
        deterministic=True,
    )
    Options = Options

    @classmethod
    def presets(cls, weights: Path | None) -> list[Preset]:  # noqa: ARG003
        return [Preset("one", "One")]

    def load(self, weights: Path | None, device: str) -> None:
        pass

    def synthesize(self, request: Request, stop: StopFlag) -> Iterator[Chunk]:
        noise = np.random.default_rng(request.seed)
        for _ in range(PIECES):
            time.sleep(SECONDS_A_PIECE)
            if stop.is_set():
                return
            yield Chunk((0.1 * noise.standard_normal(RATE)).astype(np.float32).clip(-1, 1), RATE)


@contextlib.contextmanager
def findable() -> Iterator[None]:
    """For this process and all that it starts: the engine is there like any plugin."""
    root = str(Path(__file__).parents[1])
    before = os.environ.get("PYTHONPATH")
    with tempfile.TemporaryDirectory() as folder:
        info = Path(folder) / "sleeping_engine-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(
            "Metadata-Version: 2.1\nName: sleeping-engine\nVersion: 1.0\n"
        )
        (info / "entry_points.txt").write_text(
            "[voice_studio.engines]\nsleeping = benchmarks._sleeping_engine:Sleeping\n"
        )
        sys.path.insert(0, folder)
        os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [root, folder, before]))
        registry.forget()
        try:
            yield
        finally:
            sys.path.remove(folder)
            registry.forget()
            if before is None:
                del os.environ["PYTHONPATH"]
            else:
                os.environ["PYTHONPATH"] = before
