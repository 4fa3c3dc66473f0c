"""Where a page of the library ends, so that the next one goes on behind it (keyset paging)."""

import base64
import json
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, or_

from studio.problems import BadInput

Value = datetime | str | float


def told(value: Value, identity: str) -> str:
    """The cursor of a page's last thing."""
    plain = value.isoformat() if isinstance(value, datetime) else value
    return base64.urlsafe_b64encode(json.dumps([plain, identity]).encode()).decode()


def read(cursor: str, kind: type) -> tuple[Value, str]:
    """The inverse of :func:`told`.

    Args:
        cursor: as it was told.
        kind: of the value: datetime, str or float.

    Raises:
        BadInput: ``library_cursor``.
    """
    try:
        plain, identity = json.loads(base64.urlsafe_b64decode(cursor))
        value = datetime.fromisoformat(plain) if kind is datetime else kind(plain)
    except (ValueError, TypeError) as wrong:
        raise BadInput("library_cursor") from wrong
    if not isinstance(identity, str) or "\0" in f"{value}{identity}":
        raise BadInput("library_cursor")
    if isinstance(value, datetime) and value.tzinfo is None:
        raise BadInput("library_cursor")
    return value, identity


def after(
    query: Select[tuple[str, Value]],
    value: ColumnElement[Value],
    identity: ColumnElement[str],
    place: tuple[Value, str] | None,
    *,
    falling: bool,
) -> Select[tuple[str, Value]]:
    """What comes behind a place, in order of the value and then of the id."""
    if place is not None:
        last, last_id = place
        beyond = value < last if falling else value > last
        query = query.where(or_(beyond, and_(value == last, identity > last_id)))
    return query.order_by(value.desc() if falling else value.asc(), identity)
