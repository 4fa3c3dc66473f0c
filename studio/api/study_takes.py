"""The takes of a study over HTTP: rendered, heard, judged; and recordings of speakers."""

import functools
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Request, Response
from pydantic import BaseModel, ConfigDict
from starlette.concurrency import run_in_threadpool

from studio.api.delivery import StimulusResponse
from studio.api.dependencies import Language, Owner, StudioDep
from studio.api.problems import spoken
from studio.api.studies import shown
from studio.api.study_json import ItemJson, RenderedJson, RenderingJson, StudyJson
from studio.api.uploads import form_schema, read_upload
from studio.problems import BadInput
from studio.studies.owner.rendering import Said
from studio.studies.owner.views import RenderingView

router = APIRouter(tags=["studies"])

Place = Annotated[int, Path(ge=0, le=9999)]
_WAV: dict[int | str, dict[str, Any]] = {200: {"content": {"audio/wav": {}}}}
_CLIP_HEADERS = {"Cache-Control": "private, no-store", "X-Content-Type-Options": "nosniff"}
_FIELDS = ("voice", "text", "name")
_FORM = form_schema(
    {
        "voice": {"type": "string", "description": "id of the cloned voice whose speaker it is"},
        "text": {"type": "integer", "description": "position of the text that is said in it"},
        "name": {"type": "string", "maxLength": 200},
    },
    [],
)


class CostJson(BaseModel):
    """What the missing takes cost, in one currency."""

    currency: str
    amount: float | None
    characters: int


class EstimateJson(BaseModel):
    """What rendering all that is missing comes to."""

    takes: int
    seconds: float | None
    """One after the other; ``null``: an engine never rendered here."""
    costs: list[CostJson]
    refusals: list[dict[str, Any]]
    warnings: list[dict[str, Any]]


class RetryJson(BaseModel):
    """How to try again."""

    model_config = ConfigDict(extra="forbid")

    insist: bool = False


class VerdictJson(BaseModel):
    """What the owner says of a take."""

    model_config = ConfigDict(extra="forbid")

    verdict: Literal["good", "bad", ""]


@router.get("/api/studies/{study_id}/estimate")
def estimate_study(
    study_id: str, studio: StudioDep, owner: Owner, language: Language
) -> EstimateJson:
    """How long the missing takes will take and what they will cost. Keeps nothing."""
    found = studio.studies.rendering.estimate(owner, study_id)
    return EstimateJson(
        takes=found.takes,
        seconds=found.seconds,
        costs=[
            CostJson(currency=one.currency, amount=one.amount, characters=one.characters)
            for one in found.costs
        ],
        refusals=[_said(one, language) for one in found.refusals],
        warnings=[_said(one, language) for one in found.warnings],
    )


def _said(one: Said, language: str) -> dict[str, Any]:
    return {"condition": one.condition, "label": one.label, **spoken(language, one.note)}


@router.post("/api/studies/{study_id}/render", status_code=202)
def render_study(study_id: str, studio: StudioDep, owner: Owner, language: Language) -> StudyJson:
    """Order every take that is missing, and those anew that failed or were cancelled."""
    studio.studies.rendering.render(owner, study_id)
    return shown(studio, owner, study_id, language)


@router.post("/api/studies/{study_id}/render/cancel")
def cancel_rendering(
    study_id: str, studio: StudioDep, owner: Owner, language: Language
) -> StudyJson:
    """Stop every take that is not finished."""
    studio.studies.rendering.cancel(owner, study_id)
    return shown(studio, owner, study_id, language)


@router.get("/api/studies/{study_id}/rendering")
def read_rendering(
    study_id: str, studio: StudioDep, owner: Owner, language: Language
) -> RenderedJson:
    """The takes alone, to be asked for while they are made."""
    items = studio.studies.showing.rendering(owner, study_id)
    return RenderedJson(
        rendering=RenderingJson.of(RenderingView.of(items)),
        items=[ItemJson.of(item, study_id, language) for item in items],
    )


@router.post("/api/studies/{study_id}/items/{text}/{condition}/retry")
def retry_item(  # noqa: PLR0913, PLR0917 (what FastAPI hands in)
    study_id: str,
    text: Place,
    condition: Place,
    studio: StudioDep,
    owner: Owner,
    language: Language,
    body: RetryJson | None = None,
) -> StudyJson:
    """Render one failed or cancelled take anew."""
    insist = bool(body and body.insist)
    studio.studies.rendering.retry(owner, study_id, text, condition, insist=insist)
    return shown(studio, owner, study_id, language)


@router.get(
    "/api/studies/{study_id}/items/{text}/{condition}/audio",
    status_code=200,
    response_class=StimulusResponse,
    responses=_WAV,
)
async def item_audio(
    study_id: str, text: Place, condition: Place, studio: StudioDep, owner: Owner
) -> StimulusResponse:
    """A take, whole. Once its last byte has left, it counts as heard by its owner."""
    checking = studio.studies.checking
    wav, take = await run_in_threadpool(checking.sound, owner, study_id, text, condition)
    heard = functools.partial(checking.mark_heard, owner, study_id, text, condition, take)

    async def sent() -> None:
        await run_in_threadpool(heard)

    return StimulusResponse(wav, sent)


@router.put("/api/studies/{study_id}/items/{text}/{condition}")
def judge_item(  # noqa: PLR0913, PLR0917 (what FastAPI hands in)
    study_id: str,
    text: Place,
    condition: Place,
    body: VerdictJson,
    studio: StudioDep,
    owner: Owner,
    language: Language,
) -> StudyJson:
    """Say that a take is good, which must have been heard, or bad: then its text is out."""
    studio.studies.checking.judge(owner, study_id, text, condition, body.verdict)
    return shown(studio, owner, study_id, language)


@router.post("/api/studies/{study_id}/references", status_code=201, openapi_extra=_FORM)
async def add_reference(
    study_id: str, request: Request, studio: StudioDep, owner: Owner, language: Language
) -> StudyJson:
    """Keep a second recording of a speaker; the one that was cloned is refused."""
    upload = await read_upload(request, studio.settings.upload_max_bytes, _FIELDS)
    given = {name: upload.fields.get(name, "").strip() for name in _FIELDS}
    if given["text"] and not (given["text"].isascii() and given["text"].isdecimal()):
        raise BadInput("study_text_not_a_number")
    place = int(given["text"][:9]) if given["text"] else None

    def add() -> StudyJson:
        studio.studies.references.add(
            owner, study_id, upload.data, given["voice"] or None, place, given["name"]
        )
        return shown(studio, owner, study_id, language)

    return await run_in_threadpool(add)


@router.delete("/api/studies/{study_id}/references/{reference_id}")
def remove_reference(
    study_id: str, reference_id: str, studio: StudioDep, owner: Owner, language: Language
) -> StudyJson:
    """Forget a recording."""
    studio.studies.references.remove(owner, study_id, reference_id)
    return shown(studio, owner, study_id, language)


@router.get(
    "/api/studies/{study_id}/references/{reference_id}/audio",
    response_class=Response,
    responses=_WAV,
)
def reference_audio(study_id: str, reference_id: str, studio: StudioDep, owner: Owner) -> Response:
    """A kept recording as WAV: decoded samples, never the file that was uploaded."""
    wav = studio.studies.references.sound(owner, study_id, reference_id)
    return Response(wav, 200, _CLIP_HEADERS, "audio/wav")
