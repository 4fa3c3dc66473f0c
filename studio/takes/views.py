"""What the service says about takes: typed, language-free, ready for any door."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from studio.locales import Note

State = Literal["queued", "running", "done", "failed", "cancelled"]
FINAL: frozenset[str] = frozenset({"done", "failed", "cancelled"})
Status = Literal["honoured", "approximated", "ignored", "not_asked"]


class _View(BaseModel):
    model_config = ConfigDict(frozen=True)


class Aspect(_View):
    """What became of one part of the request, and why."""

    status: Status
    note: Note

    def to_json(self) -> dict[str, Any]:
        """A plain form for the database."""
        return {"status": self.status, "note": self.note.to_json()}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Aspect":
        """The inverse of :meth:`to_json`."""
        return cls(status=data["status"], note=Note.from_json(data["note"]))


class Aspects(_View):
    """The three parts of a request that an engine may or may not follow."""

    reference: Aspect
    instruction: Aspect
    language: Aspect

    def to_json(self) -> dict[str, Any]:
        """A plain form for the database."""
        return {name: getattr(self, name).to_json() for name in type(self).model_fields}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Aspects":
        """The inverse of :meth:`to_json`."""
        return cls(**{name: Aspect.from_json(data[name]) for name in cls.model_fields})


class TakePlan(_View):
    """What one engine would do with an order."""

    engine: str
    title: str
    preset: str
    """Empty where the preset closest to the reference clip is yet to be found, or for a clone."""
    preset_title: str = ""
    speaker: Literal["preset", "closest", "clone"] = "preset"
    text: str
    language: str
    instruction: str = ""
    """What the engine gets of the instruction."""
    options: dict[str, Any] = {}
    seed: int = 0
    voice: str | None = None
    aspects: Aspects
    warnings: tuple[Note, ...] = ()
    refusal: Note | None = None
    """Why the engine will not render this."""
    insistable: bool = False
    """A person may have it rendered all the same."""
    by_input: bool = False
    """The refusal is about what was sent, not about the engine's present state."""
    estimate_seconds: float | None = None
    """How long rendering will take, from this engine's recent takes."""


class TakeView(_View):
    """A take as it stands. Levels: dBFS, dBTP, LUFS; times: seconds."""

    id: str
    comparison: str
    engine: str
    title: str
    state: State
    preset: str
    preset_title: str
    progress_seconds: float
    """Audio made so far."""
    seconds: float | None
    rtf: float | None
    ttfa_seconds: float | None
    loudness_lufs: float | None
    peak_dbfs: float | None
    true_peak_dbtp: float | None
    speech_seconds: float | None
    sample_rate: int | None
    aspects: Aspects
    warnings: tuple[Note, ...]
    error: Note | None
    reused: bool
    licence: str
    """Licence of the weights that made it."""
    created_at: datetime
    rendered_at: datetime | None
    """When the samples were made; of a reused take, before it was ordered."""


class ComparisonView(_View):
    """The takes of one order."""

    id: str
    text: str
    language: str
    voice: str | None
    voice_name: str | None
    instruction: str
    created_at: datetime
    takes: tuple[TakeView, ...]

    @property
    def final(self) -> bool:
        """Nothing more will happen by itself."""
        return all(take.state in FINAL for take in self.takes)
