"""A take that its checks caught is made again with another seed, as often as the plan says."""

import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from sqlalchemy import select

from studio.problems import Conflict
from studio.store.tables import Take, TakeReport
from studio.takes.attempts import derived_seed, follow_up
from studio.takes.source import StoredTakes
from tests.suite_engines import PLUGINS
from tests.takes.bench import OWNER, Bench, a_bench, an_order, journal
from tests.takes.planning import facts, plan
from tests.waiting import until


def all_of(view):
    return sorted([view, *view.attempts], key=lambda take: take.attempt)


def seeds(path):
    return [int(line.split()[2]) for line in journal(path)]


def test_a_caught_take_is_made_again_until_one_is_clean(measured, ears, journal_file):
    ears("faults 2", "faults 1", "clean")
    best = measured.settled(measured.order("say it", {"engine": "speaker", "seed": 7})).takes[0]
    first, second, third = all_of(best)
    assert best.id == third.id
    assert [take.report.faults for take in (first, second, third)] == [2, 1, 0]
    assert [take.chosen for take in (first, second, third)] == [False, False, True]
    assert {take.first for take in (first, second, third)} == {first.id}
    expected = [7, derived_seed(7, 2), derived_seed(7, 3)]
    assert seeds(journal_file) == expected == [take.seed for take in (first, second, third)]
    assert len(set(expected)) == 3
    for take in (first, second, third):
        assert measured.takes.samples(OWNER, take.id)[0].size, "all are kept"
    names = {measured.takes.file_name(OWNER, take.id) for take in (first, second, third)}
    assert len(names) == 3, "downloads do not replace each other"


def test_what_still_fails_is_delivered_with_its_faults(measured, ears, journal_file):
    ears("faults 2", "faults 1", "faults 1", "clean")
    best = measured.settled(measured.order("say it")).takes[0]
    assert len(journal(journal_file)) == 3, "two retries, as the studio's setting says"
    assert (best.attempt, best.report.faults) == (2, 1), "the fewest faults, the earliest of them"
    assert best.report.findings[0].code == "beeps"


def test_an_attempt_nobody_could_check_does_not_hide_a_caught_one(measured, ears):
    ears("faults 1", "unheard")
    best = measured.settled(measured.order("say it", {"engine": "speaker", "seed": 7})).takes[0]
    assert (best.attempt, best.report.faults) == (1, 1), "its warning is seen"
    assert [other.report.faults for other in best.attempts] == [0], "and the other is kept"


def test_a_clean_take_and_one_with_warnings_alone_are_not_made_again(measured, ears, journal_file):
    ears("clean", "warning")
    views = measured.settled(measured.order("say it", "speaker", "second")).takes
    assert [take.attempts for take in views] == [(), ()]
    assert {take.report.findings[0].severity for take in views if take.report.findings} == {
        "warning"
    }
    assert len(journal(journal_file)) == 2


def test_a_take_that_could_not_be_measured_is_not_made_again(measured, ears, journal_file):
    ears("raise")
    assert measured.settled(measured.order("say it")).takes[0].attempts == ()
    assert len(journal(journal_file)) == 1


def test_the_first_attempt_stands_and_is_heard_until_a_better_one_was_measured(measured, ears):
    ears("faults 1", "clean")
    ordered = measured.order("slowly 8")
    until(lambda: measured.takes.comparison(OWNER, ordered.id).takes[0].attempts, 60)
    view = measured.takes.comparison(OWNER, ordered.id)
    (take,) = view.takes
    assert (view.final, view.settled, take.attempt, take.state) == (True, False, 1, "done")
    assert measured.takes.samples(OWNER, take.id)[0].size
    assert measured.settled(ordered).takes[0].attempt == 2


@pytest.mark.parametrize(("whole", "own", "attempts"), [(0, None, 1), (None, 1, 2), (3, 0, 1)])
def test_the_order_says_how_often(measured, ears, journal_file, whole, own, attempts):
    ears(*["faults 1"] * 6)
    ordered = measured.order("say it", {"engine": "speaker", "retries": own}, retries=whole)
    measured.settled(ordered)
    assert len(journal(journal_file)) == attempts


def test_a_paid_engine_is_retried_only_where_the_order_says_so_for_it(measured, ears):
    ears(*["faults 1"] * 6)
    once = measured.order("say once", "test_paid", retries=3)
    assert measured.settled(once).takes[0].attempts == ()
    asked = measured.order("say twice", {"engine": "test_paid", "retries": 1})
    assert len(measured.settled(asked).takes[0].attempts) == 1
    charges = measured.ledger.view(OWNER).rows
    assert len({row.take_id for row in charges}) == len(charges) == 3


def test_an_attempt_that_fails_leaves_the_others(tmp_path, ears):
    ears("faults 1")
    with a_bench(tmp_path / "data", measure=True, take_tries=1) as bench:
        view = bench.settled(bench.order("once good then nothing"))
    best = view.takes[0]
    assert (best.attempt, best.state, best.report.faults) == (1, "done", 1)
    assert [(take.attempt, take.state) for take in best.attempts] == [(2, "failed")]


def test_cancelling_stops_the_attempts_and_leaves_what_is_done(measured, ears, journal_file):
    ears("faults 1", "faults 1", "faults 1")
    ordered = measured.order("slowly 12")
    until(lambda: measured.takes.comparison(OWNER, ordered.id).takes[0].attempts, 60)
    measured.takes.cancel(OWNER, ordered.takes[0].id)
    best = measured.settled(ordered).takes[0]
    assert [(take.attempt, take.state) for take in all_of(best)] == [(1, "done"), (2, "cancelled")]
    assert best.attempt == 1


def test_cancelling_while_it_is_measured_lets_nothing_follow(measured, ears, journal_file):
    ears("wait 1", "clean")
    ordered = measured.wait(measured.order("say it"))
    view = measured.takes.cancel(OWNER, ordered.takes[0].id)
    assert (view.state, view.settled) == ("done", False)
    ears("faults 1")  # should it be read only now
    assert measured.settled(ordered).takes[0].attempts == ()


def test_what_somebody_ordered_goes_before_another_attempt(measured, ears, journal_file):
    ears("faults 1", "clean")
    ordered = measured.wait(measured.order("say first"))
    measured.order("slowly 25 keeps the engine busy")
    until(lambda: measured.takes.comparison(OWNER, ordered.id).takes[0].attempts, 60)
    measured.settled(measured.order("say later"))
    measured.settled(ordered)
    said = [line.split(" ", 3)[3] for line in journal(journal_file)]
    assert said[2:] == ["say later", "say first"]


def test_a_report_that_is_finished_twice_makes_one_attempt(measured, ears):
    ears("faults 1", "clean")
    ordered = measured.settled(measured.order("say it"))
    first = all_of(ordered.takes[0])[0]

    def once_more(session):
        return follow_up(session, session.get(Take, first.id), session.get(TakeReport, first.id))

    assert measured.database.write(once_more) is None


def test_another_attempt_can_be_asked_for_by_hand(measured, journal_file):
    ordered = measured.settled(measured.order("say it"))
    added = measured.takes.another(OWNER, ordered.takes[0].id)
    assert (added.attempt, added.first, added.chosen) == (2, ordered.takes[0].id, False)
    best = measured.settled(ordered).takes[0]
    assert (best.attempt, best.attempts[0].state) == (1, "done")
    assert seeds(journal_file) == [0, derived_seed(0, 2)]


def test_an_attempt_by_hand_is_refused_where_it_makes_no_sense(measured):
    slow = measured.order("slowly 20").takes[0]
    with pytest.raises(Conflict, match="attempt_not_done"):
        measured.takes.another(OWNER, slow.id)
    measured.takes.cancel(OWNER, slow.id)
    done = measured.settled(measured.order("slowly 5")).takes[0]
    measured.takes.another(OWNER, done.id)
    with pytest.raises(Conflict, match="attempt_under_way"):
        measured.takes.another(OWNER, done.id)


def test_the_same_order_again_is_answered_from_the_store_attempts_and_all(
    measured, ears, journal_file
):
    ears("faults 1", "clean")
    measured.settled(measured.order("say it"))
    again = measured.settled(measured.order("say it")).takes[0]
    assert (again.attempt, again.reused, len(again.attempts)) == (2, True, 1)
    assert len(journal(journal_file)) == 2


def test_blind_tests_get_first_attempts_only_faults_and_all(measured, ears):
    ears("faults 1", "clean")
    view = measured.settled(measured.order("say it"))
    assert view.takes[0].attempt == 2
    source = StoredTakes(measured.database, measured.blobs)
    assert [c.take for c in source.candidates(view.id, OWNER)] == [view.takes[0].first]
    assert [c.take for c in source.candidates(None, OWNER)] == [view.takes[0].first]


# the plan


def retries(engine=None, the_facts=None, **fields):
    return plan(the_facts or facts(), engine=engine, **fields).retries


def test_a_plan_says_how_often_and_what_it_costs_at_most(measured):
    order = an_order("say it", {"engine": "test_paid", "retries": 2}, "speaker")
    paid, free = measured.takes.plan(OWNER, order)
    assert (paid.retries.most, free.retries.most) == (2, 2)
    assert paid.retries.cost_at_most.amount == pytest.approx(3 * paid.cost.amount)
    assert paid.retries.cost_at_most.characters == 3 * paid.cost.characters
    assert free.retries.cost_at_most is None
    assert paid.retries.note.code == "take.retries.most"


def test_a_plan_says_why_a_take_is_not_made_again(measured, bench, monkeypatch):
    (paid,) = measured.takes.plan(OWNER, an_order("say it", "test_paid"))
    (off,) = measured.takes.plan(OWNER, an_order("say it", retries=0))
    (unmeasured,) = bench.takes.plan(OWNER, an_order("say it"))
    same = retries(the_facts=facts(varies=False))
    codes = [each.note.code.rpartition(".")[2] for each in (paid.retries, off.retries)]
    assert codes == ["paid", "off"]
    assert unmeasured.retries.note.code == "take.retries.unmeasured"
    assert (same.most, same.note.code) == (0, "take.retries.same")


# durability


STUDIO = """
import os, sys, time
from pathlib import Path
from sqlalchemy import select
from studio.store.tables import TakeReport
from tests.takes.bench import Bench

bench = Bench(Path(sys.argv[1]), measure=True).start()
write = bench.database.write

def last(operation):
    result = write(operation)
    with bench.database.read() as session:
        if session.scalars(select(TakeReport).where(TakeReport.state == "done")).first():
            print(ordered.takes[0].id, ordered.id, flush=True)
            os.kill(os.getpid(), 9)  # the first commit that shows the report is the last one
    return result

ordered = bench.order("say it")
bench.database.write = last
time.sleep(120)
"""


def test_kill_minus_nine_between_report_and_retry_loses_neither(tmp_path, journal_file, ears):
    ears("faults 1", "clean")
    folder = tmp_path / "data"
    paths = os.pathsep.join([str(Path.cwd()), str(PLUGINS), os.environ.get("PYTHONPATH", "")])
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(STUDIO), str(folder)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": paths},
    )
    first, comparison = process.stdout.readline().split()
    assert process.wait(30) == -signal.SIGKILL
    with a_bench(folder, measure=True) as bench:
        best = bench.settled(bench.takes.comparison(OWNER, comparison)).takes[0]
        assert (best.attempt, best.first, len(best.attempts)) == (2, first, 1)
        with bench.database.read() as session:
            assert len(session.scalars(select(Take)).all()) == 2, "and makes no third"
    assert len(journal(journal_file)) == 2


def test_a_restart_while_it_is_measured_goes_on_to_the_retry(tmp_path, journal_file, ears):
    ears("wait 30")
    stopped = Bench(tmp_path / "data", measure=True).start()
    ordered = stopped.wait(stopped.order("say it"))
    until(lambda: stopped.takes.comparison(OWNER, ordered.id).takes[0].report.state == "running")
    stopped.close()
    ears("faults 1", "clean")
    with a_bench(tmp_path / "data", measure=True) as bench:
        assert bench.settled(ordered).takes[0].attempt == 2
