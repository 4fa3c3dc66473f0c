"""What the runtime tells about a render and about an engine."""

from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, ConfigDict

from studio.engines.contract import Preset
from studio.locales import Note


@dataclass(frozen=True)
class RenderReport:
    """How a render went. All times in seconds."""

    load_seconds: float = 0.0
    """Start of the process and load of the model; 0 when it was loaded already."""
    synthesis_seconds: float = 0.0
    """Time the engine itself worked. RTF = this / seconds of audio. Waiting for a slow listener and
    for other renders on the engine is left out."""
    ttfa_seconds: float | None = None
    """From the request's leaving for the loaded engine to the first samples' arrival here."""
    cancelled: bool = False
    clipped_samples: int = 0
    """Samples beyond full scale that were brought back to it."""


class EngineState(BaseModel):
    """Where an engine stands."""

    model_config = ConfigDict(frozen=True, arbitrary_types_allowed=True)

    name: str
    state: Literal["ready", "loaded", "weights_missing", "libraries_missing", "failed"]
    detail: Note | None = None
    """Why it is not ready and what to do."""
    model_revision: str = ""
    """Empty where nobody can say: weights or libraries missing, a module that does not import."""
    presets: list[Preset] = []
    memory_mb: float | None = None
    """Resident memory of its process, 10⁶ bytes; None when it has none."""
    pid: int | None = None
