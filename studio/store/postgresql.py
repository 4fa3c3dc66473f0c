"""Connections to PostgreSQL: readers see one snapshot, and one process at a time writes."""

from typing import Any

from sqlalchemy import URL, Engine, create_engine, event

_WRITING = 0x566F6963  # any number, the same in every process of every studio
_SECONDS = 15
_SETTINGS = {
    # As long as SQLite waits for another process.
    "lock_timeout": f"{_SECONDS}s",
    # Who holds the lock and stands still (its machine may be gone) must not hold up the others.
    "idle_in_transaction_session_timeout": f"{_SECONDS}s",
    # How moments are written must not depend on how the server was set up.
    "timezone": "UTC",
    "datestyle": "ISO",
    "client_encoding": "UTF8",
}


def with_driver(url: URL) -> URL:
    """The URL with the driver that the studio installs, where it names none."""
    if url.drivername in ("postgresql", "postgres"):
        return url.set(drivername="postgresql+psycopg")
    return url


def engine_of(url: URL, *, writing: bool, **options: Any) -> Engine:
    """Connections for reading or writing.

    Whoever writes first waits for a lock of the whole database and has it until the commit, as with
    SQLite. What an operation reads is then what it changes, in as many processes as there are; and
    at PostgreSQL's own level for that, every statement sees what others committed before.

    Args:
        url: with the driver.
        writing: else the database refuses every change.
        options: further ones of ``create_engine``.
    """
    if not writing:
        options["execution_options"] = {"postgresql_readonly": True}
    engine = create_engine(
        url,
        pool_pre_ping=True,  # the server may have been started anew since
        isolation_level="READ COMMITTED" if writing else "REPEATABLE READ",
        connect_args={"connect_timeout": _SECONDS},
        **options,
    )

    @event.listens_for(engine, "connect")
    def configure(connection: Any, record: Any) -> None:  # noqa: ARG001
        connection.autocommit = True
        for name, value in _SETTINGS.items():
            connection.execute(f"SET {name} = '{value}'")
        connection.autocommit = False

    if writing:

        @event.listens_for(engine, "begin")
        def begin(connection: Any) -> None:
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_WRITING})")

    return engine
