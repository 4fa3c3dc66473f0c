"""Weight sets of a take, as the runtime is asked for them."""

from collections.abc import Sequence
from typing import Any


def named(sets: Sequence[str]) -> dict[str, Any]:
    """The argument ``sets`` where there are any."""
    return {"sets": tuple(sets)} if sets else {}
