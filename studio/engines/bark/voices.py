"""Bark's presets: recordings of made-up speakers as codes, three arrays each, ten a language."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from studio.engines.contract import EngineProblem, Preset
from studio.engines.torch_files import damaged, present

LANGUAGES = ("en", "de", "es", "fr", "hi", "it", "ja", "ko", "pl", "pt", "ru", "tr", "zh")
ANNOUNCER = "announcer"
_FOLDER = "speaker_embeddings"
_SPEAKERS = 10
_FAVOURITE = 6
"""The English speaker of Suno's own examples, the default."""


@dataclass(frozen=True)
class Part:
    """One of the three arrays of a voice."""

    name: str
    rows: int
    """Codebooks; 0: the array has one dimension."""


PARTS = (Part("semantic_prompt", 0), Part("coarse_prompt", 2), Part("fine_prompt", 8))


def _known() -> dict[str, Preset]:
    numbers = {language: list(range(_SPEAKERS)) for language in LANGUAGES}
    numbers["en"].sort(key=lambda number: number != _FAVOURITE)
    voices = [
        Preset(f"v2/{language}_speaker_{number}", f"Speaker {number} · {language}", (language,))
        for language in LANGUAGES
        for number in numbers[language]
    ]
    return {v.id: v for v in (*voices, Preset(ANNOUNCER, "Announcer · en", ("en",)))}


VOICES = _known()


def file_names(preset: str) -> tuple[str, ...]:
    """The arrays of a voice, as paths below the folder of weights."""
    return tuple(f"{_FOLDER}/{preset}_{part.name}.npy" for part in PARTS)


def presets(folder: Path) -> list[Preset]:
    """The voices that a folder holds whole, the default first."""
    return [
        voice
        for voice in VOICES.values()
        if all((folder / name).is_file() for name in file_names(voice.id))
    ]


def read_voice(
    folder: Path, preset: str, *, semantic: int, codes: int, engine: str
) -> dict[str, NDArray[np.int64]]:
    """A voice's arrays, checked, since a code out of range would end the process.

    Args:
        folder: of the weights.
        preset: an id of :data:`VOICES`.
        semantic: number of semantic codes there are.
        codes: number of codes of each codebook.
        engine: title, for the sentence.

    Raises:
        EngineProblem: ``checkpoint_file_missing`` or ``checkpoint_file_damaged``.
    """
    arrays = {}
    for part, name in zip(PARTS, file_names(preset), strict=True):
        path = present(folder, name, engine=engine)
        try:
            array = np.load(path, allow_pickle=False)
        except (ValueError, OSError, EOFError) as problem:
            raise damaged(path, engine) from problem
        limit = semantic if part.rows == 0 else codes
        fits = array.shape == (array.size,) if part.rows == 0 else array.shape[:-1] == (part.rows,)
        if not (fits and array.size and array.dtype.kind in "iu") or not (
            array.min() >= 0 and array.max() < limit
        ):
            raise damaged(path, engine)
        arrays[part.name] = array.astype(np.int64)
    return arrays


def check_preset(preset: str, engine: str) -> None:
    """Refuse what is no voice's name, before it becomes part of a path.

    Raises:
        EngineProblem: ``unknown_preset``.
    """
    if preset not in VOICES:
        raise EngineProblem("unknown_preset", engine=engine, preset=preset)
