"""Plain functions for the workbench: some come back with a value, some do not come back."""

import os
import time
from pathlib import Path

import numpy as np


def double(array, mapping):
    return {"array": array * 2, "mapping": mapping}


def refuse():
    from studio.audio.errors import AudioError

    raise AudioError("too_long", limit_seconds=300)


def refuse_large():
    from studio.problems import TooLarge

    raise TooLarge("too_large", megabytes=21)


def leave():
    os._exit(9)


def hoard():
    return len([np.zeros(100_000_000, np.uint8) for _ in range(60)])


def spin(seconds):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        pass


def nap(seconds):
    time.sleep(seconds)
    return os.getpid()


def odd():
    return object()


def environment():
    return dict(os.environ)


def reported_session(model: str) -> list[str]:
    """Open a model by onnxruntime, as engines do; the files that this leaves behind."""
    import tempfile

    folder = tempfile.mkdtemp()
    os.environ["TMPDIR"] = folder
    import onnxruntime

    onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    return sorted(path.name for path in Path(folder).iterdir())
