"""Rows as CSV and as Parquet."""

import csv
import io
from collections.abc import Sequence
from typing import Any

Row = dict[str, Any]
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "parquet": "application/vnd.apache.parquet",
}


def columns(rows: Sequence[Row]) -> list[str]:
    """Every column of any row, in the order of their first row."""
    return list(dict.fromkeys(name for row in rows for name in row))


def csv_bytes(rows: Sequence[Row]) -> bytes:
    """CSV in UTF-8 with a byte order mark, without which spreadsheets misread Korean."""
    out = io.StringIO()
    writer = csv.DictWriter(out, columns(rows), restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows([{name: _cell(value) for name, value in row.items()} for row in rows])
    return out.getvalue().encode("utf-8-sig")


def parquet_bytes(rows: Sequence[Row]) -> bytes:
    """Parquet; a column whose values are of several types becomes text."""
    import pyarrow as pa
    from pyarrow import parquet

    arrays = {}
    for name in columns(rows):
        values = [row.get(name) for row in rows]
        arrays[name] = pa.array(_alike(values))
    out = io.BytesIO()
    parquet.write_table(pa.table(arrays), out, compression="zstd")
    return out.getvalue()


def encoded(rows: Sequence[Row], kind: str) -> bytes:
    """Rows as ``csv`` or ``parquet``.

    Raises:
        KeyError: another kind.
    """
    return {"csv": csv_bytes, "parquet": parquet_bytes}[kind](rows)


def _cell(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value


def _alike(values: list[Any]) -> list[Any]:
    kinds = {type(value) for value in values if value is not None}
    if kinds <= {bool} or kinds <= {int} or kinds <= {str}:
        return values
    if kinds <= {int, float}:
        return [None if value is None else float(value) for value in values]
    return [None if value is None else str(value) for value in values]
