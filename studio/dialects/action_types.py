"""What the studio's main actions answer to programs: plain objects whose fields say what they hold.

Gradio and MCP describe them to their clients by these very types.
"""

from typing import Literal

from typing_extensions import TypedDict


class PresetFacts(TypedDict):
    """A voice that comes with an engine."""

    id: str
    title: str
    languages: list[str]


class EngineFacts(TypedDict):
    """A speech engine and where it stands."""

    name: str
    title: str
    ready: bool
    state: str
    detail: str
    languages: list[str]
    clones: bool
    instruction: str
    paid: bool
    presets: list[PresetFacts]


class VoiceFacts(TypedDict):
    """A cloned voice. Seconds of its recording."""

    id: str
    name: str
    language: str
    transcript: str
    seconds: float
    created_at: str
    remarks: list[str]


class AspectFacts(TypedDict):
    """What becomes of one part of a request, and why."""

    status: Literal["honoured", "approximated", "ignored", "not_asked"]
    note: str


class AspectsFacts(TypedDict):
    """The parts of a request that an engine may or may not follow."""

    reference: AspectFacts
    instruction: AspectFacts
    language: AspectFacts


class PlanFacts(TypedDict):
    """What one engine would do with an order. Cost in the currency's units."""

    engine: str
    title: str
    preset: str
    aspects: AspectsFacts
    warnings: list[str]
    refusal: str | None
    estimate_seconds: float | None
    cost: float | None
    currency: str


class TakeFacts(TypedDict):
    """One rendered audio as it stands. Times in seconds, loudness in LUFS."""

    id: str
    comparison: str
    engine: str
    title: str
    preset: str
    state: Literal["queued", "running", "done", "failed", "cancelled"]
    progress_seconds: float
    seconds: float | None
    rtf: float | None
    ttfa_seconds: float | None
    loudness_lufs: float | None
    aspects: AspectsFacts
    warnings: list[str]
    error: str | None
    reused: bool
    licence: str
    attribution: str
    audio_url: str | None


class ComparisonFacts(TypedDict):
    """The takes of one order, one for each engine that was asked."""

    id: str
    text: str
    language: str
    voice: str | None
    instruction: str
    final: bool
    takes: list[TakeFacts]
