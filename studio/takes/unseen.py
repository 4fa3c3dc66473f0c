"""Which takes are in the bin, by themselves or with their comparison."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from studio.store.tables import Comparison, Take


def binned_takes(session: Session, owner: str) -> frozenset[str]:
    """Ids of this owner's takes that nobody is to see or hear now."""
    mine = select(Take.id).join(Comparison, Comparison.id == Take.comparison_id)
    mine = mine.where(Comparison.owner == owner)
    # two questions, each of which has an index: together they would read every take
    found = [*session.scalars(mine.where(Take.deleted_at.is_not(None)))]
    found += session.scalars(mine.where(Comparison.deleted_at.is_not(None)))
    return frozenset(found)
