"""Korean particles that depend on the sound a name ends in: ``{name:이/가}`` in a catalogue.

Hangul and digits are certain. Latin letters are read as Koreans read them in brand names: capitals
by the letter (XTTS, 에스), other words by their last consonant, which is a rule of thumb.
"""

import re

_FIRST, _LAST, _FINALS = 0xAC00, 0xD7A3, 28
_RIEUL = 8
_DIGITS = {"0": "ㅇ", "1": "ㄹ", "3": "ㅁ", "6": "ㄱ", "7": "ㄹ", "8": "ㄹ"}
_LETTERS = {"l": "ㄹ", "m": "ㅁ", "n": "ㄴ", "r": "ㄹ"}
_ENDINGS = (
    (re.compile(r"ng$"), "ㅇ"),
    (re.compile(r"(m|me|mb|n|ne)$"), "ㄴ"),
    (re.compile(r"(l|le)$"), "ㄹ"),
    # A stop is a final consonant after one short vowel (포켓), a syllable of its own after more.
    (re.compile(r"(?<![aeiouy])[aeiouy](ck|[cptkbg])$"), "ㄱ"),
)
_WORD = re.compile(r"[A-Za-z]+$")


def final(word: str) -> str:
    """The consonant a word ends in, as a letter of Hangul; empty where it ends in a vowel."""
    heard = re.sub(r"[^0-9A-Za-z가-힣]+$", "", re.sub(r"\s*\([^)]*\)$", "", word))
    if not heard:
        return ""
    last = heard[-1]
    if _FIRST <= ord(last) <= _LAST:
        found = (ord(last) - _FIRST) % _FINALS
        return "" if not found else "ㄹ" if found == _RIEUL else "ㄱ"
    if last.isdigit():
        return _DIGITS.get(last, "")
    match = _WORD.search(heard)
    latin = match.group() if match else last
    if latin.isupper() or len(latin) == 1:
        return _LETTERS.get(last.lower(), "")
    lower = latin.lower()
    return next((sound for ending, sound in _ENDINGS if ending.search(lower)), "")


def with_particle(word: str, pair: str) -> str:
    """A word with the particle that suits it.

    Args:
        word: any name.
        pair: after a consonant and after a vowel: ``이/가``, ``을/를``, ``은/는``, ``과/와``,
            ``으로/로`` (where ㄹ counts as a vowel).
    """
    after_consonant, after_vowel = pair.split("/")
    sound = final(word)
    vowel_like = not sound or (sound == "ㄹ" and after_vowel == "로")
    return word + (after_vowel if vowel_like else after_consonant)


class Name(str):
    """A word of a sentence that takes its particle where the sentence asks for one."""

    __slots__ = ()

    def __format__(self, wanted: str) -> str:
        return with_particle(self, wanted) if "/" in wanted else super().__format__(wanted)
