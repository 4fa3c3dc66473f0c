"""Parts of a result that take seconds, computed behind the rest."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from studio.locales import Note, note
from studio.studies.dataset import Dataset
from studio.studies.results.blindness import audited, leak_note

LATER = ("audit",)
"""Names of these parts."""
FROM_DATABASE = ("metrics",)
"""Those among them that need more than a study's answers: a bundle cannot give them again."""


def later(session: Session, data: Dataset, found: Mapping[str, Any]) -> dict[str, Any]:
    """Compute them.

    Args:
        session: for what was measured on the takes.
        data: the study.
        found: the result so far.

    Returns:
        The parts, and ``reasons`` for those that are null.
    """
    del session, found
    parts: dict[str, Any] = {"audit": audited(data)}
    reasons: dict[str, Note] = {}
    if parts["audit"] is None:
        reasons["audit"] = note("result.reason.no_measures")
    return {**parts, "reasons": reasons}


def noted(data: Dataset, found: Mapping[str, Any]) -> dict[str, Any]:
    """The result with what these parts add to its headline."""
    del data
    further = [one for one in (leak_note(found["audit"]),) if one is not None]
    head = {**found["headline"], "notes": [*further, *found["headline"]["notes"]]}
    return {**found, "headline": head, "pending": []}
