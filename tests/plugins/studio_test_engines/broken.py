"""Engines that fail before they speak: no list of presets, no load, no libraries.

One more is named in the entry points alone: its module does not exist.
"""

from pathlib import Path
from typing import ClassVar

from studio.engines.card import Card, Environment
from studio.engines.contract import Preset
from studio_test_engines.tone import ToneEngine, card


class TestBrokenLoad(ToneEngine):
    __test__ = False
    card: ClassVar[Card] = card("test_broken_load")

    def load(self, weights: Path | None, device: str) -> None:
        raise OSError("libspeech.so: cannot open shared object file")


class TestBrokenPresets(ToneEngine):
    __test__ = False
    card: ClassVar[Card] = card("test_broken_presets")

    @classmethod
    def presets(cls, weights: Path | None) -> list[Preset]:
        raise OSError("no list of voices")


class TestNoLibrary(ToneEngine):
    __test__ = False
    card: ClassVar[Card] = card(
        "test_no_library", environment=Environment(probe=("json", "no_such_library_at_all"))
    )
