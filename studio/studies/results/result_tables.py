"""The parts of a result as flat tables, one long table a part."""

from collections.abc import Iterator, Mapping
from typing import Any

from studio.locales import Note

Row = dict[str, Any]
_PLACES = ("position", "first", "second", "condition", "then")
_INNER = ("values", "medians", "contrasts", "pairs")


def table(found: Mapping[str, Any], name: str) -> list[Row] | None:
    """A part of a result; None where there is no such part or it is empty.

    Columns with a condition's position are followed by its label. The board has a column ``set``:
    ``kept``, ``everyone`` or ``adjusted``.
    """
    labels = {one["position"]: one["label"] for one in found["conditions"]}
    rows: list[Any]
    if name == "board" and found["board"] is not None:
        board = found["board"]
        rows = [
            {"set": which, **row}
            for which in ("kept", "everyone", "adjusted")
            for row in board[which] or ()
        ]
    elif name == "covariates" and found["board"] is not None:
        rows = found["board"]["covariates"] or []
    elif name == "exclusions":
        rows = found["exclusions"]["rules"]
    elif name == "audit" and found["audit"] is not None:
        rows = found["audit"]["features"]
    elif name == "stopping":
        rows = found["stopping"]["pairs"] or [found["stopping"]]
    elif name in found and name not in ("reasons", "pending", "study"):
        part = found[name]
        rows = part if isinstance(part, list) else [part] if isinstance(part, Mapping) else []
    else:
        return None
    flat = [line for row in rows if isinstance(row, Mapping) for line in _lines(row, labels)]
    return flat or None


def _lines(row: Mapping[str, Any], labels: Mapping[int, str]) -> Iterator[Row]:
    """A row, once for each of the rows inside it."""
    inner = next((key for key in _INNER if _rows(row.get(key))), None)
    outer = {key: value for key, value in row.items() if key != inner}
    if inner is None:
        yield _flat(outer, labels)
        return
    for one in row[inner]:
        yield {**_flat(outer, labels), **_flat(one, labels)}


def _rows(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], Mapping)


def _flat(row: Mapping[str, Any], labels: Mapping[int, str], prefix: str = "") -> Row:
    found: Row = {}
    for key, value in row.items():
        name = f"{prefix}{key}"
        if isinstance(value, Mapping):
            found.update(_flat(value, labels, f"{name}."))
        elif isinstance(value, Note):
            found[name] = value.code.rpartition(".")[2]
        elif isinstance(value, list | tuple):
            found[name] = " ".join(str(one) for one in value)
        else:
            found[name] = value
            if key in _PLACES and isinstance(value, int) and value in labels:
                found[f"{name}_label"] = labels[value]
    return found
