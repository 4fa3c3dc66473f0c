"""The single writer: every change goes through one thread, waiting changes share one commit.

A commit with ``synchronous=FULL`` costs a disk flush. While one flush runs, other operations queue
up; the next transaction takes them all, each in a savepoint of its own, so that one operation's
failure undoes only itself, and each is acknowledged only after the flush that holds it.
"""

import contextlib
import logging
import queue
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from typing import Any

from sqlalchemy import Connection, Engine, Transaction
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.orm import Session

from studio import telemetry
from studio.store.failures import TransactionLost, told, unreachable

Operation = Callable[[Session], Any]
_MOST_IN_ONE_COMMIT = 256
_PATIENCE_SECONDS = 15.0
_PAUSE_SECONDS = 0.1
log = logging.getLogger(__name__)


class Writer:
    """A thread that runs operations in order and commits them in groups.

    Args:
        engine: connections for writing; one is held while there is work.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._waiting: queue.SimpleQueue[tuple[Operation, Future[Any]] | None] = queue.SimpleQueue()
        self._gate = threading.Lock()
        self._closed = False
        self._reached = True
        self._thread: threading.Thread | None = None

    def submit(self, operation: Callable[[Session], Any]) -> "Future[Any]":
        """Queue an operation; the future is done when its commit is on disk.

        Args:
            operation: gets a session; what it returns (objects stay loaded) is the future's result.

        Raises:
            RuntimeError: the writer is closed, or the caller is itself an operation, which would
                wait for itself.
        """
        if threading.current_thread() is self._thread:
            raise RuntimeError("an operation cannot wait for another one: use its session")
        future: Future[Any] = Future()
        with self._gate:
            if self._closed:
                raise RuntimeError("the database is closed")
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="writer", daemon=True)
                self._thread.start()
            self._waiting.put((operation, future))
        return future

    def close(self) -> None:
        """Finish what waits, then end. Safe to call twice."""
        with self._gate:
            already, self._closed = self._closed, True
            thread = self._thread
        if thread is not None and not already:
            self._waiting.put(None)
            thread.join()

    def _run(self) -> None:
        last = False
        while not last:
            batch = [self._waiting.get()]
            while len(batch) < _MOST_IN_ONE_COMMIT:
                try:
                    batch.append(self._waiting.get_nowait())
                except queue.Empty:
                    break
            last = None in batch
            work = [item for item in batch if item and item[1].set_running_or_notify_cancel()]
            if work:
                self._commit(work)

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[Connection]:
        connection, transaction = self._begun()
        with connection, transaction:
            yield connection

    def _begun(self) -> tuple[Connection, Transaction]:
        """Begin, as soon as a server that is being started anew answers.

        No operation has run yet, so that trying again is safe. Once the patience is used up, what
        comes next fails at once until the server is back: its callers have waited long enough.
        """
        gives_up = time.monotonic() + (_PATIENCE_SECONDS if self._reached else 0.0)
        while True:
            with contextlib.ExitStack() as undo:
                try:
                    connection = undo.enter_context(self._engine.connect())
                    transaction = connection.begin()
                except DBAPIError as failure:
                    away = unreachable(failure)
                    if not away or self._closed or time.monotonic() > gives_up:
                        self._reached = not away
                        raise
                else:
                    undo.pop_all()
                    self._reached = True
                    return connection, transaction
            time.sleep(_PAUSE_SECONDS)

    def _commit(self, work: list[tuple[Operation, "Future[Any]"]]) -> None:
        began = time.monotonic()
        outcomes: list[tuple[Future[Any], Any, BaseException | None]] = []
        try:
            with self._transaction() as connection:
                for operation, future in work:
                    outcomes.append((future, *_attempt(connection, operation)))
                    _still_open(connection)
        except BaseException as failure:  # noqa: BLE001 (goes to every waiting caller)
            log.error(  # noqa: TRY400 (who waits gets the trace)
                "a commit of %d changes failed: %s", len(work), failure
            )
            telemetry.commit_failed()
            for _, future in work:
                future.set_exception(told(failure))
            return
        telemetry.commit_done(len(work), time.monotonic() - began)
        for future, result, problem in outcomes:
            if problem is None:
                future.set_result(result)
            else:
                future.set_exception(told(problem))


def _attempt(connection: Connection, operation: Operation) -> tuple[Any, BaseException | None]:
    """Run one operation in a savepoint; its own exception undoes only that."""
    session = Session(
        connection, join_transaction_mode="create_savepoint", expire_on_commit=False, autoflush=True
    )
    try:
        result = operation(session)
        session.commit()
    except BaseException as problem:  # noqa: BLE001 (handed to the caller who waits)
        _still_open(connection, problem)
        session.rollback()
        return None, problem
    else:
        return result, None
    finally:
        with contextlib.suppress(SQLAlchemyError):  # its savepoint is gone with a lost transaction
            session.close()


def _still_open(connection: Connection, problem: BaseException | None = None) -> None:
    """SQLite may have rolled everything back; its driver would then commit nothing, silently."""
    if connection.invalidated:
        raise problem or TransactionLost
    driver: Any = connection.connection.driver_connection
    if getattr(driver, "in_transaction", True) is False:
        raise TransactionLost from problem
