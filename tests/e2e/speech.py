"""Reference clips as files: about five seconds of real speech."""

from pathlib import Path

import numpy as np
import soundfile

from tests.audio import speech

_SAID = {"en": (speech.ENGLISH, "en-us"), "ko": (speech.KOREAN, "ko")}


def a_clip(path: Path, language: str) -> Path:
    """Write a WAV file of somebody speaking English or Korean, with a moment of quiet around."""
    samples, rate = speech.espeak(*_SAID[language])
    quiet = np.zeros(rate // 4, dtype=np.float32)
    soundfile.write(path, np.concatenate([quiet, samples, quiet]), rate, subtype="PCM_16")
    return path
