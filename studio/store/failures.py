"""What a database fails with, as refusals a person can act on; and what it could not keep."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from studio.problems import BadInput, Problem, Unavailable

_SQLITE = {
    sqlite3.SQLITE_BUSY: "database_locked",
    sqlite3.SQLITE_LOCKED: "database_locked",
    sqlite3.SQLITE_FULL: "database_full",
    sqlite3.SQLITE_READONLY: "database_read_only",
    sqlite3.SQLITE_PERM: "database_read_only",
    sqlite3.SQLITE_CANTOPEN: "database_unreachable",
    sqlite3.SQLITE_IOERR: "database_unreachable",
    sqlite3.SQLITE_CORRUPT: "database_damaged",
    sqlite3.SQLITE_NOTADB: "database_damaged",
}
_POSTGRESQL = {
    # by SQLSTATE or its class; https://www.postgresql.org/docs/15/errcodes-appendix.html
    "22001": "value_too_long",
    "22003": "number_out_of_range",
    "22021": "text_unwritable",
    "25006": "database_read_only",
    "40001": "database_locked",
    "40P01": "database_locked",
    "55P03": "database_locked",
    "25P03": "database_locked",  # it stood still with the lock
    "53100": "database_full",
    "XX001": "database_damaged",
    "XX002": "database_damaged",
    "08": "database_unreachable",
    "28": "database_unreachable",
    "3D": "database_unreachable",
    "53": "database_unreachable",
    "57P": "database_unreachable",
    "58": "database_unreachable",
}
_MOST = 2**63


class TransactionLost(Unavailable):
    """The database ended the shared transaction by itself (disk full, a ``ROLLBACK`` trigger)."""

    def __init__(self) -> None:
        super().__init__("database_gave_up")


def told(problem: BaseException) -> BaseException:
    """The refusal that says what a failure means; the failure itself where it is no such one."""
    if isinstance(problem, TransactionLost):
        reason: BaseException | None = problem
        while reason is not None:  # what came after it only says that the transaction is gone
            if meaning := _meaning(reason):
                return meaning
            reason = reason.__cause__ or reason.__context__
        return problem
    found = _meaning(problem)
    if found is None:
        return problem
    found.__cause__ = problem
    return found


@contextmanager
def telling() -> Iterator[None]:
    """Raise what :func:`told` says in place of what the database raises."""
    try:
        yield
    except (DBAPIError, PoolTimeout) as problem:
        meaning = told(problem)
        if meaning is problem:
            raise
        raise meaning from problem


def unreachable(problem: BaseException) -> bool:
    """Whether a server did not answer, or is just starting or stopping."""
    meaning = told(problem)
    return (
        isinstance(problem, DBAPIError)
        and not isinstance(problem.orig, sqlite3.Error)
        and isinstance(meaning, Unavailable)
        and meaning.code == "database_unreachable"
    )


def guard(engine: Engine) -> None:
    """Refuse what one of the databases could not keep, and keep values out of what failures say."""
    event.listen(engine, "before_cursor_execute", _check)
    event.listen(engine, "handle_error", _without_values)


def _meaning(problem: BaseException) -> Problem | None:
    """What a failure of the database's driver means."""
    if isinstance(problem, PoolTimeout):
        return _problem("database_unreachable")
    if not isinstance(problem, DBAPIError):
        return None
    cause: Any = problem.orig
    if isinstance(cause, sqlite3.Error):
        return _problem(_SQLITE.get(getattr(cause, "sqlite_errorcode", 0) & 0xFF))
    state: str = getattr(cause, "sqlstate", None) or ""
    for known in (state, state[:3], state[:2]):
        if known in _POSTGRESQL:
            return _problem(_POSTGRESQL[known])
    # a connection that broke or was not made has no SQLSTATE
    broken = problem.connection_invalidated or (not state and _is_operational(cause))
    return _problem("database_unreachable" if broken else None)


def _problem(code: str | None) -> Problem | None:
    if code is None:
        return None
    return (Unavailable if code.startswith("database_") else BadInput)(code)


def _is_operational(cause: BaseException | None) -> bool:
    return type(cause).__module__.startswith("psycopg") and any(
        base.__name__ == "OperationalError" for base in type(cause).__mro__
    )


def _check(*event: Any) -> None:
    """PostgreSQL keeps no NUL in a text; what it must refuse, SQLite is not to take either."""
    _, _, _, parameters, _, executemany = event
    for row in parameters if executemany else (parameters,):
        for value in row.values() if isinstance(row, dict) else row or ():
            if isinstance(value, str):
                if "\0" in value or not _has_bytes(value):
                    raise BadInput("text_unwritable")
            elif isinstance(value, int) and not -_MOST <= value < _MOST:
                raise BadInput("number_out_of_range")


def _has_bytes(value: str) -> bool:
    try:
        return value.isascii() or bool(value.encode())
    except UnicodeEncodeError:  # half of a pair of surrogates
        return False


def _without_values(context: Any) -> None:
    """PostgreSQL tells the values of a key that is there twice."""
    problem, cause = context.sqlalchemy_exception, context.original_exception
    primary = getattr(getattr(cause, "diag", None), "message_primary", None)
    if problem is not None and primary:
        whole = str(cause)
        cause.args = (primary,)
        problem.args = tuple(
            part.replace(whole, primary) if isinstance(part, str) else part for part in problem.args
        )
