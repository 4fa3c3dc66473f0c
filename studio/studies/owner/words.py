"""What a person types about a study: one line each, printable, bounded."""

import unicodedata

from studio.problems import TooLarge

_TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_JOINERS = frozenset("\u200c\u200d")
_UNPRINTABLE = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")


def one_line(raw: str, field: str, limit: int) -> str:
    """NFC on one line, without characters that cannot be shown or turn the writing round.

    Args:
        raw: as it was typed.
        field: its name, for the sentence.
        limit: characters at most.

    Raises:
        TooLarge: ``study_words_too_long``.
    """
    spaced = "".join(" " if c.isspace() else c for c in unicodedata.normalize("NFC", raw))
    shown = "".join(
        c
        for c in spaced
        if c in _JOINERS or (c not in _TURNING and unicodedata.category(c) not in _UNPRINTABLE)
    )
    words = " ".join(shown.split())
    if len(words) > limit:
        raise TooLarge("study_words_too_long", field=field, characters=len(words), limit=limit)
    return words


def use_of(raw: str) -> str:
    """What speech is for, as decisions are found by it: lower case; ``general`` for nothing.

    Raises:
        TooLarge: ``study_words_too_long``.
    """
    return one_line(raw, "use", 64).lower() or "general"
