"""A plan with some of its values changed, refused by name where one cannot be."""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from studio.problems import BadInput
from studio.studies.plan import StudyPlan

_NESTED = ("exclusions", "stopping")
_LONGEST = 60
_BOUNDS = {
    "ge": "study_plan_at_least",
    "gt": "study_plan_above",
    "le": "study_plan_at_most",
    "lt": "study_plan_below",
}


def changed(plan: StudyPlan, change: Mapping[str, Any]) -> StudyPlan:
    """The plan with a part of it changed; of its inner objects only what is named.

    Raises:
        BadInput: ``study_plan_value`` with the field's name, or the bound that it passes;
            ``study_plan_field`` for one there is not.
    """
    merged = {**plan.model_dump(), **change}
    for name in _NESTED:
        inner = change.get(name)
        if isinstance(inner, Mapping):
            merged[name] = {**getattr(plan, name).model_dump(), **inner}
    try:
        return StudyPlan.model_validate(merged)
    except ValidationError as wrong:
        fault = wrong.errors()[0]
        field = ".".join(str(part) for part in fault["loc"])[:_LONGEST]
        field = "".join(c if c.isprintable() else "\ufffd" for c in field)
        if fault["type"] == "extra_forbidden":
            raise BadInput("study_plan_field", field=field) from None
        limits = fault.get("ctx") or {}
        for bound, code in _BOUNDS.items():
            if bound in limits:
                raise BadInput(code, field=field, limit=limits[bound]) from None
        raise BadInput("study_plan_value", field=field) from None
