"""What comes of a take: kept, failed, handed to its fallback; and what it was charged, always."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from studio import telemetry
from studio.engines.registry import engine_class
from studio.locales import Note, note
from studio.problems import NotFound, Unavailable
from studio.runtime.report import RenderReport
from studio.store.base import now
from studio.store.blobs import Blobs
from studio.store.database import Database
from studio.store.tables import Take
from studio.takes.job import Job
from studio.takes.ledger import Charged, charge
from studio.takes.parts_kept import PARTS
from studio.takes.prices import Prices, charged
from studio.takes.reports import Reports
from studio.takes.row_states import stand_in
from studio.takes.views import Cost


class Keeper:
    """Writes results. The row leads: where it has changed meanwhile, the result is dropped.

    Args:
        database, blobs: where results go; the blob first.
        prices: what engines cost.
        reports: asked for one on each take that is done.
        tries: how often a take is begun before a failure that may pass becomes its end.
    """

    def __init__(
        self, database: Database, blobs: Blobs, prices: Prices, reports: Reports, tries: int = 1
    ) -> None:
        self._tries = tries
        self._database = database
        self._blobs = blobs
        self._prices = prices
        self._reports = reports

    def keep(self, job: Job, report: RenderReport) -> None:
        """Measure and keep a finished take.

        Raises:
            Unavailable: ``engine_gave_nothing``, or the store cannot take it.
        """
        from studio.audio.encode import flac
        from studio.audio.measure import measure

        samples, rate = job.live.samples(), job.live.sample_rate
        if rate is None or samples.size == 0:
            raise Unavailable("engine_gave_nothing", engine=job.engine)
        with self._database.read() as session:
            counts = job.counts(session)
        if not counts:  # what another process keeps now is not overwritten
            self.stopped(job)
            return
        blob = f"results/{job.owner}/{job.take.id}"
        with ThreadPoolExecutor(1) as beside:  # encoding and flushing take as long as measuring
            measuring = beside.submit(measure, samples, rate)
            self._blobs.put(blob, flac(samples, rate))
            measured = measuring.result()
        warnings = _warnings(report, measured.loudness_lufs)
        seconds = samples.size / rate
        rendered = seconds if report.audio_seconds is None else report.audio_seconds
        rtf = report.synthesis_seconds / rendered if rendered else None

        def finish(session: Session) -> bool | None:
            cost = self.charge(session, job)
            row = job.row(session)
            if row is None:
                return _nobody_wants(session.get(Take, job.take.id))
            row.state, row.blob, row.sample_rate, row.seconds = "done", blob, rate, seconds
            row.rtf, row.ttfa_seconds = rtf, report.ttfa_seconds
            row.device, row.cost = report.device, in_all(row, cost)
            row.measures = {
                "loudness_lufs": measured.loudness_lufs,
                "peak_dbfs": measured.peak_dbfs,
                "true_peak_dbtp": measured.true_peak_dbtp,
                "clipping_ratio": measured.clipping_ratio,
                "speech_seconds": measured.speech_seconds,
                "load_seconds": report.load_seconds,
                **({PARTS: list(job.parts)} if job.parts else {}),
            }
            row.warnings = [*row.warnings, *(warning.to_json() for warning in warnings)]
            row.finished_at = row.rendered_at = now()
            self._reports.ask(session, row)
            return None

        dropped = self._database.write(finish)
        if dropped is None:
            telemetry.take_done(job.engine, rtf, report.ttfa_seconds, seconds)
            self._reports.wake()
        elif dropped:  # cancelled in the last moment
            self._blobs.delete(blob)

    def fail(
        self, job: Job, error: Note, *, lasting: bool, pause: float | None = None
    ) -> Take | None:
        """Record a failure.

        Args:
            job: the take.
            error: why, as a person reads it.
            lasting: a retry will not mend it, so a fallback may stand in.
            pause: seconds until it is tried again, where that may help and is left. What has
                been charged already is not repeated by itself.

        Returns:
            the row where its fallback took over and is to be queued.
        """
        failed: list[str] = []
        repeated: list[str] = []

        def record(session: Session) -> Take | None:
            cost = self.charge(session, job)
            row = job.row(session)
            if row is None:
                return None
            if lasting and stand_in(row, error):
                return row
            if pause is not None and cost is None and row.tries < self._tries:
                row.state, row.error = "queued", error.to_json()
                row.not_before = now() + timedelta(seconds=pause)
                row.measures = {PARTS: list(job.parts)} if job.parts else None
                repeated[:] = [error.code]
                return None
            row.state, row.error, row.finished_at = "failed", error.to_json(), now()
            row.cost = in_all(row, cost)
            failed[:] = [error.code]
            return None

        going_on = self._database.write(record)
        for code in failed:
            telemetry.take_failed(job.engine, code)
        for code in repeated:
            telemetry.take_retried(job.engine, code)
        return going_on

    def stopped(self, job: Job) -> None:
        """Nobody wants the take any more; its row says so already, but for the charge."""
        if not job.charges:
            return

        def record(session: Session) -> None:
            cost = self.charge(session, job)
            row = session.get(Take, job.take.id)
            if row is not None and row.state == "cancelled":
                row.cost = in_all(row, cost)

        self._database.write(record)

    def charge(self, session: Session, job: Job) -> Cost | None:
        """Write the ledger's rows of what no transaction wrote down yet; what they come to."""
        try:
            price = self._prices.of(engine_class(job.engine).card)
        except (NotFound, Unavailable):  # the engine was removed meanwhile
            price = None
        total: Cost | None = None
        for usage in job.charges:
            cost = charged(price, usage, job.take.request["options"])
            charge(session, Charged.of(job.take, job.comparison), usage, cost)
            total = cost if total is None else total.plus(cost)
        return total


def in_all(row: Take, cost: Cost | None) -> dict[str, Any] | None:
    """What a take was charged in all, its parts that were paid for before included."""
    before = Cost.model_validate(row.cost) if row.cost else None
    both = before.plus(cost) if before and cost else cost or before
    return both.model_dump() if both else None


def _nobody_wants(row: Take | None) -> bool:
    """Whether a result that was dropped may go: nobody else is making one under the same name."""
    return row is None or row.state in ("cancelled", "failed")


def _warnings(report: RenderReport, loudness_lufs: float | None) -> list[Note]:
    found = list(report.remarks)
    if loudness_lufs is None:
        found.append(note("take.warning.silent"))
    if report.clipped_samples:
        found.append(note("take.warning.clipped", samples=report.clipped_samples))
    return found
