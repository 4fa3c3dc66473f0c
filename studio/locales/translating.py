"""Making a further language: a file with every text in English to begin with, and what it lacks."""

import re
import string
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from studio.locales import FALLBACK, own
from studio.locales.folders import NotATranslation, texts_of

_NAME = "ui.language_name"
_WORDS = re.compile(r"[A-Za-z]{3,}")


@dataclass(frozen=True)
class Standing:
    """How far a translation is.

    Attributes:
        keys: how many texts English has.
        missing: keys that it lacks; English is shown in their place.
        unknown: keys that English does not have.
        wrong: keys whose ``{placeholders}`` are not those of English; English is shown.
        same: keys with words that still read as in English.
    """

    keys: int
    missing: tuple[str, ...]
    unknown: tuple[str, ...]
    wrong: tuple[str, ...]
    same: tuple[str, ...]

    @property
    def whole(self) -> bool:
        """Nothing is missing and nothing wrong; what reads as in English may be meant so."""
        return not (self.missing or self.unknown or self.wrong)


def template(tag: str, there: Mapping[str, str]) -> dict[str, Any]:
    """Every text as nested objects: the translation where there is one, else English.

    Args:
        tag: the language, ``ja``.
        there: what is translated already, by key.
    """
    whole: dict[str, Any] = {}
    english = own(FALLBACK)
    for key, said in english.items():
        # a key that is a text and has others below it keeps those under a name with dots
        names = key.split(".")
        deepest = next(
            (n for n in range(1, len(names)) if ".".join(names[:n]) in english), len(names)
        )
        *outer, last = [*names[: deepest - 1], ".".join(names[deepest - 1 :])]
        place = whole
        for name in outer:
            place = place.setdefault(name, {})
        place[last] = there.get(key, _own_name(tag) if key == _NAME else said)
    return whole


def _own_name(tag: str) -> str:
    """What speakers of a language call it (Unicode's CLDR); the tag where that is not known."""
    from babel import Locale
    from babel.core import UnknownLocaleError

    try:
        return Locale.parse(tag, sep="-").get_display_name() or tag
    except (UnknownLocaleError, ValueError):
        return tag


def standing(texts: Mapping[str, str]) -> Standing:
    """Hold a translation against English."""
    english = own(FALLBACK)
    both = [key for key in english if key in texts]
    return Standing(
        keys=len(english),
        missing=tuple(key for key in english if key not in texts),
        unknown=tuple(key for key in texts if key not in english),
        wrong=tuple(k for k in both if placeholders(texts[k]) != placeholders(english[k])),
        same=tuple(k for k in both if texts[k] == english[k] and _WORDS.search(english[k])),
    )


def placeholders(text: str) -> frozenset[str] | None:
    """Names in ``{braces}``; ``None`` where the braces do not pair."""
    try:
        return frozenset(name for _, name, _, _ in string.Formatter().parse(text) if name)
    except ValueError:
        return None


def read(file: Path) -> dict[str, str]:
    """A file's texts; none where there is no file yet.

    Raises:
        NotATranslation: there is one and it holds no texts.
    """
    return texts_of(file) if file.exists() else {}


__all__ = ["NotATranslation", "Standing", "placeholders", "read", "standing", "template"]
