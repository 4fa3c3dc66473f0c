"""Measuring finished takes: one after the other, in a process that gives way to all others."""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from studio.locales import Note, note
from studio.problems import Problem
from studio.runtime.runtime import Runtime
from studio.store.base import now
from studio.store.blobs import Blobs
from studio.store.database import Database
from studio.store.tables import Comparison, Take, TakeReport
from studio.takes.attempts import follow_up
from studio.takes.measured import Result, checked, failed
from studio.takes.measured_take import about
from studio.takes.reports import Reports
from studio.takes.speakers import VoiceLookup

MEASURE = "studio.quality.take:measure"
_BENCH = "measuring"
_LOOK_SECONDS = 1.0
_TRIES = 2
"""A process that was ended from outside deserves another one."""
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Limits:
    """How long measuring one take may last.

    Beside busy engines the process hardly gets its turn, so what counts is the time it computed.
    """

    processor_seconds: float = 300.0
    processor_seconds_per_second: float = 20.0
    """In addition, for each second of the take."""
    seconds: float = 1800.0
    """On the wall: for one that waits for something that never comes."""


class Measurer:
    """A thread that works through the reports that were asked for, the oldest first.

    Whatever goes wrong ends in a report that says so: a take is never lost by being measured, nor
    measured for ever.

    Args:
        database, blobs: where takes and reports are.
        runtime: has the process that measures.
        voices: reference clips, to compare with.
        reports: tells when there is something to do.
        changed: told of each change: comparison id, and the next attempt if there is to be one.
        recogniser: finds the folder of the model that recognises speech.
        function: measures, as ``package.module:name``; see `studio.quality.take.measure`.
    """

    limits = Limits()

    def __init__(  # noqa: PLR0913, PLR0917 (the services it asks)
        self,
        database: Database,
        blobs: Blobs,
        runtime: Runtime,
        voices: VoiceLookup,
        reports: Reports,
        changed: Callable[[str, Take | None], None],
        recogniser: Callable[[], Path | None],
        function: str = MEASURE,
    ) -> None:
        self._database = database
        self._blobs = blobs
        self._runtime = runtime
        self._voices = voices
        self._reports = reports
        self._changed = changed
        self._recogniser = recogniser
        self._function = function
        self._closing = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Take up what was left; where nothing is measured any more, say so in the reports.

        In the one process that schedules, for as long as it does; see :meth:`halt`.
        """
        open_reports = update(TakeReport).where(TakeReport.state.in_(("pending", "running")))
        if not self._reports.wanted:
            off = {"state": "failed", "remarks": [note("measuring.remark.off").to_json()]}
            self._database.write(lambda session: session.execute(open_reports.values(off)))
            return
        self._database.write(lambda s: s.execute(open_reports.values(state="pending")))
        self._closing = threading.Event()  # a thread that is still ending keeps its own
        self._reports.wake()
        self._thread = threading.Thread(
            target=self._work, args=(self._closing,), name="measurer", daemon=True
        )
        self._thread.start()

    def halt(self, seconds: float = 0.5) -> None:
        """Stop; the next start, here or in another process, takes up what was not finished."""
        self._closing.set()
        self._reports.wake()
        if self._thread is not None:
            self._runtime.end_bench(_BENCH)
            self._thread.join(seconds)

    # in the thread

    def _work(self, closing: threading.Event) -> None:
        while not closing.is_set():
            self._reports.waiting.clear()
            try:
                while not closing.is_set() and (take := self._begun()) is not None:
                    self._measure(*take, closing)
            except Exception:
                # The database itself failed: the report stays as it is, the next start tries again.
                if not closing.is_set():
                    log.exception("a report could not be written")
                    closing.wait(1.0)
                    continue
            self._reports.waiting.wait(_LOOK_SECONDS)  # other processes ask for reports, too

    def _begun(self) -> tuple[Take, Comparison] | None:
        """The next take to measure, what a person waits for first; its report marked as running."""
        pending = select(TakeReport.take_id).where(TakeReport.state == "pending")
        query = (
            select(Take)
            .join(TakeReport, TakeReport.take_id == Take.id)
            .where(TakeReport.state == "pending")
            .order_by(Take.priority, TakeReport.created_at, TakeReport.take_id)
            .limit(1)
        )
        with self._database.read() as session:
            if session.scalars(pending.limit(1)).first() is None:
                return None

        def begin(session: Session) -> tuple[Take, Comparison] | None:
            take = session.scalars(query).first()
            if take is None:
                return None
            session.get_one(TakeReport, take.id).state = "running"
            return take, session.get_one(Comparison, take.comparison_id)

        return self._database.write(begin)

    def _measure(self, take: Take, comparison: Comparison, closing: threading.Event) -> None:
        self._changed(comparison.id, None)
        began = time.monotonic()
        try:
            result = self._known(take) or self._measured(take, comparison, closing)
        except Exception as problem:  # whatever it is, the take is whole and the next one waits
            if not closing.is_set():
                log.exception("take %s could not be measured", take.id)
            result = failed(note("measuring.remark.failed", reason=type(problem).__name__))
        if closing.is_set() and result.state == "failed":
            return  # ended by us; the report stays running for the next start
        following = self._finish(take.id, result, time.monotonic() - began)
        self._changed(comparison.id, following)

    def _known(self, take: Take) -> Result | None:
        """The complete report on the same sound under the same key, where there is one."""
        query = (
            select(TakeReport)
            .join(Take, Take.id == TakeReport.take_id)
            .where(Take.blob == take.blob, Take.key == take.key, Take.id != take.id)
            .where(TakeReport.state == "done")
            .order_by(TakeReport.measured_at.desc())
        )
        with self._database.read() as session:
            report = session.scalars(query.limit(1)).first()
        if report is None or report.remarks:
            return None
        return Result("done", report.figures, report.findings, report.heard, [])

    def _measured(self, take: Take, comparison: Comparison, closing: threading.Event) -> Result:
        try:
            flac = self._blobs.get(str(take.blob))
        except Problem:
            return failed(note("measuring.remark.no_audio"))
        facts, remarks = about(take, comparison, self._voices, self._recogniser)
        return self._asked(flac, facts, take.seconds or 0.0, remarks, closing)

    def _asked(
        self,
        flac: bytes,
        facts: dict[str, Any],
        take_seconds: float,
        remarks: list[Note],
        closing: threading.Event,
    ) -> Result:
        limits = self.limits
        processor = limits.processor_seconds + limits.processor_seconds_per_second * take_seconds
        for left in reversed(range(_TRIES)):
            try:
                answer = self._runtime.call(
                    self._function,
                    flac,
                    facts,
                    bench=_BENCH,
                    timeout=limits.seconds,
                    processor_seconds=processor,
                )
                return checked(answer, remarks)
            except Problem as problem:
                reason = str(problem.params.get("reason", problem.code))
                if problem.code == "workbench_timeout":
                    return failed(note("measuring.remark.timeout", seconds=limits.seconds))
                if reason == "SIGXCPU":
                    return failed(note("measuring.remark.timeout", seconds=round(processor)))
                again = left and problem.code == "workbench_crashed"
                if not again or closing.is_set():
                    return failed(note("measuring.remark.failed", reason=reason))
        raise AssertionError  # the last try returned

    def _finish(self, take_id: str, result: Result, seconds: float) -> Take | None:
        """Write the report; in the same transaction the row of the next attempt, if one is due."""

        def finish(session: Session) -> Take | None:
            report, take = session.get(TakeReport, take_id), session.get(Take, take_id)
            if report is None or take is None or report.state != "running":
                return None
            report.state, report.heard = result.state, result.heard
            report.figures, report.findings = result.figures, result.findings
            report.remarks = result.remarks
            report.measured_at, report.seconds = now(), seconds
            return follow_up(session, take, report)

        return self._database.write(finish)
