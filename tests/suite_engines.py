"""Makes the suite's own engines findable, as any plugin is: by a dist-info on the path."""

from pathlib import Path

import pytest

from studio.engines import registry

PLUGINS = Path(__file__).parent / "plugins"
"""To be put on PYTHONPATH."""


def find_engines(monkeypatch: pytest.MonkeyPatch) -> None:
    """For this process and its children, until the patch is undone and `forget_engines` called."""
    monkeypatch.syspath_prepend(str(PLUGINS))
    forget_engines()


def forget_engines() -> None:
    """Look for engines anew when next asked."""
    registry.forget()
