"""Objective figures of the takes held against what these listeners answered."""

from typing import Any

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from studio.locales import Note
from studio.quality.catalogue import FIGURES, name_code
from studio.statistics.metric_agreement import MetricAgreement, choices, metric_agreement
from studio.statistics.votes import Votes
from studio.store.tables import TakeReport
from studio.studies.dataset import Answered, Dataset
from studio.studies.results.counted import comparisons, ratings
from studio.studies.results.figures import interval, number
from studio.studies.results.scores import table

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
    """Which figure goes with these listeners, best first; None without figures or comparisons.

    Figures that have no better direction (pitch, pace) are left out. For scores, each listener's
    own comparisons stand for votes.
    """
    measured = {
        name: values
        for name, values in figures(session, data).items()
        if name in FIGURES and FIGURES[name].better is not None
    }
    votes = _votes(data, answers)
    if not measured or votes is None or not len(votes):
        return None
    place = {label: position for position, label in data.labels.items()}
    conditions = [place[label] for label in votes.conditions]
    texts = (
        [int(label) - 1 for label in votes.items]
        if votes.items
        else list(range(int(votes.item.max()) + 1))
    )
    tables = {
        name: (
            np.array(
                [[values.get((text, one), np.nan) for one in conditions] for text in texts],
                dtype=np.float64,
            ),
            FIGURES[name].better == "high",
        )
        for name, values in sorted(measured.items())
    }
    found = [_row(one) for one in metric_agreement(votes, tables)]
    return sorted(found, key=lambda row: (row["agree"] is None, -(row["agree"] or 0), row["name"]))


def _votes(data: Dataset, answers: tuple[Answered, ...]) -> Votes | None:
    if not answers or data.protocol.name == "abx":
        return None
    if data.protocol.takes == 2:  # noqa: PLR2004 (A and B)
        rows = comparisons(answers)
        return rows.votes(data.labels) if len(rows) else None
    return choices(table(ratings(answers), data))


def _row(one: MetricAgreement) -> dict[str, Any]:
    known = FIGURES[one.name]
    agree: dict[str, Any] = dict.fromkeys(("agree", "low", "high"))
    if one.agree is not None:
        agree = interval(one.agree, "agree")
    return {
        "name": one.name,
        "title": Note(name_code(one.name)),
        "unit": known.unit,
        "better": known.better,
        "pairs": one.votes,
        "takes": one.takes,
        **agree,
        "tau": number(one.tau),
        "tau_low": number(one.tau_low),
        "tau_high": number(one.tau_high),
        "spearman": number(one.spearman),
        "spearman_low": number(one.spearman_low),
        "spearman_high": number(one.spearman_high),
        "within": number(one.within),
        "within_low": number(one.within_low),
        "within_high": number(one.within_high),
        "texts": one.texts,
    }
