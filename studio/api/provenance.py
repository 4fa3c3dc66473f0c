"""Where a file comes from, over HTTP: what it says of itself, and the watermark. Keeps nothing."""

from typing import Any, Literal, Self

from fastapi import APIRouter, Request
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool

from studio.api.dependencies import Language, Owner, StudioDep
from studio.api.uploads import form_schema, read_upload
from studio.locales import say
from studio.takes.verifying import KnownView, ProvenanceView, Verdict

router = APIRouter(tags=["provenance"])


class WatermarkJson(BaseModel):
    """What was found of the watermark. Confidence and share in [0, 1]."""

    state: Literal["found", "not_found", "not_checked"]
    confidence: float | None
    share: float | None
    method: str
    message: str
    """What that means, and why it was not looked for where it was not."""


class ProvenanceJson(BaseModel):
    """What is known of a file's origin."""

    verdict: Verdict
    message: str
    """The verdict in words, with its limits."""
    container: str | None
    seconds: float | None
    metadata: dict[str, Any] | None
    """What the file says of itself; anyone could have written it."""
    comment: str
    watermark: WatermarkJson
    known: KnownView

    @classmethod
    def of(cls, view: ProvenanceView, language: str) -> Self:
        """What was found, put into a language."""
        mark = view.watermark
        return cls(
            **view.model_dump(exclude={"watermark"}),
            message=say(language, view.says),
            watermark=WatermarkJson(
                **mark.model_dump(exclude={"reason"}), message=say(language, mark.says)
            ),
        )


@router.post("/api/provenance", openapi_extra=form_schema({}, []))
async def look_at(
    request: Request, studio: StudioDep, owner: Owner, language: Language
) -> ProvenanceJson:
    """Say what an audio file tells of its origin, and whether the watermark is in it."""
    upload = await read_upload(request, studio.settings.upload_max_bytes)
    view = await run_in_threadpool(studio.verifier.verify, owner, upload.data)
    return ProvenanceJson.of(view, language)
