"""All figures of a comparison as a table for a spreadsheet: CSV, a line for each thing measured."""

import csv
import io
import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from studio.api.comparisons import ComparisonJson
    from studio.api.takes import ReportJson, TakeJson

_MARK = "\ufeff"
"""Without it Excel reads UTF-8 as the machine's old code page, and Korean as rubbish."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What makes a spreadsheet compute a cell instead of showing it."""
COLUMNS = (
    "comparison", "language", "text", "voice", "position", "engine", "title", "model",
    "model_revision", "preset", "take", "first", "attempt", "chosen", "seed", "state", "report",
    "measured_at", "kind", "name", "label", "value", "unit", "method", "words", "detail",
)  # fmt: skip
"""The first columns say which attempt, ``kind`` and the following what was measured on it."""


def figures_csv(comparison: "ComparisonJson") -> bytes:
    """Every attempt's figures, findings and remarks, and what was heard; RFC 4180 in UTF-8.

    A cell of text that a spreadsheet would take for a formula begins with an apostrophe.
    """
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow(COLUMNS)
    for take in attempts(comparison):
        which = _which(comparison, take)
        for line in _lines(take.report):
            table.writerow([*which, *line])
    return (_MARK + text.getvalue()).encode("utf-8")


def attempts(comparison: "ComparisonJson") -> Iterator["TakeJson"]:
    """All attempts of a comparison, place by place, the oldest first."""
    for take in comparison.takes:
        yield from sorted([take, *take.attempts], key=lambda each: each.attempt)


def _which(comparison: "ComparisonJson", take: "TakeJson") -> list[str | int]:
    report = take.report
    measured = report.measured_at if report else None
    return [
        comparison.id,
        comparison.language,
        _cell(comparison.text),
        _cell(comparison.voice_name or comparison.voice or ""),
        take.position,
        take.engine,
        _cell(take.title),
        _cell(take.model),
        _cell(take.model_revision),
        _cell(take.preset),
        take.id,
        take.first,
        take.attempt,
        int(take.chosen),
        take.seed,
        take.state,
        report.state if report else "",
        measured.isoformat() if measured else "",
    ]


def _lines(report: "ReportJson | None") -> Iterator[list[str | float]]:
    if report is None:
        yield [""] * 8
        return
    for figure in report.figures:
        yield [
            "figure",
            figure.name,
            _cell(figure.title),
            "" if figure.value is None else figure.value,
            figure.unit,
            _cell(figure.method),
            _cell(figure.words or ""),
            _plain(figure.detail),
        ]
    for finding in report.findings:
        said = _cell(finding.message)
        yield [finding.severity, finding.code, said, "", "", "", "", _plain(finding.params)]
    if report.heard:
        yield ["heard", "text", _cell(str(report.heard.get("text", ""))), *[""] * 5]
    for remark in report.remarks:
        yield ["remark", remark.code, _cell(remark.message), *[""] * 5]
    if not (report.figures or report.findings or report.heard or report.remarks):
        yield [""] * 8


def _plain(values: dict) -> str:
    return json.dumps(values, ensure_ascii=False) if values else ""


def _cell(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text
