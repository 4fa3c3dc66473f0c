"""Comparisons over HTTP: order takes of one text across engines, and watch them come."""

import json
from collections.abc import AsyncGenerator
from contextlib import aclosing
from datetime import datetime
from typing import Annotated, Literal, Self

from fastapi import APIRouter, Query, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel

from studio.api.dependencies import Language, Owner, StudioDep
from studio.api.figure_table import attempts, figures_csv
from studio.api.takes import TakeJson
from studio.pronunciation import Reading
from studio.takes.order import ComparisonOrder
from studio.takes.views import ComparisonView

router = APIRouter(tags=["comparisons"])


class ComparisonJson(BaseModel):
    """The takes of one order."""

    id: str
    text: str
    language: str
    voice: str | None
    voice_name: str | None
    instruction: str
    title: str
    """As its owner calls it; empty: its text tells."""
    project: str
    """What it was made for, as its owner calls it."""
    readings: list[Reading]
    """How parts of the text are said instead of as they are written."""
    spoken: str | None
    """What the takes say; ``null``: the text as it is written."""
    created_at: datetime
    final: bool
    """Everything that was ordered was rendered; it may yet be measured and made again."""
    settled: bool
    """Nothing more will happen by itself."""
    takes: list[TakeJson]
    """One for each engine that was asked: of several attempts the chosen one."""

    @classmethod
    def of(cls, view: ComparisonView, language: str) -> Self:
        """A comparison put into a language."""
        plain = view.model_dump(exclude={"takes"})
        return cls(
            **plain,
            final=view.final,
            settled=view.settled,
            takes=[TakeJson.of(take, language) for take in view.takes],
        )


class ComparisonsJson(BaseModel):
    """The latest comparisons, newest first; reports are without figures."""

    comparisons: list[ComparisonJson]


@router.post("/api/comparisons", status_code=202)
def order_comparison(
    order: ComparisonOrder, studio: StudioDep, owner: Owner, language: Language
) -> ComparisonJson:
    """Order one text, voice and instruction from several engines; they render at the same time."""
    return ComparisonJson.of(studio.takes.create(owner, order), language)


@router.get("/api/comparisons")
def list_comparisons(
    studio: StudioDep,
    owner: Owner,
    language: Language,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> ComparisonsJson:
    """The latest comparisons, without the figures of their takes: see each one's own address."""
    views = studio.takes.recent(owner, limit)
    return ComparisonsJson(comparisons=[ComparisonJson.of(view, language) for view in views])


@router.get("/api/comparisons/{comparison_id}/order")
def read_order(comparison_id: str, studio: StudioDep, owner: Owner) -> ComparisonOrder:
    """What was ordered with it, ready to be changed and sent again."""
    return studio.takes.order_again(owner, comparison_id)


@router.get("/api/comparisons/{comparison_id}")
def read_comparison(
    comparison_id: str, studio: StudioDep, owner: Owner, language: Language
) -> ComparisonJson:
    """One comparison with its takes."""
    return ComparisonJson.of(studio.takes.comparison(owner, comparison_id), language)


class FiguresJson(BaseModel):
    """Everything measured on the takes of one order."""

    comparison: str
    text: str
    language: str
    voice: str | None
    created_at: datetime
    settled: bool
    """``False``: something is still being made or measured."""
    takes: list[TakeJson]
    """All attempts, place by place, the oldest first; each with its report."""


@router.delete("/api/comparisons/{comparison_id}", status_code=204)
def delete_comparison(comparison_id: str, studio: StudioDep, owner: Owner) -> None:
    """Remove a comparison: text, takes, sound and figures. What is being rendered is stopped."""
    studio.takes.removal.comparison(owner, comparison_id)


@router.get(
    "/api/comparisons/{comparison_id}/figures",
    response_model=FiguresJson,
    responses={200: {"content": {"text/csv": {}}}},
)
def comparison_figures(
    comparison_id: str,
    studio: StudioDep,
    owner: Owner,
    language: Language,
    format: Literal["json", "csv"] = "json",  # noqa: A002 (the name in the address)
) -> Response | FiguresJson:
    """All figures of all attempts, each with its method; ``csv``: as a table for spreadsheets."""
    whole = ComparisonJson.of(studio.takes.comparison(owner, comparison_id), language)
    if format == "csv":
        headers = {
            "Content-Disposition": f'attachment; filename="figures-{whole.id}.csv"',
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
        }
        return Response(figures_csv(whole), 200, headers, "text/csv; charset=utf-8")
    return FiguresJson(
        comparison=whole.id,
        text=whole.text,
        language=whole.language,
        voice=whole.voice,
        created_at=whole.created_at,
        settled=whole.settled,
        takes=[take.model_copy(update={"attempts": []}) for take in attempts(whole)],
    )


@router.get(
    "/api/comparisons/{comparison_id}/events",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/event-stream": {}}}},
)
async def comparison_events(
    comparison_id: str, studio: StudioDep, owner: Owner, language: Language
) -> StreamingResponse:
    """The comparison now and after each change (server-sent events); ends when all is settled."""
    views = studio.takes.changes(owner, comparison_id)
    first = await anext(views)  # an unknown comparison is refused before the stream begins

    async def body() -> AsyncGenerator[str]:
        async with aclosing(views):
            yield _event(first, language)
            async for view in views:
                yield _event(view, language)

    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(body(), headers=headers, media_type="text/event-stream")


def _event(view: ComparisonView, language: str) -> str:
    data = ComparisonJson.of(view, language).model_dump(mode="json")
    return f"data: {json.dumps(data, ensure_ascii=False)}\n\n"
