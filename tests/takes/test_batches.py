"""Batches: takes of one engine go through its model together, and each stays its own."""

from datetime import UTC, datetime

import numpy as np
import pytest

from studio.takes.lines import Line, Waiting
from studio.takes.live import LiveTake
from tests.takes.bench import OWNER
from tests.waiting import until

ENGINE = "test_choir"


def waiting(colour, place, priority=0):
    turn = (priority, datetime(2026, 1, 1, tzinfo=UTC), place)
    return Waiting(f"{colour}{place}", LiveTake(), turn, checkpoints=(colour,))


def facts(bench):
    """How many passes of several there were, and how many requests the last one had."""
    take = bench.wait(bench.order("passes", {"engine": ENGINE, "seed": 99})).takes[0]
    samples, _ = bench.takes.samples(OWNER, take.id)
    return [round(1000 * float(x)) for x in samples]


def together(bench, *texts):
    """Order several texts while the engine is busy, so that all of them wait."""
    busy = bench.order("slowly 10", ENGINE)
    ordered = [bench.order(text, ENGINE) for text in texts]
    bench.wait(busy)
    return [bench.wait(one).takes[0] for one in ordered]


def test_takes_that_wait_for_one_engine_are_rendered_in_one_pass(bench):
    takes = together(bench, "chunks 2 a", "chunks 3 b", "chunks 4 c")
    assert [take.state for take in takes] == ["done"] * 3
    assert [take.seconds for take in takes] == pytest.approx([0.2, 0.3, 0.4])
    assert facts(bench) == [1, 3]


def test_the_takes_of_one_order_go_together(bench):
    order = [{"engine": ENGINE, "seed": seed} for seed in (1, 2, 3)]
    takes = bench.wait(bench.order("chunks 2", *order)).takes
    assert [take.state for take in takes] == ["done"] * 3
    assert facts(bench) == [1, 3]


def test_no_more_go_together_than_the_card_says(bench):
    takes = together(bench, *(f"chunks 2 0.1 0 n{n}" for n in range(5)))
    assert [take.state for take in takes] == ["done"] * 5
    assert facts(bench)[1] == 4


def test_one_that_fails_in_a_pass_fails_alone(bench):
    refused, garbage, fine = together(bench, "refuse", "garbage loud", "chunks 3 fine")
    assert (refused.state, refused.error.code) == ("failed", "error.text_empty")
    assert garbage.state == "failed"
    assert (fine.state, fine.seconds) == ("done", pytest.approx(0.3))


def test_one_that_is_cancelled_in_a_pass_ends_alone(bench):
    busy = bench.order("slowly 10", ENGINE)
    long = bench.order("chunks 200 0.1 0 long", ENGINE).takes[0]
    short = bench.order("chunks 8 0.1 0 short", ENGINE)
    bench.wait(busy)
    until(lambda: bench.takes.take(OWNER, long.id).progress_seconds)
    bench.takes.cancel(OWNER, long.id)
    assert bench.wait(short).takes[0].seconds == pytest.approx(0.8)
    assert bench.takes.take(OWNER, long.id).state == "cancelled"
    assert bench.wait(bench.order("chunks 2 0.1 0 after", ENGINE)).takes[0].state == "done"


def test_each_take_of_a_pass_has_a_stream_of_its_own(bench):
    busy = bench.order("slowly 10", ENGINE)
    one, other = (bench.order(f"chunks {n} 0.1 0 x", ENGINE).takes[0] for n in (80, 81))
    bench.wait(busy)
    until(lambda: bench.takes.take(OWNER, one.id).progress_seconds > 0.3)
    assert bench.takes.take(OWNER, other.id).progress_seconds > 0.1
    assert bench.takes.take(OWNER, other.id).state == "running"
    for take, seconds in ((one, 8.0), (other, 8.1)):
        done = bench.state(take, "done")
        assert done.seconds == pytest.approx(seconds)
        samples, _ = bench.takes.samples(OWNER, take.id)
        assert np.abs(samples).max() > 0.1


def test_the_same_take_twice_in_a_pass_is_rendered_once(bench):
    order = [{"engine": ENGINE, "seed": 1}, {"engine": ENGINE, "seed": 1}]
    first, second = bench.wait(bench.order("chunks 2 0.1 0 twin", *order)).takes
    assert (first.state, second.state) == ("done", "done")
    assert (first.reused, second.reused) == (False, True)


def test_charges_and_remarks_of_a_pass_belong_to_their_take(bench):
    charged, free = together(bench, "charge 70", "chunks 2 free")
    assert (charged.cost.characters, charged.cost.amount) == (70, None)
    assert [warning.code for warning in charged.warnings] == ["Dear."]
    assert (free.cost, free.warnings) == (None, ())
    (row,) = bench.ledger.view(OWNER).rows
    assert (row.take_id, row.model) == (charged.id, "model-1")


def test_only_takes_that_need_the_same_weight_sets_go_together():
    line = Line()
    red = [waiting("red", n) for n in (0, 2, 4)]
    blue = [waiting("blue", n) for n in (1, 3)]
    line.put([red[0], blue[0], red[1], blue[1], red[2]])
    assert line.next(2) == red[:2]
    assert line.next(4) == blue
    assert line.next(4) == red[2:]
    line.put(red)
    assert line.close() == red
    assert line.next(4) == [], "what waits when the studio closes is left to the next start"


def test_what_a_person_waits_for_goes_first_then_the_oldest():
    line = Line()
    bulk = [waiting("red", n, priority=10) for n in range(3)]
    person = waiting("red", 7)
    line.put([bulk[1], bulk[0]])
    line.put([person, bulk[2]])
    assert [line.next(1) for _ in range(4)] == [[person], [bulk[0]], [bulk[1]], [bulk[2]]]
