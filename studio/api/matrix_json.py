"""The matrices of what engines can do, as JSON."""

from typing import Self

from pydantic import BaseModel

from studio.engines.matrix import LANGUAGES, Cell
from studio.locales import LanguageName, Note, note, say


class CellJson(BaseModel):
    """A cell of the matrix: ``level`` is ``yes``, ``partly``, ``no`` or ``plain``."""

    column: str
    level: str
    words: str
    more: str | None

    @classmethod
    def of(cls, cell: Cell, language: str) -> Self:
        """A cell as JSON."""
        more = say(language, cell.more) if cell.more else None
        return cls(column=cell.column, level=cell.level, words=say(language, cell.words), more=more)


class ColumnJson(BaseModel):
    """A column of a matrix."""

    name: str
    title: str


def language_columns(language: str) -> list[ColumnJson]:
    """The columns of the matrix of languages."""
    spoken = note("matrix.language_name")
    return [
        ColumnJson(
            name=tag,
            title=say(language, Note(spoken.code, {"language": LanguageName(tag)})),
        )
        for tag in LANGUAGES
    ]
