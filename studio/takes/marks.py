"""What people note on takes: a name, a note, a star, a pin. The take itself is never changed by it.

A name and a pin are about a take's place in its comparison: they go with whichever attempt stands
for it. A note and a star are about one sound and stay with it.
"""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence

from pydantic import BaseModel, ConfigDict
from sqlalchemy import select
from sqlalchemy.orm import Session

from studio.problems import BadInput, TooLarge
from studio.store.base import now
from studio.store.database import Database
from studio.store.library_tables import TakeMark
from studio.store.tables import Take
from studio.takes.attempts import attempts_of
from studio.takes.bell import Bells
from studio.takes.rows import take_of
from studio.takes.views import Marks

NAME_MOST = 200
NOTE_MOST = 4000
_KEPT_CONTROLS = "\n\t"


class MarksChange(BaseModel):
    """What is to change; what is not named stays."""

    model_config = ConfigDict(extra="forbid")

    name: str | None = None
    note: str | None = None
    starred: bool | None = None
    pinned: bool | None = None


class Marking:
    """Changes marks.

    Args:
        database: where they are.
        bells: rung by comparison id, so that other windows follow.
    """

    def __init__(self, database: Database, bells: Bells) -> None:
        self._database = database
        self._bells = bells

    def change(self, owner: str, take_id: str, change: MarksChange) -> None:
        """Note something on a take.

        Raises:
            NotFound: ``unknown_take``.
            TooLarge: ``mark_name_too_long`` or ``mark_note_too_long``.
            BadInput: ``mark_character``.
        """
        name = None if change.name is None else _name(change.name)
        note = None if change.note is None else _note(change.note)

        def write(session: Session) -> str:
            take, comparison = take_of(session, owner, take_id)
            ids = [one.id for one in attempts_of(session, take)]
            query = select(TakeMark).where(TakeMark.take_id.in_(ids))
            rows = {row.take_id: row for row in session.scalars(query)}
            mine = rows.get(take.id)
            if mine is None:
                mine = TakeMark(take_id=take.id, owner=comparison.owner)
                mine.name, mine.note, mine.starred, mine.pinned = "", "", False, False
                session.add(mine)
            for row in rows.values():  # of the whole place: one row alone tells
                if name is not None:
                    row.name = ""
                if change.pinned is not None:
                    row.pinned = False
            mine.name = mine.name if name is None else name
            mine.note = mine.note if note is None else note
            mine.pinned = mine.pinned if change.pinned is None else change.pinned
            mine.starred = mine.starred if change.starred is None else change.starred
            mine.changed_at = now()
            return str(take.comparison_id)

        self._bells.ring(self._database.write(write))


def marks_of(session: Session, takes: Iterable[Take]) -> dict[str, TakeMark]:
    """What is noted on takes of some comparisons, by take id."""
    comparisons = {take.comparison_id for take in takes}
    query = select(TakeMark).join(Take, Take.id == TakeMark.take_id)
    query = query.where(Take.comparison_id.in_(comparisons))
    return {row.take_id: row for row in session.scalars(query)}


def marks_view(take: Take, attempts: Sequence[Take], rows: Mapping[str, TakeMark]) -> Marks:
    """The marks of one attempt.

    Args:
        take: the attempt.
        attempts: all at its place, itself among them.
        rows: as :func:`marks_of` gives them.
    """
    place = [rows[one.id] for one in attempts if one.id in rows]
    own = rows.get(take.id)
    return Marks(
        name=next((row.name for row in place if row.name), ""),
        note=own.note if own else "",
        starred=own is not None and own.starred,
        pinned=any(row.pinned for row in place),
    )


def _name(text: str) -> str:
    name = " ".join(_composed(text, "name").split())
    if len(name) > NAME_MOST:
        raise TooLarge("mark_name_too_long", characters=len(name), limit=NAME_MOST)
    return name


def _note(text: str) -> str:
    note = _composed(text, "note").strip()
    if len(note) > NOTE_MOST:
        raise TooLarge("mark_note_too_long", characters=len(note), limit=NOTE_MOST)
    return note


def _composed(text: str, field: str) -> str:
    """In NFC and with plain line ends; characters that cannot be kept or shown are refused."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    for character in text:
        kind = unicodedata.category(character)
        if kind in ("Cc", "Cs") and character not in _KEPT_CONTROLS:
            code = f"U+{ord(character):04X}"
            raise BadInput("mark_character", field=field, character=code)
    return text
