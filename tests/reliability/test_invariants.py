"""What the runs hold a studio against notices what it is for."""

import uuid

import pytest

from reliability._invariants import broken
from studio.settings import Settings
from studio.store.blobs import Blobs
from studio.store.database import Database
from studio.store.tables import Comparison, Take, Tally


@pytest.fixture
def settings(tmp_path):
    return Settings(data_dir=tmp_path, database_url=f"sqlite:///{tmp_path / 'studio.sqlite3'}")


@pytest.fixture
def database(settings):
    database = Database(settings)
    database.start()
    yield database
    database.close()


def _finished(database, blob):
    comparison, take = str(uuid.uuid4()), str(uuid.uuid4())

    def write(session):
        session.add(
            Comparison(id=comparison, owner="local", text="A", text_sha256="a", language="en")
        )
        session.flush()
        session.add(
            Take(
                id=take,
                comparison_id=comparison,
                position=0,
                engine="espeak",
                key="k",
                state="done",
                request={},
                aspects={},
                blob=blob,
                seconds=1.0,
                sample_rate=24_000,
            )
        )

    database.write(write)


def test_nothing_is_wrong_with_an_empty_studio(settings, database):
    assert broken(settings) == []


def test_a_finished_take_without_its_sound_is_noticed(settings, database):
    _finished(database, f"results/local/{uuid.uuid4()}")
    assert any(fault.startswith("missing") for fault in broken(settings))


def test_a_sound_that_is_no_sound_is_noticed(settings, database):
    blob = f"results/local/{uuid.uuid4()}"
    Blobs(settings.resolved_blobs_url).put(blob, b"torn")
    _finished(database, blob)
    assert broken(settings)


def test_tallies_that_say_another_number_than_the_votes_are_noticed(settings, database):
    database.write(lambda s: s.add(Tally(language="en", left="a", right="b", left_wins=1)))
    assert broken(settings) == ["0 votes, but 1 in the tallies"]
