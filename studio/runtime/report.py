"""What the runtime is handed for a render, and what it tells about renders and engines."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from studio.engines.contract import Chunk, Preset, Request, Usage
from studio.locales import Note


@dataclass(frozen=True)
class BatchItem:
    """One request of several that are rendered together."""

    request: Request
    on_chunk: Callable[[Chunk], None]
    """Gets each chunk: float32 in [-1, 1], one sample rate for all of this item."""
    cancel: threading.Event
    """Ends this item alone."""
    on_usage: Callable[[Usage], None] | None = None
    """Told what a paid service charges as soon as that is known, however the render ends."""


@dataclass(frozen=True)
class RenderReport:
    """How a render went. All times in seconds."""

    load_seconds: float = 0.0
    """Start of the process and load of the model; 0 when it was loaded already."""
    synthesis_seconds: float = 0.0
    """Time the engine itself worked. RTF = this / seconds of audio. Waiting for a slow listener and
    for other renders on the engine is left out. Of a batch: this item's share by its length."""
    ttfa_seconds: float | None = None
    """From the request's leaving for the loaded engine to the first samples' arrival here."""
    cancelled: bool = False
    clipped_samples: int = 0
    """Samples beyond full scale that were brought back to it."""
    usage: Usage | None = None
    """What a paid service charged for, where it said so."""
    remarks: tuple[Note, ...] = ()
    """What the engine says of this one take."""
    device: str = ""
    """``cpu``, ``cuda:N`` or ``remote``; empty when it was cancelled before it got one."""
    together: int = 1
    """How many requests the model worked on at once."""
    audio_seconds: float | None = None
    """Of audio that came of the engine's work, where some of the take was there before."""


class EngineState(BaseModel):
    """Where an engine stands."""

    model_config = ConfigDict(frozen=True, arbitrary_types_allowed=True)

    name: str
    state: Literal[
        "ready",
        "loaded",
        "weights_missing",
        "libraries_missing",
        "environment_missing",
        "environment_outdated",
        "setting_missing",
        "licence_not_accepted",
        "failed",
    ]
    """``licence_not_accepted`` is for others to say: a licence is no matter of the runtime's."""
    detail: Note | None = None
    """Why it is not ready and what to do."""
    model_revision: str = ""
    """Empty where nobody can say: weights or libraries missing, a module that does not import."""
    presets: list[Preset] = []
    sets: tuple[str, ...] = ()
    """Names of the complete weight sets."""
    memory_mb: float | None = None
    """Resident memory of its process, 10⁶ bytes; None when it has none."""
    pid: int | None = None
    device: str = ""
    """Where it is loaded: ``cpu``, ``cuda:N`` or ``remote``; empty when it is not."""
    remarks: tuple[Note, ...] = ()
    """What a person should know of how it was loaded."""
    last_failure: Note | None = None
    """Why the last load that failed did so, whatever came later; forgotten at the studio's end."""
    last_failure_at: datetime | None = None
