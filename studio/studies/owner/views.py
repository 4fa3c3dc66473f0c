"""What the service says about studies: typed, language-free, ready for any door."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict

from studio.locales import Note
from studio.studies.plan import StudyPlan
from studio.takes.views import Aspects, TakeView


class _View(BaseModel):
    model_config = ConfigDict(frozen=True)


class ConditionView(_View):
    """What is compared."""

    position: int
    label: str
    condition: str
    engine: str
    title: str
    wanted: dict[str, Any]
    voice_id: str | None
    voice_name: str | None
    instruction: str
    refusal: Note | None = None
    """Of a draft: why its engine would not say the first text now."""
    aspects: Aspects | None = None
    """Of a draft: what its engine would honour, approximate or ignore."""


class TextView(_View):
    """A text; ``out``: a bad take took it out, for all conditions."""

    position: int
    text: str
    source: str
    out: bool


class ItemView(_View):
    """One condition saying one text."""

    text: int
    condition: int
    take: TakeView | None
    """The attempt that raters would hear; ``None`` where it was not ordered yet."""
    heard: bool
    """Its owner listened to this very attempt."""
    verdict: str

    @property
    def state(self) -> str:
        """The take's, or missing."""
        return self.take.state if self.take else "missing"

    @property
    def report(self) -> str:
        """State of what is measured on it; none where nothing is."""
        return self.take.report.state if self.take and self.take.report else "none"


class RenderingView(_View):
    """How far the takes are."""

    total: int
    missing: int
    working: int
    done: int
    failed: int
    """Or cancelled."""
    measuring: int
    """Made, and being checked or made anew because of that."""

    @property
    def settled(self) -> bool:
        """Nothing more happens by itself."""
        return not self.working and not self.measuring

    @classmethod
    def of(cls, items: tuple[ItemView, ...]) -> "RenderingView":
        """Counted."""
        states = [item.state for item in items]
        return cls(
            total=len(items),
            missing=states.count("missing"),
            working=states.count("queued") + states.count("running"),
            done=states.count("done"),
            failed=states.count("failed") + states.count("cancelled"),
            measuring=sum(
                item.take is not None and item.state == "done" and not item.take.settled
                for item in items
            ),
        )


class ListeningView(_View):
    """How far the owner's listening is."""

    total: int
    heard: int
    good: int
    bad: int
    left: int
    """Takes yet to be judged, of texts that are not out already."""
    texts_left: int
    """Texts that are not out."""


class ReferenceView(_View):
    """A recording that raters hear."""

    id: str
    voice_id: str | None
    voice_name: str | None
    text: int | None
    name: str
    seconds: float
    findings: tuple[Note, ...]


class ReadyView(_View):
    """Whether a draft may be opened: what hinders it, and what speaks against it."""

    reasons: tuple[Note, ...] = ()
    warnings: tuple[Note, ...] = ()


class DecisionView(_View):
    """What a study decided."""

    id: str
    study: str
    study_title: str
    language: str
    use: str
    label: str
    condition: str
    engine: str
    title: str
    wanted: dict[str, Any]
    voice_id: str | None
    instruction: str
    evidence: dict[str, Any]
    """``sentence`` is a note as JSON."""
    decided_at: datetime
    current: bool


class StudyBrief(_View):
    """A study in the list."""

    id: str
    title: str
    question: str
    protocol: str
    language: str
    use: str
    state: str
    conditions: int
    texts: int
    created_at: datetime
    opened_at: datetime | None
    closed_at: datetime | None
    closed_because: str
    raters: int
    finished: int
    answers: int
    target_answers: int
    decision: DecisionView | None = None


class StudyView(_View):
    """A study with everything its owner put into it."""

    id: str
    title: str
    question: str
    protocol: str
    language: str
    use: str
    state: str
    plan: StudyPlan
    created_at: datetime
    opened_at: datetime | None
    closed_at: datetime | None
    closed_because: str
    conditions: tuple[ConditionView, ...]
    texts: tuple[TextView, ...]
    items: tuple[ItemView, ...]
    """Every text with every condition, in order."""
    references: tuple[ReferenceView, ...]
    rendering: RenderingView
    listening: ListeningView
    ready: ReadyView
    seal: dict[str, Any] | None
    """Hashes and moment; the salt once it is closed."""
    invites: int
    raters: int
    answers: int
    decision: DecisionView | None = None
