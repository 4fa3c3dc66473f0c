"""What is kept moves from one database to the other by a backup's rows, whole."""

import pytest

from studio.settings import Settings
from studio.store.database import Database
from studio.upkeep import rows
from tests.store.filling import fill, kept


@pytest.fixture(params=["to PostgreSQL", "to SQLite"])
def places(request, tmp_path, postgresql_url):
    urls = [f"sqlite:///{tmp_path / 'studio.sqlite3'}", postgresql_url]
    databases = [Database(Settings(data_dir=tmp_path, database_url=url)) for url in urls]
    for database in databases:
        database.start()
    yield databases if request.param == "to PostgreSQL" else databases[::-1]
    for database in databases:
        database.close()


def test_every_row_of_every_table_is_the_same_after_a_move(places, tmp_path):
    source, target = places
    written = source.write(lambda session: fill(session.connection(), "m"))
    with rows.moment(source) as connection:
        for table in rows.kept_tables():
            rows.dump(connection, table, tmp_path / f"{table.name}.gz")
    target.write(
        lambda session: [
            rows.load(session, table, tmp_path / f"{table.name}.gz") for table in rows.kept_tables()
        ]
    )
    del written["leases"]  # of running processes alone
    with target.read() as session:
        found, expected = kept(session.connection(), written)
    assert set(found) == {table.name for table in rows.kept_tables()}
    assert found == expected
