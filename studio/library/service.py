"""The service of the library: finding, naming and tagging things, and the bin."""

from collections.abc import Callable, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from studio.library import cursor
from studio.library.bin import Bin
from studio.library.choices import choices_of
from studio.library.items import Items
from studio.library.purging import Purging
from studio.library.query import KINDS, PAGE, Kind, Query
from studio.library.selecting import Selecting
from studio.library.tags import Tags
from studio.library.views import Choices, Page
from studio.problems import Conflict, TooLarge
from studio.settings import Settings
from studio.store.database import Database
from studio.studies.owner.drafts import Drafts
from studio.takes.order import MOST_TITLE_CHARACTERS, one_line
from studio.takes.removal import Removal
from studio.takes.rows import comparison_of

MOST_PROJECT_CHARACTERS = 80


class Library:
    """What somebody keeps, found again. Everything belongs to an owner.

    Attributes:
        tags: words on things.
        bin: where deleted things are.
        purging: empties it in time.

    Args:
        settings: how long the bin keeps things.
        database: rows.
        takes: removes what was ordered.
        forget_voice: removes a voice, told owner and id.
        studies: removes studies.
        nudge: told when takes were called off.
        scheduling: whether this process schedules takes, and so empties bins.
    """

    def __init__(  # noqa: PLR0913, PLR0917 (the services whose things it shows)
        self,
        settings: Settings,
        database: Database,
        takes: Removal,
        forget_voice: Callable[[str, str], None],
        studies: Drafts,
        nudge: Callable[[], None],
        scheduling: Callable[[], bool],
    ) -> None:
        self._database = database
        self._days = settings.bin_days
        self._selecting = Selecting(sqlite=database.is_sqlite)
        self._items = Items(settings.bin_days)
        self.tags = Tags(database)
        self.bin = Bin(settings, database, takes, forget_voice, studies, nudge)
        self.purging = Purging(self.bin, settings.bin_days, scheduling)

    def page(self, owner: str, asked: Query, kinds: Sequence[Kind] = KINDS) -> Page:
        """A page of things.

        Args:
            owner: whose they are.
            asked: which ones.
            kinds: those that this person may see; of others there are none.

        Raises:
            BadInput: ``library_sort``, ``library_moment``, ``library_cursor``.
        """
        asked = asked.checked()
        with self._database.read() as session:
            counts: dict[Kind, int] = {
                kind: self._count(session, owner, asked, kind) if kind in kinds else 0
                for kind in KINDS
            }
            ids, following = self._ids(session, owner, asked) if asked.kind in kinds else ([], None)
            items = self._items.of(session, owner, asked.kind, ids)
            in_bin = Query(bin=True)
            binned = (
                sum(counts.values())
                if asked == in_bin
                else sum(self._count(session, owner, in_bin, kind) for kind in kinds)
            )
        return Page(
            items=tuple(items),
            counts=counts,
            binned=binned,
            next=following,
            bin_days=self._days,
        )

    def choices(self, owner: str) -> Choices:
        """What an owner's things can be filtered by."""
        with self._database.read() as session:
            return choices_of(session, owner)

    def rename(
        self, owner: str, comparison_id: str, title: str | None = None, project: str | None = None
    ) -> None:
        """Give a comparison a title or a project; what is ``None`` stays.

        Raises:
            NotFound: ``unknown_comparison``.
            Conflict: ``comparison_of_study``.
            BadInput, TooLarge: a name that cannot be kept.
        """
        new_title = _named(title, "title", MOST_TITLE_CHARACTERS)
        new_project = _named(project, "project", MOST_PROJECT_CHARACTERS)

        def write(session: Session) -> None:
            row = comparison_of(session, owner, comparison_id)
            if row.study_id is not None:
                raise Conflict("comparison_of_study")
            if new_title is not None:
                row.title = new_title
            if new_project is not None:
                row.project = new_project

        self._database.write(write)

    def _count(self, session: Session, owner: str, asked: Query, kind: Kind) -> int:
        found = self._selecting.found(owner, asked, kind).subquery()
        return session.scalar(select(func.count()).select_from(found)) or 0

    def _ids(self, session: Session, owner: str, asked: Query) -> tuple[list[str], str | None]:
        """Ids of a page and the cursor of the next."""
        value, kind, falling = self._selecting.sorted_by(asked)
        found = self._selecting.found(owner, asked, asked.kind)
        identity = found.selected_columns[0]
        place = cursor.read(asked.cursor, kind) if asked.cursor else None
        query = cursor.after(
            found.add_columns(value.label("place")), value, identity, place, falling=falling
        )
        rows = session.execute(query.limit(PAGE + 1)).all()
        shown = rows[:PAGE]
        more = len(rows) > PAGE
        last = cursor.told(shown[-1].place, shown[-1].id) if more else None
        return [row.id for row in shown], last


def _named(raw: str | None, field: str, limit: int) -> str | None:
    if raw is None:
        return None
    name = one_line(raw, field)
    if len(name) > limit:
        raise TooLarge("library_name_too_long", characters=len(name), limit=limit)
    return name
