"""When a vote counts, and that it counts once."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select

from studio.listening import ballot
from studio.problems import BadInput, Conflict, NotAllowed, NotFound, Problem, TooMany
from studio.store.base import now
from studio.store.tables import Tally, Trial, Vote
from tests.listening.conftest import listen, token_of, vote


def all_votes(database) -> list[Vote]:
    with database.read() as session:
        return list(session.scalars(select(Vote)))


def all_tallies(database) -> list[tuple]:
    with database.read() as session:
        return [
            (t.language, t.left, t.right, t.left_wins, t.right_wins, t.ties)
            for t in session.scalars(select(Tally))
        ]


def trial_row(database, trial) -> Trial:
    with database.read() as session:
        return session.scalars(select(Trial).where(Trial.token == trial.token)).one()


@pytest.mark.parametrize("choice", ["a", "b", "tie"])
def test_a_vote_is_kept_counted_and_answered_with_what_it_was_about(service, database, choice):
    trials = service()
    trial = trials.issue("someone")
    listen(trials, trial)
    reveal = vote(trials, trial, choice, "someone")
    row = trial_row(database, trial)
    assert reveal.choice == choice
    assert f"{reveal.a.engine}/{reveal.a.preset}" == row.condition_a
    assert f"{reveal.b.engine}/{reveal.b.preset}" == row.condition_b
    assert (reveal.a.take, reveal.b.take, reveal.a.comparison) == (row.take_a, row.take_b, "one")
    (kept,) = all_votes(database)
    assert (kept.trial, kept.choice, kept.rater) == (trial.token, choice, "someone")
    assert (kept.condition_a, kept.condition_b) == (row.condition_a, row.condition_b)
    assert (kept.language, kept.text_sha256) == (row.language, row.text_sha256)
    espeak_won = {"a": row.condition_a, "b": row.condition_b}.get(choice) == "espeak/en-us"
    expected = (0, 0, 1) if choice == "tie" else (int(espeak_won), int(not espeak_won), 0)
    assert all_tallies(database) == [("en", "espeak/en-us", "piper/joe", *expected)]


def test_nothing_is_told_of_a_trial_that_was_not_heard_to_the_end(service, database):
    trials = service(listen_fraction=1.0)
    trial = trials.issue(None)
    for heard in ("", "a"):
        listen(trials, trial, heard)
        with pytest.raises(Conflict) as refused:
            vote(trials, trial)
        assert refused.value.code == "too_early"
        length = trial_row(database, trial).listen_seconds
        assert length <= refused.value.params["wait_seconds"] < length + 0.11
    assert all_votes(database) == []


def test_a_vote_counts_when_both_clips_length_has_passed_and_waiting_as_told_is_enough(
    service, database
):
    trials = service(listen_fraction=1.0)
    seconds = [1000.0]
    trials._stopwatches._clock = lambda: seconds[0]
    trial = trials.issue(None)
    listen(trials, trial, "a")
    seconds[0] += 60
    listen(trials, trial, "b")
    length = trial_row(database, trial).listen_seconds
    seconds[0] += length - 0.25
    with pytest.raises(Conflict) as refused:
        vote(trials, trial)
    assert refused.value.params["wait_seconds"] == 0.3
    seconds[0] += refused.value.params["wait_seconds"]
    vote(trials, trial)
    assert len(all_votes(database)) == 1


def test_the_fraction_of_the_settings_is_what_must_pass(service, database):
    trials = service(listen_fraction=0.5)
    seconds = [1000.0]
    trials._stopwatches._clock = lambda: seconds[0]
    trial = trials.issue(None)
    listen(trials, trial)
    half = trial_row(database, trial).listen_seconds / 2
    seconds[0] += half - 0.01
    with pytest.raises(Conflict, match="too_early"):
        vote(trials, trial)
    seconds[0] += 0.011
    vote(trials, trial)


def test_a_trial_stays_open_over_a_restart_and_the_time_before_it_counts(service, database):
    before = service(listen_fraction=1.0)
    trial = before.issue(None)
    listen(before, trial)
    after = service(listen_fraction=1.0)
    with pytest.raises(Conflict, match="too_early"):
        vote(after, trial)
    moment = now() + timedelta(seconds=trial_row(database, trial).listen_seconds + 0.01)
    after._stopwatches._wall = lambda: moment
    vote(after, trial)


def test_a_wall_clock_set_back_or_forward_lets_nobody_in_early(service, database):
    running = service(listen_fraction=1.0)
    trial = running.issue(None)
    listen(running, trial)
    running._stopwatches._wall = lambda: now() + timedelta(hours=1)
    with pytest.raises(Conflict, match="too_early"):
        vote(running, trial)

    restarted = service(listen_fraction=1.0)
    seconds = [50.0]
    restarted._stopwatches._clock = lambda: seconds[0]
    restarted._stopwatches._wall = lambda: now() - timedelta(hours=1)
    with pytest.raises(Conflict) as refused:
        vote(restarted, trial)
    assert refused.value.params["wait_seconds"] < 60
    seconds[0] += refused.value.params["wait_seconds"]
    vote(restarted, trial)


def test_the_same_vote_again_is_the_same_answer_and_another_is_refused(service, database):
    trials = service()
    trial = trials.issue(None)
    listen(trials, trial)
    first = vote(trials, trial, "b")
    assert vote(trials, trial, "b") == first
    assert vote(service(listen_fraction=9), trial, "b") == first
    for other in ("a", "tie"):
        with pytest.raises(Conflict, match="already_voted"):
            vote(trials, trial, other)
    assert [v.choice for v in all_votes(database)] == ["b"]
    assert sum(sum(t[3:]) for t in all_tallies(database)) == 1


def test_only_the_rater_it_was_served_to_or_whoever_holds_its_token_alone_may_vote(
    service, database
):
    trials = service()
    trial = trials.issue("someone")
    with pytest.raises(NotAllowed, match="not_your_trial"):
        trials.stimulus(token_of(trial.a_url), "someone else")
    listen(trials, trial)
    with pytest.raises(NotAllowed, match="not_your_trial"):
        vote(trials, trial, rater="someone else")
    assert all_votes(database) == []
    vote(trials, trial, rater=None)
    with pytest.raises(NotAllowed, match="not_your_trial"):
        vote(trials, trial, rater="someone else")


def test_what_is_no_trial_or_no_choice_is_refused(service, database):
    trials = service()
    trial = trials.issue(None)
    listen(trials, trial)
    with pytest.raises(NotFound, match="unknown_trial"):
        asyncio.run(trials.vote(None, token_of(trial.a_url), "a"))
    with pytest.raises(BadInput, match="unknown_choice"):
        vote(trials, trial, "both")
    assert all_votes(database) == []


@pytest.mark.parametrize("cookie", [True, False])
def test_a_rater_votes_so_often_a_minute_with_or_without_the_cookie(service, database, cookie):
    trials = service(votes_per_minute=3)
    issued = [trials.issue("someone") for _ in range(4)]
    for trial in issued:
        listen(trials, trial)
    rater = "someone" if cookie else None
    for trial in issued[:3]:
        vote(trials, trial, rater=rater)
    with pytest.raises(TooMany) as refused:
        vote(trials, issued[3], rater=rater)
    assert refused.value.params["retry_after"] == 20
    assert len(all_votes(database)) == 3


def test_twenty_racing_threads_with_three_answers_make_one_vote(service, database):
    trials = service()
    for _ in range(5):
        trial = trials.issue(None)
        listen(trials, trial)

        def attempt(number: int, trial=trial):
            try:
                return vote(trials, trial, ("a", "b", "tie")[number % 3]).choice
            except Problem as problem:
                return problem.code

        with ThreadPoolExecutor(20) as threads:
            answers = list(threads.map(attempt, range(20)))
        with database.read() as session:
            (kept,) = session.scalars(select(Vote).where(Vote.trial == trial.token)).all()
        assert set(answers) == {kept.choice, "already_voted"}
        assert answers.count(kept.choice) in {6, 7}
    assert sum(sum(t[3:]) for t in all_tallies(database)) == 5


def test_two_processes_racing_make_one_vote(service, database, tmp_path, takes):
    """Another process has another writer: then the primary key decides, not the queue."""
    from studio.listening.trials import TrialService
    from studio.settings import Settings
    from studio.store.database import Database

    settings = Settings(data_dir=tmp_path, listen_fraction=0, votes_per_minute=10_000)
    elsewhere = Database(settings)
    services = [service(), TrialService(settings, elsewhere, takes)]
    try:
        issued = [services[0].issue(None) for _ in range(10)]
        for trial in issued:
            listen(services[0], trial)

        async def race():
            attempts = [
                services[n % 2].vote(None, trial.token, "ab"[n % 2])
                for trial in issued
                for n in range(4)
            ]
            return await asyncio.gather(*attempts, return_exceptions=True)

        answers = asyncio.run(race())
    finally:
        elsewhere.close()
    assert len(all_votes(database)) == 10
    assert sum(sum(t[3:]) for t in all_tallies(database)) == 10
    assert sum(isinstance(answer, Conflict) for answer in answers) == 20


def test_a_vote_that_another_process_slips_in_after_the_reading_stands(
    service, database, monkeypatch
):
    """SQLite locks the file first; PostgreSQL lets this happen, and the primary key decides."""
    trials = service()
    trial = trials.issue(None)
    listen(trials, trial)
    insert_votes = ballot._insert

    def beaten(connection, rows, new):
        insert_votes(connection, rows, {trial.token: "b"})
        ballot._tally(connection, rows, {trial.token: "b"})
        return insert_votes(connection, rows, new)

    monkeypatch.setattr(ballot, "_insert", beaten)
    with pytest.raises(Conflict, match="already_voted"):
        vote(trials, trial, "a")
    assert [v.choice for v in all_votes(database)] == ["b"]
    assert sum(sum(t[3:]) for t in all_tallies(database)) == 1
