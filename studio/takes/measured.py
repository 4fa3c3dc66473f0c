"""What measuring came to, checked before it is kept: the form, the sentences, the numbers."""

import json
import math
from dataclasses import dataclass
from typing import Any

from studio.locales import FALLBACK, Note, say
from studio.quality.figure import Figure, Finding


@dataclass(frozen=True)
class Result:
    """A report's columns."""

    state: str
    figures: list[Any]
    findings: list[Any]
    heard: dict[str, Any] | None
    remarks: list[Any]


def failed(why: Note) -> Result:
    """Nothing was measured."""
    return Result("failed", [], [], None, [why.to_json()])


def checked(answer: Any, remarks: list[Note]) -> Result:
    """What the function gave, in the form that is kept; every sentence of it can be said.

    Raises:
        Exception: it is nothing of the kind.
    """
    plain = _finite(answer)
    figures = [Figure.from_json(figure).to_json() for figure in plain["figures"]]
    findings = [Finding.from_json(finding) for finding in plain["findings"]]
    told = [*(Note.from_json(remark) for remark in plain["remarks"]), *remarks]
    for sentence in (*(Note(f"take.finding.{f.code}", f.params) for f in findings), *told):
        say(FALLBACK, sentence)
    result = Result(
        "done",
        figures,
        [finding.to_json() for finding in findings],
        plain["heard"],
        [remark.to_json() for remark in told],
    )
    json.dumps(vars(result))  # whatever could not be kept is found here
    return result


def _finite(value: Any) -> Any:
    """Plain values that JSON can hold; a number that is none becomes None."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {str(key): _finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    return value
