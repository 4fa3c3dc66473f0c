"""Importing the package loads numpy and nothing else that is heavy."""

import pkgutil
import subprocess
import sys

import studio.audio

HEAVY = ("scipy", "soxr", "pyloudnorm", "soundfile", "av", "PIL", "torch", "librosa", "pandas")


def test_importing_audio_is_cheap_and_imports_nothing_of_the_project():
    names = [m.name for m in pkgutil.walk_packages(studio.audio.__path__, "studio.audio.")]
    assert len(names) > 15
    code = (
        f"import sys, importlib\nfor name in {names!r}: importlib.import_module(name)\n"
        f"print([m for m in {HEAVY!r} if m in sys.modules])\n"
        "print([m for m in sys.modules if m.startswith('studio.')"
        " and not m.startswith('studio.audio')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split("\n")[:2] == ["[]", "[]"]
