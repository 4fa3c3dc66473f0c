"""Check-ups over HTTP: look at a recording, keep nothing."""

from typing import Self

from fastapi import APIRouter, Request
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool

from studio.api.dependencies import Language, StudioDep
from studio.api.uploads import form_schema, read_upload
from studio.locales import say
from studio.voices.views import CheckupView, Verdict

router = APIRouter(tags=["voices"])


class ReasonJson(BaseModel):
    """What is wrong with a recording, and what to do."""

    code: str
    message: str


class CheckupJson(BaseModel):
    """What was found in a recording."""

    verdict: Verdict
    reasons: list[ReasonJson]
    seconds: float
    speech_seconds: float
    bandwidth_hz: float | None
    loudness_lufs: float | None
    peak_dbfs: float | None
    clipping_ratio: float
    snr_db: float | None
    container: str
    codec: str
    sample_rate: int
    channels: int
    peaks: list[tuple[int, int]]

    @classmethod
    def of(cls, view: CheckupView, language: str) -> Self:
        """A check-up with its reasons put into a language."""
        reasons = [
            ReasonJson(
                code=reason.code.removeprefix("checkup.reason."), message=say(language, reason)
            )
            for reason in view.reasons
        ]
        return cls(reasons=reasons, **view.model_dump(exclude={"reasons"}))


@router.post("/api/checkups", openapi_extra=form_schema({}, []))
async def check_up(request: Request, studio: StudioDep, language: Language) -> CheckupJson:
    """Say whether a recording can serve as a reference clip. Nothing of it is kept."""
    upload = await read_upload(request, studio.settings.upload_max_bytes)
    view = await run_in_threadpool(studio.voices.check, upload.data)
    return CheckupJson.of(view, language)
