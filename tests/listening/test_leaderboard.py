"""The board that votes make, and that it is of the votes it says."""

import random
import threading
import time

import pytest
from sqlalchemy import insert

from studio.listening import leaderboard as module
from studio.listening.leaderboard import LeaderboardService
from studio.settings import Settings
from studio.statistics import Votes, board
from studio.store.base import now
from studio.store.tables import Trial, Vote
from tests.listening.conftest import listen, vote

CONDITIONS = ["espeak/ko", "kokoro/jf_alpha", "kokoro/jm_kumo", "piper/joe"]


def write_votes(
    database, number: int, language: str = "en", seed: int = 1, conditions=CONDITIONS
) -> list[dict]:
    """Votes straight into the table: the one whose name sorts later wins more often."""
    chance = random.Random(seed)
    rows = []
    for n in range(number):
        a, b = chance.sample(conditions, 2)
        choice = (
            "tie" if chance.random() < 0.2 else "a" if (a > b) == (chance.random() < 0.7) else "b"
        )
        rows.append(
            {
                "trial": f"{language}-{seed}-{n}",
                "choice": choice,
                "condition_a": a,
                "condition_b": b,
                "rater": f"rater {chance.randrange(20)}",
                "language": language,
                "text_sha256": f"text {chance.randrange(10)}",
                "voted_at": now(),
            }
        )
    trials = [
        {
            "token": row["trial"], "protocol": "ab", "rater": row["rater"], "comparison_id": "c", "take_a": "a", "take_b": "b",
            "condition_a": row["condition_a"], "condition_b": row["condition_b"], "language": language, "text_sha256": row["text_sha256"],
            "listen_seconds": 1.0, "stimulus_a": row["trial"] + "a", "stimulus_b": row["trial"] + "b", "preparation": {},
        }
        for row in rows
    ]  # fmt: skip

    def write(session) -> None:
        session.execute(insert(Trial.__table__), trials)
        session.execute(insert(Vote.__table__), rows)

    database.write(write)
    return rows


def expected(rows: list[dict]):
    return board(
        Votes.from_labels(
            left=[r["condition_a"] for r in rows],
            right=[r["condition_b"] for r in rows],
            outcome=[{"a": 1, "b": -1, "tie": 0}[r["choice"]] for r in rows],
            rater=[r["rater"] for r in rows],
            item=[r["text_sha256"] for r in rows],
        ),
        draws=50,
    )


@pytest.fixture
def boards(database) -> LeaderboardService:
    service = LeaderboardService(Settings(bootstrap_draws=50), database)
    yield service
    service.close()


def standings(view) -> list[tuple]:
    return [
        (s.condition, s.rating, s.low, s.high, s.naive_low, s.naive_high, s.rank, s.votes)
        for s in view.conditions
    ]


def test_without_votes_the_board_is_empty(boards):
    view = boards.board()
    assert (view.votes, view.conditions, view.pairs, view.languages) == (0, [], [], [])
    assert boards.estimate() == {}


def test_the_board_is_what_the_statistics_say_of_the_rows(boards, database):
    rows = write_votes(database, 400)
    view, right = boards.board(), expected(rows)
    assert standings(view) == [
        (s.condition, s.rating, s.low, s.high, s.naive_low, s.naive_high, s.rank, s.votes)
        for s in right.standings
    ]
    assert view.votes_sha256 == right.votes_sha256
    assert (view.votes, view.raters, view.texts) == (400, 20, 10)
    assert view.ties == sum(r["choice"] == "tie" for r in rows)
    assert [s.condition for s in view.conditions] == CONDITIONS[::-1]
    assert (view.conditions[0].engine, view.conditions[0].preset) == ("piper", "joe")
    first = next(p for p in view.pairs if (p.left, p.right) == ("espeak/ko", "piper/joe"))
    met = [r for r in rows if {r["condition_a"], r["condition_b"]} == {"espeak/ko", "piper/joe"}]
    assert first.left_wins == sum(
        r["choice"] != "tie" and r[f"condition_{r['choice']}"] == "espeak/ko" for r in met
    )
    assert first.left_wins + first.right_wins + first.ties == len(met)


def test_the_language_chooses_votes_and_the_filter_lists_all_languages(boards, database):
    english = write_votes(database, 100)
    korean = write_votes(database, 60, "ko", 2)
    assert boards.board("ko").votes_sha256 == expected(korean).votes_sha256
    assert boards.board("en").votes_sha256 == expected(english).votes_sha256
    assert boards.board().votes == 160
    assert boards.board("ko").languages == ["en", "ko"]
    assert boards.board("fr").votes == 0


def test_the_engine_chooses_votes_it_took_part_in_and_shows_whom_it_met(boards, database):
    rows = write_votes(database, 200)
    of_piper = [r for r in rows if "piper/joe" in {r["condition_a"], r["condition_b"]}]
    view = boards.board(engine="piper")
    assert view.votes_sha256 == expected(of_piper).votes_sha256
    assert {s.condition for s in view.conditions} == set(CONDITIONS)
    assert all("piper/joe" in {p.left, p.right} for p in view.pairs)
    of_kokoro = boards.board(engine="kokoro")
    assert ("espeak/ko", "piper/joe") not in [(p.left, p.right) for p in of_kokoro.pairs]
    assert ("kokoro/jf_alpha", "kokoro/jm_kumo") in [(p.left, p.right) for p in of_kokoro.pairs]
    assert boards.board(engine="pip").votes == 0


def test_new_votes_are_read_alone_and_make_a_new_board(boards, database):
    rows = write_votes(database, 100)
    assert boards.board().votes == 100
    rows += write_votes(database, 50, seed=3, conditions=[*CONDITIONS, "xtts/clone:x"])
    read = []
    coded = boards._log._coded
    boards._log._coded = lambda found: read.append(len(found)) or coded(found)
    view = boards.board()
    assert read == [50]
    assert (view.votes, view.newer_votes) == (150, 0)
    assert view.votes_sha256 == expected(rows).votes_sha256
    assert boards.board() is view


def test_a_vote_through_the_service_is_on_the_next_board_and_in_the_kept_counts(
    service, boards, database, takes
):
    takes.add("one", "espeak/en-us+f3")
    trials = service()
    for number in range(12):
        trial = trials.issue(f"rater {number}")
        listen(trials, trial)
        vote(trials, trial, ("a", "b", "tie")[number % 3])
        assert boards.board().votes == number + 1
    ratings = {s.condition: s.rating for s in boards.board().conditions}
    assert boards.estimate() == pytest.approx(ratings, abs=1e-4)
    assert boards.estimate("en") == boards.estimate()
    assert boards.estimate("ko") == {}


def test_a_large_board_is_served_as_it_was_while_the_next_one_is_computed_and_says_so(
    boards, database, monkeypatch
):
    monkeypatch.setattr(module, "_AT_ONCE", 50)
    monkeypatch.setattr(module, "_REST", 0.0)
    write_votes(database, 100)
    first = boards.board()
    write_votes(database, 30, seed=4)
    computing = threading.Event()
    view = boards._view
    boards._view = lambda *key: (computing.wait(10), view(*key))[1]
    late = boards.board()
    assert (late.votes, late.newer_votes) == (100, 30)
    assert late.votes_sha256 == first.votes_sha256
    computing.set()
    until = time.monotonic() + 10
    while boards.board().votes == 100 and time.monotonic() < until:
        time.sleep(0.02)
    assert (boards.board().votes, boards.board().newer_votes) == (130, 0)


def test_many_readers_at_once_compute_one_board(boards, database):
    write_votes(database, 300)
    computed = []
    view = boards._view
    boards._view = lambda *key: (computed.append(key), view(*key))[1]
    threads = [threading.Thread(target=boards.board) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(computed) == 1
