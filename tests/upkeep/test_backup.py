"""A backup holds every row and every blob, goes only into an empty place, and tells when damaged."""

import gzip
import json
import os

import pytest
from sqlalchemy import select, update

from studio.cli import main
from studio.problems import BadInput, Conflict
from studio.settings import Settings
from studio.store.blobs import Blobs
from studio.store.database import Database
from studio.store.tables import Take
from studio.upkeep.backup import back_up
from studio.upkeep.named_blobs import columns
from studio.upkeep.restore import restore
from studio.upkeep.rows import kept_tables
from tests.object_stores import store
from tests.store.filling import fill, kept


class Place:
    """A database and a store of blobs."""

    def __init__(self, folder, **settings):
        self.settings = Settings(data_dir=folder, **settings)
        self.database = Database(self.settings)
        self.blobs = Blobs(self.settings.resolved_blobs_url)

    def fill(self):
        """Two rows in every table; every column that names a blob names one that is there."""
        self.database.start()

        def put(session):
            written = fill(session.connection(), "x")
            for table, column in columns():
                for number, row in enumerate(written[table.name]):
                    row[column.name] = f"results/owner/{table.name}-{column.name}-{number}"
                    key = [c == row[c.name] for c in table.primary_key.columns]
                    session.execute(
                        update(table).where(*key).values({column.name: row[column.name]})
                    )
                    self.blobs.put(row[column.name], os.urandom(100 + number))
            session.execute(update(Take).values(error=None, finished_at=None))
            for row in written["takes"]:
                row["error"] = row["finished_at"] = None
            return written

        written = self.database.write(put)
        return {name: rows for name, rows in written.items() if name != "leases"}

    def back_up(self, folder):
        return back_up(self.settings, self.database, self.blobs, folder)

    def restore(self, folder):
        return restore(self.settings, self.database, self.blobs, folder)

    def sounds(self):
        return {one.name: self.blobs.get(one.name) for one in self.blobs.names()}


@pytest.fixture
def place(tmp_path):
    place = Place(tmp_path / "one")
    yield place
    place.database.close()


def test_every_row_and_blob_comes_back_into_another_database_and_store(
    place, tmp_path, database_url
):
    written = place.fill()
    done = place.back_up(tmp_path / "backup")
    assert done.rows == 2 * len(kept_tables())
    assert (done.blobs, done.gone) == (2 * len(columns()), 0)
    with store("s3") as bucket:
        other = Place(tmp_path / "two", database_url=database_url, blobs_url=bucket.url)
        assert other.restore(tmp_path / "backup").rows == done.rows
        with other.database.read() as session:
            found, expected = kept(session.connection(), written)
            assert found == expected
            assert session.scalars(select(Take.error)).all() == [None, None]
        assert other.sounds() == place.sounds()
        # and back again, from there
        other.back_up(tmp_path / "again")
        other.database.close()
    for table in kept_tables():
        name = f"rows/{table.name}.jsonl.gz"
        lines = [
            sorted(gzip.decompress((tmp_path / folder / name).read_bytes()).splitlines())
            for folder in ("backup", "again")
        ]
        assert [json.loads(x) for x in lines[0]] == [json.loads(x) for x in lines[1]], name


def test_a_backup_goes_only_into_an_empty_place(place, tmp_path):
    place.fill()
    place.back_up(tmp_path / "backup")
    before = place.sounds()
    with pytest.raises(Conflict):
        place.restore(tmp_path / "backup")
    assert place.sounds() == before
    other = Place(tmp_path / "two")
    other.blobs.put("results/other/one", b"mine")
    with pytest.raises(Conflict):
        other.restore(tmp_path / "backup")
    assert other.sounds() == {"results/other/one": b"mine"}
    other.blobs.delete("results/other/one")
    some = next(iter(before))
    other.blobs.put(some, before[some])  # as an interrupted try leaves it
    other.restore(tmp_path / "backup")
    assert other.sounds() == before
    other.database.close()
    with pytest.raises(BadInput):
        place.back_up(tmp_path / "backup")


@pytest.mark.parametrize("which", ["rows/takes.jsonl.gz", "blobs.tsv", "blob", "manifest.json"])
def test_a_damaged_backup_is_refused_before_anything_is_written(place, tmp_path, which):
    place.fill()
    folder = tmp_path / "backup"
    place.back_up(folder)
    path = next((folder / "blobs").rglob("*-0")) if which == "blob" else folder / which
    path.write_bytes(path.read_bytes()[:-1] + b"!")
    other = Place(tmp_path / "two")
    with pytest.raises(BadInput):
        other.restore(folder)
    assert not (tmp_path / "two").exists()


def test_the_commands_say_what_they_did(place, tmp_path, monkeypatch, capsys):
    place.fill()
    monkeypatch.setenv("STUDIO_DATA_DIR", str(tmp_path / "one"))
    monkeypatch.setenv("STUDIO_DATABASE_URL", place.settings.resolved_database_url)
    assert main(["backup", str(tmp_path / "backup")]) == 0
    assert "rows" in capsys.readouterr().out
    assert main(["backup", str(tmp_path / "backup")]) == 1
    assert main(["restore", str(tmp_path / "backup")]) == 1
    assert "STUDIO_DATABASE_URL" in capsys.readouterr().err
