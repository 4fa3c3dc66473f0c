"""A corpus of clean speech in two disjoint splits: what checks are tuned on and tried on.

`clips` renders it with the engines whose weights come in packages, once: the second time it is
read from disk. `benchmarks.corpus.degrade` spoils clips in known ways. Texts and voices of "tune"
and "test" have nothing in common, but for Piper's one voice.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.corpus.cache import Shelf
from benchmarks.corpus.rendering import say
from benchmarks.corpus.texts import ENGLISH, KOREAN, Split
from benchmarks.corpus.voices import ENGINES, SPEAKERS, Speaker
from studio.settings import Settings

__all__ = [
    "ENGINES", "ENGLISH", "KOREAN", "SPEAKERS", "Line", "Speaker", "Split", "Spoken", "clips",
    "spoken",
]  # fmt: skip

_TEXTS = {"en": ENGLISH, "ko": KOREAN}


@dataclass(frozen=True)
class Line:
    """A text and who says it.

    Attributes:
        id: ``test/kokoro/en/07``.
    """

    text: str
    language: str
    speaker: Speaker
    split: Split
    id: str


@dataclass(frozen=True)
class Spoken:
    """A clip of clean speech and what is said in it.

    Attributes:
        samples: float32 mono in [-1, 1], shape (n,), read-only.
        rate: Hz.
        voice: engine and preset, ``kokoro jf_alpha``: the same for clips of one speaker.
        id: ``test/kokoro/en/07``.
    """

    samples: NDArray[np.float32]
    rate: int
    text: str
    language: str
    engine: str
    voice: str
    split: Split
    id: str

    @property
    def seconds(self) -> float:
        """How long it lasts."""
        return len(self.samples) / self.rate


def clips(
    split: Split,
    *,
    engines: Sequence[str] = ENGINES,
    languages: Sequence[str] = ("en",),
    count: int | None = None,
    folder: Path | None = None,
) -> list[Spoken]:
    """Clips of one split: every engine says the same texts, its voices taking turns.

    Args:
        split: ``tune`` or ``test``.
        engines: of :data:`ENGINES`.
        languages: ``en``; eSpeak says ``ko`` as well.
        count: this many for each engine and language, the first ones; by default all.
        folder: where clips are kept; by default ``quality-corpus`` in the studio's data folder.
    """
    found = []
    for engine in engines:
        for language in languages:
            speakers = [
                one for one in SPEAKERS[split] if one.engine == engine and language in one.languages
            ]
            if not speakers:
                continue
            for number, text in enumerate(_TEXTS[language][split][:count]):
                speaker = speakers[number % len(speakers)]
                name = f"{split}/{engine}/{language}/{number:02}"
                found.append(spoken(Line(text, language, speaker, split, name), folder))
    return found


def spoken(line: Line, folder: Path | None = None) -> Spoken:
    """One clip of any text, kept like the others.

    Args:
        line: what is said.
        folder: as for :func:`clips`.
    """
    data_dir = Settings().data_dir
    text, language, speaker = line.text, line.language, line.speaker
    recipe: dict[str, object] = {
        "text": text,
        "language": language,
        "engine": speaker.engine,
        "preset": speaker.preset,
        "options": dict(speaker.options),
    }
    shelf = Shelf(folder or data_dir / "quality-corpus")
    samples, rate = shelf.get(recipe, lambda: say(text, language, speaker, data_dir))
    return Spoken(samples, rate, text, language, speaker.engine, speaker.name, line.split, line.id)
