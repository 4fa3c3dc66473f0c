"""The corpus on disk: a FLAC file for each clip, named by everything that made it."""

import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

Sound = tuple[NDArray[np.float32], int]


class Shelf:
    """Rendered clips in a folder, with a manifest that says what each of them is.

    Args:
        folder: made when first written to.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def get(self, recipe: dict[str, object], make: Callable[[], Sound]) -> Sound:
        """The clip of a recipe, made if it is not there yet.

        Args:
            recipe: plain values; the same ones name the same clip for good.
            make: renders it: float32 mono in [-1, 1], shape (n,), and its rate, Hz.

        Returns:
            The clip at 16 bits, read back from the file even when just made, so that a first and
            a second run measure the same samples.
        """
        written = json.dumps(recipe, sort_keys=True, ensure_ascii=False)
        name = hashlib.sha256(written.encode()).hexdigest()[:20] + ".flac"
        path = self._folder / name
        if not path.exists():
            self._write(path, *make())
            with (self._folder / "manifest.jsonl").open("a", encoding="utf-8") as manifest:
                manifest.write(json.dumps({"file": name, **recipe}, ensure_ascii=False) + "\n")
        samples, rate = soundfile.read(path, dtype="float32")
        samples.setflags(write=False)
        return samples, rate

    def _write(self, path: Path, samples: NDArray[np.float32], rate: int) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(f".{os.getpid()}.part")
        soundfile.write(unfinished, np.clip(samples, -1, 1), rate, "PCM_16", format="FLAC")
        unfinished.replace(path)  # two runs at once both leave a whole file
