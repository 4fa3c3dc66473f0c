"""The readings of a text in any language: the person's own words first, then the studio's rules."""

import re
from collections.abc import Mapping

from studio.pronunciation.suggestion import Suggestion, disjoint, suggestion

MOST = 500
"""Suggestions for one text."""


def suggestions(text: str, language: str, own: Mapping[str, str]) -> list[Suggestion]:
    """How parts of a text may be said.

    Args:
        text: as the studio keeps it.
        language: ISO 639 code; Korean is read in full, English as far as figures go, of other
            languages only whole numbers.
        own: readings of the person's dictionary by what is written.

    Returns:
        In order of their places; none overlap.
    """
    rules = _of_language(text, language)
    return disjoint(rules, of_dictionary(text, own, rules))[:MOST]


def _of_language(text: str, language: str) -> list[Suggestion]:
    from studio.pronunciation import elsewhere, english
    from studio.pronunciation.korean import reader

    if language == "ko":
        return reader.suggestions(text)
    if language == "en":
        return english.suggestions(text)
    return elsewhere.suggestions(text, language)


def of_dictionary(
    text: str, own: Mapping[str, str], rules: list[Suggestion] | None = None
) -> list[Suggestion]:
    """Where words of a dictionary stand in a text, longer ones first.

    Args:
        text: any.
        own: readings by what is written; Latin letters match in either case.
        rules: what else is known of these places: offered as other ways.
    """
    if not own:
        return []
    folded = {written.casefold(): reading for written, reading in own.items()}
    written = sorted(own, key=lambda one: (-len(one), one))
    found = []
    for match in re.finditer("|".join(map(_pattern, written)), text, re.IGNORECASE):
        same = [one for one in rules or () if (one.start, one.end) == match.span()]
        others = same[0].readings if same else ()
        said = folded.get(match[0].casefold())
        if said is not None:
            found.append(suggestion(*match.span(), said, *others, kind="own", source="own"))
    return found


def _pattern(written: str) -> str:
    """A whole word where it begins or ends with a Latin letter or a figure."""
    before = r"(?<![A-Za-z0-9])" if _bounded(written[0]) else ""
    after = r"(?![A-Za-z0-9])" if _bounded(written[-1]) else ""
    return f"{before}{re.escape(written)}{after}"


def _bounded(character: str) -> bool:
    return character.isascii() and character.isalnum()
