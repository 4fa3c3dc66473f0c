"""How many syllables a text has when it is read aloud, numbers and abbreviations included.

eSpeak NG reads the text (its transcription alone, no sound) and the vowels are counted: one
method for all its languages, exact for Korean and Chinese, where a character is a syllable, and an
estimate to a few per cent elsewhere. Japanese is counted in morae, as is the custom (Pellegrino et
al. 2011), by the dictionary UniDic, because eSpeak NG cannot read kanji.
"""

import functools
import re
from typing import Any

METHOD = "Voice Studio 1"
_VOWEL = re.compile("[aeiouyæøœɐɑɒɔɘəɚɛɜɝɞɤɨɪɯɵɶʉʊʌʏᵻ\u0329]")
"""U+0329 marks a syllabic consonant."""
_HIATUS = re.compile("a[ɪʊ][əɚ]|iə")
"""One phoneme in eSpeak NG's English, two syllables: quiet, flower, museum."""
_SMALL_KANA = frozenset("ァィゥェォャュョヮ")
"""Part of the mora before them; ッ, ン and ー are morae of their own."""
_KATAKANA = re.compile("[ァ-ヴー]")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")


def syllables(text: str, language: str) -> int | None:
    """Count syllables, or morae in Japanese.

    Args:
        text: as it is written.
        language: ISO 639 code.

    Returns:
        None where the language cannot be read here.
    """
    if language.partition("-")[0] == "ja":
        return _morae(text)
    from studio.engines.espeak.library import UnknownVoiceError
    from studio.engines.espeak.voices import DEFAULT, voice_name

    try:
        phonemes = _reader().phonemes(
            text.replace("\0", " "), voice_name(language, DEFAULT, whisper=False)
        )
    except UnknownVoiceError:
        return None
    return sum(
        2 if _HIATUS.search(phoneme) else _VOWEL.search(phoneme) is not None for phoneme in phonemes
    )


def _morae(text: str) -> int | None:
    from num2words import num2words

    try:
        tagger = _tagger()
    except (ImportError, RuntimeError):  # no dictionary is installed
        return None
    spelt = _NUMBER.sub(lambda number: str(num2words(float(number[0]), lang="ja")), text)
    count = 0
    for word in tagger(spelt):
        kana = word.feature.kana or _katakana(word.surface)
        count += sum(c not in _SMALL_KANA for c in _KATAKANA.findall(kana))
    return count


def _katakana(text: str) -> str:
    """Hiragana as katakana, the rest as it is."""
    return "".join(chr(ord(c) + 0x60) if "ぁ" <= c <= "ゖ" else c for c in text)


@functools.cache
def _reader() -> Any:
    from studio.engines.espeak.library import EspeakLibrary

    return EspeakLibrary()


@functools.cache
def _tagger() -> Any:
    from fugashi import Tagger

    return Tagger()
