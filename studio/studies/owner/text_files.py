"""Texts out of a file: a table with a column of them, or a text on each line."""

import csv
import io
from dataclasses import dataclass

from studio.problems import BadInput

LARGEST_BYTES = 1024 * 1024
_ENCODINGS = ("utf-8-sig", "cp949")
"""What spreadsheets write here: UTF-8, or on Korean Windows their own code page."""
_NAMES = (
    "text",
    "texts",
    "script",
    "sentence",
    "transcript",
    "텍스트",
    "문장",
    "대본",
    "원고",
    "본문",
)
_DELIMITERS = "\t;,"
_MOST_ROWS = 10_000


@dataclass(frozen=True)
class Found:
    """What a file held.

    Attributes:
        texts: in order, none of them empty.
        empty: how many rows had nothing to say.
        column: name of the one that was read; ``None``: it has none.
    """

    texts: tuple[str, ...]
    empty: int
    column: str | None


def read_texts(data: bytes, column: str = "") -> Found:
    """Read the texts of a file.

    A table is one whose first line has a column of one of the usual names, or the one asked for;
    else a file with tabs, semicolons or quotation marks is a table without names, of which the
    first column is read, and any other has a text on each line.

    Args:
        data: the file.
        column: name of the column; empty: it is found.

    Raises:
        BadInput: ``study_file_not_text``, ``study_file_empty``, ``study_file_column``,
            ``study_file_broken``.
    """
    words = _decoded(data)
    if not words.strip():
        raise BadInput("study_file_empty")
    rows = _rows(words, column)
    wanted = column.strip().casefold()
    names = [name.strip() for name in rows[0]]
    known = [name.casefold() for name in names]
    place, header = 0, False
    if wanted:
        if wanted not in known:
            raise BadInput("study_file_column", column=column.strip()[:40])
        place, header = known.index(wanted), True
    else:
        usual = next((name for name in _NAMES if name in known), None)
        if usual is not None:
            place, header = known.index(usual), True
    values = [row[place].strip() if place < len(row) else "" for row in rows[header:]]
    texts = tuple(value for value in values if value)
    if not texts:
        raise BadInput("study_file_empty")
    return Found(texts, len(values) - len(texts), names[place] if header else None)


def _decoded(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings: tuple[str, ...] = ("utf-16",)
    else:
        encodings = _ENCODINGS
    for encoding in encodings:
        try:
            words = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in words:
            return words
    raise BadInput("study_file_not_text")


def _rows(words: str, column: str) -> list[list[str]]:
    first = words.lstrip("\r\n").splitlines()[0]
    delimiter = max(_DELIMITERS, key=first.count)
    cells = [cell.strip().strip('"').casefold() for cell in first.split(delimiter)]
    named = column or any(cell in _NAMES for cell in cells)
    if not named and first.count("\t") + first.count(";") == 0 and not first.startswith('"'):
        return [[line] for line in words.splitlines()]
    try:
        rows = list(csv.reader(io.StringIO(words, newline=""), delimiter=delimiter, strict=True))
    except csv.Error:
        raise BadInput("study_file_broken") from None
    rows = [row for row in rows if row]
    if len(rows) > _MOST_ROWS:
        raise BadInput("study_file_broken")
    return rows
