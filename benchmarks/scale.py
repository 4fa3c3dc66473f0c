"""What a take costs beside its engine: commits, bytes, processor time; for docs/scale.md.

- The writer: the transactions of a take's life (ordered, begun, finished) from 64 threads at once,
  on SQLite and on a PostgreSQL server of this machine that flushes to disk as any would. What
  surrounds them (engines, FLAC files) is left out: it is the writer that is measured.
- Bytes of a second of speech as FLAC, and of a take's rows in the SQLite file.
- Processor seconds of a second of speech: of engines, and of keeping a take (encoding, loudness).
"""

import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy.orm import Session

from benchmarks._figures import Figures, figure
from benchmarks.takes import _cpu_seconds
from studio.engines.contract import Chunk, Request
from studio.runtime.report import RenderReport
from studio.runtime.runtime import Runtime
from studio.runtime.weights import WeightStore
from studio.settings import Settings
from studio.takes.admission import Admission, Demand
from studio.takes.job import Job, begin
from studio.takes.keeping import Keeper
from studio.takes.live import LiveTake
from studio.takes.order import ComparisonOrder, EngineOrder
from studio.takes.ordering import apply
from studio.takes.prices import Prices
from studio.takes.reports import Reports
from studio.takes.rows import new_comparison, new_take
from studio.wiring import Studio, build

_TEXT = (
    "Nobody knew that a letter would arrive before noon and change the whole village. "
    "The baker read it first, then twice more, and closed his shop without a word."
)
_ENGINES = ("kokoro", "piper", "espeak")
_THREADS = 64
_RATE = 24_000


class _AlwaysOurs:
    """A fence that never closes: nobody else schedules here."""

    def holds(self, session: Session, *, locked: bool = True) -> bool:
        del session, locked
        return True


class _Caught:
    """Stands before the database and keeps operations instead of running them."""

    def __init__(self, studio: Studio) -> None:
        self.read = studio.database.read
        self.caught: list[Callable[[Session], Any]] = []

    def write(self, operation: Callable[[Session], Any]) -> None:
        self.caught.append(operation)


class _NoStore:
    """Takes blobs and drops them."""

    def put(self, name: str, data: bytes) -> None:
        del name, data

    def delete(self, name: str) -> None:
        del name


def run(takes: int = 400) -> Figures:
    """Measure all of it; SQLite alone where there is no PostgreSQL."""
    speech, figures = _speech()
    with _sqlite() as studio:
        figures |= _writer("SQLite", studio, takes)
        figures["rows of a take, SQLite"] = figure(_database_bytes(studio) / takes, "B")
        figures |= _keeping(studio, speech)
    if shutil.which("setpriv") and list(Path("/usr/lib/postgresql").glob("*/bin/postgres")):
        with _postgresql() as studio:
            figures |= _writer("PostgreSQL", studio, takes)
    return figures


# the writer


def _writer(name: str, studio: Studio, takes: int) -> Figures:
    order = ComparisonOrder(
        text=_TEXT, language="en", engines=[EngineOrder(engine="espeak", seed=1)]
    )
    order, voice = studio.takes.planner.checked("local", order)
    planned = studio.takes.planner.planned("local", order, order.engines[0], voice)
    admission, reports = Admission(studio.settings), Reports(wanted=True)

    def keep(session: Session) -> str:
        comparison = new_comparison("local", order)
        session.add(comparison)
        session.flush()
        take = new_take(comparison, 0, planned.wanted, None)
        apply(take, planned)
        admission.admit(session, "local", Demand.of([take], order.text))
        session.add(take)
        session.flush()
        return take.id

    def beginning(take_id: str) -> Callable[[Session], Job | None]:
        return lambda session: begin(session, take_id, LiveTake(), _AlwaysOurs(), admission)

    ids, *ordering = _timed(studio, [keep] * takes)
    jobs, *starting = _timed(studio, [beginning(take_id) for take_id in ids])
    caught = _Caught(studio)
    keeper = Keeper(caught, _NoStore(), Prices({}), reports, 3)  # type: ignore[arg-type]
    sound = Chunk(0.1 * np.sin(np.arange(_RATE // 2) * 0.05).astype(np.float32), _RATE)
    for job in jobs:
        job.live.add(sound)
        keeper.keep(job, RenderReport(synthesis_seconds=0.1, ttfa_seconds=0.1, device="cpu"))
    _, *finishing = _timed(studio, caught.caught)
    seconds, processor = map(sum, zip(ordering, starting, finishing, strict=True))
    return {
        f"transactions a second, {name}": figure(3 * takes / seconds, "/s"),
        f"takes a second that the writer bears, {name}": figure(takes / seconds, "/s"),
        f"processor of the studio for that, {name}": figure(1000 * processor / takes, "ms/take"),
    }


def _timed(
    studio: Studio, work: Sequence[Callable[[Session], Any]]
) -> tuple[list[Any], float, float]:
    """Results of all operations from 64 threads at once; seconds, and seconds of the processor."""
    with ThreadPoolExecutor(_THREADS) as threads:
        began, computing = time.perf_counter(), time.process_time()
        results = list(threads.map(studio.database.write, work))
        return results, time.perf_counter() - began, time.process_time() - computing


@contextmanager
def _opened(settings: Settings) -> Iterator[Studio]:
    studio = build(settings)
    studio.database.start()
    try:
        yield studio
    finally:
        studio.runtime.close()
        studio.database.close()


@contextmanager
def _sqlite() -> Iterator[Studio]:
    with tempfile.TemporaryDirectory() as folder, _opened(Settings(data_dir=Path(folder))) as made:
        yield made


@contextmanager
def _postgresql() -> Iterator[Studio]:
    """The tests' own server, but that it flushes: the tests' does not need to."""
    from tests import postgres

    postgres._OPTIONS |= {"fsync": "on", "full_page_writes": "on", "autovacuum": "on"}
    with tempfile.TemporaryDirectory() as folder:
        try:
            url = postgres.SERVER.create("scale")
            with _opened(Settings(data_dir=Path(folder), database_url=url)) as made:
                yield made
        finally:
            postgres.SERVER.remove()


def _database_bytes(studio: Studio) -> int:
    return sum(p.stat().st_size for p in studio.settings.data_dir.glob("studio.sqlite3*"))


# engines and keeping


def _speech() -> tuple[list[Chunk], Figures]:
    """Warm takes of the engines that come with the studio."""
    from studio.audio.encode import flac

    figures: Figures = {}
    spoken: list[Chunk] = []
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_dir=Path(folder))
        store = WeightStore(settings)
        for name in ("kokoro", "piper"):
            store.get(name, offline=True)
        runtime = Runtime(settings, store)
        try:
            for name in _ENGINES:
                preset = runtime.presets(name)[0].id
                runtime.warm(name)
                heard: list[Chunk] = []
                for seed in (1, 2):  # the first warms it
                    heard = []
                    before = _cpu_seconds(_pid(runtime, name))
                    request = Request(_TEXT, "en", preset=preset, options=_options(name), seed=seed)
                    report = runtime.render(name, request, heard.append, threading.Event())
                computing = _cpu_seconds(_pid(runtime, name)) - before
                samples = np.concatenate([chunk.samples for chunk in heard])
                rate = heard[0].sample_rate
                seconds = samples.size / rate
                figures |= {
                    f"RTF on this processor, {name}": figure(
                        report.synthesis_seconds / seconds, "×"
                    ),
                    f"processor seconds a second of speech, {name}": figure(
                        computing / seconds, "s"
                    ),
                    f"FLAC, {name} ({rate} Hz)": figure(len(flac(samples, rate)) / seconds, "B/s"),
                }
                spoken = spoken or heard
        finally:
            runtime.close()
    return spoken, figures


def _options(name: str) -> dict[str, Any]:
    from studio.engines.registry import engine_class

    return engine_class(name).Options().model_dump()


def _pid(runtime: Runtime, engine: str) -> int:
    return runtime.state(engine).pid or 0


def _keeping(studio: Studio, speech: Sequence[Chunk], times: int = 5) -> Figures:
    """Processor seconds of encoding and measuring loudness, of this process."""
    from studio.audio.encode import flac
    from studio.audio.measure import measure

    samples = np.concatenate([chunk.samples for chunk in speech])
    rate = speech[0].sample_rate
    before = time.process_time()
    for number in range(times):
        studio.blobs.put(f"results/local/{number}", flac(samples, rate))
        measure(samples, rate)
    used = (time.process_time() - before) / times
    return {"processor seconds to keep a second of speech": figure(used * rate / samples.size, "s")}
