"""Screens under way: two tabs, two processes, a rest, and seats that others gave up."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from sqlalchemy import update

from studio.listening.raters import new_key
from studio.store.base import now
from studio.store.database import Database
from studio.store.study_tables import StudyRater
from studio.studies.rating.rater_views import progress
from studio.studies.rating.service import RatingService
from tests.studies.rating import Opened, fitting, give, listen, settings
from tests.waiting import at_once


def tokens(rating, study, key) -> tuple[str, ...]:
    return tuple(trial.token for trial in rating.trials(study.invite, key).trials)


def test_tabs_that_ask_at_the_same_time_get_the_same_screens(service, database, blobs, takes):
    study = Opened(database, blobs, takes)
    rating, key = service(), new_key()
    rating.begin(study.invite, key, "en")
    found = at_once(lambda: tokens(rating, study, key), 4)
    assert len(found) == 4
    assert len(set(found)) == 1
    assert {t.token for t in study.trials} == set(found[0])


def test_processes_that_are_asked_at_the_same_time_serve_the_same_screens(
    service, database, blobs, takes, tmp_path
):
    study = Opened(database, blobs, takes)
    elsewhere = Database(settings(tmp_path))
    ratings = [service(), RatingService(settings(tmp_path), elsewhere, takes, blobs)]
    try:
        for _ in range(3):
            key = new_key()
            ratings[0].begin(study.invite, key, "en")
            with ThreadPoolExecutor(2) as pool:
                one, other = pool.map(lambda rating: tokens(rating, study, key), ratings)  # noqa: B023
            assert one == other
    finally:
        ratings[1].close()
        elsewhere.close()
    assert len(study.trials) == 6


def test_a_rest_is_due_after_each_sitting_and_screens_go_on_being_served(
    service, database, blobs, takes
):
    study = Opened(database, blobs, takes, sitting=3)
    rating, key = service(), new_key()
    rating.begin(study.invite, key, "en")
    rests = []
    for number in range(6):
        trial = rating.trials(study.invite, key).trials[0]
        listen(rating, trial, key)
        reply = give(rating, study.invite, key, trial, fitting(trial, "ab", number))
        rests.append(reply.progress.until_rest)
    assert rests == [2, 1, 0, 2, 1, 0]
    assert rating.trials(study.invite, key).trials
    with database.read() as session:
        shelved = rating._shelf.get(session, study.id)
    assert progress(shelved, 0).until_rest == 3


def test_who_went_away_unfinished_does_not_keep_the_place_from_others(
    service, database, blobs, takes
):
    study = Opened(database, blobs, takes, raters=1)
    rating = service()
    gone = new_key()
    rating.begin(study.invite, gone, "en")
    assert rating.view(study.invite, new_key()).state == "full"
    long_ago = update(StudyRater).values(seen_at=now() - timedelta(hours=3))
    database.write(lambda session: session.execute(long_ago).close())
    assert rating.view(study.invite, new_key()).state == "welcome"
    rating.begin(study.invite, new_key(), "en")
    assert rating.view(study.invite, gone).state == "rating", "and may still come back"
