"""A try that failed for a reason that may pass is repeated, and nothing is repeated for ever."""

import time

import pytest
from sqlalchemy import update

from studio.problems import BadInput, Unavailable
from studio.store.tables import Take
from studio.takes.repeating import LONGEST_SECONDS, pause_seconds
from tests.takes.bench import OWNER, Bench, a_bench, journal
from tests.waiting import until


def row(bench, take):
    with bench.database.read() as session:
        return session.get_one(Take, take.id)


def test_an_engine_that_dies_is_tried_three_times_with_pauses(tmp_path, journal_file):
    with a_bench(tmp_path, take_backoff_seconds=0.4) as bench:
        began = time.monotonic()
        take = bench.wait(bench.order("crash now")).takes[0]
        assert (take.state, take.error.code) == ("failed", "error.engine_crashed")
        assert len(journal(journal_file)) == row(bench, take).tries == 3
        assert time.monotonic() - began > 0.4 + 0.8


def test_what_passes_is_not_seen_but_in_the_count(tmp_path, journal_file, monkeypatch):
    with a_bench(tmp_path, take_backoff_seconds=1.0) as bench:
        take = bench.order("problem service_busy now", "test_paid").takes[0]
        until(lambda: row(bench, take).not_before)
        waiting = bench.takes.take(OWNER, take.id)
        assert (waiting.state, waiting.error.code) == ("queued", "error.service_busy")
        bench.database.write(
            lambda s: s.execute(
                update(Take).where(Take.id == take.id).values(not_before=None, tries=0)
            )
        )
        bench.takes.cancel(OWNER, take.id)
        assert bench.state(take, "cancelled").state == "cancelled"


def test_somebody_elses_take_is_rendered_during_the_pause(tmp_path):
    with a_bench(tmp_path, take_backoff_seconds=5) as bench:
        take = bench.order("crash now").takes[0]
        until(lambda: row(bench, take).not_before)
        assert bench.wait(bench.order("say fine"), 4).takes[0].state == "done"
        assert bench.takes.take(OWNER, take.id).state == "queued"


def test_what_lasts_is_not_repeated(bench, journal_file):
    assert bench.wait(bench.order("nothing comes")).takes[0].state == "failed"
    assert len(journal(journal_file)) == 1


def test_a_take_at_many_ends_of_the_studio_is_not_begun_for_ever(tmp_path, journal_file):
    first = Bench(tmp_path).start()
    first.close()
    first = Bench(tmp_path)
    first.database.start()
    first.takes._renderer.enqueue = lambda _: None
    first.takes._renderer.start = lambda _: None
    first.takes.start()
    fatal, unlucky = (first.order(f"say {name}").takes[0] for name in ("fatal", "unlucky"))

    def age(session):
        for take, tries in ((fatal, 10), (unlucky, 9)):
            session.get_one(Take, take.id).state = "running"
            session.get_one(Take, take.id).tries = tries

    first.database.write(age)
    first.takes.scheduler._lease.close()  # without handing anything back
    first.database.close()
    with a_bench(tmp_path) as bench:
        assert bench.state(unlucky, "done").state == "done"
        lost = bench.takes.take(OWNER, fatal.id)
        assert (lost.state, lost.error.code) == ("failed", "error.take_lost")
    first.takes._closed = True


def test_a_clock_that_was_ahead_keeps_no_take_waiting(tmp_path):
    with a_bench(tmp_path, take_backoff_seconds=60) as bench:
        take = bench.order("crash now", {"engine": "speaker"}).takes[0]
        until(lambda: row(bench, take).not_before)

        def ahead(session):
            found = session.get_one(Take, take.id)
            found.not_before = found.not_before.replace(year=found.not_before.year + 1)

        bench.database.write(ahead)
        until(lambda: row(bench, take).tries == 2, 20)


@pytest.mark.parametrize(
    ("problem", "tries", "pause"),
    [
        (Unavailable("engine_crashed"), 1, 2.0),
        (Unavailable("engine_crashed"), 2, 4.0),
        (Unavailable("engine_crashed"), 9, LONGEST_SECONDS),
        (RuntimeError("anything"), 1, 2.0),
        (Unavailable("service_busy_until", seconds=30), 1, 30.0),
        (Unavailable("service_busy_until", seconds=7200), 1, None),
        (Unavailable("weights_missing"), 1, None),
        (BadInput("text_empty"), 1, None),
        (Unavailable("unknown_voice"), 1, None),
    ],
)
def test_how_long_a_pause_is(problem, tries, pause):
    assert pause_seconds(problem, tries, 2.0) == pause


def test_a_take_whose_end_could_not_be_written_is_rendered_again(bench, journal_file, monkeypatch):
    failures = [Unavailable("database_full"), Unavailable("database_full")]
    keeper = bench.takes._renderer._maker._keeper
    for name in ("keep", "fail"):
        real = getattr(keeper, name)

        def full(*arguments, real=real, **more):
            if failures:
                raise failures.pop()
            return real(*arguments, **more)

        monkeypatch.setattr(keeper, name, full)
    take = bench.order("say it").takes[0]
    assert bench.state(take, "done", seconds=20).state == "done"
    assert len(journal(journal_file)) == 2


def test_an_engines_line_outlives_whatever_happens_in_it(bench, monkeypatch):
    maker = bench.takes._renderer._maker
    make, failures = maker.make, [RuntimeError("anything")]

    def broken(*arguments):
        if failures:
            raise failures.pop()
        make(*arguments)

    monkeypatch.setattr(maker, "make", broken)
    take = bench.order("say it").takes[0]
    assert bench.state(take, "done").state == "done"
