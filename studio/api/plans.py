"""Plans over HTTP: what each engine would do with an order, before anything is rendered."""

from typing import Any, Self

from fastapi import APIRouter
from pydantic import BaseModel

from studio.api.dependencies import Language, Owner, StudioDep
from studio.api.licence_json import LicenceTermsJson
from studio.api.problems import spoken
from studio.locales import say
from studio.takes.order import ComparisonOrder
from studio.takes.views import Aspects, Cost, TakePlan

router = APIRouter(tags=["comparisons"])


class AspectJson(BaseModel):
    """What becomes of one part of the request, and why."""

    status: str
    note: str


def aspects_json(aspects: Aspects, language: str) -> dict[str, AspectJson]:
    """Reference, instruction and language, said in a language."""
    return {
        name: AspectJson(status=aspect.status, note=say(language, aspect.note))
        for name, aspect in (
            ("reference", aspects.reference),
            ("instruction", aspects.instruction),
            ("language", aspects.language),
        )
    }


class CostJson(BaseModel):
    """What a take costs or was charged, and by which price."""

    characters: int
    amount: float | None
    """``null`` where no price is known."""
    currency: str
    """ISO 4217."""
    per_million_characters: float | None
    as_of: str
    """ISO 8601 date of the price."""
    source: str

    @classmethod
    def of(cls, cost: Cost | None) -> Self | None:
        """A cost as JSON; nothing where it costs nothing."""
        return cls(**cost.model_dump()) if cost else None


class RetryPlanJson(BaseModel):
    """Whether a take will be made again should its checks catch it."""

    most: int
    """How many further attempts it may have."""
    note: str
    cost_at_most: CostJson | None
    """All attempts together, the first included."""


class PlanJson(BaseModel):
    """One engine's plan."""

    engine: str
    title: str
    preset: str
    preset_title: str
    speaker: str
    aspects: dict[str, AspectJson]
    warnings: list[dict[str, Any]]
    refusal: dict[str, Any] | None
    insistable: bool
    estimate_seconds: float | None
    cost: CostJson | None
    attribution: str
    terms: LicenceTermsJson | None
    """What may be done with the take."""
    checkpoints: list[str]
    model: str
    parts: int
    """In how many parts the text is rendered; 1: as a whole."""
    retries: RetryPlanJson
    fallback: "PlanJson | None"

    @classmethod
    def of(cls, plan: TakePlan, language: str) -> Self:
        """A plan put into a language."""
        return cls(
            engine=plan.engine,
            title=plan.title,
            preset=plan.preset,
            preset_title=plan.preset_title,
            speaker=plan.speaker,
            aspects=aspects_json(plan.aspects, language),
            warnings=[spoken(language, warning) for warning in plan.warnings],
            refusal=spoken(language, plan.refusal) if plan.refusal else None,
            insistable=plan.insistable,
            estimate_seconds=plan.estimate_seconds,
            cost=CostJson.of(plan.cost),
            attribution=plan.attribution,
            terms=LicenceTermsJson.of(plan.engine, language),
            checkpoints=list(plan.checkpoints),
            model=plan.model,
            parts=plan.parts,
            retries=RetryPlanJson(
                most=plan.retries.most,
                note=say(language, plan.retries.note),
                cost_at_most=CostJson.of(plan.retries.cost_at_most),
            ),
            fallback=cls.of(plan.fallback, language) if plan.fallback else None,
        )


class PlansJson(BaseModel):
    """The plans of an order, in the order of its engines."""

    engines: list[PlanJson]


@router.post("/api/plans")
def plan(order: ComparisonOrder, studio: StudioDep, owner: Owner, language: Language) -> PlansJson:
    """What each engine will honour, approximate, ignore or refuse. Nothing is kept."""
    plans = studio.takes.plan(owner, order)
    return PlansJson(engines=[PlanJson.of(each, language) for each in plans])
