"""Batches over HTTP: many texts ordered at once, watched, paused, and fetched as one archive."""

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Any, Literal, Self

from fastapi import APIRouter, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ValidationError
from starlette.concurrency import run_in_threadpool

from studio.api.audio_file import disposition
from studio.api.dependencies import Language, Owner, StudioDep
from studio.api.uploads import read_upload
from studio.problems import BadInput, TooLarge
from studio.takes.batches import table
from studio.takes.batches.order import BatchOrder
from studio.takes.batches.results import Result
from studio.takes.batches.views import BatchState, BatchView

router = APIRouter(tags=["batches"])

_MOST_BYTES = 32 * 1024 * 1024
_SCHEMA = BatchOrder.model_json_schema(ref_template="#/components/schemas/{model}")
_SCHEMA.pop("$defs")  # an engine's part of an order is described with comparisons
BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {"schema": _SCHEMA},
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file", "order"],
                    "properties": {
                        "file": {
                            "type": "string",
                            "format": "binary",
                            "description": "CSV in UTF-8 with a column `text`",
                        },
                        "order": {
                            "type": "string",
                            "description": "the same JSON without `texts` and `csv`",
                        },
                    },
                }
            },
        },
    }
}
_CSV: dict[int | str, dict[str, Any]] = {200: {"content": {"text/csv": {}}}}
_ZIP: dict[int | str, dict[str, Any]] = {200: {"content": {"application/zip": {}}}}


class BatchJson(BaseModel):
    """A batch as it stands."""

    id: str
    name: str
    state: BatchState
    """``done``: nothing is left to be rendered."""
    language: str
    voice: str | None
    instruction: str
    engines: list[str]
    created_at: datetime
    total: int
    queued: int
    running: int
    done: int
    failed: int
    cancelled: int
    takes_per_minute: float | None
    """Within the last minute."""
    remaining_seconds: float | None
    """Until all is rendered, at that rate."""
    ends_at: datetime | None

    @classmethod
    def of(cls, view: BatchView) -> Self:
        """A batch."""
        return cls(**view.model_dump(exclude={"engines"}), engines=list(view.engines))


class BatchesJson(BaseModel):
    """The latest batches, newest first."""

    batches: list[BatchJson]


@router.post("/api/batches", status_code=202, openapi_extra=BODY)
async def order_batch(request: Request, studio: StudioDep, owner: Owner) -> BatchJson:
    """Order many texts at once: as JSON, or a CSV file with the rest as JSON beside it.

    They are rendered when nobody waits for anything else.
    """
    order = await read_order(request)
    return BatchJson.of(await run_in_threadpool(studio.batches.create, owner, order))


@router.get("/api/batches")
def list_batches(
    studio: StudioDep, owner: Owner, limit: Annotated[int, Query(ge=1, le=100)] = 20
) -> BatchesJson:
    """The latest batches and how far they are."""
    views = studio.batches.latest(owner, limit)
    return BatchesJson(batches=[BatchJson.of(view) for view in views])


@router.get("/api/batches/{batch_id}")
def read_batch(batch_id: str, studio: StudioDep, owner: Owner) -> BatchJson:
    """How far a batch is."""
    return BatchJson.of(studio.batches.one(owner, batch_id))


@router.delete("/api/batches/{batch_id}", status_code=204)
def delete_batch(batch_id: str, studio: StudioDep, owner: Owner) -> None:
    """Remove a batch with its texts, takes and sound. What is left to render is not rendered."""
    studio.batches.cancel(owner, batch_id)
    studio.takes.removal.batch(owner, batch_id)


@router.post("/api/batches/{batch_id}/pause")
def pause_batch(batch_id: str, studio: StudioDep, owner: Owner) -> BatchJson:
    """Begin no more of a batch; what is being rendered is finished."""
    return BatchJson.of(studio.batches.pause(owner, batch_id))


@router.post("/api/batches/{batch_id}/resume")
def resume_batch(batch_id: str, studio: StudioDep, owner: Owner) -> BatchJson:
    """Go on with a batch."""
    return BatchJson.of(studio.batches.resume(owner, batch_id))


@router.post("/api/batches/{batch_id}/cancel")
def cancel_batch(batch_id: str, studio: StudioDep, owner: Owner) -> BatchJson:
    """Stop a batch for good; what is done stays."""
    return BatchJson.of(studio.batches.cancel(owner, batch_id))


@router.get("/api/batches/{batch_id}/results.csv", response_class=StreamingResponse, responses=_CSV)
def batch_results(
    batch_id: str, studio: StudioDep, owner: Owner, language: Language
) -> StreamingResponse:
    """A line for each take, in the order of the texts: state, figures, why it failed."""
    studio.batches.one(owner, batch_id)

    def body() -> Iterator[bytes]:
        yield table.header()
        for result in studio.batch_results.each(owner, batch_id):
            yield table.lines([result], language)

    return StreamingResponse(
        body(), headers=_download(f"batch-{batch_id}.csv"), media_type="text/csv; charset=utf-8"
    )


@router.get("/api/batches/{batch_id}/audio.zip", response_class=StreamingResponse, responses=_ZIP)
def batch_audio(
    batch_id: str,
    studio: StudioDep,
    owner: Owner,
    language: Language,
    format: Literal["wav", "flac", "mp3"] = "wav",  # noqa: A002 (the name in the address)
) -> StreamingResponse:
    """All takes that are done, and the table of results, as one archive; made while it is sent."""

    def lines(results: list[Result]) -> bytes:
        return table.lines(results, language) if results else table.header()

    pieces = studio.batch_results.archive(owner, batch_id, format, lines)
    return StreamingResponse(
        pieces, headers=_download(f"batch-{batch_id}.zip"), media_type="application/zip"
    )


def _download(name: str) -> dict[str, str]:
    return {
        "Content-Disposition": disposition("attachment", name),
        "Cache-Control": "private, no-store",
        "X-Content-Type-Options": "nosniff",
    }


async def read_order(request: Request) -> BatchOrder:
    """A batch's order: JSON, or a form with a CSV file beside it.

    Raises:
        RequestValidationError, BadInput, TooLarge: it cannot be read.
    """
    try:
        if request.headers.get("content-type", "").startswith("multipart/"):
            form = await read_upload(request, _MOST_BYTES, ("order",))
            order = BatchOrder.model_validate_json(form.fields.get("order", "{}"))
            return order.model_copy(update={"csv": _decoded(form.data)})
        return BatchOrder.model_validate_json(await _body(request))
    except ValidationError as problem:
        faults = problem.errors(include_url=False, include_input=False)
        raise RequestValidationError(
            [{**fault, "loc": ("body", *fault["loc"])} for fault in faults]
        ) from None


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        raise BadInput("batch_table_broken", reason="UTF-8") from problem


async def _body(request: Request) -> bytes:
    """The body, bounded while it arrives: 10,000 texts are more than other routes take."""
    received = bytearray()
    async for piece in request.stream():
        received += piece
        if len(received) > _MOST_BYTES:
            raise TooLarge("body_too_large", limit_kilobytes=_MOST_BYTES // 1024)
    return bytes(received)
