"""What is wrong with an option's value, as a sentence in the reader's language."""

from collections.abc import Mapping
from typing import Any

from studio.locales import Note, note

_BOUNDS = {
    "greater_than_equal": ("option.at_least", "ge"),
    "greater_than": ("option.more_than", "gt"),
    "less_than_equal": ("option.at_most", "le"),
    "less_than": ("option.less_than", "lt"),
    "multiple_of": ("option.multiple_of", "multiple_of"),
    "string_too_long": ("option.longest", "max_length"),
}
_KINDS = {
    "int": "option.int",
    "float": "option.float",
    "bool": "option.bool",
    "string": "option.string",
}


def option_fault(fault: Mapping[str, Any]) -> Note:
    """Say a fault that Pydantic found, without its English.

    Args:
        fault: one of ``ValidationError.errors()``.
    """
    kind: str = fault["type"]
    details: Mapping[str, Any] = fault.get("ctx") or {}
    if kind in _BOUNDS:
        code, bound = _BOUNDS[kind]
        return note(code, bound=float(details[bound]))
    if kind == "string_pattern_mismatch":
        return note("option.form")
    if kind in ("literal_error", "enum"):
        return note("option.one_of", choices=str(details.get("expected", "")))
    return note(_KINDS.get(kind.partition("_")[0], "option.other"))
