"""Reading and writing the rows of takes and comparisons."""

import uuid
from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from studio.engines.registry import engine_class
from studio.locales import Note
from studio.problems import NotFound, Unavailable
from studio.store.tables import Comparison, Take, now
from studio.takes.key import text_sha256
from studio.takes.order import ComparisonOrder, EngineOrder
from studio.takes.views import Aspects, ComparisonView, Cost, InsteadOf, TakeView

_MEASURED = ("loudness_lufs", "peak_dbfs", "true_peak_dbtp", "speech_seconds")
_RECENT = 20


def new_id() -> str:
    """An id that tells nothing."""
    return str(uuid.uuid4())


def is_id(text: str) -> bool:
    """Whether a text has the form of our ids; others need not be looked up."""
    try:
        return str(uuid.UUID(text)) == text
    except ValueError:
        return False


def comparison_of(session: Session, owner: str, comparison_id: str) -> Comparison:
    """A comparison of this owner.

    Raises:
        NotFound: ``unknown_comparison``.
    """
    row = session.get(Comparison, comparison_id) if is_id(comparison_id) else None
    if row is None or row.owner != owner:
        raise NotFound("unknown_comparison")
    return row


def take_of(session: Session, owner: str, take_id: str) -> tuple[Take, Comparison]:
    """A take of this owner and its comparison.

    Raises:
        NotFound: ``unknown_take``.
    """
    if is_id(take_id):
        query = select(Take, Comparison).join(Comparison, Take.comparison_id == Comparison.id)
        found = session.execute(query.where(Take.id == take_id, Comparison.owner == owner)).first()
        if found is not None:
            return found[0], found[1]
    raise NotFound("unknown_take")


def takes_of(session: Session, comparison_ids: Sequence[str]) -> dict[str, list[Take]]:
    """Takes of some comparisons, in the order in which their engines were asked."""
    found: dict[str, list[Take]] = {name: [] for name in comparison_ids}
    query = select(Take).where(Take.comparison_id.in_(comparison_ids)).order_by(Take.position)
    for take in session.scalars(query):
        found[take.comparison_id].append(take)
    return found


def same_key(session: Session, owner: str, key: str) -> Take | None:
    """The oldest done take of this owner with a key."""
    if not key:
        return None
    query = (
        select(Take)
        .join(Comparison, Take.comparison_id == Comparison.id)
        .where(Take.key == key, Take.state == "done", Comparison.owner == owner)
        .order_by(Take.finished_at)
        .limit(1)
    )
    return session.scalars(query).first()


def recent_rtf(session: Session, engine: str) -> list[float]:
    """Real-time factors of an engine's latest takes."""
    query = (
        select(Take.rtf)
        .where(Take.engine == engine, Take.finished_at.is_not(None))
        .where(Take.state == "done", Take.reused.is_(False), Take.rtf.is_not(None))
        .order_by(Take.finished_at.desc())
        .limit(_RECENT)
    )
    return [rtf for rtf in session.scalars(query) if rtf is not None]


def new_comparison(owner: str, order: ComparisonOrder) -> Comparison:
    """The row of an order."""
    return Comparison(
        id=new_id(),
        owner=owner,
        text=order.text,
        text_sha256=text_sha256(order.text),
        language=order.language,
        voice_id=order.voice,
        instruction=order.instruction,
        created_at=now(),
    )


def new_take(comparison: Comparison, position: int, wanted: EngineOrder) -> Take:
    """A take's row before its plan."""
    return Take(
        id=new_id(),
        comparison_id=comparison.id,
        position=position,
        engine=wanted.engine,
        request={"wanted": wanted.model_dump(mode="json")},
        created_at=now(),
    )


def take_view(take: Take, progress: Callable[[str], float]) -> TakeView:
    """A row as the service shows it.

    Args:
        take: the row.
        progress: seconds of audio made so far, by take id.
    """
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
        progress_seconds=round(take.seconds if take.seconds is not None else progress(take.id), 3),
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
        checkpoints=tuple(take.request.get("checkpoints", ())),
        model=take.model,
        created_at=take.created_at,
        rendered_at=take.rendered_at,
    )


def comparison_view(
    row: Comparison,
    takes: Sequence[Take],
    voice_name: str | None,
    progress: Callable[[str], float],
) -> ComparisonView:
    """A comparison and its takes as the service shows them."""
    return ComparisonView(
        id=row.id,
        text=row.text,
        language=row.language,
        voice=row.voice_id,
        voice_name=voice_name,
        instruction=row.instruction,
        created_at=row.created_at,
        takes=tuple(take_view(take, progress) for take in takes),
    )


def title_and_licence(engine: str) -> tuple[str, str]:
    """An engine's title and the licence of its weights, as far as its card can be read."""
    try:
        card = engine_class(engine).card
    except (NotFound, Unavailable):  # an engine that was removed since, or broken
        return engine, ""
    return card.title, card.licence.weights
