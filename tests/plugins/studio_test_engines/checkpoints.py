"""An engine whose weight sets do different things: each is a colour, and says what it can speak."""

from pathlib import Path

import numpy as np

from studio.engines.card import Hardware, HubFile, WeightFile, WeightSet
from studio.engines.contract import Chunk, EngineProblem, Enrolment, Preset
from studio.locales import Note
from studio_test_engines.script import RATE, Speaker, card


def weight_set(name, cuda_memory_mb=0):
    source = HubFile(repository="someone/colours", revision="a" * 40, path=f"{name}/voices.txt")
    return WeightSet(
        name=name,
        licence="CC0-1.0",
        bytes=2_500_000_000,
        files=(WeightFile(name="voices.txt", sources=(source,)),),
        cuda_memory_mb=cuda_memory_mb,
    )


class Checkpoints(Speaker):
    """``voices.txt`` of a set: a voice a line; or ``refuse``, ``raise`` or ``exit``, when loaded."""

    card = card(
        "test_sets",
        sets_serve="each",
        weights=(weight_set("red", 300), weight_set("green", 400), weight_set("blue", 900)),
    ).model_copy(update={"hardware": Hardware(runs_on=("cuda", "cpu"), memory_mb=50)})

    @classmethod
    def presets(cls, weights):
        return [Preset(name, name.title()) for name in (weights / "voices.txt").read_text().split()]

    @classmethod
    def checkpoints(cls, asked):
        if asked.speaker == "clone":
            return ("green",)
        return tuple(name for name in ("red", "green", "blue") if name in asked.preset)

    def load(self, weights, device):
        self.loaded = [*getattr(self, "loaded", ()), weights.name]
        words = Path(weights, "voices.txt").read_text().split()
        if "refuse" in words:
            raise EngineProblem("weights_corrupt", file="voices.txt", found="a", sha256="b")
        if "raise" in words:
            raise OSError("voices.txt is of another model")
        if "exit" in words:
            raise SystemExit(3)
        self.remarks = [Note("{colours} loaded", {"colours": " ".join(self.loaded)})]
        super().load(weights, device)

    def enroll(self, clip):
        return Enrolment(values={"loaded": " ".join(self.loaded)})

    def do_loaded(self, request, stop):
        """Says how many sets were loaded, in thousands, as a sample."""
        yield Chunk(np.array([len(self.loaded) / 1000], np.float32), RATE)
