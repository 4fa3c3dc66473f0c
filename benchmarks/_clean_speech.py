"""How well clean English speech is transcribed: the recogniser and the normalisation together."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks import corpus
from studio.quality import vad
from studio.quality.second_hearing import hear_out
from studio.quality.wording import error_rate

_DRAWS = 2000


@dataclass(frozen=True)
class Transcribed:
    """One clip and what was heard in it.

    Attributes:
        errors: words wrong, missing or added.
        words: of the text.
        heard: the transcript, as it was written.
    """

    engine: str
    voice: str
    text: str
    heard: str
    errors: int
    words: int


@dataclass(frozen=True)
class Rate:
    """Errors over words, pooled, with a 95 % interval from drawing sentences again."""

    value: float
    low: float
    high: float
    errors: int
    words: int
    sentences: int


def run(
    split: corpus.Split,
    whisper: Path,
    count: int | None = None,
    *,
    engines: Sequence[str] = corpus.ENGINES,
) -> list[Transcribed]:
    """Transcribe English clips as takes are.

    Args:
        split: of the corpus.
        whisper: folder of the recogniser's weights.
        count: clips for each engine; by default all.
        engines: of `benchmarks.corpus.ENGINES`.
    """
    found = []
    for clip in corpus.clips(split, engines=engines, count=count):
        speech = vad.speech(clip.samples, clip.rate)
        heard = hear_out(clip.samples, clip.rate, whisper, speech, language="en").text
        rate = error_rate(clip.text, heard, "en")
        errors = rate.substitutions + rate.deletions + rate.insertions
        row = Transcribed(clip.engine, clip.voice, clip.text, heard, errors, rate.length)
        found.append(row)
    return found


def pooled(rows: Sequence[Transcribed], seed: int = 1) -> Rate:
    """The word error rate of several clips together."""
    errors = np.array([row.errors for row in rows])
    words = np.array([row.words for row in rows])
    drawn = np.random.default_rng(seed).integers(len(rows), size=(_DRAWS, len(rows)))
    low, high = np.percentile(errors[drawn].sum(axis=1) / words[drawn].sum(axis=1), (2.5, 97.5))
    value = float(errors.sum() / words.sum())
    return Rate(value, float(low), float(high), int(errors.sum()), int(words.sum()), len(rows))
