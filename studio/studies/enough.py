"""Whether a study that may stop at any time has enough: a rule over its confidence sequences."""

from collections.abc import Mapping
from typing import Any, Literal

from numpy.typing import NDArray

from studio.studies.plan import StudyPlan


def verdict(
    outcomes: Mapping[tuple[int, int], NDArray[Any]], conditions: tuple[int, ...], plan: StudyPlan
) -> Literal["enough", "futile"] | None:
    """Not decided."""
    return None
