"""What this studio has measured of its own takes: how fast it is, how dense texts are."""

from collections.abc import Iterable
from statistics import median

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from studio.costs.facts import Measured
from studio.costs.rental import Kind
from studio.store.tables import Comparison, Take

_LATEST = 50
"""Takes of an engine that its real-time factor is the median of."""
_TEXTS = 1_000
"""Takes of a person that the density of text is measured on."""
_LEAST_SECONDS = 10.0
"""Of speech in a language, before its density means anything."""


def real_time_factors(session: Session, engine: str) -> dict[Kind, Measured]:
    """Median of the engine's latest takes on each kind of device, whoever ordered them.

    Args:
        session: to read in.
        engine: its name.

    Returns:
        by ``cpu`` and ``cuda``, those that it ran on.
    """
    found: dict[Kind, Measured] = {}
    for kind in ("cpu", "cuda"):
        query = (
            select(Take.rtf)
            .where(Take.engine == engine, Take.finished_at.is_not(None))
            .where(Take.state == "done", Take.reused.is_(False), Take.rtf.is_not(None))
            .where(Take.device.startswith(kind))
            .order_by(Take.finished_at.desc())
            .limit(_LATEST)
        )
        factors = [rtf for rtf in session.scalars(query) if rtf]
        if factors:
            found[kind] = Measured(value=round(median(factors), 3), takes=len(factors))
    return found


def characters_per_minute(session: Session, owner: str) -> dict[str, Measured]:
    """Characters of a person's texts by the minute they took to say, by language."""
    latest = (
        select(Comparison.language, func.length(Comparison.text).label("length"), Take.seconds)
        .join(Comparison, Take.comparison_id == Comparison.id)
        .where(Comparison.owner == owner, Take.state == "done", Take.seconds > 0)
        .order_by(Take.finished_at.desc())
        .limit(_TEXTS)
    )
    return _densities(session.execute(latest).tuples())


def _densities(rows: Iterable[tuple[str, int, float | None]]) -> dict[str, Measured]:
    """Sums first, so that long texts count as long."""
    sums: dict[str, tuple[int, float, int]] = {}
    for language, length, seconds in rows:
        characters, spoken, takes = sums.get(language, (0, 0.0, 0))
        sums[language] = (characters + length, spoken + (seconds or 0.0), takes + 1)
    return {
        language: Measured(value=round(60 * characters / spoken, 1), takes=takes)
        for language, (characters, spoken, takes) in sums.items()
        if spoken >= _LEAST_SECONDS
    }
