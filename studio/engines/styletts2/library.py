"""The library ``styletts2``, imported so that it fetches nothing and keeps its words to itself.

Importing it downloads language data, and using it would download whatever file it misses. Here the
three doors are shut before it is imported: its downloader of files and its splitter of texts, whose
work the studio does itself, are replaced by refusals, and words are told apart by the part of NLTK
that needs no data. (That data only finds ends of sentences, and phonemes have none.)
"""

import contextlib
import functools
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

from studio.engines.torchaudio_native import ensure_torchaudio
from studio.locales import Note


@contextlib.contextmanager
def quietly() -> Iterator[None]:
    """Keep what the library prints (texts, progress, its vocabulary) off the log."""
    with Path(os.devnull).open("w") as nowhere, contextlib.redirect_stdout(nowhere):
        yield


def import_library() -> tuple[ModuleType, tuple[Note, ...]]:
    """The module ``styletts2.tts`` and remarks on how it was loaded."""
    remarks = ensure_torchaudio()
    _replace("cached_path", cached_path=_refuse)
    _replace("langchain")
    _replace("langchain.text_splitter", RecursiveCharacterTextSplitter=_refuse)
    import nltk

    nltk.download = _refuse_in_silence
    with quietly():
        from styletts2 import tts
    tts.word_tokenize = functools.partial(nltk.word_tokenize, preserve_line=True)
    return tts, remarks


def _replace(name: str, **members: Any) -> None:
    module = ModuleType(name)
    for member, value in members.items():
        setattr(module, member, value)
    sys.modules.setdefault(name, module)


def _refuse(*_arguments: object, **_named: object) -> None:
    raise RuntimeError("StyleTTS2 may not fetch files or split texts here")


def _refuse_in_silence(*_arguments: object, **_named: object) -> bool:
    """What the library asks for at import, and does not need."""
    return False
