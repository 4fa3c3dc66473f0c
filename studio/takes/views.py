"""What the service says about takes: typed, language-free, ready for any door."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from studio.locales import Note
from studio.pronunciation import Reading
from studio.quality.figure import Figure, Finding
from studio.takes.elsewhere.state import JobState

State = Literal["queued", "running", "done", "failed", "cancelled"]
FINAL: frozenset[str] = frozenset({"done", "failed", "cancelled"})
Speaker = Literal["preset", "closest", "clone", "designed"]
Status = Literal["honoured", "approximated", "ignored", "not_asked"]
ReportState = Literal["pending", "running", "done", "failed"]
MEASURED: frozenset[str] = frozenset({"done", "failed"})


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


class Cost(_View):
    """What a take costs or was charged."""

    characters: int
    amount: float | None = None
    """``None`` where no price is known."""
    currency: str = ""
    """ISO 4217."""
    per_million_characters: float | None = None
    as_of: str = ""
    """ISO 8601 date of the price."""
    source: str = ""
    """Where the price is from."""

    def plus(self, other: "Cost") -> "Cost":
        """Both together, at the same price."""
        known = self.amount is not None and other.amount is not None
        amount = (self.amount or 0.0) + (other.amount or 0.0) if known else None
        characters = self.characters + other.characters
        return self.model_copy(update={"characters": characters, "amount": amount})

    def times(self, count: int) -> "Cost":
        """What so many of it cost."""
        amount = None if self.amount is None else round(self.amount * count, 8)
        return self.model_copy(update={"characters": self.characters * count, "amount": amount})


class InsteadOf(_View):
    """The engine that was asked first, where another one stood in for it."""

    engine: str
    title: str
    reason: Note
    """Why it did not render."""

    def to_json(self) -> dict[str, Any]:
        """A plain form for the database."""
        return {"engine": self.engine, "title": self.title, "reason": self.reason.to_json()}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "InsteadOf":
        """The inverse of :meth:`to_json`."""
        return cls(
            engine=data["engine"], title=data["title"], reason=Note.from_json(data["reason"])
        )


class RetryPlan(_View):
    """Whether a take will be made again should its checks catch it."""

    most: int = 0
    """How many further attempts it may have."""
    note: Note
    """What that means, or why there are none."""
    cost_at_most: Cost | None = None
    """All attempts together, the first included; ``None``: nothing."""


class ReportView(_View):
    """What was measured on a finished take."""

    state: ReportState
    figures: tuple[Figure, ...] = ()
    findings: tuple[Finding, ...] = ()
    heard: dict[str, Any] | None = None
    """What speech recognition understood: text, language, alignment with the text."""
    remarks: tuple[Note, ...] = ()
    """What was not measured, and why."""
    measured_at: datetime | None = None
    seconds: float | None = None
    """How long measuring took."""

    def brief(self) -> "ReportView":
        """The same without figures and words, for long lists."""
        return self.model_copy(update={"figures": (), "heard": None})

    @property
    def faults(self) -> int:
        """How many findings have a take made again."""
        return sum(finding.severity == "fault" for finding in self.findings)


class TakePlan(_View):
    """What one engine would do with an order."""

    engine: str
    title: str
    preset: str
    """Empty where the preset closest to the reference clip is yet to be found, or for a clone."""
    preset_title: str = ""
    speaker: Speaker = "preset"
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
    cost: Cost | None = None
    """What it will cost, as far as the text's length tells; ``None``: nothing."""
    attribution: str = ""
    """Credit that the licence asks for."""
    checkpoints: tuple[str, ...] = ()
    """Weight sets it needs, where an engine has several that do different things."""
    model: str = ""
    """Which of the engine's models will speak; empty where it has one."""
    parts: int = 1
    """In how many parts the text is rendered; 1: as a whole."""
    part_texts: tuple[str, ...] = ()
    """Of those parts; empty where there is one."""
    retries: RetryPlan = RetryPlan(note=Note("take.retries.off"))
    """What becomes of a take that its checks catch."""
    fallback: "TakePlan | None" = None
    """What another engine will do should this one be unable to."""


class Marks(_View):
    """What is noted on a take."""

    name: str = ""
    """Shown in place of the engine's title; empty: that title."""
    note: str = ""
    starred: bool = False
    pinned: bool = False
    """Shown before the others of its comparison."""


class PartView(_View):
    """A part of a take whose text is rendered in parts."""

    index: int
    text: str
    seed: int
    state: Literal["waiting", "done"]
    start_seconds: float | None = None
    """Where its sound lies in the take, as soon as that is known."""
    end_seconds: float | None = None


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
    insistable: bool = False
    """It was refused, and a person may have it rendered all the same."""
    licence: str
    """Licence of the weights that made it."""
    attribution: str = ""
    """Credit that the licence asks to be given with it."""
    instead_of: InsteadOf | None = None
    """It was made by its order's fallback."""
    cost: Cost | None = None
    """What a service charged for it; ``None``: nothing, or an earlier take paid."""
    device: str = ""
    """What rendered it: ``cpu``, ``cuda:0``."""
    elsewhere: JobState | None = None
    """Where the job stands that renders it on another machine; ``None`` where none does."""
    checkpoints: tuple[str, ...] = ()
    """Weight sets that made it."""
    model: str = ""
    """Which of the engine's models spoke; empty where it has one."""
    model_revision: str = ""
    """Of the weights, or of the library where there are none."""
    created_at: datetime
    rendered_at: datetime | None
    """When the samples were made; of a reused take, before it was ordered."""
    position: int = 0
    """Its place in the order; all attempts at it share the place."""
    seed: int = 0
    first: str = ""
    """Id of the attempt that was ordered: this one's own for the first."""
    attempt: int = 1
    """1 for what was ordered."""
    retries: int = 0
    """How many further attempts the plan allows."""
    varies: bool = False
    """Whether another attempt would differ from this one."""
    chosen: bool = True
    """Of all attempts, the one that stands for them."""
    attempts: tuple["TakeView", ...] = ()
    """The other attempts, the oldest first."""
    parts: tuple[PartView, ...] = ()
    """Also while it is rendered; empty where that is done as a whole."""
    report: ReportView | None = None
    """What was measured on it; ``None`` where nothing was, or will be."""
    marks: Marks = Marks()
    spoken: str | None = None
    """What it says; ``None``: the text as it is written."""

    def brief(self) -> "TakeView":
        """The same with brief reports and without parts."""
        report = self.report.brief() if self.report else None
        attempts = tuple(attempt.brief() for attempt in self.attempts)
        return self.model_copy(update={"report": report, "attempts": attempts, "parts": ()})

    @property
    def settled(self) -> bool:
        """Nothing more will happen to it or to its other attempts by itself."""
        return (
            self.state in FINAL
            and (self.report is None or self.report.state in MEASURED)
            and all(other.settled for other in self.attempts)
        )


class ComparisonView(_View):
    """The takes of one order."""

    id: str
    text: str
    language: str
    voice: str | None
    voice_name: str | None
    instruction: str
    title: str = ""
    """As its owner calls it; empty: its text tells."""
    project: str = ""
    """What it was made for."""
    readings: tuple[Reading, ...] = ()
    """How parts of the text are said instead of as they are written."""
    spoken: str | None = None
    """What the takes say; ``None``: the text as it is written."""
    created_at: datetime
    takes: tuple[TakeView, ...]
    """One for each engine that was asked: of several attempts the chosen one."""

    def brief(self) -> "ComparisonView":
        """The same with brief reports."""
        return self.model_copy(update={"takes": tuple(take.brief() for take in self.takes)})

    @property
    def final(self) -> bool:
        """Everything that was ordered was rendered; it may yet be measured and made again."""
        return all(take.state in FINAL for take in self.takes)

    @property
    def settled(self) -> bool:
        """Nothing more will happen by itself."""
        return all(take.settled for take in self.takes)
