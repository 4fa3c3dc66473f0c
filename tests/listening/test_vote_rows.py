"""Votes are read once, whatever the clocks of those who wrote them said, on both databases."""

from datetime import timedelta

import pytest

from studio.listening import vote_rows
from studio.listening.vote_log import VoteLog
from studio.settings import Settings
from studio.store.base import now
from studio.store.database import Database
from studio.store.tables import Trial, Vote

BEGAN = now()


@pytest.fixture
def database(tmp_path, database_url):
    opened = Database(Settings(data_dir=tmp_path, database_url=database_url))
    opened.start()
    yield opened
    opened.close()


def vote(database, name, seconds):
    """A vote of a rater's own, at a moment by somebody's clock."""
    both = {"rater": name, "condition_a": "x", "condition_b": "y", "language": "en"}
    trial = Trial(
        token=name, protocol="ab", comparison_id="c", take_a="a", take_b="b", text_sha256="t",
        listen_seconds=1, stimulus_a=f"{name}a", stimulus_b=f"{name}b", preparation={}, **both,
    )  # fmt: skip
    at = BEGAN + timedelta(seconds=seconds)
    cast = Vote(trial=name, choice="a", text_sha256="t", voted_at=at, **both)

    def write(session):
        session.add(trial)
        session.flush()
        session.add(cast)

    database.write(write)


def raters(log):
    _, votes = log.votes(None, None)
    return sorted(votes.raters[number] for number in votes.rater)


@pytest.mark.parametrize(
    "moments",
    [
        [0, 1, 2, 3],
        [0, 0, 0, 0],
        [0, 3600, 1, 3601],  # a clock that was set forward, and another that was not
        [0, -86_400, -172_800, 5],  # set back
        [0, 119, 121, -119],  # about the overlap
    ],
)
def test_every_vote_is_read_once_in_whatever_order_clocks_put_them(database, moments):
    log = VoteLog(database)
    versions = [log.version()]
    for number, seconds in enumerate(moments):
        vote(database, f"r{number}", seconds)
        versions.append(log.version())
        assert raters(log) == [f"r{n}" for n in range(number + 1)]
    assert len(set(versions)) == len(versions)


def test_what_was_read_is_not_read_again(database, monkeypatch):
    monkeypatch.setattr(vote_rows, "_OVERLAP", timedelta(seconds=5))
    log = VoteLog(database)
    for number in range(20):
        vote(database, f"r{number:02}", number)
    assert len(raters(log)) == 20
    read = []
    coded = log._coded
    log._coded = lambda rows: read.append(len(rows)) or coded(rows)
    vote(database, "r20", 20)
    assert len(raters(log)) == 21
    assert read == [1]
    assert len(getattr(log._new, "_around", {})) <= 7, "only what is near is remembered"
