"""Reports on takes: the row that waits to be measured, and how reports are read."""

import threading
from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from studio.locales import Note
from studio.quality.figure import Figure, Finding
from studio.store.base import now
from studio.store.tables import Take, TakeReport
from studio.takes.views import ReportView


class Reports:
    """Asks for reports, where the studio measures at all.

    Args:
        wanted: whether it does (setting ``measure``).
    """

    def __init__(self, *, wanted: bool) -> None:
        self.wanted = wanted
        self.waiting = threading.Event()
        """Set when there may be something to measure."""

    def ask(self, session: Session, take: Take) -> None:
        """Ask for a report on a take that is done, in the transaction that says so."""
        if self.wanted:
            session.merge(
                TakeReport(
                    take_id=take.id,
                    state="pending",
                    figures=[],
                    findings=[],
                    heard=None,
                    remarks=[],
                    created_at=now(),
                    measured_at=None,
                    seconds=None,
                )
            )

    def wake(self) -> None:
        """Tell that something was asked for and is committed."""
        self.waiting.set()


def reports_of(session: Session, takes: Iterable[Take]) -> dict[str, TakeReport]:
    """Reports on some takes, by take id."""
    comparisons = {take.comparison_id for take in takes}
    query = select(TakeReport).join(Take, Take.id == TakeReport.take_id)
    query = query.where(Take.comparison_id.in_(comparisons))
    return {report.take_id: report for report in session.scalars(query)}


def report_view(row: TakeReport | None) -> ReportView | None:
    """A report as the service shows it."""
    if row is None:
        return None
    return ReportView(
        state=row.state,
        figures=tuple(Figure.from_json(figure) for figure in row.figures),
        findings=tuple(Finding.from_json(finding) for finding in row.findings),
        heard=row.heard,
        remarks=tuple(Note.from_json(remark) for remark in row.remarks),
        measured_at=row.measured_at,
        seconds=row.seconds,
    )
