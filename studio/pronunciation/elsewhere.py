"""How plain whole numbers are said in the other languages that num2words knows; nothing more."""

import re

from studio.pronunciation.numerals import plain
from studio.pronunciation.suggestion import Suggestion, suggestion

_WHOLE = re.compile(r"(?<![\w.,:/+−-])\d{1,15}(?![\w:/%°]|[.,:/-]\d|\.(?:\s|$))")
"""Nothing that may be a part of a date, a time, a decimal or an ordinal: how those are said differs
from language to language."""


def suggestions(text: str, language: str) -> list[Suggestion]:
    """Readings of whole numbers that stand alone.

    Args:
        text: any.
        language: ISO 639 code.
    """
    found = []
    for match in _WHOLE.finditer(text):
        if match[0].startswith("0") and match[0] != "0":
            continue
        (words,) = plain(language, match[0])
        if words and not words[0].isdecimal():
            found.append(
                suggestion(*match.span(), " ".join(words), kind="number", confidence="likely")
            )
    return found
