"""Between the form and the takes service: values in, an order out; a plan in, JSON out."""

import unicodedata
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from studio.locales import Note, say
from studio.pronunciation import Reading, carried
from studio.takes.batches.order import BatchOrder
from studio.takes.estimate import speech_seconds
from studio.takes.licences import licence_facts
from studio.takes.order import ComparisonOrder, EngineOrder
from studio.ui.engine_rows import EngineRow

if TYPE_CHECKING:
    from studio.takes.views import TakePlan

_REMEDIED = frozenset(
    {
        "checkpoint_missing",
        "environment_missing",
        "environment_outdated",
        "licence_not_accepted",
        "setting_missing",
        "weight_set_missing",
        "weights_missing",
    }
)
"""Refusals whose remedy is a button, or a hint, on the engines page."""
_PROJECT_CHARACTERS = 80
_NOTHING_YET = "A"
"""Stands for the text while the box is empty: the plan depends on language and voice anyway."""


@dataclass(frozen=True)
class Form:
    """The studio page's values as Gradio gives them."""

    text: str
    language: str
    voice: str
    instruction: str
    retries: int | None
    """How often a take that its checks caught is made again; None: as the studio is set."""
    project: str
    readings: list[Reading] | None
    """How parts of the text are said; None: as it is written."""
    engines: dict[str, EngineOrder]
    """Every engine's part, chosen or not."""
    chosen: tuple[str, ...]

    @classmethod
    def read(cls, rows: Sequence[EngineRow], values: Sequence[Any]) -> "Form":
        """From the flat list: what `Controls.inputs` names first, then row after row."""
        text, language, voice, instruction, retries, project, readings, *rest = values
        engines, chosen = {}, []
        for row in rows:
            picked, preset, insist, fallback, *settings = rest[: len(row.inputs())]
            rest = rest[len(row.inputs()) :]
            engines[row.name] = EngineOrder(
                engine=row.name,
                voice=preset or None,
                insist=bool(insist),
                fallback=fallback or None,
                options={
                    option.name: value
                    for option, value in zip(row.options, settings, strict=True)
                    if value is not None and value != option.default
                },
            )
            if picked:
                chosen.append(row.name)
        return cls(
            text=text or "",
            language=language,
            voice=voice or "",
            instruction=instruction or "",
            retries=int(retries) if str(retries or "").isdigit() else None,
            project=(project or "")[:_PROJECT_CHARACTERS],
            readings=_readings(readings, text or ""),
            engines=engines,
            chosen=tuple(chosen),
        )

    def order(self) -> ComparisonOrder:
        """What is sent when the person presses Render."""
        return self._order([self.engines[name] for name in self.chosen], self.text)

    def preview(self, engine: str, *, insist: bool) -> ComparisonOrder:
        """One engine alone, for its plan."""
        wanted = self.engines[engine].model_copy(update={"insist": insist})
        return self._order([wanted], self.text if self.text.strip() else _NOTHING_YET)

    def batch(self, *, name: str, texts: list[str], csv: str) -> BatchOrder:
        """Many texts, said as the form is set."""
        return BatchOrder(
            name=name,
            texts=texts,
            csv=csv,
            language=self.language,
            voice=self.voice or None,
            instruction=self.instruction,
            project=self.project,
            engines=[self.engines[name] for name in self.chosen],
            retries=self.retries,
        )

    def _order(self, engines: list[EngineOrder], text: str) -> ComparisonOrder:
        return ComparisonOrder(
            text=text,
            language=self.language,
            voice=self.voice or None,
            instruction=self.instruction,
            project=self.project,
            readings=self.readings if text is self.text else None,
            engines=engines,
            retries=self.retries,
        )


def _readings(told: Any, text: str) -> list[Reading] | None:
    """What `<vs-readings>` told, moved onto the text as it is now.

    Args:
        told: ``{"text", "readings"}``, the text being the one that the readings were chosen for.
        text: as it stands in the box.
    """
    if not isinstance(told, dict) or not told.get("readings"):
        return None
    try:
        chosen = [Reading.model_validate(one) for one in told["readings"]]
    except ValidationError:  # nothing of ours sends that
        return None
    kept = unicodedata.normalize("NFC", text.replace("\r\n", "\n")).strip()
    return carried(chosen, str(told.get("text", kept)).strip(), kept) or None


def _terms(engine: str, language: str) -> dict[str, Any] | None:
    facts = licence_facts(engine)
    if facts is None:
        return None
    condition = say(language, facts.condition) if facts.condition else None
    return {**asdict(facts), "condition": condition}


def plan_json(plan: "TakePlan", language: str) -> dict[str, Any]:
    """A plan as ``<vs-plan>`` reads it, sentences in the page's language."""
    return {
        "engine": plan.engine,
        "title": plan.title,
        "preset": plan.preset_title,
        "aspects": {
            name: {"status": aspect.status, "note": say(language, aspect.note)}
            for name, aspect in dict(plan.aspects).items()
        },
        "refusal": _refusal(plan.refusal, language),
        "insistable": plan.insistable,
        "estimate_seconds": plan.estimate_seconds,
        "speech_seconds": round(speech_seconds(plan.text), 1),
        "parts": getattr(plan, "parts", 1),
        "terms": _terms(plan.engine, language),
        "cost": plan.cost.model_dump() if plan.cost else None,
        "attribution": plan.attribution,
        "retries": _retries(plan, language),
        "fallback": plan_json(plan.fallback, language) if plan.fallback else None,
    }


def _retries(plan: "TakePlan", language: str) -> dict[str, Any]:
    """How often a take that its checks caught is made again, and what that costs at most."""
    retries = plan.retries
    cost = retries.cost_at_most
    return {
        "most": retries.most,
        "note": say(language, retries.note),
        "cost_at_most": cost.model_dump() if cost else None,
    }


def _refusal(refusal: Note | None, language: str) -> dict[str, Any] | None:
    """Why not; ``engines`` where the engines page has the remedy."""
    if refusal is None:
        return None
    reason = _reason(refusal)
    return {
        "message": say(language, reason),
        "code": reason.code.removeprefix("error."),
        "engines": reason.code.removeprefix("error.") in _REMEDIED,
    }


def _reason(refusal: Note) -> Note:
    """Why, without the advice for callers over HTTP: the page has a switch for that."""
    reason = refusal.params.get("reason")
    return reason if isinstance(reason, Note) else refusal


def refused_json(problem: Note, language: str) -> dict[str, Any]:
    """An order that cannot even be planned, as ``<vs-plan>`` reads it."""
    return {"aspects": {}, "refusal": _refusal(problem, language), "insistable": False}
