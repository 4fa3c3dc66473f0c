"""Closing notes where the chain of answers was: what is cut off afterwards is missed."""

import pytest
from sqlalchemy import delete

from studio.settings import Settings
from studio.store.database import Database
from studio.store.study_tables import Study, StudyAnswer
from studio.studies.closing import close
from studio.studies.dataset import read
from studio.studies.results.proof import seal_view
from studio.studies.seal import chain_start
from tests.studies.made import make


@pytest.fixture
def database(tmp_path):
    database = Database(Settings(data_dir=tmp_path))
    database.start()
    yield database
    database.close()


def seen(database, study):
    with database.read() as session:
        return seal_view(read(session, study))


def closed(database, study) -> bool:
    return database.write(lambda session: close(session, session.get_one(Study, study), "owner"))


@pytest.mark.parametrize("left", [12, 0], ids=["the last ones", "all"])
def test_answers_cut_off_after_closing_are_missed(database, left):
    study = make(database, raters=3, trials=6, state="open")
    start = seen(database, study)
    assert (start["sound"], start["complete"]) == (True, None)
    assert closed(database, study)
    whole = seen(database, study)
    assert (whole["sound"], whole["complete"]) == (True, True)
    cut = delete(StudyAnswer).where(StudyAnswer.study_id == study, StudyAnswer.sequence > left)
    database.write(lambda session: session.execute(cut).close())
    short = seen(database, study)
    assert (short["sound"], short["complete"], short["broken_at"]) == (False, False, None)


def test_closing_twice_changes_nothing_and_the_chain_starts_where_it_did(database):
    study = make(database, raters=2, trials=4, state="open")
    with database.read() as session:
        before = chain_start(session.get_one(Study, study).seal)
    assert closed(database, study)
    with database.read() as session:
        noted = session.get_one(Study, study).seal
    assert noted["closed_after"]["answers"] > 0
    assert chain_start(noted) == before
    assert not closed(database, study)
    with database.read() as session:
        assert session.get_one(Study, study).seal == noted


@pytest.mark.parametrize("seal", [{}, {"version": 1}, {"plan_sha256": "0" * 64, "salt": "s"}])
def test_a_seal_that_was_torn_is_told_not_stumbled_over(database, seal):
    study = make(database, raters=2, trials=4)

    def tear(session) -> None:
        session.get_one(Study, study).seal = seal

    database.write(tear)
    found = seen(database, study)
    assert (found["sound"], found["plan_fits"], found["key_fits"]) == (False, False, False)
