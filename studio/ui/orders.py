"""Between the form and the takes service: values in, an order out; a plan in, JSON out."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from studio.locales import Note, say
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
    engines: dict[str, EngineOrder]
    """Every engine's part, chosen or not."""
    chosen: tuple[str, ...]

    @classmethod
    def read(cls, rows: Sequence[EngineRow], values: Sequence[Any]) -> "Form":
        """From the flat list: text, language, voice, instruction, retries, then row after row."""
        text, language, voice, instruction, retries, *rest = values
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

    def _order(self, engines: list[EngineOrder], text: str) -> ComparisonOrder:
        return ComparisonOrder(
            text=text,
            language=self.language,
            voice=self.voice or None,
            instruction=self.instruction,
            engines=engines,
            **({} if self.retries is None else {"retries": self.retries}),
        )


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
        "engines": reason.code.removeprefix("error.") in _REMEDIED,
    }


def _reason(refusal: Note) -> Note:
    """Why, without the advice for callers over HTTP: the page has a switch for that."""
    reason = refusal.params.get("reason")
    return reason if isinstance(reason, Note) else refusal


def refused_json(problem: Note, language: str) -> dict[str, Any]:
    """An order that cannot even be planned, as ``<vs-plan>`` reads it."""
    return {"aspects": {}, "refusal": _refusal(problem, language), "insistable": False}
