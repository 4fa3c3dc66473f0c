"""Languages to choose from, named in the page's language."""

from collections.abc import Iterable

from studio.locales import language_name

FIRST = ("ko", "en", "ja", "zh", "es", "fr", "de", "it", "pt", "hi", "ru")
"""Offered before the rest, the page's own language before all."""


def choices(tags: Iterable[str], language: str) -> list[tuple[str, str]]:
    """(name, tag) pairs: the page's language, common ones, then the rest by name."""
    known = set(tags)
    first = [tag for tag in dict.fromkeys((language, *FIRST)) if tag in known]
    rest = sorted(known - set(first), key=lambda tag: language_name(tag, language))
    return [(language_name(tag, language), tag) for tag in (*first, *rest)]
