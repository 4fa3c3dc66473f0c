"""Importing coqui-tts where it would refuse: beside a torch from 2.9 on without torchcodec.

coqui-tts asks for torchcodec because torchaudio reads audio *files* by it. The studio hands over
arrays and reads no file, and torchcodec's wheels load only beside FFmpeg's libraries and, mostly,
a CUDA torch. So an empty module answers the one question, whether there is such a package, and
leaves again once the import is done: whoever later needs the real one is told that it is missing.
"""

import importlib.util
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.machinery import ModuleSpec
from types import ModuleType

from studio.engines.torchaudio_native import ensure_torchaudio
from studio.locales import Note

_CODEC = "torchcodec"


def import_coqui() -> tuple[Note, ...]:
    """Make ``import TTS`` work in this process. Calling it again changes nothing.

    Returns:
        Remarks for the engine's card, of a torchaudio without its native part.

    Raises:
        ImportError: coqui-tts, torch or torchaudio is not installed.
    """
    remarks = ensure_torchaudio()
    # transformers looks for torchcodec once, when it is imported, and would believe in it for good.
    import transformers.audio_utils  # noqa: F401

    with _codec_answered_for():
        import TTS  # noqa: F401
    return remarks


@contextmanager
def _codec_answered_for() -> Iterator[None]:
    if _CODEC in sys.modules or importlib.util.find_spec(_CODEC) is not None:
        yield
        return
    module = ModuleType(_CODEC)
    module.__spec__ = ModuleSpec(_CODEC, loader=None)
    sys.modules[_CODEC] = module
    try:
        yield
    finally:
        del sys.modules[_CODEC]
