"""What was rendered on request is gone on request: rows, figures, sound; what others share stays."""

import pytest
from sqlalchemy import func, select

from studio.problems import Conflict, NotFound
from studio.store.tables import Comparison, LedgerRow, Take, TakeReport
from studio.store.work_tables import Batch
from studio.takes.batches.order import BatchOrder
from studio.takes.order import ComparisonOrder
from tests.takes.bench import OWNER
from tests.waiting import until

BEEP = "test_echo"


def rows(bench, table):
    with bench.database.read() as session:
        return session.scalar(select(func.count()).select_from(table))


def names(bench):
    return [one.name for one in bench.blobs.names()]


def test_a_comparison_is_removed_with_rows_and_sound(bench):
    gone = bench.wait(bench.order("chunks 2 gone", BEEP))
    kept = bench.wait(bench.order("chunks 2 kept", BEEP))
    bench.takes.removal.comparison(OWNER, gone.id)
    with pytest.raises(NotFound):
        bench.takes.comparison(OWNER, gone.id)
    assert names(bench) == [f"results/{OWNER}/{kept.takes[0].id}"]
    assert rows(bench, Take) == rows(bench, Comparison) == 1
    with pytest.raises(NotFound):
        bench.takes.removal.comparison(OWNER, gone.id)


def test_a_shared_sound_stays_until_its_last_take_goes(bench):
    order = {"engine": BEEP, "seed": 7}
    first = bench.wait(bench.order("chunks 2 same", order))
    second = bench.wait(bench.order("chunks 2 same", order))
    assert second.takes[0].reused
    bench.takes.removal.comparison(OWNER, first.id)
    assert bench.takes.samples(OWNER, second.takes[0].id)[0].size
    bench.takes.removal.comparison(OWNER, second.id)
    assert names(bench) == []


def test_the_watermarked_copy_goes_too(bench):
    take = bench.wait(bench.order("chunks 2 marked", BEEP)).takes[0]
    copy = f"results/{OWNER}/{take.id}-mark"
    bench.blobs.put(copy, b"copy")

    def mark(session):
        session.get(Take, take.id).marked_blob = copy

    bench.database.write(mark)
    bench.takes.removal.take(OWNER, take.id)
    assert names(bench) == []
    assert rows(bench, Comparison) == rows(bench, TakeReport) == 0


def test_one_take_of_several_goes_alone(bench):
    view = bench.wait(bench.order("chunks 2 two", BEEP, {"engine": BEEP, "seed": 3}))
    bench.takes.removal.take(OWNER, view.takes[0].id)
    left = bench.takes.comparison(OWNER, view.id)
    assert [take.id for take in left.takes] == [view.takes[1].id]


def test_what_is_being_rendered_is_stopped_and_leaves_nothing(bench):
    view = bench.order("slowly 100", "test_choir")
    until(lambda: bench.takes.comparison(OWNER, view.id).takes[0].state == "running", 20)
    bench.takes.removal.comparison(OWNER, view.id)
    assert rows(bench, Take) == 0
    after = bench.wait(bench.order("chunks 2 after", BEEP))
    assert names(bench) == [f"results/{OWNER}/{after.takes[0].id}"]


def test_somebody_else_removes_nothing(bench):
    view = bench.wait(bench.order("chunks 2 mine", BEEP))
    for remove, what in (
        (bench.takes.removal.comparison, view.id),
        (bench.takes.removal.take, view.takes[0].id),
        (bench.takes.removal.batch, view.id),
    ):
        with pytest.raises(NotFound):
            remove("stranger", what)
    bench.takes.removal.comparisons("stranger", [view.id])
    assert len(names(bench)) == rows(bench, Take) == 1


def test_a_studys_takes_go_only_with_the_study(bench):
    order = ComparisonOrder(text="chunks 2 study", language="en", engines=[{"engine": BEEP}])
    view = bench.wait(bench.takes.create(OWNER, order, study="s"))
    for remove, what in (
        (bench.takes.removal.comparison, view.id),
        (bench.takes.removal.take, view.takes[0].id),
    ):
        with pytest.raises(Conflict):
            remove(OWNER, what)


def test_a_batch_goes_as_a_whole_also_while_it_runs(bench):
    wanted = {
        "language": "en",
        "texts": ["a one", "a two", "a three"],
        "engines": [{"engine": BEEP}],
    }
    batch = bench.batches.create(OWNER, BatchOrder.model_validate(wanted))
    kept = bench.wait(bench.order("kept", BEEP))
    bench.takes.removal.batch(OWNER, batch.id)
    assert rows(bench, Batch) == 0
    assert rows(bench, Take) == rows(bench, Comparison) == 1
    left = [f"results/{OWNER}/{kept.takes[0].id}"]
    until(lambda: names(bench) == left, 10)  # what came too late is dropped when it comes


def test_everything_of_an_owner_goes_but_the_bill(bench):
    bench.database.write(
        lambda session: session.add(
            LedgerRow(id="l", owner=OWNER, take_id="t", engine="e", characters=3)
        )
    )
    for text in ("chunks 2 a", "chunks 2 b"):
        bench.wait(bench.order(text, BEEP))
    bench.takes.removal.everything(OWNER)
    assert names(bench) == []
    assert rows(bench, Take) == rows(bench, Comparison) == 0
    assert rows(bench, LedgerRow) == 1
