"""The scheduler: one thread an engine renders its takes in order; engines run side by side."""

import logging
import queue
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from sqlalchemy.orm import Session

from studio.engines.contract import Chunk, Enrolment, Request
from studio.locales import Note, note
from studio.problems import Problem, Unavailable
from studio.runtime.report import RenderReport
from studio.runtime.runtime import Runtime
from studio.store.blobs import Blobs
from studio.store.database import Database
from studio.store.tables import Comparison, Take, now
from studio.takes.bell import Bells
from studio.takes.casting import best_match, closest_aspect
from studio.takes.key import take_key
from studio.takes.live import LiveTake
from studio.takes.row_states import answer_from_store
from studio.takes.rows import same_key
from studio.takes.speakers import VoiceLookup

_PROGRESS_SECONDS = 0.25
"""Listeners hear of progress at most this often."""
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Job:
    """What a rendering thread needs of a row, outside any session."""

    take: Take
    comparison: Comparison

    @property
    def owner(self) -> str:
        return self.comparison.owner


class Renderer:
    """Renders queued takes. The row leads: a thread that finds it changed drops its own result.

    Args:
        database, blobs: where results go; the blob first.
        runtime: renders.
        voices: finds closest presets and enrolments.
        bells: rung by comparison id when something changed.
    """

    def __init__(
        self, database: Database, blobs: Blobs, runtime: Runtime, voices: VoiceLookup, bells: Bells
    ) -> None:
        self._database = database
        self._blobs = blobs
        self._runtime = runtime
        self._voices = voices
        self._bells = bells
        self._lock = threading.Lock()
        self._queues: dict[str, queue.SimpleQueue[tuple[str, LiveTake] | None]] = {}
        self._threads: list[threading.Thread] = []
        self._live: dict[str, LiveTake] = {}
        self._told: dict[str, float] = {}
        self._closing = False

    def enqueue(self, engine: str, take_id: str) -> None:
        """Render a take whose row is queued (and committed)."""
        live = LiveTake()
        with self._lock:
            if self._closing:
                return  # its row stays queued: the next start renders it
            self._live[take_id] = live
            if engine not in self._queues:
                self._queues[engine] = queue.SimpleQueue()
                thread = threading.Thread(
                    target=self._work, args=(self._queues[engine],), name=f"render-{engine}"
                )
                thread.daemon = True
                self._threads.append(thread)
                thread.start()
            self._queues[engine].put((take_id, live))

    def live(self, take_id: str) -> LiveTake | None:
        """The take in the making; ``None`` once its row tells everything."""
        with self._lock:
            return self._live.get(take_id)

    def progress(self, take_id: str) -> float:
        """Seconds of audio made so far."""
        live = self.live(take_id)
        return live.seconds if live else 0.0

    def stop(self, take_id: str) -> None:
        """Let the work on a take end. Its row has been changed already."""
        live = self.live(take_id)
        if live is not None:
            live.cancel.set()

    def close(self, seconds: float = 5.0) -> None:
        """Stop all work; rows of takes that were not finished stay as they are."""
        with self._lock:
            self._closing = True
            for live in self._live.values():
                live.cancel.set()
            for waiting in self._queues.values():
                waiting.put(None)
        deadline = time.monotonic() + seconds
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))

    # in an engine's thread

    def _work(self, waiting: "queue.SimpleQueue[tuple[str, LiveTake] | None]") -> None:
        threading.Thread(target=_preload, name="preload-measuring", daemon=True).start()
        while (item := waiting.get()) is not None:
            take_id, live = item
            try:
                self._make(take_id, live)
            except Exception:
                # The database itself failed: the row stays, the next start tries again.
                log.exception("take %s could not be recorded", take_id)
            finally:
                with self._lock:
                    if self._live.get(take_id) is live:
                        del self._live[take_id]
                live.end()

    def _make(self, take_id: str, live: LiveTake) -> None:
        if self._closing or live.cancel.is_set():
            return
        job = self._database.write(lambda session: _begin(session, take_id))
        if job is None:
            return
        comparison_id = job.comparison.id
        self._bells.ring(comparison_id)
        try:
            self._render(job, live)
        except Problem as problem:
            self._fail(job, live, note(f"error.{problem.code}", **problem.params))
        except Exception:
            log.exception("take %s failed unexpectedly", take_id)
            self._fail(job, live, note("error.take_failed"))
        finally:
            self._told.pop(comparison_id, None)
            self._bells.ring(comparison_id)

    def _render(self, job: _Job, live: LiveTake) -> None:
        request = self._prepared(job)
        if request is None or live.cancel.is_set():
            return

        def on_chunk(chunk: Chunk) -> None:
            live.add(chunk)
            moment = time.monotonic()
            if moment - self._told.get(job.comparison.id, 0.0) >= _PROGRESS_SECONDS:
                self._told[job.comparison.id] = moment
                self._bells.ring(job.comparison.id)

        report = self._runtime.render(job.take.engine, request, on_chunk, live.cancel)
        if report.cancelled or live.cancel.is_set():
            return  # whoever cancelled has changed the row; on closing it stays for the next start
        self._keep(job, live, report)

    def _prepared(self, job: _Job) -> Request | None:
        """Settle the speaker and the key; ``None`` when the store has the answer."""
        take, plan = job.take, job.take.request
        enrolment: Enrolment | None = None
        preset, title, aspects = take.preset, plan["preset_title"], dict(take.aspects)
        speaker = f"preset:{preset}"
        if plan["speaker"] == "closest":
            matches = self._voices.closest_presets(job.owner, plan["voice"], take.engine)
            presets = self._runtime.presets(take.engine)
            match = best_match(matches, presets, job.comparison.language)
            if match is None:
                raise Unavailable("engine_without_presets", engine=take.engine)
            preset, title = match[0].id, match[0].title
            aspects["reference"] = closest_aspect(*match).to_json()
            speaker = f"preset:{preset}"
        elif plan["speaker"] == "clone":
            speaker, enrolment = self._voices.enrolment(job.owner, plan["voice"], take.engine)
        revision = self._runtime.model_revision(take.engine)
        key = take_key(
            engine=take.engine,
            model_revision=revision,
            speaker=speaker,
            text=job.comparison.text,
            language=job.comparison.language,
            instruction=plan["instruction"],
            options=plan["options"],
            seed=plan["seed"],
        )
        with self._database.read() as session:
            earlier = same_key(session, job.owner, key)
        if earlier is not None and not self._blobs.exists(str(earlier.blob)):
            earlier = None

        def settle(session: Session) -> bool:
            row = session.get(Take, take.id)
            if row is None or row.state != "running":
                return False
            row.preset, row.model_revision, row.key, row.aspects = preset, revision, key, aspects
            row.request = {**row.request, "preset_title": title}
            if earlier is not None:
                answer_from_store(row, earlier)
            return earlier is None

        settled = (preset, revision, key, title) == (
            take.preset,
            take.model_revision,
            take.key,
            plan["preset_title"],
        )
        if (earlier is not None or not settled) and not self._database.write(settle):
            return None
        return Request(
            text=job.comparison.text,
            language=job.comparison.language,
            preset="" if enrolment else preset,
            enrolment=enrolment,
            instruction=plan["instruction"],
            options=plan["options"],
            seed=plan["seed"],
        )

    def _keep(self, job: _Job, live: LiveTake, report: RenderReport) -> None:
        from studio.audio.encode import flac
        from studio.audio.measure import measure

        samples, rate = live.samples(), live.sample_rate
        if rate is None or samples.size == 0:
            raise Unavailable("engine_gave_nothing", engine=job.take.engine)
        blob = f"results/{job.owner}/{job.take.id}"
        with ThreadPoolExecutor(1) as beside:  # encoding and flushing take as long as measuring
            measuring = beside.submit(measure, samples, rate)
            self._blobs.put(blob, flac(samples, rate))
            measured = measuring.result()
        warnings = _warnings(report, measured.loudness_lufs)
        seconds = samples.size / rate

        def finish(session: Session) -> bool:
            row = session.get(Take, job.take.id)
            if row is None or row.state != "running":
                return False
            row.state, row.blob, row.sample_rate, row.seconds = "done", blob, rate, seconds
            row.rtf = report.synthesis_seconds / seconds
            row.ttfa_seconds = report.ttfa_seconds
            row.measures = {
                "loudness_lufs": measured.loudness_lufs,
                "peak_dbfs": measured.peak_dbfs,
                "true_peak_dbtp": measured.true_peak_dbtp,
                "clipping_ratio": measured.clipping_ratio,
                "speech_seconds": measured.speech_seconds,
                "load_seconds": report.load_seconds,
            }
            row.warnings = [*row.warnings, *(warning.to_json() for warning in warnings)]
            row.finished_at = row.rendered_at = now()
            return True

        if not self._database.write(finish):  # cancelled in the last moment
            self._blobs.delete(blob)

    def _fail(self, job: _Job, live: LiveTake, error: Note) -> None:
        if self._closing or live.cancel.is_set():
            return

        def record(session: Session) -> None:
            row = session.get(Take, job.take.id)
            if row is not None and row.state == "running":
                row.state, row.error, row.finished_at = "failed", error.to_json(), now()

        self._database.write(record)


def _begin(session: Session, take_id: str) -> _Job | None:
    """Mark a queued take as running; ``None`` when it is not queued any more."""
    row = session.get(Take, take_id)
    if row is None or row.state != "queued":
        return None
    comparison = session.get_one(Comparison, row.comparison_id)
    row.state = "running"
    return _Job(row, comparison)


def _warnings(report: RenderReport, loudness_lufs: float | None) -> list[Note]:
    found = []
    if loudness_lufs is None:
        found.append(note("take.warning.silent"))
    if report.clipped_samples:
        found.append(note("take.warning.clipped", samples=report.clipped_samples))
    return found


def _preload() -> None:
    """Import what measuring needs while the engine is still at work."""
    from studio.audio import encode, measure

    encode.flac(np.zeros(2400, dtype=np.float32), 24_000)
    measure.measure(np.zeros(24_000, dtype=np.float32), 24_000)
