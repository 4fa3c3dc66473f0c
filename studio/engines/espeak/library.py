"""eSpeak NG's C library through ctypes: one voice speaking, block by block, and able to stop.

The library is one global state machine: one lock, one callback, and a voice that stays set when
setting another fails. Sources: ``speak_lib.h`` and ``espeak_ng.h`` of version 1.52.
"""

import ctypes
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_SYNCHRONOUS = 2
_DONT_EXIT = 0x8000
_UTF8 = 1
_CHARACTERS = 1  # espeak_POSITION_TYPE
_IPA, _SEPARATED = 2, ord("_") << 8  # phonememode
_RATE, _VOLUME, _PITCH, _RANGE = 1, 2, 3, 4
_BLOCK_MS = 200

_CALLBACK = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p
)
_LOCK = threading.Lock()


class UnknownVoiceError(Exception):
    """The library has no such voice."""


@dataclass(frozen=True)
class Prosody:
    """How to speak.

    ``rate``: words a minute, 80-450; ``pitch``, ``range``: 0-100 around 50; ``volume``: percent.
    """

    rate: int
    pitch: int
    range: int
    volume: int


class EspeakLibrary:
    """The loaded library."""

    def __init__(self) -> None:
        import espeakng_loader

        lib = ctypes.CDLL(espeakng_loader.get_library_path())
        lib.espeak_Initialize.argtypes = [
            ctypes.c_int,
            ctypes.c_int,
            ctypes.c_char_p,
            ctypes.c_int,
        ]
        lib.espeak_SetVoiceByName.argtypes = [ctypes.c_char_p]
        lib.espeak_SetParameter.argtypes = [ctypes.c_int, ctypes.c_int, ctypes.c_int]
        lib.espeak_SetSynthCallback.argtypes = [_CALLBACK]
        lib.espeak_SetSynthCallback.restype = None
        lib.espeak_Synth.argtypes = [
            ctypes.c_char_p,
            ctypes.c_size_t,
            ctypes.c_uint,
            ctypes.c_int,
            ctypes.c_uint,
            ctypes.c_uint,
            ctypes.c_void_p,
            ctypes.c_void_p,
        ]
        lib.espeak_TextToPhonemes.argtypes = [
            ctypes.POINTER(ctypes.c_char_p),
            ctypes.c_int,
            ctypes.c_int,
        ]
        lib.espeak_TextToPhonemes.restype = ctypes.c_char_p
        self._lib = lib
        with _LOCK:
            data = espeakng_loader.get_data_path().encode()
            self.sample_rate: int = lib.espeak_Initialize(_SYNCHRONOUS, _BLOCK_MS, data, _DONT_EXIT)
        if self.sample_rate <= 0:
            raise OSError("eSpeak NG did not start: its data could not be read")

    def speak(
        self,
        text: str,
        voice: str,
        prosody: Prosody,
        receive: Callable[[NDArray[np.int16]], bool],
    ) -> None:
        """Speak in this thread.

        The same text comes out a few samples longer or shorter each time, whatever
        ``espeak_ng_SetRandSeed`` is given, so there is no seed here.

        Args:
            text: what to say; NUL characters end it and must not be in it.
            voice: a language with an optional variant, ``ko+f3``.
            prosody: how.
            receive: gets int16 blocks, shape (n,), as they come; returning ``False`` ends speaking.

        Raises:
            UnknownVoiceError: nothing was spoken.
        """

        def on_block(samples: "ctypes._Pointer[ctypes.c_short]", count: int, _events: int) -> int:
            if not samples or count <= 0:
                return 0
            return 0 if receive(np.ctypeslib.as_array(samples, (count,)).copy()) else 1

        # The library keeps a bare pointer; this name keeps the callback alive until the end.
        callback = _CALLBACK(on_block)
        data = text.encode()
        with _LOCK:
            # Checked, because after a failure the library goes on in the voice before.
            if self._lib.espeak_SetVoiceByName(voice.encode()) != 0:
                raise UnknownVoiceError(voice)
            self._lib.espeak_SetSynthCallback(callback)
            for parameter, value in (
                (_RATE, prosody.rate),
                (_VOLUME, prosody.volume),
                (_PITCH, prosody.pitch),
                (_RANGE, prosody.range),
            ):
                self._lib.espeak_SetParameter(parameter, value, 0)
            self._lib.espeak_Synth(data, len(data) + 1, 0, _CHARACTERS, 0, _UTF8, None, None)

    def phonemes(self, text: str, voice: str) -> tuple[str, ...]:
        """How a text is read, numbers and abbreviations spelt out, without speaking it.

        Args:
            text: what to read; NUL characters end it and must not be in it.
            voice: a language, ``ko``.

        Returns:
            Phonemes in the IPA, stress marks included, a diphthong as one.

        Raises:
            UnknownVoiceError: nothing was read.
        """
        rest = ctypes.c_char_p(text.encode())
        clauses: list[str] = []
        with _LOCK:
            if self._lib.espeak_SetVoiceByName(voice.encode()) != 0:
                raise UnknownVoiceError(voice)
            while rest.value:  # a clause at a time; at the end the pointer is null
                read = self._lib.espeak_TextToPhonemes(ctypes.byref(rest), _UTF8, _SEPARATED | _IPA)
                clauses.append(read.decode("utf-8", "replace"))
        return tuple(p for clause in clauses for p in re.split(r"[_ ]+|\([a-z-]+\)", clause) if p)
