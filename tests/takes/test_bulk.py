"""Batches of many texts: ordered whole or not at all, rendered after what people wait for."""

import csv
import io
import zipfile

import pytest
import soundfile
from sqlalchemy import func, select

from studio.problems import BadInput, Conflict, NotFound, TooLarge, TooMany
from studio.store.tables import Comparison, Take
from studio.store.work_tables import Batch
from studio.takes.batches import table
from studio.takes.batches.order import BatchOrder
from tests.takes.bench import OWNER, Bench, a_bench, journal
from tests.waiting import until


def order(bench, texts, *engines, owner=OWNER, **more):
    wanted = [{"engine": name} for name in engines or ("speaker",)]
    fields = {"language": "en", "texts": texts, "engines": wanted, **more}
    return bench.batches.create(owner, BatchOrder.model_validate(fields))


def done(bench, batch, seconds=60):
    def reached():
        view = bench.batches.one(OWNER, batch.id)
        return view if view.state == "done" else None

    return until(reached, seconds)


def texts(count, word="say"):
    return [f"{word} number {n}" for n in range(count)]


def rows(bench, table):
    with bench.database.read() as session:
        return session.scalar(select(func.count()).select_from(table))


def test_every_text_is_rendered_by_every_engine_and_told_in_order(bench, journal_file):
    batch = order(bench, texts(12), "speaker", "second", name="Twelve")
    assert (batch.total, batch.state, batch.name) == (24, "running", "Twelve")
    view = done(bench, batch)
    assert (view.done, view.failed, view.left, view.remaining_seconds) == (24, 0, 0, None)
    results = list(bench.batch_results.each(OWNER, batch.id))
    said = [(result.number, result.text, result.take.engine) for result in results]
    assert said == [(n + 1, t, e) for n, t in enumerate(texts(12)) for e in ("speaker", "second")]
    assert {result.take.state for result in results} == {"done"}
    spoken = [line.rsplit(maxsplit=1)[-1] for line in journal(journal_file) if "speaker" in line]
    assert spoken == [str(n) for n in range(12)], "in the order of the texts"
    assert bench.takes.recent(OWNER) == [], "a batch is in its own list alone"


def test_what_a_person_orders_goes_before_the_batch(bench, journal_file):
    batch = order(bench, texts(40, "slowly 1"))
    until(lambda: bench.batches.one(OWNER, batch.id).done >= 2)
    bench.wait(bench.order("say mine now"))
    view = bench.batches.one(OWNER, batch.id)
    assert view.done < 12, "the batch went on first"
    bench.batches.cancel(OWNER, batch.id)


def test_many_rows_are_not_all_in_memory(bench):
    batch = order(bench, texts(300, "slowly 1"))
    until(lambda: bench.batches.one(OWNER, batch.id).done)
    assert len(bench.takes._renderer.lives()) <= 70
    bench.batches.cancel(OWNER, batch.id)


def test_a_paused_batch_rests_until_it_is_resumed(bench, journal_file):
    batch = order(bench, texts(20, "slowly 1"))
    until(lambda: bench.batches.one(OWNER, batch.id).done >= 2)
    paused = bench.batches.pause(OWNER, batch.id)
    assert (paused.state, paused.remaining_seconds) == ("paused", None)
    until(lambda: bench.batches.one(OWNER, batch.id).running == 0)
    before = len(journal(journal_file))
    bench.wait(bench.order("say between"))
    assert len(journal(journal_file)) == before + 1
    assert bench.batches.one(OWNER, batch.id).left > 10
    assert bench.batches.resume(OWNER, batch.id).state == "running"
    assert done(bench, batch).done == 20


def test_a_cancelled_batch_stops_at_once_and_keeps_what_is_done(bench):
    batch = order(bench, [*texts(3), "slowly 300", *texts(3, "say later")])
    until(lambda: bench.batches.one(OWNER, batch.id).done == 3)
    until(lambda: bench.batches.one(OWNER, batch.id).running == 1)
    view = bench.batches.cancel(OWNER, batch.id)
    assert (view.state, view.done, view.cancelled, view.left) == ("cancelled", 3, 4, 0)
    bench.wait(bench.order("say free again"), 5)
    for steer in (bench.batches.pause, bench.batches.resume):
        with pytest.raises(Conflict, match="batch_over"):
            steer(OWNER, batch.id)
    assert bench.batches.cancel(OWNER, batch.id).done == 3


def test_a_batch_goes_on_after_a_restart(tmp_path, journal_file):
    first = Bench(tmp_path).start()
    batch = order(first, texts(15, "slowly 1"))
    paused = order(first, texts(2, "say paused"))
    first.batches.pause(OWNER, paused.id)
    until(lambda: first.batches.one(OWNER, batch.id).done >= 2)
    first.close()
    with a_bench(tmp_path) as bench:
        assert done(bench, batch).done == 15
        assert bench.batches.one(OWNER, paused.id).state == "paused"
        assert not any("paused" in line for line in journal(journal_file))


def test_a_draft_that_was_left_is_removed_and_never_rendered(tmp_path, journal_file, monkeypatch):
    first = Bench(tmp_path).start()
    monkeypatch.setattr(first.batches, "_publish", lambda *_: 1 / 0)
    monkeypatch.setattr(first.batches, "_discard", lambda _: None)
    with pytest.raises(ZeroDivisionError):
        order(first, texts(3))
    assert first.batches.latest(OWNER) == []
    first.wait(first.order("say other"))
    first.close()
    assert len(journal(journal_file)) == 1
    again = Bench(tmp_path)
    again.database.start()

    def age(session):
        row = session.scalars(select(Batch)).one()
        row.created_at = row.created_at.replace(year=2020)

    again.database.write(age)
    again.start()
    assert (rows(again, Batch), rows(again, Comparison), rows(again, Take)) == (0, 1, 1)
    again.close()


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"texts": []}, "batch_empty"),
        ({"texts": ["a"], "csv": "text\na"}, "batch_texts_twice"),
        ({"texts": [], "csv": "words\na"}, "batch_column_missing"),
        ({"texts": [], "csv": 'text\n"a'}, "batch_table_broken"),
        ({"texts": ["fine", "!?"]}, "batch_text_wrong"),
        ({"texts": ["fine"], "engines": [{"engine": "nobody"}]}, "unknown_engine"),
        ({"texts": ["fine"] * 6}, "batch_too_large"),
    ],
)
def test_a_batch_that_is_wrong_is_refused_as_a_whole(tmp_path, fields, code):
    with a_bench(tmp_path, batch_max_takes=5) as bench:
        with pytest.raises((BadInput, TooLarge, NotFound)) as refusal:
            order(bench, **{"texts": ["fine"], **fields})
        assert refusal.value.code == code
        if code == "batch_text_wrong":
            assert refusal.value.params["number"] == 2
        assert rows(bench, Batch) == rows(bench, Comparison) == rows(bench, Take) == 0


def test_a_quota_holds_for_the_whole_batch(tmp_path):
    with a_bench(tmp_path, quota_takes_per_day=10) as bench:
        order(bench, texts(6))
        with pytest.raises(TooMany):
            order(bench, texts(5))
        assert rows(bench, Batch) == 1
        assert rows(bench, Take) == 6


def test_a_table_may_say_each_texts_language(bench):
    batch = order(bench, [], csv="id,text,language\r\n1,say one,\r\n2,say two,ko\r\n3,,en\r\n")
    done(bench, batch)
    results = list(bench.batch_results.each(OWNER, batch.id))
    assert [(r.text, r.language) for r in results] == [("say one", "en"), ("say two", "ko")]


def test_the_archive_holds_every_take_that_is_done_and_a_table_of_all(bench):
    batch = order(bench, ["say one", "nothing comes", '=say "three"'])
    done(bench, batch)

    def lines(results):
        return table.lines(results, "en") if results else table.header()

    pieces = bench.batch_results.archive(OWNER, batch.id, "flac", lines)
    archive = zipfile.ZipFile(io.BytesIO(b"".join(pieces)))
    assert archive.testzip() is None
    names = ["00001-1-speaker.flac", "00003-1-speaker.flac", "results.csv"]
    assert archive.namelist() == names
    samples, rate = soundfile.read(io.BytesIO(archive.read(names[0])))
    assert (samples.size, rate) == (2 * 4800, 24_000)
    listed = list(csv.DictReader(io.StringIO(archive.read(names[2]).decode("utf-8-sig"))))
    assert [row["state"] for row in listed] == ["done", "failed", "done"]
    assert [row["file"] for row in listed] == [names[0], "", names[1]]
    assert listed[1]["error"]
    assert listed[2]["text"] == '\'=say "three"', "no formula for a spreadsheet"


def test_somebody_else_sees_nothing_of_a_batch(bench):
    batch = order(bench, texts(1))
    assert bench.batches.latest("somebody") == []
    for look in (
        bench.batches.one,
        bench.batches.pause,
        bench.batches.resume,
        bench.batches.cancel,
        lambda *who: list(bench.batch_results.each(*who)),
        lambda *who: bench.batch_results.archive(*who, "wav", table.header),
    ):
        with pytest.raises(NotFound):
            look("somebody", batch.id)
    done(bench, batch)
