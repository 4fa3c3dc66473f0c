"""Words that are looked for: found as parts of words, in any of several columns."""

import unicodedata
from collections.abc import Iterable

from sqlalchemy import ColumnElement, or_
from sqlalchemy.orm import InstrumentedAttribute

from studio.engines.registry import engine_class, engine_names
from studio.problems import NotFound, Unavailable

_MOST_WORDS = 8


def words(asked: str) -> list[str]:
    """The words of what somebody typed, in the form texts are kept in (NFC)."""
    return unicodedata.normalize("NFC", asked).split()[:_MOST_WORDS]


class Matching:
    """How a database compares.

    Args:
        sqlite: SQLite's own LIKE takes A for a, and only in ASCII; PostgreSQL has to be told.
    """

    def __init__(self, *, sqlite: bool) -> None:
        self._sqlite = sqlite

    def any(
        self, columns: Iterable["InstrumentedAttribute[str]"], word: str
    ) -> ColumnElement[bool]:
        """Whether a word stands in one of some columns."""
        return or_(*(self._holds(column, word) for column in columns))

    def _holds(self, column: "InstrumentedAttribute[str]", word: str) -> ColumnElement[bool]:
        if self._sqlite:
            return column.contains(word, autoescape=True)
        return column.icontains(word, autoescape=True)

    def ordered(self, column: ColumnElement[str]) -> ColumnElement[str]:
        """A column that is sorted by code points on either database: Hangul as in a dictionary."""
        return column if self._sqlite else column.collate("C")


def engines_called(word: str) -> list[str]:
    """Names of engines with a word in their name or title."""
    folded = word.casefold()
    return [name for name in engine_names() if folded in f"{name} {_title(name)}".casefold()]


def _title(name: str) -> str:
    try:
        return engine_class(name).card.title
    except (NotFound, Unavailable):
        return ""
