"""A result with its sentences put into a language."""

from collections.abc import Mapping
from typing import Any

from studio.locales import Note, say

_WORDS = ("message", "title")
"""Under these keys a note becomes its sentence alone."""


def worded(value: Any, language: str) -> Any:
    """The same structure with every note as ``{"code", "message"}``.

    Args:
        value: plain values and notes, at any depth.
        language: of the sentences.
    """
    if isinstance(value, Note):
        return {"code": value.code.rpartition(".")[2], "message": say(language, value)}
    if isinstance(value, Mapping):
        return {
            key: say(language, one)
            if key in _WORDS and isinstance(one, Note)
            else worded(one, language)
            for key, one in value.items()
        }
    if isinstance(value, list | tuple):
        return [worded(one, language) for one in value]
    return value
