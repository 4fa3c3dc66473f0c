"""Makes the suite's own engines findable, as any plugin is: by a dist-info on the path."""

import time
from pathlib import Path

import pytest

from studio.engines import registry

PLUGINS = Path(__file__).parent / "plugins"
"""To be put on PYTHONPATH."""
_ALWAYS_THERE = "test_echo"
_TRIES, _PAUSE_SECONDS = 50, 0.02


def find_engines(monkeypatch: pytest.MonkeyPatch) -> None:
    """For this process and its children, until the patch is undone and `forget_engines` called."""
    monkeypatch.syspath_prepend(str(PLUGINS))
    for _ in range(_TRIES):
        forget_engines()
        # A thread that an earlier test left may just be reading the list without them.
        if _ALWAYS_THERE in registry.engine_names():
            return
        time.sleep(_PAUSE_SECONDS)
    raise AssertionError("the tests' engines are not found")


def forget_engines() -> None:
    """Look for engines anew when next asked."""
    registry.forget()
