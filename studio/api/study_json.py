"""Studies as JSON, put into the request's language."""

from datetime import datetime
from typing import Any, Self
from urllib.parse import quote

from pydantic import BaseModel

from studio.api.figures import FindingJson
from studio.api.plans import AspectJson, aspects_json
from studio.api.problems import spoken
from studio.locales import Note
from studio.studies.owner.views import (
    ConditionView,
    DecisionView,
    ItemView,
    ListeningView,
    ReadyView,
    ReferenceView,
    RenderingView,
    StudyBrief,
    StudyView,
    TextView,
)
from studio.studies.plan import StudyPlan


class ConditionJson(BaseModel):
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
    refusal: dict[str, Any] | None
    """Of a draft: why its engine would not say the first text now."""
    aspects: dict[str, AspectJson] | None
    """Of a draft: what its engine would honour, approximate or ignore."""

    @classmethod
    def of(cls, view: ConditionView, language: str) -> Self:
        """A condition put into a language."""
        return cls(
            **view.model_dump(exclude={"refusal", "aspects"}),
            refusal=spoken(language, view.refusal) if view.refusal else None,
            aspects=aspects_json(view.aspects, language) if view.aspects else None,
        )


class ItemJson(BaseModel):
    """One condition saying one text."""

    text: int
    condition: int
    take: str | None
    state: str
    """missing, queued, running, done, failed or cancelled."""
    progress_seconds: float
    seconds: float | None
    error: dict[str, Any] | None
    retryable: bool
    insistable: bool
    stood_in: bool
    warnings: list[dict[str, Any]]
    report: str
    """none, pending, running, done or failed."""
    findings: list[FindingJson]
    attempt: int
    attempts: int
    reused: bool
    heard: bool
    verdict: str
    audio: str | None
    """Whole, no ranges; its last byte counts as heard."""

    @classmethod
    def of(cls, view: ItemView, study: str, language: str) -> Self:
        """An item put into a language."""
        take = view.take
        at = f"/api/studies/{quote(study)}/items/{view.text}/{view.condition}/audio"
        report = take.report if take else None
        findings = report.findings if report else ()
        return cls(
            text=view.text,
            condition=view.condition,
            take=take.id if take else None,
            state=view.state,
            progress_seconds=take.progress_seconds if take else 0.0,
            seconds=take.seconds if take else None,
            error=spoken(language, take.error) if take and take.error else None,
            retryable=view.state in ("failed", "cancelled"),
            insistable=bool(take and take.insistable),
            stood_in=bool(take and take.instead_of),
            warnings=[spoken(language, one) for one in take.warnings] if take else [],
            report=view.report,
            findings=[FindingJson.of(one, language, "take") for one in findings],
            attempt=take.attempt if take else 1,
            attempts=1 + len(take.attempts) if take else 0,
            reused=bool(take and take.reused),
            heard=view.heard,
            verdict=view.verdict,
            audio=at if view.state == "done" else None,
        )


class RenderingJson(BaseModel):
    """How far the takes are."""

    total: int
    missing: int
    working: int
    done: int
    failed: int
    measuring: int
    settled: bool
    """Nothing more happens by itself."""

    @classmethod
    def of(cls, view: RenderingView) -> Self:
        """As JSON."""
        return cls(**view.model_dump(), settled=view.settled)


class RenderedJson(BaseModel):
    """The takes alone, to be asked for while they are made."""

    rendering: RenderingJson
    items: list[ItemJson]


class ReferenceJson(BaseModel):
    """A recording that raters hear."""

    id: str
    voice_id: str | None
    voice_name: str | None
    text: int | None
    name: str
    seconds: float
    findings: list[dict[str, Any]]
    audio: str

    @classmethod
    def of(cls, view: ReferenceView, study: str, language: str) -> Self:
        """A recording, with what was found in it put into a language."""
        return cls(
            **view.model_dump(exclude={"findings"}),
            findings=[spoken(language, finding) for finding in view.findings],
            audio=f"/api/studies/{quote(study)}/references/{view.id}/audio",
        )


class ReadyJson(BaseModel):
    """Whether a draft may be opened."""

    ok: bool
    reasons: list[dict[str, Any]]
    warnings: list[dict[str, Any]]

    @classmethod
    def of(cls, view: ReadyView, language: str) -> Self:
        """As JSON."""
        return cls(
            ok=not view.reasons,
            reasons=[spoken(language, reason) for reason in view.reasons],
            warnings=[spoken(language, warning) for warning in view.warnings],
        )


class DecisionJson(BaseModel):
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
    decided_at: datetime
    current: bool
    """The newest for its language and use that was not withdrawn."""

    @classmethod
    def of(cls, view: DecisionView, language: str) -> Self:
        """A decision, its evidence put into a language."""
        evidence = dict(view.evidence)
        if evidence.get("sentence"):
            evidence["sentence"] = spoken(language, Note.from_json(evidence["sentence"]))
        return cls(**view.model_dump(exclude={"evidence"}), evidence=evidence)


class StudyBriefJson(BaseModel):
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
    decision: DecisionJson | None

    @classmethod
    def of(cls, view: StudyBrief, language: str) -> Self:
        """A study put into a language."""
        decision = DecisionJson.of(view.decision, language) if view.decision else None
        return cls(**view.model_dump(exclude={"decision"}), decision=decision)


class StudyJson(BaseModel):
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
    conditions: list[ConditionJson]
    texts: list[TextView]
    items: list[ItemJson]
    rendering: RenderingJson
    listening: ListeningView
    references: list[ReferenceJson]
    ready: ReadyJson
    seal: dict[str, Any] | None
    """Hashes of plan and answer key, and their moment; the salt once the study is closed."""
    invites: int
    raters: int
    answers: int
    decision: DecisionJson | None

    @classmethod
    def of(cls, view: StudyView, language: str) -> Self:
        """A study put into a language."""
        put = {
            "conditions": [ConditionJson.of(one, language) for one in view.conditions],
            "items": [ItemJson.of(one, view.id, language) for one in view.items],
            "rendering": RenderingJson.of(view.rendering),
            "references": [ReferenceJson.of(one, view.id, language) for one in view.references],
            "ready": ReadyJson.of(view.ready, language),
            "decision": DecisionJson.of(view.decision, language) if view.decision else None,
        }
        plain = {name: getattr(view, name) for name in cls.model_fields if name not in put}
        return cls(**plain, **put)
