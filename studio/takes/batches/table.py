"""A batch's results as a table for a spreadsheet: CSV, a line for each take."""

import csv
import io
from collections.abc import Iterable

from studio import locales
from studio.takes.batches.results import Result

COLUMNS = (
    "number", "text", "language", "engine", "title", "model", "preset", "comparison", "take",
    "attempt", "state", "file", "seconds", "rtf", "loudness_lufs", "faults", "warnings", "error",
)  # fmt: skip
_MARK = "\ufeff"
"""Without it Excel reads UTF-8 as the machine's old code page, and Korean as rubbish."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What makes a spreadsheet compute a cell instead of showing it."""


def header() -> bytes:
    """The first line."""
    return (_MARK + _line(COLUMNS)).encode()


def lines(results: Iterable[Result], language: str) -> bytes:
    """Results, RFC 4180 in UTF-8; a cell that a spreadsheet would compute begins with ``'``."""
    return "".join(_line(_cells(result, language)) for result in results).encode()


def _cells(result: Result, language: str) -> list[str | int | float]:
    take = result.take
    warnings = " ".join(locales.say(language, warning) for warning in take.warnings)
    error = locales.say(language, take.error) if take.error else ""
    return [
        result.number,
        _cell(result.text),
        _cell(result.language),
        take.engine,
        _cell(take.title),
        _cell(take.model),
        _cell(take.preset),
        take.comparison,
        take.id,
        take.attempt,
        take.state,
        result.file,
        _number(take.seconds),
        _number(take.rtf),
        _number(take.loudness_lufs),
        take.report.faults if take.report and take.report.state == "done" else "",
        _cell(warnings),
        _cell(error),
    ]


def _line(cells: Iterable[str | int | float]) -> str:
    text = io.StringIO()
    csv.writer(text).writerow(cells)
    return text.getvalue()


def _number(value: float | None) -> float | str:
    return "" if value is None else round(value, 4)


def _cell(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text
