"""What is spoken of a comparison: its text, with the readings that were chosen for parts of it."""

from studio.pronunciation import Reading, applied
from studio.store.tables import Comparison

SPOKEN = "spoken"
"""In a take's ``request``: what it says, where that is not the text as it is written."""


def readings_of(row: Comparison) -> list[Reading] | None:
    """The readings that a comparison was ordered with."""
    if not row.readings:
        return None
    return [Reading.model_validate(one) for one in row.readings]


def spoken_of(row: Comparison) -> str:
    """What engines are asked to say, and what is expected in the takes."""
    return applied(row.text, readings_of(row))
