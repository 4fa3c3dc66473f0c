"""What real raters were served is never said to be forged: checks and repeats follow from it."""

import pytest

from studio.listening.raters import new_key
from studio.studies.dataset import read
from studio.studies.results.following import astray
from tests.studies.rating import Opened, through


@pytest.mark.parametrize("protocol", ["ab", "axy", "abx", "acr", "smos", "ccr", "mushra"])
def test_what_was_served_and_answered_follows(service, database, blobs, takes, protocol):
    recordings = 4 * (protocol in ("axy", "smos", "mushra"))
    plan = {"trials": 4, "repeats": 0.3, "attention": 0.2}
    study = Opened(database, blobs, takes, protocol, recordings=recordings, **plan)
    rating = service()
    for _ in range(2):
        through(rating, study, new_key(), protocol)
    with database.read() as session:
        data = read(session, study.id)
    assert {"repeat", "attention"} <= {one.kind for one in data.answers}
    assert astray(data) is None
