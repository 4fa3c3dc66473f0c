"""Measuring finished takes: one after the other, in a process that gives way to all others."""

import json
import logging
import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from studio.locales import FALLBACK, Note, note, say
from studio.problems import Problem
from studio.quality.figure import Figure, Finding
from studio.runtime.runtime import Runtime
from studio.store.blobs import Blobs
from studio.store.database import Database
from studio.store.tables import Comparison, Take, TakeReport, now
from studio.takes.attempts import follow_up
from studio.takes.measured_take import about
from studio.takes.reports import Reports
from studio.takes.speakers import VoiceLookup

MEASURE = "studio.quality.take:measure"
_BENCH = "measuring"
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


@dataclass(frozen=True)
class _Result:
    state: str
    figures: list[Any]
    findings: list[Any]
    heard: dict[str, Any] | None
    remarks: list[Any]


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
        """Take up what was left; where nothing is measured any more, say so in the reports."""
        open_reports = update(TakeReport).where(TakeReport.state.in_(("pending", "running")))
        if not self._reports.wanted:
            off = {"state": "failed", "remarks": [note("measuring.remark.off").to_json()]}
            self._database.write(lambda session: session.execute(open_reports.values(off)))
            return
        self._database.write(lambda s: s.execute(open_reports.values(state="pending")))
        self._reports.wake()
        self._thread = threading.Thread(target=self._work, name="measurer", daemon=True)
        self._thread.start()

    def close(self, seconds: float = 0.5) -> None:
        """Stop; the next start takes up what was not finished."""
        self._closing.set()
        self._reports.wake()
        if self._thread is not None:
            self._runtime.end_bench(_BENCH)
            self._thread.join(seconds)

    # in the thread

    def _work(self) -> None:
        while not self._closing.is_set():
            self._reports.waiting.clear()
            try:
                while not self._closing.is_set() and (take := self._begun()) is not None:
                    self._measure(*take)
            except Exception:
                # The database itself failed: the report stays as it is, the next start tries again.
                if not self._closing.is_set():
                    log.exception("a report could not be written")
                    self._closing.wait(1.0)
                    continue
            self._reports.waiting.wait()

    def _begun(self) -> tuple[Take, Comparison] | None:
        """The next take to measure, its report marked as running."""
        query = (
            select(TakeReport)
            .where(TakeReport.state == "pending")
            .order_by(TakeReport.created_at, TakeReport.take_id)
            .limit(1)
        )
        with self._database.read() as session:
            if session.scalars(query).first() is None:
                return None

        def begin(session: Session) -> tuple[Take, Comparison] | None:
            report = session.scalars(query).first()
            if report is None:
                return None
            report.state = "running"
            take = session.get_one(Take, report.take_id)
            return take, session.get_one(Comparison, take.comparison_id)

        return self._database.write(begin)

    def _measure(self, take: Take, comparison: Comparison) -> None:
        self._changed(comparison.id, None)
        began = time.monotonic()
        try:
            result = self._known(take) or self._measured(take, comparison)
        except Exception as problem:  # whatever it is, the take is whole and the next one waits
            if not self._closing.is_set():
                log.exception("take %s could not be measured", take.id)
            result = _failed(note("measuring.remark.failed", reason=type(problem).__name__))
        if self._closing.is_set() and result.state == "failed":
            return  # ended by us; the report stays running for the next start
        following = self._finish(take.id, result, time.monotonic() - began)
        self._changed(comparison.id, following)

    def _known(self, take: Take) -> _Result | None:
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
        return _Result("done", report.figures, report.findings, report.heard, [])

    def _measured(self, take: Take, comparison: Comparison) -> _Result:
        try:
            flac = self._blobs.get(str(take.blob))
        except Problem:
            return _failed(note("measuring.remark.no_audio"))
        facts, remarks = about(take, comparison, self._voices, self._recogniser)
        return _checked(self._call(flac, facts, take.seconds or 0.0), remarks)

    def _call(self, flac: bytes, facts: dict[str, Any], take_seconds: float) -> Any:
        limits = self.limits
        processor = limits.processor_seconds + limits.processor_seconds_per_second * take_seconds
        for left in reversed(range(_TRIES)):
            try:
                return self._runtime.call(
                    self._function,
                    flac,
                    facts,
                    bench=_BENCH,
                    timeout=limits.seconds,
                    processor_seconds=processor,
                )
            except Problem as problem:
                reason = str(problem.params.get("reason", problem.code))
                if problem.code == "workbench_timeout":
                    return _failed(note("measuring.remark.timeout", seconds=limits.seconds))
                if reason == "SIGXCPU":
                    return _failed(note("measuring.remark.timeout", seconds=round(processor)))
                again = left and problem.code == "workbench_crashed"
                if not again or self._closing.is_set():
                    return _failed(note("measuring.remark.failed", reason=reason))
        raise AssertionError  # the last try returned

    def _finish(self, take_id: str, result: _Result, seconds: float) -> Take | None:
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


def _failed(why: Note) -> _Result:
    return _Result("failed", [], [], None, [why.to_json()])


def _checked(answer: Any, remarks: list[Note]) -> _Result:
    """What the function gave, in the form that is kept; every sentence of it can be said.

    Raises:
        Exception: it is nothing of the kind.
    """
    if isinstance(answer, _Result):
        return answer
    plain = _finite(answer)
    figures = [Figure.from_json(figure).to_json() for figure in plain["figures"]]
    findings = [Finding.from_json(finding) for finding in plain["findings"]]
    told = [*(Note.from_json(remark) for remark in plain["remarks"]), *remarks]
    for sentence in (*(Note(f"take.finding.{f.code}", f.params) for f in findings), *told):
        say(FALLBACK, sentence)
    result = _Result(
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
