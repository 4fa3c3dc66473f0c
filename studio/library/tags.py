"""Tags: words that people put on their things, and the ones they have used."""

import unicodedata
from collections.abc import Sequence

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from studio.library.owned import owned
from studio.library.query import Kind
from studio.library.views import Tagged
from studio.problems import BadInput, TooLarge
from studio.store.database import Database
from studio.store.library_tables import Tag
from studio.takes.order import one_line

MOST_TAGS = 20
MOST_TAG_CHARACTERS = 40
_SUGGESTED = 200


class Tags:
    """Puts tags on things and takes them off.

    Args:
        database: rows.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, owner: str, kind: Kind, thing_id: str, tags: Sequence[str]) -> tuple[str, ...]:
        """Have a thing carry these tags and no others.

        Returns:
            the tags as they are kept, in the order in which they are shown.

        Raises:
            NotFound: there is no such thing.
            BadInput, TooLarge: a tag cannot be kept, or there are too many.
        """
        wanted = cleaned(tags)

        def write(session: Session) -> None:
            owned(session, owner, kind, thing_id)
            old = delete(Tag).where(Tag.kind == kind, Tag.thing_id == thing_id)
            session.execute(old)
            session.add_all(
                Tag(kind=kind, thing_id=thing_id, tag=tag, owner=owner) for tag in wanted
            )

        self._database.write(write)
        return tuple(sorted(wanted))


def cleaned(tags: Sequence[str]) -> tuple[str, ...]:
    """Tags as they are kept: one line each, no ``#`` before them, each once, in their order.

    Raises:
        BadInput: ``library_tag``: a character that cannot be shown.
        TooLarge: ``tag_too_long``, ``tags_too_many``.
    """
    found: dict[str, str] = {}
    for raw in tags:
        tag = one_line(unicodedata.normalize("NFC", raw).strip().lstrip("#"), "tag")
        if len(tag) > MOST_TAG_CHARACTERS:
            raise TooLarge("tag_too_long", characters=len(tag), limit=MOST_TAG_CHARACTERS)
        if "," in tag:
            raise BadInput("tag_comma")
        if tag:
            found.setdefault(tag.casefold(), tag)
    if len(found) > MOST_TAGS:
        raise TooLarge("tags_too_many", count=len(found), limit=MOST_TAGS)
    return tuple(found.values())


def used(session: Session, owner: str) -> tuple[Tagged, ...]:
    """The tags somebody uses, the commonest first."""
    count = func.count()
    query = select(Tag.tag, count).where(Tag.owner == owner).group_by(Tag.tag)
    query = query.order_by(count.desc(), Tag.tag).limit(_SUGGESTED)
    return tuple(Tagged(tag=tag, things=things) for tag, things in session.execute(query))
