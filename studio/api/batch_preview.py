"""Looking at a batch over HTTP: before it is ordered, and take by take while it is rendered."""

from itertools import islice
from typing import Annotated, Literal, Self

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool

from studio.api.batches import BODY, read_order
from studio.api.dependencies import Language, Owner, StudioDep
from studio.locales import say
from studio.takes.batches.preview import BatchPreview, LinePreview, preview
from studio.takes.batches.results import Result

router = APIRouter(tags=["batches"])
_SHOWN = 200
"""Texts that are shown one by one; what is wrong is shown wherever it stands."""


class RefusedJson(BaseModel):
    """An engine that will not render a text."""

    title: str
    reason: str


class LineJson(BaseModel):
    """One text as it was understood."""

    number: int
    text: str
    language: str
    instruction: str
    """Of this text alone; empty: the batch's."""
    title: str
    characters: int
    fault: str | None
    """What is wrong with it: the batch is refused until that is mended."""
    refused: list[RefusedJson]

    @classmethod
    def of(cls, line: LinePreview, language: str) -> Self:
        """A text in a language."""
        return cls(
            number=line.number,
            text=line.line.text,
            language=line.line.language,
            instruction=line.line.instruction,
            title=line.line.title,
            characters=len(line.line.text.strip()),
            fault=say(language, line.fault) if line.fault else None,
            refused=[
                RefusedJson(title=one.title, reason=say(language, one.reason))
                for one in line.refused
            ],
        )


class AmountJson(BaseModel):
    """Money."""

    amount: float
    currency: str
    """ISO 4217."""


class BatchPreviewJson(BaseModel):
    """What would become of a batch."""

    texts: int
    faults: int
    takes: int
    """How many would be rendered."""
    characters: int
    speech_seconds: float
    seconds: float
    """To render them one after the other, by engines that were measured before."""
    unmeasured: list[str]
    """Engines of which nobody knows how long they take."""
    costs: list[AmountJson]
    unpriced: list[str]
    """Paid engines whose price nobody knows."""
    lines: list[LineJson]
    """The first texts, and all that are wrong."""

    @classmethod
    def of(cls, found: BatchPreview, language: str) -> Self:
        """A preview in a language."""
        shown = [
            line
            for place, line in enumerate(found.lines)
            if place < _SHOWN or line.fault or line.refused
        ]
        return cls(
            texts=len(found.lines),
            faults=found.faults,
            takes=found.takes,
            characters=sum(len(line.line.text.strip()) for line in found.lines),
            speech_seconds=round(found.speech_seconds, 1),
            seconds=round(found.seconds, 1),
            unmeasured=sorted(found.unmeasured),
            costs=[
                AmountJson(amount=round(cost.amount or 0.0, 6), currency=currency)
                for currency, cost in sorted(found.costs.items())
            ],
            unpriced=sorted(found.unpriced),
            lines=[LineJson.of(line, language) for line in shown[: 5 * _SHOWN]],
        )


class BatchTakeJson(BaseModel):
    """One take of a batch."""

    number: int
    """Of its text, 1 for the first."""
    text: str
    title: str
    language: str
    comparison: str
    take: str
    engine: str
    engine_title: str
    state: Literal["queued", "running", "done", "failed", "cancelled"]
    seconds: float | None
    error: str | None

    @classmethod
    def of(cls, result: Result, language: str) -> Self:
        """A result in a language."""
        take = result.take
        return cls(
            number=result.number,
            text=result.text,
            title=result.title,
            language=result.language,
            comparison=take.comparison,
            take=take.id,
            engine=take.engine,
            engine_title=take.title,
            state=take.state,
            seconds=take.seconds,
            error=say(language, take.error) if take.error else None,
        )


class BatchTakesJson(BaseModel):
    """Some takes of a batch, in the order of its texts."""

    takes: list[BatchTakeJson]
    more: bool


@router.post("/api/batches/preview", openapi_extra=BODY)
async def preview_batch(
    request: Request, studio: StudioDep, owner: Owner, language: Language
) -> BatchPreviewJson:
    """What is understood of many texts, with their faults, seconds and cost. Nothing is kept."""
    order = await read_order(request)
    found = await run_in_threadpool(preview, owner, order, studio.settings, studio.takes.planner)
    return BatchPreviewJson.of(found, language)


@router.get("/api/batches/{batch_id}/takes")
def batch_takes(  # noqa: PLR0913, PLR0917 (what a request says)
    batch_id: str,
    studio: StudioDep,
    owner: Owner,
    language: Language,
    after: Annotated[int, Query(ge=0)] = 0,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> BatchTakesJson:
    """The takes of a batch after so many of them."""
    found = studio.batch_results.each(owner, batch_id)
    takes = [BatchTakeJson.of(one, language) for one in islice(found, after, after + limit)]
    return BatchTakesJson(takes=takes, more=next(found, None) is not None)
