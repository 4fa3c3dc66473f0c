"""When an answer counts, that it counts once, and that the chain holds them all."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import update

from studio.listening.raters import new_key
from studio.problems import BadInput, Conflict, NotAllowed, NotFound, TooMany
from studio.store.base import now
from studio.store.database import Database
from studio.store.study_tables import Study, StudyInvite
from studio.studies.chain import first_break
from studio.studies.dataset import read
from studio.studies.rating.service import RatingService
from studio.studies.seal import chain_start
from tests.studies.rating import Opened, give, listen, settings, through

A, B = {"choice": "a"}, {"choice": "b"}


@pytest.fixture
def study(database, blobs, takes):
    return Opened(database, blobs, takes)


@pytest.fixture
def key(service, study) -> str:
    key = new_key()
    service().begin(study.invite, key, "en")
    return key


def change(study: Opened, table, **values) -> None:
    query = update(table).where((table.id if table is Study else table.study_id) == study.id)
    study.database.write(lambda session: session.execute(query.values(**values)).close())


def test_an_answer_before_all_clips_were_streamed_to_the_end_is_refused(service, study, key):
    rating = service()
    trial = rating.trials(study.invite, key).trials[0]
    for missing in ("ab", "a", "b"):
        if missing != "ab":
            listen(service(), trial, key, but=missing)  # another process's book: the database
        with pytest.raises(Conflict, match="clips_not_heard"):
            give(rating, study.invite, key, trial, A)
        if missing == "a":
            break
    assert study.answers == []
    listen(rating, trial, key)
    give(rating, study.invite, key, trial, A)
    assert [a.answer for a in study.answers] == [{"choice": "a", "unusable": False}]


def test_an_answer_counts_once_the_length_of_all_clips_has_passed(service, study, key):
    rating = service(listen_fraction=1.0)
    seconds = [1000.0]
    rating._stopwatches._clock = lambda: seconds[0]
    trial = rating.trials(study.invite, key).trials[0]
    listen(rating, trial, key)
    length = study.trials[0].listen_seconds
    seconds[0] += length - 0.25
    with pytest.raises(Conflict) as refused:
        give(rating, study.invite, key, trial, A)
    assert refused.value.code == "answer_too_early"
    assert refused.value.params["wait_seconds"] == 0.3
    seconds[0] += 0.3
    give(rating, study.invite, key, trial, A)
    assert study.answers[0].seconds == pytest.approx(length + 0.05)


def test_clips_that_were_loaded_ahead_shorten_nothing(service, study, key):
    rating = service(listen_fraction=1.0)
    seconds = [1000.0]
    rating._stopwatches._clock = lambda: seconds[0]
    first, second = rating.trials(study.invite, key).trials
    for trial in (first, second):
        listen(rating, trial, key)
    seconds[0] += 600
    give(rating, study.invite, key, first, A)
    with pytest.raises(Conflict, match="answer_too_early"):
        give(rating, study.invite, key, second, A)
    seconds[0] += study.trials[1].listen_seconds + 0.001  # sums of floats
    give(rating, study.invite, key, second, A)


def test_a_list_that_crosses_the_last_answer_says_that_it_was_the_last(
    service, database, blobs, takes, key, monkeypatch
):
    plan = {"trials": 1, "training": 0, "repeats": 0, "identical": 0, "attention": 0}
    study = Opened(database, blobs, takes, **plan)
    rating = service()
    rating.begin(study.invite, key, "en")
    (last,) = rating.trials(study.invite, key).trials
    listen(rating, last, key)
    drawn = rating._issuer.next

    def answered_meanwhile(*given, **named):
        give(rating, study.invite, key, last, A)
        return drawn(*given, **named)

    monkeypatch.setattr(rating._issuer, "next", answered_meanwhile)
    found = rating.trials(study.invite, key)
    assert (found.trials, found.state) == ([], "finished")
    assert found.completion_code
    assert found.progress.done == 1


def test_a_restart_and_a_clock_set_back_let_nobody_in_early(service, study, key):
    before = service(listen_fraction=1.0)
    trial = before.trials(study.invite, key).trials[0]
    listen(before, trial, key)
    after = service(listen_fraction=1.0)
    seconds = [50.0]
    after._stopwatches._clock = lambda: seconds[0]
    after._stopwatches._wall = lambda: now() - timedelta(hours=1)
    with pytest.raises(Conflict) as refused:
        give(after, study.invite, key, trial, A)
    assert refused.value.params["wait_seconds"] < 60
    seconds[0] += refused.value.params["wait_seconds"]
    give(after, study.invite, key, trial, A)


def test_the_same_answer_again_is_the_same_reply_and_another_is_refused(service, study, key):
    rating = service()
    trial = rating.trials(study.invite, key).trials[0]
    listen(rating, trial, key)
    first = give(rating, study.invite, key, trial, A)
    assert give(rating, study.invite, key, trial, A) == first
    assert give(service(listen_fraction=9), study.invite, key, trial, A) == first
    for other in (B, {"choice": "a", "unusable": True}):
        with pytest.raises(Conflict, match="already_answered"):
            give(rating, study.invite, key, trial, other)
    assert len(study.answers) == 1


def test_many_answers_to_one_screen_at_the_same_time_are_one(service, study, key):
    rating = service()
    trial = rating.trials(study.invite, key).trials[0]
    listen(rating, trial, key)

    async def race():
        tries = [
            rating.answer(study.invite, key, trial.token, (A, B)[n % 2], None) for n in range(20)
        ]
        return await asyncio.gather(*tries, return_exceptions=True)

    replies = asyncio.run(race())
    assert len(study.answers) == 1
    assert sum(isinstance(r, Conflict) for r in replies) == 10


def test_two_processes_racing_count_each_answer_once_in_one_chain(
    service, study, takes, blobs, tmp_path
):
    elsewhere = Database(settings(tmp_path))
    ratings = [service(), RatingService(settings(tmp_path), elsewhere, takes, blobs)]
    keys = [new_key() for _ in range(5)]
    issued = []
    for key in keys:
        ratings[0].begin(study.invite, key, "en")
        trial = ratings[0].trials(study.invite, key).trials[0]
        listen(ratings[0], trial, key)
        issued.append((key, trial))

    async def race():
        tries = [
            ratings[n % 2].answer(study.invite, key, trial.token, A, None)
            for key, trial in issued
            for n in range(4)
        ]
        return await asyncio.gather(*tries)

    try:
        assert len(asyncio.run(race())) == 20
    finally:
        ratings[1].close()
        elsewhere.close()
    assert [a.sequence for a in study.answers] == list(range(1, 6))
    sound(study)


def sound(study: Opened) -> None:
    with study.database.read() as session:
        found = read(session, study.id)
    chain = [(a.record, a.sha256) for a in found.answers]
    assert first_break(chain_start(found.seal), chain) is None
    previous = [chain_start(found.seal), *(a.sha256 for a in found.answers)]
    assert [a.previous_sha256 for a in found.answers] == previous[:-1]


def test_answers_chain_from_the_seal_on(service, database, blobs, takes):
    study = Opened(database, blobs, takes, "ccr")
    seal = {"version": 1, "plan_sha256": "p", "key_sha256": "k", "sealed_at": "now", "salt": "s"}
    change(study, Study, seal=seal)
    rating = service()
    through(rating, study, new_key(), "ccr")
    through(service(), study, new_key(), "ccr")
    assert study.answers[0].previous_sha256 == chain_start(seal)
    sound(study)


def test_a_screen_belongs_to_the_rater_it_was_served_to(service, study, key):
    rating = service()
    trial = rating.trials(study.invite, key).trials[0]
    stranger = new_key()
    with pytest.raises(Conflict, match="not_begun"):
        rating.trials(study.invite, stranger)
    rating.begin(study.invite, stranger, "en")
    clip = trial.slots[0].url.rsplit("/", 1)[1]
    for service_now in (rating, service()):  # held in memory, and made again
        with pytest.raises(NotAllowed, match="not_your_trial"):
            service_now.held(clip, stranger) or service_now.clip(clip, stranger)
    listen(rating, trial, key)
    for someone in (stranger, None):
        with pytest.raises(NotAllowed, match="not_your_trial"):
            give(rating, study.invite, someone, trial, A)
    assert study.answers == []


def test_a_screen_is_answered_through_its_own_study_only(
    service, study, key, database, takes, blobs
):
    rating = service()
    other = Opened(database, blobs, takes)
    trial = rating.trials(study.invite, key).trials[0]
    listen(rating, trial, key)
    with pytest.raises(NotFound, match="unknown_trial"):
        give(rating, other.invite, key, trial, A)
    with pytest.raises(NotFound, match="unknown_invite"):
        give(rating, "no-such-invite", key, trial, A)


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"choice": "c"},
        {"score": 3},
        {"choice": "a", "note": "x"},
        {"choice": "a", "unusable": 1},
    ],
)
def test_an_answer_that_does_not_fit_the_screen_is_refused(service, study, key, given):
    rating = service()
    trial = rating.trials(study.invite, key).trials[0]
    listen(rating, trial, key)
    with pytest.raises(BadInput, match="answer_malformed"):
        give(rating, study.invite, key, trial, given)
    assert study.answers == []


@pytest.mark.parametrize(
    "score",
    [10**400, -(10**400), float("nan"), 1e308, 2.5],
    ids=["long", "long and below", "no number", "large", "between"],
)
def test_a_number_beyond_all_bounds_is_refused_and_harms_no_other_answer(
    service, database, blobs, takes, score
):
    study, rating = Opened(database, blobs, takes, "acr"), service()
    one, other = new_key(), new_key()
    given = {}
    for key in (one, other):
        rating.begin(study.invite, key, "en")
        given[key] = rating.trials(study.invite, key).trials[0]
        listen(rating, given[key], key)

    async def together():
        papers = ((one, {"score": score}), (other, {"score": 3}))
        answers = [rating.answer(study.invite, k, given[k].token, said) for k, said in papers]
        return await asyncio.gather(*answers, return_exceptions=True)

    refused, counted = asyncio.run(together())
    assert isinstance(refused, BadInput)
    assert counted.state == "rating"
    assert [answer.answer["score"] for answer in study.answers] == [3]


def test_a_tie_is_refused_where_the_plan_forbids_it(service, database, blobs, takes):
    study = Opened(database, blobs, takes, ties=False)
    rating, key = service(), new_key()
    rating.begin(study.invite, key, "en")
    assert rating.view(study.invite, key).study.choices == ["a", "b"]
    trial = rating.trials(study.invite, key).trials[0]
    listen(rating, trial, key)
    with pytest.raises(BadInput, match="answer_tie_not_allowed"):
        give(rating, study.invite, key, trial, {"choice": "tie"})


def test_mushra_scores_name_every_stimulus_and_not_the_reference(service, database, blobs, takes):
    study = Opened(database, blobs, takes, "mushra", recordings=4)
    rating, key = service(), new_key()
    rating.begin(study.invite, key, "en")
    trial = rating.trials(study.invite, key).trials[0]
    listen(rating, trial, key)
    scores = {slot.slot: 50 for slot in trial.slots}
    with pytest.raises(BadInput):
        give(rating, study.invite, key, trial, {"scores": scores})
    scores.pop("x")
    with pytest.raises(BadInput):
        give(rating, study.invite, key, trial, {"scores": {**scores, "1": 101}})
    give(rating, study.invite, key, trial, {"scores": scores})


@pytest.mark.parametrize(
    ("because", "minutes", "counts"),
    [("owner", 0, False), ("target", 1, True), ("enough", 29, True), ("target", 31, False)],
)
def test_after_the_end_only_what_was_served_counts_and_only_for_a_while(
    service, study, key, because, minutes, counts
):
    rating = service()
    trials = rating.trials(study.invite, key).trials
    for trial in trials:
        listen(rating, trial, key)
    at = now() - timedelta(minutes=minutes)
    change(study, Study, state="closed", closed_because=because, closed_at=at)
    if not counts:
        with pytest.raises(Conflict, match="study_closed"):
            give(rating, study.invite, key, trials[0], A)
        assert study.answers == []
        assert rating.trials(study.invite, key).state == "closed"
        return
    assert [t.token for t in rating.trials(study.invite, key).trials] == [t.token for t in trials]
    assert rating.view(study.invite, key).state == "rating"
    for trial in trials:
        give(rating, study.invite, key, trial, A)
    after = rating.trials(study.invite, key)
    assert (after.state, after.trials) == ("closed", [])
    assert after.completion_code
    assert rating.view(study.invite, key).completion_code == after.completion_code
    assert len(study.answers) == 2


def test_an_invitation_that_was_taken_back_opens_nothing(service, study, key):
    rating = service()
    trial = rating.trials(study.invite, key).trials[0]
    listen(rating, trial, key)
    change(study, StudyInvite, revoked_at=now())
    assert rating.view(study.invite, key).model_dump(exclude_none=True) == {"state": "revoked"}
    with pytest.raises(NotAllowed, match="invite_revoked"):
        give(rating, study.invite, key, trial, A)
    with pytest.raises(NotAllowed, match="invite_revoked"):
        rating.trials(study.invite, key)
    with pytest.raises(NotAllowed, match="invite_revoked"):
        rating.begin(study.invite, new_key(), "en")


def test_too_many_requests_of_a_rater_or_an_address_are_refused(service, study, key):
    by_rater = service(votes_per_minute=3)
    trial = by_rater.trials(study.invite, key).trials[0]
    listen(by_rater, trial, key)
    for _ in range(3):
        give(by_rater, study.invite, key, trial, A)
    with pytest.raises(TooMany):
        give(by_rater, study.invite, key, trial, A)
    by_address = service(rater_requests_per_minute_address=2)
    for number in range(3):
        if number == 2:
            with pytest.raises(TooMany):
                by_address.begin(study.invite, new_key(), "en", "10.0.0.1")
            by_address.begin(study.invite, new_key(), "en", "10.0.0.2")
        else:
            by_address.begin(study.invite, new_key(), "en", "10.0.0.1")
