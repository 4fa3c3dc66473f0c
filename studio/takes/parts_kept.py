"""The sounds of parts that were rendered: found again by their keys, kept with a comparison."""

import uuid
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from studio.store.library_tables import TakePart
from studio.store.tables import Comparison, Take
from studio.takes.part_keys import KeyedPart
from studio.takes.views import PartView

PARTS = "parts"
"""In a take's ``measures``: its parts."""


def part_blob(owner: str) -> str:
    """A new name for a part's sound."""
    return f"results/{owner}/{uuid.uuid4()}"


def adopt(session: Session, comparison: Comparison, keys: Iterable[str]) -> dict[str, TakePart]:
    """The parts of a comparison that there are, those of its owner's other ones made its own too.

    Args:
        session: one that writes: whatever is adopted is not removed in between.
        comparison: flushed.
        keys: of the parts that are wanted.

    Returns:
        by key.
    """
    wanted = set(keys)
    if not wanted:
        return {}
    query = select(TakePart).where(TakePart.owner == comparison.owner, TakePart.key.in_(wanted))
    found: dict[str, TakePart] = {}
    for row in session.scalars(query.order_by(TakePart.rendered_at, TakePart.comparison_id)):
        if row.comparison_id == comparison.id or row.key not in found:
            found[row.key] = row
    for key, row in found.items():
        if row.comparison_id != comparison.id:
            found[key] = TakePart(
                comparison_id=comparison.id,
                key=key,
                owner=comparison.owner,
                blob=row.blob,
                sample_rate=row.sample_rate,
                seconds=row.seconds,
                rendered_at=row.rendered_at,
            )
            session.add(found[key])
    return found


def adopt_for(session: Session, comparison: Comparison, takes: Iterable[Take]) -> None:
    """Let the parts of takes that the store answered belong to their comparison, too."""
    done = [take for take in takes if take.state == "done" and take.reused]
    adopt(session, comparison, {part["key"] for take in done for part in parts_of(take)})


def parts_of(take: Take) -> list[dict[str, Any]]:
    """What a row knows of its take's parts; empty where it is rendered as a whole."""
    return list((take.measures or {}).get(PARTS, ()))


def planned_parts(texts: Sequence[str], seed: int) -> dict[str, Any] | None:
    """What a row's ``measures`` say of a take's parts before their keys are known."""
    unknown = {"key": "", "start_seconds": None, "end_seconds": None}
    parts = [{"text": text, "seed": seed, **unknown} for text in texts]
    return {PARTS: parts} if parts else None


def part_views(take: Take) -> tuple[PartView, ...]:
    """A take's parts as they are shown."""
    return tuple(
        PartView(
            index=index,
            text=part["text"],
            seed=part["seed"],
            state="waiting" if part["end_seconds"] is None else "done",
            start_seconds=part["start_seconds"],
            end_seconds=part["end_seconds"],
        )
        for index, part in enumerate(parts_of(take))
    )


def waiting(parts: Sequence[KeyedPart]) -> list[dict[str, Any]]:
    """Parts as a row keeps them before they are rendered."""
    return [
        {
            "text": one.part.text,
            "seed": one.seed,
            "key": one.key,
            "start_seconds": None,
            "end_seconds": None,
        }
        for one in parts
    ]
