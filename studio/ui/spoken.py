"""Languages to choose from, named in the page's language."""

from collections.abc import Iterable

from babel import Locale
from babel.core import UnknownLocaleError

FIRST = ("ko", "en", "ja", "zh", "es", "fr", "de", "it", "pt", "hi", "ru")
"""Offered before the rest, the page's own language before all."""


def name(tag: str, language: str) -> str:
    """A language's name in another language; the tag itself where it has none."""
    try:
        found = Locale.parse(tag).get_display_name(language)
    except (UnknownLocaleError, ValueError):
        found = Locale.parse(language).languages.get(tag)
    return str(found or tag)


def choices(tags: Iterable[str], language: str) -> list[tuple[str, str]]:
    """(name, tag) pairs: the page's language, common ones, then the rest by name."""
    known = set(tags)
    first = [tag for tag in dict.fromkeys((language, *FIRST)) if tag in known]
    rest = sorted(known - set(first), key=lambda tag: name(tag, language))
    return [(name(tag, language), tag) for tag in (*first, *rest)]
