"""Speech for the corpus, by the studio's own engines with the weights that come in packages."""

import functools
import threading
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.corpus.voices import Speaker
from studio.engines.contract import Chunk, Engine, Request
from studio.engines.registry import engine_class
from studio.runtime.weights import WeightStore
from studio.settings import Settings


def say(
    text: str, language: str, speaker: Speaker, data_dir: Path
) -> tuple[NDArray[np.float32], int]:
    """Render one text.

    Args:
        text: what to say.
        language: ISO 639 code.
        speaker: by whom.
        data_dir: where the studio keeps its copies of weights.

    Returns:
        float32 mono in [-1, 1], shape (n,), and its sample rate, Hz.

    Raises:
        EngineProblem: the engine cannot say it.
    """
    request = Request(text, language, preset=speaker.preset, options=dict(speaker.options), seed=1)
    pieces = _engine(speaker.engine, data_dir).synthesize(request, threading.Event())
    chunks = [piece for piece in pieces if isinstance(piece, Chunk)]
    return np.concatenate([chunk.samples for chunk in chunks]), chunks[0].sample_rate


@functools.cache
def _engine(name: str, data_dir: Path) -> Engine:
    kind = engine_class(name)
    engine = kind()
    weights = None
    if kind.card.weights:
        weights = WeightStore(Settings(data_dir=data_dir)).get(name, offline=True).folder
    engine.load(weights, "cpu")
    return engine
