"""The languages of XTTS-v2: the library's codes, how much text each takes, what its text needs."""

import importlib.util
from dataclasses import dataclass


@dataclass(frozen=True)
class Language:
    """One language.

    characters: what the library's tokenizer states as the most it speaks without cutting off.
    """

    characters: int
    code: str = ""
    """The library's code where it is not ours."""
    library: str = ""
    """Module that turns its writing into the letters the model was trained on."""
    package: str = ""
    """The package that brings the module."""


LANGUAGES = {
    "en": Language(250),
    "es": Language(239),
    "fr": Language(273),
    "de": Language(253),
    "it": Language(213),
    "pt": Language(203),
    "pl": Language(224),
    "tr": Language(226),
    "ru": Language(182),
    "nl": Language(251),
    "cs": Language(186),
    "ar": Language(166),
    "zh": Language(82, code="zh-cn", library="pypinyin", package="pypinyin"),
    "hu": Language(224),
    "ko": Language(95, library="ko_speech_tools", package="ko-speech-tools"),
    "ja": Language(71, library="cutlet", package="cutlet fugashi[unidic-lite]"),
    "hi": Language(150),
}
"""By ISO 639 code."""


def lacking(language: str) -> str:
    """The package without which the language cannot be read; "" where nothing is missing."""
    known = LANGUAGES.get(language)
    if known is None or not known.library or importlib.util.find_spec(known.library):
        return ""
    return known.package
