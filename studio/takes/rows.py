"""Reading and writing the rows of takes and comparisons."""

import uuid
from collections.abc import Sequence

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from studio.engines.registry import engine_class
from studio.problems import NotFound, Unavailable
from studio.store.base import now
from studio.store.tables import Comparison, Take
from studio.takes.key import text_sha256
from studio.takes.order import ComparisonOrder, EngineOrder
from studio.takes.spoken import SPOKEN, spoken_of

_RECENT = 20
OWN_BLOB = "own_blob"
"""In a take's ``request``: its sound lies under its own name, also when an earlier take answers."""


def new_id() -> str:
    """An id that tells nothing."""
    return str(uuid.uuid4())


def is_id(text: str) -> bool:
    """Whether a text has the form of our ids; others need not be looked up."""
    try:
        return str(uuid.UUID(text)) == text
    except ValueError:
        return False


def result_blob(owner: str, take_id: str) -> str:
    """The name under which a take's sound is kept."""
    return f"results/{owner}/{take_id}"


def kept(*tables: type[Comparison] | type[Take]) -> tuple[ColumnElement[bool], ...]:
    """Conditions that leave out what is in the bin; a take is there with its comparison, too."""
    return tuple(table.deleted_at.is_(None) for table in tables)


def comparison_of(session: Session, owner: str, comparison_id: str) -> Comparison:
    """A comparison of this owner that is not in the bin.

    Raises:
        NotFound: ``unknown_comparison``.
    """
    row = session.get(Comparison, comparison_id) if is_id(comparison_id) else None
    if row is None or row.owner != owner or row.deleted_at is not None:
        raise NotFound("unknown_comparison")
    return row


def take_of(
    session: Session, owner: str, take_id: str, *, binned: bool = False
) -> tuple[Take, Comparison]:
    """A take of this owner and its comparison.

    Args:
        session: to look in.
        owner: whose it is.
        take_id: the take.
        binned: also when it is in the bin: to remove it for good.

    Raises:
        NotFound: ``unknown_take``.
    """
    if is_id(take_id):
        query = select(Take, Comparison).join(Comparison, Take.comparison_id == Comparison.id)
        query = query.where(Take.id == take_id, Comparison.owner == owner)
        query = query if binned else query.where(*kept(Take, Comparison))
        found = session.execute(query).first()
        if found is not None:
            return found[0], found[1]
    raise NotFound("unknown_take")


def takes_of(session: Session, comparison_ids: Sequence[str]) -> dict[str, list[Take]]:
    """Takes of some comparisons, all attempts, in the order in which their engines were asked.

    Those in the bin by themselves are left out.
    """
    found: dict[str, list[Take]] = {name: [] for name in comparison_ids}
    query = select(Take).where(Take.comparison_id.in_(comparison_ids), *kept(Take))
    query = query.order_by(Take.position, Take.attempt)
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
        readings=[one.model_dump() for one in order.readings] if order.readings else None,
        language=order.language,
        voice_id=order.voice,
        instruction=order.instruction,
        title=order.title,
        project=order.project,
        created_at=now(),
    )


def new_take(
    comparison: Comparison, position: int, wanted: EngineOrder, retries: int | None
) -> Take:
    """A take's row before its plan; ``retries``: what the order says for all its engines."""
    return Take(
        id=new_id(),
        comparison_id=comparison.id,
        position=position,
        engine=wanted.engine,
        attempt=1,
        request={
            "wanted": wanted.model_dump(mode="json"),
            "retries_ordered": retries,
            **({SPOKEN: spoken_of(comparison)} if comparison.readings else {}),
        },
        created_at=now(),
    )


def title_and_licence(engine: str) -> tuple[str, str]:
    """An engine's title and the licence of its weights, as far as its card can be read."""
    try:
        card = engine_class(engine).card
    except (NotFound, Unavailable):  # an engine that was removed since, or broken
        return engine, ""
    return card.title, card.licence.weights


def varies(engine: str) -> bool:
    """Whether another attempt of an engine would differ; False where its card cannot be read."""
    try:
        return engine_class(engine).card.varies
    except (NotFound, Unavailable):
        return False
