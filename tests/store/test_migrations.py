"""Migrations: they make what the models say, once, up and down with rows, on both databases."""

import subprocess
import sys
import textwrap
import threading

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from studio.settings import Settings
from studio.store import migrations
from studio.store.base import Base
from studio.store.database import Database
from studio.store.tables import Take
from tests.store.filling import fill, kept, tables_of


@pytest.fixture
def settings(tmp_path, empty_database_url):
    return Settings(data_dir=tmp_path, database_url=empty_database_url)


@pytest.fixture
def database(settings):
    opened = Database(settings)
    yield opened
    opened.close()


def scripts():
    config = Config()
    config.set_main_option("script_location", migrations.__path__[0])
    return ScriptDirectory.from_config(config)


def revisions():
    return [script.revision for script in scripts().walk_revisions()][::-1]


def to(database, revision, direction="upgrade"):
    with migrations._changing(database._writing) as connection:
        migrations._run(direction, connection, revision)


def differences(database):
    with database._reading.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return compare_metadata(context, Base.metadata)


def test_migrations_make_exactly_the_tables_of_the_models(database):
    database.start()
    assert differences(database) == []


def test_the_constant_names_the_newest_revision():
    assert scripts().get_heads() == [migrations.HEAD]


def test_the_second_start_has_nothing_to_do(database):
    assert database.start() is True
    assert database.start() is False


def test_a_start_with_up_to_date_tables_imports_no_alembic(settings, database):
    database.start()
    code = """
    import sys
    from studio.settings import Settings
    from studio.store.database import Database
    database = Database(Settings(database_url=sys.argv[1]))
    assert database.start() is False
    database.close()
    heavy = {"alembic", "fsspec", "torch", "numpy", "gradio"} & set(sys.modules)
    assert not heavy, heavy
    """
    subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code), settings.resolved_database_url], check=True
    )


def test_two_processes_that_start_at_once_migrate_once(settings):
    databases = [Database(settings) for _ in range(2)]
    did, threads = [], []
    for database in databases:
        thread = threading.Thread(target=lambda d=database: did.append(d.start()))
        threads.append(thread)
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(did) == [False, True]
    for database in databases:
        database.close()


def test_a_migration_that_fails_leaves_nothing_half_done(database, monkeypatch):
    from alembic import command

    whole = command.upgrade

    def broken(config, revision):
        whole(config, revision)
        raise OSError("power cut")

    monkeypatch.setattr(command, "upgrade", broken)
    with pytest.raises(OSError, match="power"):
        database.start()
    assert inspect(database._reading).get_table_names() == []
    monkeypatch.undo()
    assert database.start() is True


def test_rows_of_every_table_outlive_every_migration_up_and_down(database):
    written: dict[str, list] = {}
    steps = revisions()
    for step in steps:
        to(database, step)
        with database._writing.connect() as connection, connection.begin():
            found, expected = kept(connection, written)
            assert found == expected, f"up to {step}"
            for table in reversed(tables_of(connection)):
                connection.execute(table.delete())
            written = fill(connection, str(int(step)))
    assert len(written) == len(Base.metadata.tables)
    assert differences(database) == []
    for step in reversed(["base", *steps[:-1]]):
        migrations.downgrade(database._writing, step)
        with database._writing.connect() as connection, connection.begin():
            found, expected = kept(connection, written)
            assert found == expected, f"down to {step}"
            written = {name: rows for name, rows in written.items() if name in found}
    assert inspect(database._reading).get_table_names() == ["alembic_version"]
    assert database.start() is True
    assert differences(database) == []


@pytest.mark.parametrize("step", revisions())
def test_a_studio_of_any_age_is_brought_up_in_one_go_with_its_rows(database, step):
    to(database, step)
    with database._writing.connect() as connection, connection.begin():
        written = fill(connection, "x")
    assert database.start() is (step != migrations.HEAD)
    with database._writing.connect() as connection, connection.begin():
        found, expected = kept(connection, written)
        assert found == expected
    assert database.start() is False


def test_references_are_watched_again_after_a_migration(database):
    database.start()
    row = "INSERT INTO take_reports (take_id, state, figures, findings, remarks, created_at)"
    values = " VALUES ('no such take', 'done', '[]', '[]', '[]', '2026-01-01')"
    with pytest.raises(Exception, match=r"(?i)foreign key"):
        database.write(lambda session: session.execute(text(row + values)))


def test_a_take_of_the_first_tables_has_what_later_ones_say_of_it(database):
    insert = """
    INSERT INTO takes (id, comparison_id, position, engine, preset, model_revision, key, state,
        request, aspects, warnings, reused, created_at)
    VALUES ('t', 'c', 0, 'kokoro', 'ann', '1', 'k', 'done', '{}', '{}', '[]', false, '2026-01-01')
    """
    comparison = """
    INSERT INTO comparisons (id, owner, text, text_sha256, language, instruction, created_at)
    VALUES ('c', 'local', 'x', 'y', 'en', '', '2026-01-01')
    """
    to(database, "0001")
    with database._writing.connect() as connection, connection.begin():
        connection.execute(text(comparison))
        connection.execute(text(insert))
    assert database.start() is True
    with database.read() as session:
        take = session.get_one(Take, "t")
        assert (take.engine, take.speaker, take.attribution, take.device) == ("kokoro", "", "", "")
        assert (take.instead_of, take.cost, take.priority, take.tries) == (None, None, 0, 0)
        known = session.execute(text("SELECT count(*) FROM takes WHERE instead_of IS NULL"))
        assert known.scalar() == 1
