"""Engines in memory over HTTP: load one now, call that off, have one leave; who holds how much."""

import os
import threading
import time

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict

from studio.api.dependencies import Language, StudioDep
from studio.api.jobs import JobJson
from studio.api.weights import require_licence
from studio.engines.registry import engine_class
from studio.locales import Note, note
from studio.problems import BadInput, Conflict, NotFound, Problem
from studio.runtime.jobs import Told
from studio.runtime.memory import available_mb, resident_mb
from studio.takes.elsewhere.choice import rendered_elsewhere

router = APIRouter(tags=["engines"])

KIND = "warm"
_TICK_SECONDS = 0.25
_ALMOST = 0.97
"""Where the bar waits for a load that takes longer than the last ones did."""
_MB = 1e6


class WhichSetJson(BaseModel):
    """Which weight set to load, of an engine whose sets do different things."""

    model_config = ConfigDict(extra="forbid")

    set: str | None = None
    """Its name; by default the first that is there."""


class InMemoryJson(BaseModel):
    """An engine in memory. Memory in MB (10⁶ bytes)."""

    name: str
    title: str
    device: str
    memory_mb: float | None
    """Resident memory of its process; ``null`` where nobody can tell."""
    card_mb: float
    """Of a graphics card, as the studio reckons it."""


class MemoryJson(BaseModel):
    """Who holds how much memory now. In MB (10⁶ bytes)."""

    engines: list[InMemoryJson]
    studio_mb: float | None
    """The studio itself, with its processes that decode and measure."""
    free_mb: float | None
    """What a further engine could use."""


@router.post("/api/engines/{name}/warm", status_code=202)
def warm(
    name: str, studio: StudioDep, language: Language, which: WhichSetJson | None = None
) -> JobJson:
    """Load an engine now, so that its next take need not wait; the answer is the job to look at."""
    card = engine_class(name).card
    require_licence(studio, card)
    if rendered_elsewhere(studio.settings, name):
        raise BadInput("warm_elsewhere", engine=card.title)
    sets = (which.set,) if which and which.set else ()

    def work(told: Told, stop: threading.Event) -> Note:
        began = time.monotonic()
        with _Ticking(told, studio.engine_history.load_seconds(name)):
            studio.runtime.warm(name, sets, stop)
        return note("job.warmed", seconds=round(time.monotonic() - began, 1))

    return JobJson.of(
        studio.jobs.start(KIND, name, sets[0] if sets else "", work, "share"), language
    )


@router.delete("/api/engines/{name}/warm")
def call_off(name: str, studio: StudioDep, language: Language) -> JobJson:
    """Call off the loading that is under way; the engine's process ends with it."""
    job = next((j for j in studio.jobs.list() if (j.kind, j.engine) == (KIND, name)), None)
    if job is None:
        raise NotFound("unknown_job")
    return JobJson.of(studio.jobs.cancel(job.id), language)


@router.delete("/api/engines/{name}/memory", status_code=204)
def leave(name: str, studio: StudioDep) -> None:
    """Have an engine leave memory; its next take loads it again."""
    loaded = studio.runtime.state(name).state == "loaded"
    if not studio.runtime.release(name) and loaded:
        raise Conflict("engine_at_work", engine=engine_class(name).card.title)


@router.get("/api/memory")
def memory(studio: StudioDep) -> MemoryJson:
    """Which engines are in memory, and what is left for others."""
    engines = []
    rest = resident_mb(os.getpid()) or 0.0
    for one in studio.runtime.processes():
        mb = None if one.memory_bytes is None else one.memory_bytes / _MB
        if one.name.startswith("workbench "):
            rest += mb or 0.0
            continue
        engines.append(
            InMemoryJson(
                name=one.name,
                title=_title(one.name),
                device=one.device,
                memory_mb=mb,
                card_mb=one.held_bytes / _MB,
            )
        )
    return MemoryJson(engines=engines, studio_mb=rest or None, free_mb=available_mb())


def _title(name: str) -> str:
    try:
        return engine_class(name).card.title
    except Problem:
        return name


class _Ticking:
    """Tells a job's progress while something blocks: by the clock, against how long it took lately.

    Args:
        told: gets the share, and how long it has been.
        expected: seconds; None where nobody knows, then the share stays unknown.
    """

    def __init__(self, told: Told, expected: float | None) -> None:
        self._told = told
        self._expected = expected
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="warming", daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _run(self) -> None:
        began = time.monotonic()
        while True:
            spent = time.monotonic() - began
            share = min(spent / self._expected, _ALMOST) if self._expected else 0.0
            phase = note("job.warming", seconds=int(spent))
            self._told(share, 1.0 if self._expected else 0.0, phase)
            if self._over.wait(_TICK_SECONDS):
                return
