"""A database that is full, locked, read-only, gone or damaged: a refusal that says so, and nothing half."""

import contextlib
import signal
import sqlite3
import subprocess
import sys
import textwrap
import threading
import time

import pytest
from sqlalchemy import text

from studio.problems import Unavailable
from studio.settings import Settings
from studio.store import postgresql, sqlite, writer
from studio.store.database import Database
from tests.postgres import SERVER
from tests.store.tallies import hold_back, names, tally


@contextlib.contextmanager
def opened(url, **settings):
    database = Database(Settings(database_url=url, **settings))
    try:
        database.start()
        yield database
    finally:
        database.close()


@pytest.fixture
def small_disk(tmp_path):
    """A real file system of 3 MB."""
    folder = tmp_path / "small"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(folder)],
        capture_output=True,
        check=False,
    )
    if mounted.returncode:
        pytest.skip("only a superuser may mount a small disk")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def fill(folder):
    with (folder / "filler").open("wb", buffering=0) as filler, contextlib.suppress(OSError):
        while filler.write(b"x" * 4096):
            pass
    with (folder / "filler").open("ab", buffering=0) as filler, contextlib.suppress(OSError):
        while filler.write(b"x"):
            pass


@pytest.mark.parametrize("journal", ["wal", "delete"])
def test_on_a_full_disk_a_group_is_kept_whole_or_not_at_all_and_goes_on_later(small_disk, journal):
    with opened(f"sqlite:///{small_disk / 's'}", sqlite_journal=journal) as database:
        database.write(lambda session: session.add(tally("before")))
        fill(small_disk)
        gate, _ = hold_back(database)
        futures = [
            database._writer.submit(
                lambda session, n=n: session.add_all([tally(f"{n}{'x' * 180}{m}") for m in "ab"])
            )
            for n in range(60)
        ]
        gate.set()
        failures = [future.exception(30) for future in futures]
        kept = set(names(database)) - {"before"}
        for n, failure in enumerate(failures):
            both = {f"{n}{'x' * 180}{m}" for m in "ab"}
            assert both & kept == (both if failure is None else set())
        told = [failure for failure in failures if failure is not None]
        assert told
        assert all(isinstance(failure, Unavailable) for failure in told)
        assert {failure.code for failure in told} == {"database_full"}
        (small_disk / "filler").unlink()
        database.write(lambda session: session.add(tally("later")))
        assert {"before", "later"} <= set(names(database))
        with database.read() as session:
            assert session.execute(text("PRAGMA integrity_check")).scalar() == "ok"


def test_a_migration_on_a_full_disk_leaves_nothing_half_and_is_done_later(small_disk):
    (small_disk / "most").write_bytes(bytes(2_950_000))
    url = f"sqlite:///{small_disk / 's'}"
    with pytest.raises(Unavailable, match="database_full"), opened(url):
        pass
    with contextlib.closing(sqlite3.connect(small_disk / "s")) as file:
        assert file.execute("SELECT name FROM sqlite_master").fetchall() == []
    (small_disk / "most").unlink()
    with opened(url) as database:
        database.write(lambda session: session.add(tally("later")))
        assert names(database) == ["later"]


def test_a_file_that_may_grow_no_further_is_told(tmp_path):
    """Whatever else a write fails with: here a limit of the process."""
    code = """
    import resource, sys
    from studio.problems import Unavailable
    from studio.settings import Settings
    from studio.store.database import Database
    from tests.store.tallies import names, tally
    database = Database(Settings(database_url=sys.argv[1]))
    database.start()
    resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, resource.RLIM_INFINITY))
    kept = 0
    try:
        while True:
            database.write(lambda session: session.add(tally(f"{kept:05}" + "x" * 150)))
            kept += 1
    except Unavailable as problem:
        print(problem.code, len(names(database)) == kept)
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code), f"sqlite:///{tmp_path / 's'}"],
        capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    assert done.stdout.split() in (["database_full", "True"], ["database_unreachable", "True"])


HOLDER = """
import sys, time
from studio.settings import Settings
from studio.store.database import Database
database = Database(Settings(database_url=sys.argv[1]))

def hold(session):
    print("held", flush=True)
    time.sleep(60)

database.write(hold)
"""


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setattr(sqlite, "_BUSY_MILLISECONDS", 500)
    monkeypatch.setitem(postgresql._SETTINGS, "lock_timeout", "500ms")


def test_a_writer_elsewhere_that_takes_too_long_is_told_and_then_passed(database_url, impatient):
    with opened(database_url) as database:
        holder = subprocess.Popen(
            [sys.executable, "-c", textwrap.dedent(HOLDER), database_url],
            stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        try:
            assert holder.stdout.readline() == "held\n"
            began = time.monotonic()
            with pytest.raises(Unavailable, match="database_locked"):
                database.write(lambda session: session.add(tally("refused")))
            assert 0.4 < time.monotonic() - began < 5
            assert names(database) == [], "reading goes on"
        finally:
            holder.send_signal(signal.SIGKILL)
            holder.wait()
            holder.stdout.close()
        database.write(lambda session: session.add(tally("later")))
        assert names(database) == ["later"]


def test_a_frozen_writer_of_another_process_loses_its_turn(postgresql_url, monkeypatch):
    monkeypatch.setitem(postgresql._SETTINGS, "idle_in_transaction_session_timeout", "500ms")
    with opened(postgresql_url) as frozen:
        gate, future = hold_back(frozen)
        with opened(postgresql_url) as database:
            database.write(lambda session: session.add(tally("passed")))
            gate.set()
            assert isinstance(future.exception(10), Unavailable), "and is told that it lost it"
            assert names(database) == ["passed"]
        frozen.write(lambda session: session.add(tally("thawed")))
        assert names(frozen) == ["passed", "thawed"]


def test_a_file_that_may_not_be_written_is_told_and_read_all_the_same(tmp_path):
    with opened(f"sqlite:///{tmp_path / 's'}") as database:
        database.write(lambda session: session.add(tally("before")))
    with opened(f"sqlite:///file:{tmp_path / 's'}?mode=ro&uri=true") as database:
        with pytest.raises(Unavailable, match="database_read_only"):
            database.write(lambda session: session.add(tally("refused")))
        assert names(database) == ["before"]


def test_a_server_that_only_reads_is_told(postgresql_url):
    name = postgresql_url.partition("@/")[2].partition("?")[0]
    SERVER._execute(f'ALTER DATABASE "{name}" SET default_transaction_read_only = on')
    with opened(postgresql_url) as database:
        with pytest.raises(Unavailable, match="database_read_only"):
            database.write(lambda session: session.add(tally("refused")))
        assert names(database) == []


def test_a_file_that_is_no_database_is_told(tmp_path):
    (tmp_path / "s").write_bytes(b"not a database, " * 4096)
    with pytest.raises(Unavailable, match="database_damaged"), opened(f"sqlite:///{tmp_path}/s"):
        pass


def test_a_server_that_is_not_there_is_told_at_the_start(tmp_path):
    url = f"postgresql://studio@/nothing?host={tmp_path}"
    began = time.monotonic()
    with pytest.raises(Unavailable, match="database_unreachable"), opened(url):
        pass
    assert time.monotonic() - began < 5


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGQUIT])
def test_what_was_acknowledged_outlives_a_restart_of_the_server_and_writers_wait_for_it(
    postgresql_url, how
):
    with opened(postgresql_url) as database:
        acknowledged, refused = [], []

        def write():
            while not stop.is_set():
                name = str(len(acknowledged) + len(refused))
                try:
                    database.write(lambda session, name=name: session.add(tally(name)))
                    acknowledged.append(name)
                except Unavailable as problem:
                    refused.append(problem.code)

        stop = threading.Event()
        thread = threading.Thread(target=write)
        thread.start()
        time.sleep(0.5)
        SERVER.stop(how)
        time.sleep(0.5)
        SERVER.start()
        before = len(acknowledged)
        time.sleep(0.5)
        stop.set()
        thread.join()
        assert len(acknowledged) > before > 0
        assert set(refused) <= {"database_unreachable"}
        assert len(refused) <= 1, "what came while it was away waited for it"
        assert set(acknowledged) <= set(names(database))


def test_while_a_server_is_away_later_writes_do_not_wait_each_for_its_own_patience(
    postgresql_url, monkeypatch
):
    monkeypatch.setattr(writer, "_PATIENCE_SECONDS", 1.0)
    with opened(postgresql_url) as database:
        SERVER.stop(signal.SIGINT)
        try:
            waits = []
            for _ in range(4):
                began = time.monotonic()
                with pytest.raises(Unavailable, match="database_unreachable"):
                    database.write(lambda session: session.add(tally("refused")))
                waits.append(time.monotonic() - began)
            with pytest.raises(Unavailable, match="database_unreachable"):
                names(database)
        finally:
            SERVER.start()
        assert waits[0] > 0.9
        assert max(waits[1:]) < 0.5
        database.write(lambda session: session.add(tally("later")))
        assert names(database) == ["later"]


COUNTER = """
import sys
from sqlalchemy import select
from studio.settings import Settings
from studio.store.database import Database
from studio.store.tables import Tally
database = Database(Settings(database_url=sys.argv[1]))

def one_more(session):
    row = session.scalars(select(Tally)).one()
    row.ties = row.ties + 1  # read, then written: another process must not come in between

for _ in range(100):
    database.write(one_more)
database.close()
"""


def test_processes_that_read_and_then_write_lose_nothing_of_each_other(database_url):
    with opened(database_url) as database:
        database.write(lambda session: session.add(tally("counted")))
        command = [sys.executable, "-c", textwrap.dedent(COUNTER), database_url]
        for process in [subprocess.Popen(command) for _ in range(3)]:
            assert process.wait(60) == 0
        with database.read() as session:
            assert session.execute(text("SELECT ties FROM tallies")).scalar() == 300


INTERRUPTED = """
import os, signal, sys
from alembic import command
from studio.settings import Settings
from studio.store.database import Database

whole = command.upgrade

def interrupted(config, revision):
    whole(config, "0004")
    os.kill(os.getpid(), signal.SIGKILL)

command.upgrade = interrupted
Database(Settings(database_url=sys.argv[1])).start()
"""


def test_a_migration_that_is_killed_leaves_nothing_half_and_is_done_at_the_next_start(
    tmp_path, empty_database_url
):
    killed = subprocess.run([sys.executable, "-c", INTERRUPTED, empty_database_url], check=False)
    assert killed.returncode == -signal.SIGKILL
    database = Database(Settings(database_url=empty_database_url))
    from studio.store.migrations import _revision

    with database._reading.connect() as connection:
        assert _revision(connection) is None
    assert database.start() is True
    database.write(lambda session: session.add(tally("later")))
    assert names(database) == ["later"]
    database.close()
