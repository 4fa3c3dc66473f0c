"""The bin: things are put there, taken out again, and removed for good."""

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.orm import Session

from studio.library.owned import binned, owned
from studio.library.query import KINDS
from studio.library.selecting import TABLES
from studio.library.views import Moved, Refused, Thing
from studio.problems import Conflict, NotFound, Problem
from studio.settings import Settings
from studio.store.base import now
from studio.store.database import Database
from studio.store.study_tables import Decision, Study
from studio.store.tables import Comparison, Take, Voice
from studio.studies.owner.drafts import Drafts
from studio.takes.removal import Removal
from studio.takes.views import FINAL
from studio.voices.room import has_room

_AT_ONCE = 50
"""Things in one transaction: others who write get their turn in between."""


class Bin:
    """Moves things of one owner.

    Args:
        settings: quotas.
        database: rows.
        takes: removes what was ordered.
        forget_voice: removes a voice, told owner and id.
        studies: removes studies.
        nudge: told when takes were called off, so that they stop at once.
    """

    def __init__(  # noqa: PLR0913, PLR0917 (the services whose things it holds)
        self,
        settings: Settings,
        database: Database,
        takes: Removal,
        forget_voice: Callable[[str, str], None],
        studies: Drafts,
        nudge: Callable[[], None],
    ) -> None:
        self._settings = settings
        self._database = database
        self._takes = takes
        self._forget_voice = forget_voice
        self._studies = studies
        self._nudge = nudge

    def put(self, owner: str, things: Sequence[Thing]) -> Moved:
        """Put things into the bin; what of them is being rendered is stopped.

        A comparison goes with its takes, and with the last of them. Of a take that was ordered
        the further attempts go, too. What cannot go is told and stays: a study that is open
        (``study_open``) or that a default rests on (``study_decided``).
        """
        moment = now()
        moved = self._each(things, lambda session, one: _put(session, owner, one, moment))
        self._nudge()
        return moved

    def restore(self, owner: str, things: Sequence[Thing]) -> Moved:
        """Take things out of the bin as they were. ``quota_voices``: there is no room for one."""

        def take_out(session: Session, thing: Thing) -> None:
            row = binned(session, owner, thing.kind, thing.id)
            if isinstance(row, Voice):
                has_room(session, self._settings, owner)
            _restore(session, row)

        return self._each(things, take_out)

    def purge(self, owner: str, things: Sequence[Thing]) -> Moved:
        """Remove things in the bin for good: sound, text, figures, and a study's answers."""
        gone, refused = [], []
        for thing in things:
            try:
                self._remove(owner, thing)
                gone.append(thing)
            except Problem as problem:
                refused.append(_refused(thing, problem))
        return Moved(things=tuple(gone), refused=tuple(refused))

    def empty(self, owner: str, before: datetime | None = None) -> Moved:
        """Remove everything in the bin for good, or what came there before a moment."""
        return self.purge(owner, self._contents(owner, before))

    def owners(self, before: datetime) -> list[str]:
        """Who has something in the bin since before a moment."""
        found: set[str] = set()
        with self._database.read() as session:
            for table in (Comparison, Voice, Study):
                old = (table.deleted_at.is_not(None), table.deleted_at < before)
                found.update(session.scalars(select(table.owner).where(*old).distinct()))
            takes = select(Comparison.owner).join(Take, Take.comparison_id == Comparison.id)
            takes = takes.where(Take.deleted_at.is_not(None), Take.deleted_at < before)
            found.update(session.scalars(takes.distinct()))
        return sorted(found)

    def _contents(self, owner: str, before: datetime | None) -> list[Thing]:
        found = []
        with self._database.read() as session:
            for kind in KINDS:
                table = TABLES[kind]
                query = select(table.id).where(table.deleted_at.is_not(None))
                if kind == "take":
                    query = query.join(Comparison, Comparison.id == Take.comparison_id)
                    query = query.where(Comparison.owner == owner, Comparison.deleted_at.is_(None))
                else:
                    query = query.where(table.owner == owner)
                if before is not None:
                    query = query.where(table.deleted_at < before)
                query = query.order_by(table.deleted_at, table.id)
                found += [Thing(kind=kind, id=one) for one in session.scalars(query)]
        return found

    def _remove(self, owner: str, thing: Thing) -> None:
        with self._database.read() as session:
            binned(session, owner, thing.kind, thing.id)
        if thing.kind == "comparison":
            self._takes.comparisons(owner, [thing.id])
        elif thing.kind == "take":
            self._takes.take(owner, thing.id)
        elif thing.kind == "voice":
            self._forget_voice(owner, thing.id)
        else:
            self._studies.delete(owner, thing.id, answers=True, binned=True)

    def _each(self, things: Sequence[Thing], change: Callable[[Session, Thing], None]) -> Moved:
        """Change several things, some in each transaction; a change refuses before it writes."""
        done: list[Thing] = []
        refused: list[Refused] = []
        for start in range(0, len(things), _AT_ONCE):
            some = things[start : start + _AT_ONCE]

            def write(session: Session, some: Sequence[Thing] = some) -> list[Thing | Refused]:
                return [_tried(session, thing, change) for thing in some]

            for one in self._database.write(write):
                if isinstance(one, Refused):
                    refused.append(one)
                else:
                    done.append(one)
        return Moved(things=tuple(done), refused=tuple(refused))


def _tried(
    session: Session, thing: Thing, change: Callable[[Session, Thing], None]
) -> Thing | Refused:
    try:
        change(session, thing)
    except Problem as problem:
        return _refused(thing, problem)
    return thing


def _refused(thing: Thing, problem: Problem) -> Refused:
    return Refused(kind=thing.kind, id=thing.id, code=problem.code, params=problem.params)


def _put(session: Session, owner: str, thing: Thing, moment: datetime) -> None:
    try:
        row = owned(session, owner, thing.kind, thing.id)
    except NotFound:
        # two of several may go together: a comparison and its takes
        binned(session, owner, thing.kind, thing.id)
        return
    if isinstance(row, Take):
        _put_take(session, row, moment)
        return
    if isinstance(row, Study):
        _may_go(session, row)
        orders = select(Comparison.id).where(Comparison.study_id == row.id)
        _call_off(session, Take.comparison_id.in_(orders), moment)
    if isinstance(row, Comparison):
        _call_off(session, Take.comparison_id == row.id, moment)
    row.deleted_at = moment


def _put_take(session: Session, take: Take, moment: datetime) -> None:
    which = _with_attempts(take)
    _call_off(session, which, moment)
    session.execute(update(Take).where(which, Take.deleted_at.is_(None)).values(deleted_at=moment))
    left = select(Take.id).where(Take.comparison_id == take.comparison_id)
    if session.scalars(left.where(Take.deleted_at.is_(None)).limit(1)).first() is None:
        session.get_one(Comparison, take.comparison_id).deleted_at = moment


def _with_attempts(take: Take) -> ColumnElement[bool]:
    """The take, and what was made after it where it is the one that was ordered."""
    return or_(Take.id == take.id, Take.first_attempt == take.id)


def _call_off(session: Session, which: ColumnElement[bool], moment: datetime) -> None:
    going = update(Take).where(which, Take.state.not_in(FINAL))
    session.execute(going.values(state="cancelled", finished_at=moment))


def _may_go(session: Session, study: Study) -> None:
    if study.state == "open":
        raise Conflict("study_open")
    decided = select(Decision.id).where(
        Decision.study_id == study.id, Decision.withdrawn_at.is_(None)
    )
    if session.scalar(decided.limit(1)) is not None:
        raise Conflict("study_decided")


def _restore(session: Session, row: Comparison | Take | Voice | Study) -> None:
    moment = row.deleted_at
    if isinstance(row, Comparison):
        # takes that went as its last ones lie there since the same moment
        same = (Take.comparison_id == row.id, Take.deleted_at == moment)
        session.execute(update(Take).where(*same).values(deleted_at=None))
    if isinstance(row, Take):
        which = or_(_with_attempts(row), Take.id == (row.first_attempt or row.id))
        same = (which, or_(Take.deleted_at == moment, Take.id == (row.first_attempt or row.id)))
        session.execute(update(Take).where(*same).values(deleted_at=None))
        session.get_one(Comparison, row.comparison_id).deleted_at = None
    row.deleted_at = None
