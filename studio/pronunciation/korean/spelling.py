"""Latin words in Hangul by rules of spelling: a guess, for words that no list has.

English spelling does not tell its sound; the rules follow the more frequent reading and the
official way to write foreign words in Korean (외래어 표기법), as far as letters allow.
"""

import re
import unicodedata

_INITIALS = ("ㄱ", "ㄲ", "ㄴ", "ㄷ", "ㄸ", "ㄹ", "ㅁ", "ㅂ", "ㅃ", "ㅅ", "ㅆ", "ㅇ", "ㅈ", "ㅉ",
    "ㅊ",
             "ㅋ", "ㅌ", "ㅍ", "ㅎ")  # fmt: skip
_VOWELS = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
_FINALS = {"": 0, "ㄱ": 1, "ㄴ": 4, "ㄹ": 8, "ㅁ": 16, "ㅂ": 17, "ㅅ": 19, "ㅇ": 21}
_FIRST = 0xAC00
_CONSONANTS = {
    "b": "ㅂ", "c": "ㅋ", "d": "ㄷ", "f": "ㅍ", "g": "ㄱ", "h": "ㅎ", "j": "ㅈ", "k": "ㅋ",
    "l": "ㄹ",
    "m": "ㅁ", "n": "ㄴ", "p": "ㅍ", "r": "r", "s": "ㅅ", "t": "ㅌ", "v": "ㅂ", "z": "ㅈ",
}  # fmt: skip
# Letters at a place of the word → its sounds, the longer and the more special first. Consonants are
# the letters of Hangul, with "r" for the r that is lost before consonants, "š" for sh, "ŋ" for ng.
_RULES: tuple[tuple[str, str], ...] = (
    (r"tions?$|ssions?$", "šㅓㄴ"), (r"sion$", "ㅈㅓㄴ"), (r"tion", "šㅓㄴ"), (r"ture$", "ㅊㅓ"),
    (r"^kn", "ㄴ"), (r"^wr", "r"), (r"^ps", "ㅅ"), (r"^x", "ㅈ"), (r"mb$", "ㅁ"),
    (r"igh", "ㅏ ㅣ"), (r"eigh", "ㅔ ㅣ"), (r"ough", "ㅓ"), (r"augh", "ㅗ"), (r"gh", ""),
    (r"tch", "ㅊ"), (r"sch", "ㅅㅋ"), (r"ch", "ㅊ"), (r"sh", "š"), (r"ph", "ㅍ"), (r"th", "ㅅ"),
    (r"ck", "ㅋ"), (r"cc(?=[eiy])", "ㄱㅅ"), (r"qu", "ㅋ w"), (r"wh", " w"), (r"dg(?=e)", "ㅈ"),
    (r"ng$|ng(?=[^aeiouyg])", "ŋ"), (r"ng", "ŋㄱ"), (r"nk", "ŋㅋ"), (r"x", "ㄱㅅ"),
    (r"bb|dd|ff|gg|kk|ll|mm|nn|pp|rr|ss|tt|zz", "="),
    (r"c(?=[eiyé])", "ㅅ"), (r"g(?=[eiy])(?!et|iv|irl|ear|er$)", "ㅈ"), (r"ce$", "ㅅ"), (r"ge$",
    "ㅈ"),
    (r"eau", "ㅗ"), (r"ee|ea|ie(?=[^tr]|$)", "ㅣ"), (r"oo", "ㅜ"), (r"ou|ow(?!n?$)", "ㅏ ㅜ"),
    (r"ow$", "ㅗ ㅜ"), (r"ow", "ㅏ ㅜ"), (r"oa|oe$", "ㅗ"), (r"ai|ay|ei|ey(?!$)", "ㅔ ㅣ"),
    (r"ey$", "ㅣ"),
    (r"oi|oy", "ㅗ ㅣ"), (r"au|aw", "ㅗ"), (r"ew|eu", "ㅠ"), (r"ue$|ui", "ㅜ"),
    (r"ie$", "ㅣ"), (r"air|are$", "ㅔ ㅓ"), (r"ear$|eer$|ere$", "ㅣ ㅓ"), (r"ire$", "ㅏ ㅣ ㅓ"),
    (r"ore$|oor$|our$", "ㅗ ㅓ"), (r"ure$", "ㅠ ㅓ"), (r"(?<=.)(?:er|or|ar)s?$", "ㅓ"),
    (r"ar(?![aeiouy])", "ㅏ"), (r"or(?![aeiouy])", "ㅗ"), (r"[eiu]r(?![aeiouy])", "ㅓ"),
    (r"a(?=[bcdfgklmnprstvz]e$)", "ㅔ ㅣ"), (r"i(?=[bcdfgklmnprstvz]er?$)", "ㅏ ㅣ"),
    (r"o(?=[bcdfgklmnprstvz]e$)", "ㅗ"), (r"u(?=[bcdfgklmnprstvz]e$)", "ㅠ"),
    (r"(?<=[bcdfgklmnprstvzh])e$", ""), (r"(?<=[aeiou][bcdfgklmnprstvz])es$", "ㅅ"),
    (r"y(?=[aeiou])", " y"), (r"w(?=[aeiou])", " w"), (r"(?<=^.)y$|(?<=^..)y$", "ㅏ ㅣ"), (r"y",
    "ㅣ"),
    (r"w", "ㅜ"), (r"a(?=[bcdfgjklmnpqstvxz](?:[^aeiouy]|$))", "ㅐ"), (r"a$", "ㅏ"), (r"a", "ㅏ"),
    (r"e", "ㅔ"), (r"i", "ㅣ"), (r"o", "ㅗ"), (r"^u(?=[^aeiou][aeiou])", "ㅠ"),
    (r"u(?=[^aeiouy]{2}|[^aeiouy]$)", "ㅓ"), (r"u", "ㅜ"),
)  # fmt: skip
_COMPILED = tuple((re.compile(pattern), said) for pattern, said in _RULES)
_GLIDES = {
    "y": {"ㅏ": "ㅑ", "ㅐ": "ㅒ", "ㅓ": "ㅕ", "ㅔ": "ㅖ", "ㅗ": "ㅛ", "ㅜ": "ㅠ", "ㅣ": "ㅣ"},
    "w": {"ㅏ": "ㅘ", "ㅐ": "ㅙ", "ㅓ": "ㅝ", "ㅔ": "ㅞ", "ㅗ": "ㅝ", "ㅜ": "ㅜ", "ㅣ": "ㅟ"},
    "š": {"ㅏ": "ㅑ", "ㅐ": "ㅒ", "ㅓ": "ㅕ", "ㅔ": "ㅖ", "ㅗ": "ㅛ", "ㅜ": "ㅠ", "ㅣ": "ㅣ"},
}
_STOPS = {"ㅍ": "ㅂ", "ㅌ": "ㅅ", "ㅋ": "ㄱ", "ㄱ": "ㄱ"}
_NASALS = {"ㄴ": "ㄴ", "ㅁ": "ㅁ", "ŋ": "ㅇ", "ㄹ": "ㄹ"}


def in_hangul(word: str) -> str:
    """A word of Latin letters as it may be said.

    Args:
        word: letters, any case; accents are dropped.
    """
    plain = unicodedata.normalize("NFD", word.lower())
    plain = "".join(letter for letter in plain if "a" <= letter <= "z")
    return _written(_sounds(plain))


def _sounds(word: str) -> list[str]:
    sounds: list[str] = []
    at = 0
    while at < len(word):
        for pattern, said in _COMPILED:
            match = pattern.match(word, at)
            if match and match.end() > at:
                double = _CONSONANTS[match[0][0]] if said == "=" else said
                sounds += [one for one in double if one != " "]
                at = match.end()
                break
        else:
            sounds.append(_CONSONANTS.get(word[at], ""))
            at += 1
    return [one for one in sounds if one]


def _written(sounds: list[str]) -> str:
    """Syllables of sounds."""
    syllables: list[tuple[str, str, str]] = []
    onset, glide = "", ""
    for place, sound in enumerate(sounds):
        after = sounds[place + 1] if place + 1 < len(sounds) else ""
        if sound in _VOWELS:
            vowel = _GLIDES.get(glide, {}).get(sound, sound)
            syllables.append((onset or "ㅇ", vowel, ""))
            onset, glide = "", ""
            continue
        if sound in ("y", "w"):
            glide = sound
            continue
        if after and (after in _VOWELS or after in ("y", "w")):
            if (
                sound == "ㄹ"
                and syllables
                and not syllables[-1][2]
                and sounds[place - 1] in _VOWELS
            ):
                syllables[-1] = (*syllables[-1][:2], "ㄹ")
            onset = {"š": "ㅅ", "r": "ㄹ", "ŋ": "ㅇ"}.get(sound, sound)
            glide = "š" if sound == "š" else ""
            continue
        _closing(syllables, sound, sounds, place)
    return "".join(_syllable(*one) for one in syllables)


def _closing(
    syllables: list[tuple[str, str, str]], sound: str, sounds: list[str], place: int
) -> None:
    """A consonant that no vowel follows: the end of a syllable, or one of its own."""
    open_syllable = bool(syllables) and not syllables[-1][2] and sounds[place - 1] in _VOWELS
    after = sounds[place + 1] if place + 1 < len(sounds) else ""
    if sound == "r":
        if not open_syllable:
            syllables.append(("ㄹ", "ㅡ", ""))
        return
    if open_syllable and sound in _NASALS:
        syllables[-1] = (*syllables[-1][:2], _NASALS[sound])
        return
    short = syllables[-1][1] in "ㅐㅔㅣㅓㅗㅏ" if syllables else False
    long_vowel = place > 1 and sounds[place - 2] in _VOWELS
    if open_syllable and short and not long_vowel and sound in _STOPS and after not in ("r", "ㄹ"):
        syllables[-1] = (*syllables[-1][:2], _STOPS[sound])
        return
    plain = {"š": "ㅅ", "ŋ": "ㅇ"}.get(sound, sound)
    syllables.append(
        (plain, "ㅣ" if sound in ("š", "ㅊ") or (sound == "ㅈ" and not after) else "ㅡ", "")
    )


def _syllable(initial: str, vowel: str, final: str) -> str:
    code = (_INITIALS.index(initial) * 21 + _VOWELS.index(vowel)) * 28 + _FINALS[final]
    return chr(_FIRST + code)
