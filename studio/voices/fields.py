"""What a person types about a voice, cleaned and bounded: name, speaker, language, transcript."""

import functools
import re
import unicodedata

from studio.problems import BadInput

NAME_MAX_CHARACTERS = 80

_BIDI_CONTROLS = frozenset(
    "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)
_JOINERS = frozenset("\u200c\u200d")
"""Invisible, but Persian spelling and family emoji are wrong without them."""
_UNPRINTABLE = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
_TAG = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{1,8})*")


def voice_name(raw: str) -> str:
    """The name as it is kept: NFC, printable, 1 to 80 characters, single spaces.

    Control characters and those that turn the direction of writing are dropped: a name is shown
    beside other people's words and must not rearrange them.

    Raises:
        BadInput: ``name_missing`` when nothing visible is left, ``name_too_long``.
    """
    name = " ".join(_printable(unicodedata.normalize("NFC", raw), keep="").split())
    if not any(unicodedata.category(character)[0] in "LNPS" for character in name):
        raise BadInput("name_missing", limit=NAME_MAX_CHARACTERS)
    if len(name) > NAME_MAX_CHARACTERS:
        raise BadInput("name_too_long", characters=len(name), limit=NAME_MAX_CHARACTERS)
    return name


def speaker(raw: str) -> str:
    """Whose voice it is, as :func:`voice_name` keeps names; empty for the person's own.

    Raises:
        BadInput: ``speaker_missing`` when something is given, but nothing of it is visible;
            ``speaker_too_long``.
    """
    if not raw.strip():
        return ""
    try:
        return voice_name(raw)
    except BadInput as wrong:
        code = {"name_missing": "speaker_missing", "name_too_long": "speaker_too_long"}[wrong.code]
        raise BadInput(code, **wrong.params) from None


def transcript(raw: str, limit: int) -> str:
    """What is said in the clip: NFC, printable, line breaks kept, at most ``limit`` characters.

    Raises:
        BadInput: ``transcript_too_long``.
    """
    lines = re.sub(r"\r\n?|[\x85\u2028\u2029]", "\n", raw)
    words = _printable(unicodedata.normalize("NFC", lines), keep="\n").strip()
    if len(words) > limit:
        raise BadInput("transcript_too_long", characters=len(words), limit=limit)
    return words


def language(raw: str) -> str:
    """The ISO 639 code of a language tag (``ko`` of ``ko-KR``); regions are left to voices.

    Raises:
        BadInput: ``language_missing``, ``language_unknown`` (Unicode's CLDR has no name for it).
    """
    tag = raw.strip()
    if not tag:
        raise BadInput("language_missing")
    code = re.split("[-_]", tag)[0].lower()
    if not _TAG.fullmatch(tag) or code not in _known_languages():
        raise BadInput("language_unknown", language=_printable(tag, keep="")[:20])
    return code


@functools.cache
def _known_languages() -> frozenset[str]:
    from babel import Locale

    return frozenset(Locale("en").languages) - {"und", "mul", "zxx"}


def _printable(text: str, keep: str) -> str:
    spaced = (" " if c in "\t\r\v\f\x85\u2028\u2029" or c == "\n" != keep else c for c in text)
    return "".join(
        c
        for c in spaced
        if c in keep
        or c in _JOINERS
        or (c not in _BIDI_CONTROLS and unicodedata.category(c) not in _UNPRINTABLE)
    )
