"""Engines that fail before they speak: no list of presets, no load, no libraries.

One more is named in the entry points alone: its module does not exist.
"""

import os
import time
from pathlib import Path
from typing import ClassVar

from studio.engines.card import Card, Environment
from studio.engines.contract import Preset
from studio_test_engines.script import Speaker
from studio_test_engines.tone import ToneEngine, card


class TestBrokenLoad(ToneEngine):
    __test__ = False
    card: ClassVar[Card] = card("test_broken_load")

    def load(self, weights: Path | None, device: str) -> None:
        raise OSError("libspeech.so: cannot open shared object file")


class TestSlowLoad(Speaker):
    """Loads as long as a variable says."""

    __test__ = False
    card: ClassVar[Card] = card("test_slow_load")

    def load(self, weights: Path | None, device: str) -> None:
        time.sleep(float(os.environ.get("TEST_LOAD_SECONDS", "0")))
        super().load(weights, device)


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
