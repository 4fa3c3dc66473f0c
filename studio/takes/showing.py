"""How rows are shown: takes with their reports and attempts, comparisons with their takes."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from studio.locales import Note
from studio.store.library_tables import TakeMark
from studio.store.tables import Comparison, Take, TakeReport
from studio.takes.attempts import by_position, chosen
from studio.takes.elsewhere.ticket import job_state
from studio.takes.marks import marks_view
from studio.takes.parts_kept import part_views
from studio.takes.reports import report_view
from studio.takes.rows import title_and_licence, varies
from studio.takes.spoken import SPOKEN, readings_of, spoken_of
from studio.takes.views import Aspects, ComparisonView, Cost, InsteadOf, TakeView

_MEASURED = ("loudness_lufs", "peak_dbfs", "true_peak_dbtp", "speech_seconds")


def comparison_view(  # noqa: PLR0913, PLR0917 (what the rows of one order are beside)
    row: Comparison,
    takes: Sequence[Take],
    reports: Mapping[str, TakeReport],
    voice_name: str | None,
    progress: Callable[[str], float],
    marks: Mapping[str, TakeMark] = MappingProxyType({}),
) -> ComparisonView:
    """A comparison and its takes as the service shows them."""
    return ComparisonView(
        id=row.id,
        text=row.text,
        language=row.language,
        voice=row.voice_id,
        voice_name=voice_name,
        instruction=row.instruction,
        title=row.title,
        project=row.project,
        readings=tuple(readings_of(row) or ()),
        spoken=spoken_of(row) if row.readings else None,
        created_at=row.created_at,
        takes=tuple(
            take_view(chosen(attempts, reports), attempts, reports, progress, marks)
            for attempts in by_position(takes)
        ),
    )


def take_view(
    take: Take,
    attempts: Sequence[Take],
    reports: Mapping[str, TakeReport],
    progress: Callable[[str], float],
    marks: Mapping[str, TakeMark] = MappingProxyType({}),
) -> TakeView:
    """A row as the service shows it, with the other attempts at the same take.

    Args:
        take: the row.
        attempts: all attempts, itself among them, the oldest first.
        reports: on them, by take id.
        progress: seconds of audio made so far, by take id.
        marks: what is noted on them, by take id.
    """
    best = chosen(attempts, reports)
    view = _one(take, reports.get(take.id), progress)
    others = tuple(
        _one(other, reports.get(other.id), progress).model_copy(
            update={"chosen": other.id == best.id, "marks": marks_view(other, attempts, marks)}
        )
        for other in attempts
        if other.id != take.id
    )
    own = marks_view(take, attempts, marks)
    return view.model_copy(update={"chosen": take.id == best.id, "attempts": others, "marks": own})


def _made(take: Take, measures: dict[str, Any], progress: Callable[[str], float]) -> float:
    """Seconds of audio so far: as kept, as this process knows, or as another one wrote it down."""
    if take.seconds is not None:
        return take.seconds
    return max(progress(take.id), float(measures.get("progress_seconds", 0.0)))


def _one(take: Take, report: TakeReport | None, progress: Callable[[str], float]) -> TakeView:
    measures: dict[str, Any] = take.measures or {}
    title, licence = title_and_licence(take.engine)
    return TakeView(
        id=take.id,
        comparison=take.comparison_id,
        engine=take.engine,
        title=title,
        state=take.state,
        preset=take.preset,
        preset_title=take.request.get("preset_title", ""),
        progress_seconds=round(_made(take, measures, progress), 3),
        seconds=take.seconds,
        rtf=take.rtf,
        ttfa_seconds=take.ttfa_seconds,
        **{name: measures.get(name) for name in _MEASURED},
        sample_rate=take.sample_rate,
        aspects=Aspects.from_json(take.aspects),
        warnings=tuple(Note.from_json(warning) for warning in take.warnings),
        error=Note.from_json(take.error) if take.error else None,
        reused=take.reused,
        insistable=take.state == "failed" and bool(take.request.get("insistable")),
        licence=licence,
        attribution=take.attribution,
        instead_of=InsteadOf.from_json(take.instead_of) if take.instead_of else None,
        cost=Cost.model_validate(take.cost) if take.cost else None,
        device=take.device,
        elsewhere=job_state(take),
        checkpoints=tuple(take.request.get("checkpoints", ())),
        model=take.model,
        model_revision=take.model_revision,
        created_at=take.created_at,
        rendered_at=take.rendered_at,
        position=take.position,
        seed=int(take.request.get("seed", 0)),
        first=take.first_attempt or take.id,
        attempt=take.attempt,
        retries=int(take.request.get("retries", 0)),
        varies=varies(take.engine),
        parts=part_views(take),
        report=report_view(report) if take.state == "done" else None,
        spoken=take.request.get(SPOKEN),
    )
