"""Migrations: they make what the models say, once, and cost nothing when there is nothing to do."""

import subprocess
import sys
import textwrap
import threading

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from studio.settings import Settings
from studio.store import migrations
from studio.store.base import Base
from studio.store.database import Database
from studio.store.tables import Take


@pytest.fixture
def settings(tmp_path):
    return Settings(data_dir=tmp_path)


def test_migrations_make_exactly_the_tables_of_the_models(settings):
    database = Database(settings)
    database.start()
    with database._reading.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
    database.close()


def test_the_constant_names_the_newest_revision():
    config = Config()
    config.set_main_option("script_location", migrations.__path__[0])
    assert ScriptDirectory.from_config(config).get_heads() == [migrations.HEAD]


def test_the_second_start_has_nothing_to_do(settings):
    database = Database(settings)
    assert database.start() is True
    assert database.start() is False
    database.close()


def test_a_start_with_up_to_date_tables_imports_no_alembic(settings):
    database = Database(settings)
    database.start()
    database.close()
    code = """
    import sys
    from studio.settings import Settings
    from studio.store.database import Database
    database = Database(Settings(data_dir=sys.argv[1]))
    assert database.start() is False
    database.close()
    heavy = {"alembic", "fsspec", "torch", "numpy", "gradio"} & set(sys.modules)
    assert not heavy, heavy
    """
    subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code), str(settings.data_dir)], check=True
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


def test_a_migration_that_fails_leaves_nothing_half_done(settings, monkeypatch):
    from alembic import command

    whole = command.upgrade

    def broken(config, revision):
        whole(config, revision)
        raise OSError("power cut")

    monkeypatch.setattr(command, "upgrade", broken)
    database = Database(settings)
    with pytest.raises(OSError, match="power"):
        database.start()
    with database.read() as session:
        assert session.execute(text("SELECT count(*) FROM sqlite_master")).scalar() == 0
    monkeypatch.undo()
    assert database.start() is True
    database.close()


def test_every_table_can_be_undone(settings):
    from alembic import command

    database = Database(settings)
    database.start()
    config = Config()
    config.set_main_option("script_location", migrations.__path__[0])
    with database._writing.connect() as connection, connection.begin():
        config.attributes["connection"] = connection
        command.downgrade(config, "base")
    with database.read() as session:
        left = session.execute(text("SELECT name FROM sqlite_master WHERE type='table'"))
        assert [name for (name,) in left] == ["alembic_version"]
    database.close()


def test_takes_of_the_first_tables_are_still_there_after_the_second_migration(settings):
    from alembic import command

    database = Database(settings)
    config = Config()
    config.set_main_option("script_location", migrations.__path__[0])
    settings.data_dir.mkdir(exist_ok=True)
    insert = """
    INSERT INTO takes (id, comparison_id, position, engine, preset, model_revision, key, state,
        request, aspects, warnings, reused, created_at)
    VALUES ('t', 'c', 0, 'kokoro', 'ann', '1', 'k', 'done', '{}', '{}', '[]', 0, '2026-01-01')
    """
    comparison = """
    INSERT INTO comparisons (id, owner, text, text_sha256, language, instruction, created_at)
    VALUES ('c', 'local', 'x', 'y', 'en', '', '2026-01-01')
    """
    with database._writing.connect() as connection, connection.begin():
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        connection.execute(text(comparison))
        connection.execute(text(insert))
    assert database.start() is True
    with database.read() as session:
        take = session.get_one(Take, "t")
        assert (take.engine, take.speaker, take.attribution, take.device) == ("kokoro", "", "", "")
        assert (take.instead_of, take.cost) == (None, None)
        known = session.execute(text("SELECT count(*) FROM takes WHERE instead_of IS NULL"))
        assert known.scalar() == 1
    database.close()
