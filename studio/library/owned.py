"""Whether a thing is somebody's, and not in the bin."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from studio.library.query import Kind
from studio.problems import Conflict, NotFound
from studio.store.study_tables import Study
from studio.store.tables import Comparison, Take, Voice
from studio.studies.owner.rows import study_of
from studio.takes.rows import comparison_of, is_id, take_of
from studio.voices.rows import voice_of

Row = Comparison | Take | Voice | Study


def owned(session: Session, owner: str, kind: Kind, identity: str) -> Row:
    """The row of a thing that its owner can see.

    Raises:
        NotFound: ``unknown_comparison`` and its like.
        Conflict: ``comparison_of_study``: it belongs to a study and is seen there alone.
    """
    if kind == "comparison":
        return _free(comparison_of(session, owner, identity))
    if kind == "take":
        take, comparison = take_of(session, owner, identity)
        _free(comparison)
        return take
    if kind == "voice":
        return voice_of(session, owner, identity).voice
    return study_of(session, owner, identity)


def binned(session: Session, owner: str, kind: Kind, identity: str) -> Row:
    """The row of a thing that lies in the bin by itself.

    Raises:
        NotFound: ``unknown_comparison`` and its like; also for what is not in the bin.
    """
    row, theirs = _row(session, kind, identity) if is_id(identity) else (None, "")
    if row is None or theirs != owner or row.deleted_at is None:
        raise NotFound(f"unknown_{kind}")
    return row


def _row(session: Session, kind: Kind, identity: str) -> tuple[Row | None, str]:
    """A thing's row, and whose it is."""
    if kind == "take":
        query = select(Take, Comparison.owner).join(Comparison, Comparison.id == Take.comparison_id)
        found = session.execute(query.where(Take.id == identity)).tuples().first()
        return found if found is not None else (None, "")
    row: Comparison | Voice | Study | None
    if kind == "comparison":
        row = session.get(Comparison, identity)
    elif kind == "voice":
        row = session.get(Voice, identity)
    else:
        row = session.get(Study, identity)
    return row, row.owner if row is not None else ""


def _free(comparison: Comparison) -> Comparison:
    if comparison.study_id is not None:
        raise Conflict("comparison_of_study")
    return comparison
