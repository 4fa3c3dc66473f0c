"""The reference doctor over HTTP: a closer look at a recording. Nothing of it is kept."""

from collections.abc import Mapping
from typing import Self

from fastapi import APIRouter, Request
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool

from studio.api.checkups import CheckupJson
from studio.api.dependencies import Language, StudioDep
from studio.api.figures import FigureJson, FindingJson, RemarkJson
from studio.api.uploads import form_schema, read_upload
from studio.problems import BadInput
from studio.voices.doctor_views import (
    DoctorView,
    Examination,
    HeardLanguage,
    HeardTranscript,
    Part,
    Picture,
)
from studio.voices.views import Verdict

router = APIRouter(tags=["voices"])

PART_FIELDS = ("part_start", "part_end")
_FIELDS = (*PART_FIELDS, "language")
PART_FORM = {
    "part_start": {"type": "number", "description": "seconds; with part_end, instead of the best"},
    "part_end": {"type": "number", "description": "seconds"},
}


class DoctorJson(BaseModel):
    """What the reference doctor found."""

    examined: bool
    """``false``: the doctor could not run; ``unchecked`` says why."""
    verdict: Verdict
    findings: list[FindingJson]
    figures: list[FigureJson]
    advice: RemarkJson | None
    """What would make it a better recording."""
    repairs: list[RemarkJson]
    """What was mended in the reference; the recording itself stays as it came."""
    language: HeardLanguage | None
    transcript: HeardTranscript | None
    """What was understood of the chosen part: a proposal to correct, never used by itself."""
    part: Part | None
    picture: Picture | None
    recogniser: str | None
    unchecked: list[RemarkJson]
    """What could not be looked at, why, and what to do."""

    @classmethod
    def of(cls, view: DoctorView, language: str) -> Self:
        """A report put into a language."""
        return cls(
            examined=view.examined,
            verdict=view.verdict,
            findings=[FindingJson.of(each, language, "doctor") for each in view.findings],
            figures=[FigureJson.of(each, language) for each in view.figures],
            advice=RemarkJson.of(view.advice, language) if view.advice else None,
            repairs=[RemarkJson.of(each, language) for each in view.repairs],
            language=view.language,
            transcript=view.transcript,
            part=view.part,
            picture=view.picture,
            recogniser=view.recogniser,
            unchecked=[RemarkJson.of(each, language) for each in view.unchecked],
        )


class ExaminationJson(DoctorJson):
    """The doctor's report together with the quick check-up of the same recording."""

    check: CheckupJson

    @classmethod
    def both(cls, view: Examination, language: str) -> Self:
        """Both put into a language."""
        report = DoctorJson.of(view.doctor, language)
        return cls(check=CheckupJson.of(view.check, language), **dict(report))


def part_of(fields: Mapping[str, str]) -> Part | None:
    """The part of the recording that a form asks for; ``None``: the best one is to be found.

    Raises:
        BadInput: ``part_not_two_numbers``.
    """
    given = [fields.get(name, "").strip() for name in PART_FIELDS]
    if not any(given):
        return None
    try:
        start, end = (float(value) for value in given)
    except ValueError:
        raise BadInput("part_not_two_numbers") from None
    return Part(start=start, end=end)


_FORM = form_schema(
    {
        **PART_FORM,
        "language": {"type": "string", "description": "to write the transcript in"},
    },
    [],
)


@router.post("/api/doctor", openapi_extra=_FORM)
async def examine(request: Request, studio: StudioDep, language: Language) -> ExaminationJson:
    """Say all that is known of a recording. Takes seconds; nothing of it is kept.

    Saving the same file soon afterwards does not wait for this a second time.
    """
    upload = await read_upload(request, studio.settings.upload_max_bytes, _FIELDS)
    part, spoken = part_of(upload.fields), upload.fields.get("language", "")
    view = await run_in_threadpool(studio.voices.doctor, upload.data, part, spoken)
    return ExaminationJson.both(view, language)
