"""Answers that came over the rater's side, not from the tables: chain, checks and result hold."""

import pytest
from sqlalchemy import update

from studio.listening.raters import new_key
from studio.settings import Settings
from studio.store.study_tables import Study
from studio.studies.results.service import ResultService
from studio.studies.results.verification import verify
from tests.studies.rating import Opened, through


@pytest.mark.parametrize("protocol", ["ab", "axy", "abx", "acr", "smos", "ccr", "mushra"])
def test_a_rated_study_verifies(service, database, blobs, takes, protocol):
    checks = {"repeats": 0.3, "identical": 0.3, "attention": 0.3}
    study = Opened(database, blobs, takes, protocol, recordings=2, **checks)
    rating = service()
    for _ in range(2):
        through(rating, study, new_key(), protocol)
    query = update(Study).where(Study.id == study.id)
    database.write(lambda session: session.execute(query.values(state="closed")).close())
    results = ResultService(Settings(bootstrap_draws=20), database)
    try:
        found = verify(results.bundle("local", study.id))
    finally:
        results.close()
    assert found.faults == ()
    assert found.answers > 2 * 6
