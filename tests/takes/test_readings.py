"""Readings: what an engine is asked to say where a text is not to be said as it is written."""

import pytest

from studio.problems import BadInput, TooLarge
from studio.pronunciation import Reading
from studio.store.tables import Comparison, Take
from studio.takes.measured_take import about
from studio.takes.spoken import spoken_of
from tests.takes.bench import OWNER, an_order


def reading(start, end, said):
    return Reading(start=start, end=end, reading=said)


def test_engines_say_the_reading_and_the_text_stays_as_written(bench):
    ordered = bench.order("say 25 km", readings=[reading(4, 6, "twenty five")])
    take = bench.wait(ordered).takes[0]
    assert take.seconds == pytest.approx(0.8)  # four words, not three
    assert take.spoken == "say twenty five km"
    view = bench.takes.comparison(OWNER, ordered.id)
    assert (view.text, view.spoken) == ("say 25 km", "say twenty five km")
    assert view.readings == (reading(4, 6, "twenty five"),)


def test_equal_sounds_are_made_once_however_they_are_written(bench):
    bench.wait(bench.order("say twenty five"))
    again = bench.wait(bench.order("say 25", readings=[reading(4, 6, "twenty five")]))
    assert again.takes[0].reused
    other = bench.wait(bench.order("say 25"))
    assert not other.takes[0].reused
    assert other.takes[0].spoken is None


def test_a_retry_keeps_the_readings(bench, monkeypatch):
    planned, planner = [], bench.takes.planner
    plan = planner.planned
    monkeypatch.setattr(
        planner,
        "planned",
        lambda who, order, *rest: planned.append(order.spoken) or plan(who, order, *rest),
    )
    ordered = bench.order("crash 7", readings=[reading(6, 7, "seven")])
    failed = bench.wait(ordered).takes[0]
    assert failed.state == "failed"
    bench.takes.retry(OWNER, failed.id)
    retried = bench.wait(ordered).takes[0]
    assert retried.spoken == "crash seven"
    assert planned == ["crash seven", "crash seven"]  # as it was ordered, and again
    assert bench.takes.comparison(OWNER, ordered.id).readings == (reading(6, 7, "seven"),)


def test_what_is_measured_is_what_was_to_be_said(bench):
    ordered = bench.wait(bench.order("say 25", readings=[reading(4, 6, "twenty five")]))
    with bench.database.read() as session:
        row = session.get(Comparison, ordered.id)
        take = session.get_one(Take, ordered.takes[0].id)
    facts, _ = about(take, row, bench.voices, lambda: None)
    assert facts["text"] == spoken_of(row) == "say twenty five"


def test_plans_and_their_costs_are_of_what_is_spoken(bench):
    order = an_order("say 25", readings=[reading(4, 6, "twenty five")])
    (plan,) = bench.takes.plan(OWNER, order)
    assert plan.text == "say twenty five"


@pytest.mark.parametrize(
    "wrong",
    [
        [reading(4, 9, "beyond")],
        [reading(4, 6, "one"), reading(5, 6, "overlapping")],
        [reading(4, 6, "later"), reading(0, 3, "sooner")],
        [reading(5, 5, "nothing")],
        [reading(4, 6, "   ")],
        [reading(4, 6, "…")],
        [reading(4, 6, "x" * 201)],
        [reading(4, 6, "a\0b")],
    ],
)
def test_readings_that_do_not_fit_are_refused(bench, wrong):
    with pytest.raises(BadInput):
        bench.order("say 25", readings=wrong)


def test_a_text_cannot_grow_without_end_by_its_readings(bench):
    text = "1 " * 200
    many = [reading(2 * place, 2 * place + 1, "word " * 40) for place in range(200)]
    with pytest.raises(TooLarge):
        bench.order(text, readings=many)


def test_readings_that_change_nothing_are_not_kept(bench):
    view = bench.order("say 25", readings=[reading(4, 6, "25")])
    assert view.readings == ()
    assert view.spoken is None
