"""Takes over HTTP: how one stands, its audio while and after it is made, cancel and retry."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from datetime import datetime
from typing import Any, Literal, Self

from fastapi import APIRouter, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel

from studio.api.dependencies import Language, Owner, StudioDep
from studio.api.figures import FigureJson, FindingJson, RemarkJson
from studio.api.licence_json import LicenceTermsJson
from studio.api.plans import AspectJson, CostJson, aspects_json
from studio.api.problems import spoken
from studio.quality.figure import Figure
from studio.takes.elsewhere.state import JobState
from studio.takes.marks import MarksChange
from studio.takes.views import Marks, ReportView, TakeView

router = APIRouter(tags=["takes"])

_NEVER_CHANGES = {"Cache-Control": "private, max-age=31536000, immutable"}
_SAID = {"aspects", "warnings", "error", "instead_of", "cost", "report", "attempts"}


class InsteadOfJson(BaseModel):
    """The engine that was asked first, and why it did not render."""

    engine: str
    title: str
    reason: dict[str, Any]


class ReportJson(BaseModel):
    """What was measured on a finished take."""

    state: Literal["pending", "running", "done", "failed"]
    figures: list[FigureJson]
    findings: list[FindingJson]
    heard: dict[str, Any] | None
    """What speech recognition understood: text, language, alignment with the text."""
    remarks: list[RemarkJson]
    """What was not measured, and why."""
    measured_at: datetime | None
    seconds: float | None
    """How long measuring took."""

    @classmethod
    def of(cls, view: ReportView | None, language: str) -> Self | None:
        """A report put into a language."""
        if view is None:
            return None
        return cls(
            state=view.state,
            figures=[FigureJson.of(figure, language) for figure in view.figures],
            findings=[FindingJson.of(finding, language, "take") for finding in view.findings],
            heard=view.heard,
            remarks=[RemarkJson.of(remark, language) for remark in view.remarks],
            measured_at=view.measured_at,
            seconds=view.seconds,
        )


class PartJson(BaseModel):
    """A part of a take whose text is rendered in parts."""

    index: int
    text: str
    seed: int
    state: Literal["waiting", "done"]
    start_seconds: float | None
    """Where its sound lies in the take, as soon as that is known."""
    end_seconds: float | None


class TakeJson(BaseModel):
    """A take as it stands. Levels in dBFS, dBTP and LUFS; times in seconds."""

    id: str
    comparison: str
    engine: str
    title: str
    state: Literal["queued", "running", "done", "failed", "cancelled"]
    preset: str
    preset_title: str
    progress_seconds: float
    seconds: float | None
    rtf: float | None
    ttfa_seconds: float | None
    loudness_lufs: float | None
    peak_dbfs: float | None
    true_peak_dbtp: float | None
    speech_seconds: float | None
    sample_rate: int | None
    aspects: dict[str, AspectJson]
    warnings: list[dict[str, Any]]
    error: dict[str, Any] | None
    reused: bool
    insistable: bool
    licence: str
    terms: LicenceTermsJson | None
    """What may be done with it; ``null`` where its engine is not known any more."""
    attribution: str
    instead_of: InsteadOfJson | None
    cost: CostJson | None
    device: str
    elsewhere: JobState | None
    """Where the job stands that renders it on another machine; ``null``: none does."""
    checkpoints: list[str]
    model: str
    model_revision: str
    created_at: datetime
    rendered_at: datetime | None
    position: int
    """Its place in the order; all attempts at it share the place."""
    seed: int
    first: str
    """Id of the attempt that was ordered; the take's own for the first."""
    attempt: int
    retries: int
    """How many further attempts the plan allows."""
    varies: bool
    """Whether another attempt would differ; else none can be asked for."""
    chosen: bool
    """Of all attempts, the one that stands for them."""
    settled: bool
    """Nothing more will happen to it or to the other attempts by itself."""
    parts: list[PartJson]
    """Also while it is rendered; empty where that is done as a whole, and in lists."""
    report: ReportJson | None
    marks: Marks
    """A name and a pin are the place's, whichever attempt stands for it; note and star its own."""
    spoken: str | None
    """What it says; ``null``: the text as it is written."""
    attempts: "list[TakeJson]"
    """The other attempts, the oldest first; they name no others themselves."""

    @classmethod
    def of(cls, view: TakeView, language: str) -> Self:
        """A take put into a language."""
        plain = view.model_dump(exclude=_SAID)
        first = view.instead_of
        return cls(
            **plain,
            instead_of=InsteadOfJson(
                engine=first.engine, title=first.title, reason=spoken(language, first.reason)
            )
            if first
            else None,
            cost=CostJson.of(view.cost),
            terms=LicenceTermsJson.of(view.engine, language),
            aspects=aspects_json(view.aspects, language),
            warnings=[spoken(language, warning) for warning in view.warnings],
            error=spoken(language, view.error) if view.error else None,
            settled=view.settled,
            report=ReportJson.of(view.report, language),
            attempts=[cls.of(other, language) for other in view.attempts],
        )


class PeaksJson(BaseModel):
    """A waveform to draw: (lowest, highest) of equal slices, -127 to 127."""

    peaks: list[tuple[int, int]]
    seconds: float


@router.get("/api/takes/{take_id}")
def read_take(take_id: str, studio: StudioDep, owner: Owner, language: Language) -> TakeJson:
    """One take."""
    return TakeJson.of(studio.takes.take(owner, take_id), language)


@router.delete("/api/takes/{take_id}")
def delete_take(
    take_id: str, studio: StudioDep, owner: Owner, language: Language, forget: bool = False
) -> TakeJson:
    """Stop rendering, and let no further attempt follow. What is final already stays as it is.

    With ``forget``, the take is then removed: its sound, figures and row, and the further attempts
    at it; the answer is the take as it was.
    """
    was = TakeJson.of(studio.takes.cancel(owner, take_id), language)
    if forget:
        studio.takes.removal.take(owner, take_id)
    return was


@router.post("/api/takes/{take_id}/cancel")
def cancel_take(take_id: str, studio: StudioDep, owner: Owner, language: Language) -> TakeJson:
    """Stop rendering, and let no further attempt follow. What is final already stays as it is."""
    return TakeJson.of(studio.takes.cancel(owner, take_id), language)


@router.post("/api/takes/{take_id}/retry", status_code=202)
def retry_take(
    take_id: str, studio: StudioDep, owner: Owner, language: Language, insist: bool = False
) -> TakeJson:
    """Render a failed or cancelled take anew; with ``insist``, against the studio's advice too."""
    return TakeJson.of(studio.takes.retry(owner, take_id, insist=insist), language)


@router.post("/api/takes/{take_id}/attempts", status_code=202)
def attempt_take(take_id: str, studio: StudioDep, owner: Owner, language: Language) -> TakeJson:
    """Make a done take once more with another seed; the attempts there are stay."""
    return TakeJson.of(studio.takes.another(owner, take_id), language)


@router.put("/api/takes/{take_id}/chosen")
def choose_attempt(take_id: str, studio: StudioDep, owner: Owner, language: Language) -> TakeJson:
    """Let this attempt stand for all attempts at the take, whatever its checks say."""
    return TakeJson.of(studio.takes.choose(owner, take_id), language)


@router.post("/api/takes/{take_id}/parts/{index}/redo", status_code=202)
def redo_part(
    take_id: str, index: int, studio: StudioDep, owner: Owner, language: Language
) -> TakeJson:
    """Make one part of a done take again with another seed; the answer is the further attempt.

    It shares the sound of the other parts; parts are counted from 0.
    """
    return TakeJson.of(studio.takes.redo_part(owner, take_id, index), language)


@router.get(
    "/api/takes/{take_id}/stream",
    response_class=StreamingResponse,
    responses={
        200: {"content": {"audio/wav": {}, "application/octet-stream": {}}},
        204: {"description": "The take failed or was cancelled before its first sound."},
    },
)
async def take_stream(
    take_id: str,
    studio: StudioDep,
    owner: Owner,
    format: Literal["wav", "pcm"] = "wav",  # noqa: A002 (the name in the address)
) -> Response:
    """The take from its beginning while it is rendered: an endless WAV, or bare 16-bit mono PCM.

    The answer begins with the first sound. The header ``X-Sample-Rate`` says the rate in Hz.
    """
    from studio.audio.encode import wav_stream_header

    pieces = studio.takes.stream(owner, take_id)
    begun = await anext(pieces, None)
    if begun is None:
        return Response(status_code=204)
    rate, first = begun

    async def body() -> AsyncGenerator[bytes]:
        async with aclosing(pieces):
            yield (wav_stream_header(rate) if format == "wav" else b"") + first
            async for _, piece in pieces:
                yield piece

    headers = {
        "Cache-Control": "no-store",
        "X-Accel-Buffering": "no",
        "X-Content-Type-Options": "nosniff",
        "X-Sample-Rate": str(rate),
    }
    kind = "audio/wav" if format == "wav" else "application/octet-stream"
    return StreamingResponse(body(), headers=headers, media_type=kind)


@router.patch("/api/takes/{take_id}/marks")
def mark_take(
    take_id: str, change: MarksChange, studio: StudioDep, owner: Owner, language: Language
) -> TakeJson:
    """Note something on a take: a name, a note, a star, a pin. What is not named stays."""
    studio.takes.marking.change(owner, take_id, change)
    return TakeJson.of(studio.takes.take(owner, take_id), language)


class MelodyJson(BaseModel):
    """The pitch of a take over time (Boersma 1993)."""

    hop_seconds: float
    hertz: list[float | None]
    """One value each hop; ``null`` where nothing is voiced."""
    median_hz: float | None
    """``null``, as the range: next to nothing is voiced."""
    range_semitones: float | None
    """From the 5th to the 95th percentile."""
    voiced_seconds: float
    figures: list[FigureJson]
    """Median and range with their words."""


@router.get("/api/takes/{take_id}/pitch")
def take_pitch(
    take_id: str, studio: StudioDep, owner: Owner, language: Language, response: Response
) -> MelodyJson:
    """How high the voice of a done take is, from moment to moment."""
    from studio.quality.pitch import METHOD

    melody = studio.takes.melody(owner, take_id)
    response.headers.update(_NEVER_CHANGES)
    whole = melody.whole
    figures = [
        Figure("pitch_median_hz", whole.median_hz, "Hz", METHOD),
        Figure("pitch_range_semitones", whole.range_semitones, "semitones", METHOD),
    ]
    return MelodyJson(
        hop_seconds=melody.hop_seconds,
        hertz=[round(value, 1) if value else None for value in melody.hertz],
        median_hz=whole.median_hz,
        range_semitones=whole.range_semitones,
        voiced_seconds=round(whole.voiced_seconds, 3),
        figures=[FigureJson.of(figure, language) for figure in figures],
    )


@router.get("/api/takes/{take_id}/peaks")
def take_peaks(take_id: str, studio: StudioDep, owner: Owner, response: Response) -> PeaksJson:
    """The waveform of a done take."""
    peaks, seconds = studio.takes.peaks(owner, take_id)
    response.headers.update(_NEVER_CHANGES)
    return PeaksJson(peaks=peaks, seconds=seconds)


@router.get(
    "/api/takes/{take_id}/spectrogram.png",
    response_class=Response,
    responses={200: {"content": {"image/png": {}}}},
)
def take_spectrogram(take_id: str, studio: StudioDep, owner: Owner) -> Response:
    """The spectrogram of a done take."""
    return Response(studio.takes.spectrogram(owner, take_id), 200, _NEVER_CHANGES, "image/png")
