"""The language of a text by its script, for clients whose protocol names no language."""

import unicodedata
from collections import Counter

_BY_SCRIPT = {
    "HANGUL": "ko",
    "HIRAGANA": "ja",
    "KATAKANA": "ja",
    "CJK": "zh",
    "CYRILLIC": "ru",
    "ARABIC": "ar",
    "DEVANAGARI": "hi",
    "GREEK": "el",
    "HEBREW": "he",
    "THAI": "th",
}
_LATIN = "LATIN"
_OTHERS_WRITE_IT = {"uk": "ru", "bg": "ru", "sr": "ru", "be": "ru", "kk": "ru", "mk": "ru"} | {
    "fa": "ar",
    "ur": "ar",
    "mr": "hi",
    "ne": "hi",
    "yue": "zh",
}
"""Languages that share a script with the one it is taken for."""


def text_language(text: str, likely: str = "en") -> str:
    """A guess at the language of a text.

    The script with the most letters decides; Chinese characters beside kana are Japanese, and
    beside Hangul Korean. Latin letters, and a script of several languages, are ``likely``'s where
    that is written so.

    Args:
        text: any.
        likely: ISO 639 code of what it probably is: the language of the voice, say.
    """
    scripts = Counter(_script(character) for character in text if character.isalpha())
    for script in ("HANGUL", "HIRAGANA", "KATAKANA"):
        if scripts[script] and scripts["CJK"]:
            scripts[script] += scripts.pop("CJK")
    found = max(scripts, key=lambda script: scripts[script], default=_LATIN)
    guess = _BY_SCRIPT.get(found)
    if guess is None:
        return (
            likely if likely not in _BY_SCRIPT.values() and likely not in _OTHERS_WRITE_IT else "en"
        )
    return likely if _OTHERS_WRITE_IT.get(likely) == guess else guess


def _script(character: str) -> str:
    """``HANGUL`` of ``HANGUL SYLLABLE GA``: the first word of a letter's name tells its script."""
    return unicodedata.name(character, "").partition(" ")[0]
