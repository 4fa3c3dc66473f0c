"""A long text is rendered part by part: each is kept, none is rendered twice, one can be redone."""

import numpy as np
import pytest
from sqlalchemy import select

from studio.problems import Conflict, NotFound, Unavailable
from studio.store.library_tables import TakePart
from studio.takes import parts
from studio.takes.attempts import derived_seed
from studio.takes.elsewhere import ticket
from tests.takes.bench import OWNER, Bench, a_bench, an_order, journal
from tests.waiting import until

TEXT = "say one two three! say four five six! say seven eight nine!"
PARTS = ["say one two three!", "say four five six!", "say seven eight nine!"]


@pytest.fixture(autouse=True)
def short_parts(monkeypatch):
    """A sentence a part."""
    monkeypatch.setattr(parts, "PART_SECONDS", 1.0)
    monkeypatch.setattr(parts, "SERVICE_PART_SECONDS", 1.0)


def rendered(path):
    return [line.split(maxsplit=3)[3] for line in journal(path)]


def part_sounds(bench, take):
    """What is heard between the starts of the parts."""
    samples, rate = bench.takes.samples(OWNER, take.id)
    edges = [round(part.start_seconds * rate) for part in take.parts]
    return [samples[a:b] for a, b in zip(edges, [*edges[1:], len(samples)], strict=True)]


def test_a_long_text_is_spoken_part_by_part_in_order(bench, journal_file):
    take = bench.wait(bench.order(TEXT)).takes[0]
    assert take.state == "done"
    assert rendered(journal_file) == PARTS
    assert [part.text for part in take.parts] == PARTS
    assert {part.state for part in take.parts} == {"done"}
    times = [time for part in take.parts for time in (part.start_seconds, part.end_seconds)]
    assert times == sorted(times)
    assert times[0] == 0
    assert times[-1] == pytest.approx(take.seconds, abs=0.001)
    assert take.seconds == pytest.approx(12 * 0.2 + 2 * 0.35, abs=0.05)


def test_a_short_text_has_no_parts(bench, journal_file):
    take = bench.wait(bench.order("say one two three!")).takes[0]
    assert take.parts == ()
    assert rendered(journal_file) == ["say one two three!"]


def test_the_plan_says_in_how_many_parts(bench):
    assert [plan.parts for plan in bench.takes.plan(OWNER, an_order(TEXT))] == [3]
    assert [plan.parts for plan in bench.takes.plan(OWNER, an_order("say one!"))] == [1]


def test_a_text_over_the_engines_limit_is_rendered_in_parts_that_fit(bench, journal_file):
    text = " ".join(["say this, then that!"] * 120)
    assert len(text) > 2000
    take = bench.wait(bench.order(text)).takes[0]
    assert take.state == "done"
    assert " ".join(rendered(journal_file)) == text


def test_listeners_hear_the_first_part_while_the_others_are_made(bench):
    comparison = bench.order("say one two three! slowly 30 chunks of it! say the rest of it!")
    take = until(
        lambda: next(
            (t for t in bench.takes.comparison(OWNER, comparison.id).takes if t.progress_seconds),
            None,
        )
    )
    assert take.state == "running"
    assert take.progress_seconds > 0.5
    live = bench.takes._renderer.live(take.id)
    early = live.samples()
    done = bench.wait(comparison).takes[0]
    samples, _ = bench.takes.samples(OWNER, done.id)
    assert np.allclose(samples[: early.size], early, atol=1e-4)


def test_progress_is_told_part_by_part(bench):
    comparison = bench.order("say one two three! slowly 30 chunks of it! say the rest of it!")
    take = comparison.takes[0]

    def states():
        return [part.state for part in bench.takes.take(OWNER, take.id).parts]

    until(lambda: states() == ["done", "waiting", "waiting"])
    first = bench.takes.take(OWNER, take.id).parts[0]
    assert first.end_seconds == pytest.approx(0.8, abs=0.05)
    bench.wait(comparison)


def test_a_cancel_ends_the_part_under_way_and_begins_no_other(bench, journal_file):
    comparison = bench.order("say one two three! endless it is now! say the rest of it!")
    take = bench.state(comparison.takes[0], "running")
    until(lambda: "endless it is now!" in rendered(journal_file))
    bench.takes.cancel(OWNER, take.id)
    until(lambda: bench.takes._renderer.live(take.id) is None, 3)
    assert bench.takes.take(OWNER, take.id).state == "cancelled"
    again = bench.wait(bench.order("say once more!"))
    assert again.takes[0].state == "done"
    assert "say the rest of it!" not in rendered(journal_file)


def test_after_a_cancel_a_retry_renders_only_what_is_lacking(bench, journal_file):
    comparison = bench.order("say one two three! slowly 30 chunks of it! say the rest of it!")
    until(lambda: len(rendered(journal_file)) == 2)
    bench.takes.cancel(OWNER, comparison.takes[0].id)
    bench.takes.retry(OWNER, comparison.takes[0].id)
    assert bench.wait(comparison).takes[0].state == "done"
    assert rendered(journal_file).count("say one two three!") == 1


def test_a_crash_loses_only_the_part_under_way(bench, journal_file):
    text = "say one two three! crash as you say it! say the rest of it!"
    failed = bench.wait(bench.order(text)).takes[0]
    assert failed.error.code == "error.engine_crashed"
    assert rendered(journal_file).count("say one two three!") == 1
    assert rendered(journal_file).count("crash as you say it!") == 3
    assert "say the rest of it!" not in rendered(journal_file)


def test_a_restart_goes_on_with_the_parts_that_were_kept(tmp_path, journal_file):
    text = "say one two three! slowly 40 chunks of it! say the rest of it!"
    with a_bench(tmp_path / "data") as bench:
        comparison = bench.order(text)
        until(lambda: len(rendered(journal_file)) == 2)
    with a_bench(tmp_path / "data") as bench:
        take = bench.wait(bench.takes.comparison(OWNER, comparison.id)).takes[0]
        assert take.state == "done"
        assert len(part_sounds(bench, take)) == 3
    assert rendered(journal_file).count("say one two three!") == 1
    assert take.rtf < 5, "of what was rendered now"


def test_one_part_is_redone_alone(bench, journal_file):
    first = bench.wait(bench.order(TEXT, {"engine": "speaker", "seed": 7})).takes[0]
    added = bench.takes.redo_part(OWNER, first.id, 1)
    second = bench.state(added, "done")
    assert (second.attempt, second.first) == (2, first.id)
    assert rendered(journal_file) == [*PARTS, PARTS[1]]
    assert [int(line.split()[2]) for line in journal(journal_file)] == [7, 7, 7, derived_seed(7, 2)]
    assert [part.seed for part in second.parts] == [7, derived_seed(7, 2), 7]
    before, after = part_sounds(bench, first), part_sounds(bench, second)
    for number in (0, 2):
        assert np.allclose(before[number], after[number], atol=1e-3)


def test_what_was_redone_stands_for_the_take_until_somebody_chooses_otherwise(bench):
    comparison = bench.wait(bench.order(TEXT))
    first = comparison.takes[0]

    def standing():
        return bench.takes.comparison(OWNER, comparison.id).takes[0]

    second = bench.takes.redo_part(OWNER, first.id, 1)
    assert [part.state for part in second.parts] == ["waiting"] * 3
    until(lambda: standing().id == second.id)
    assert bench.takes.choose(OWNER, first.id).chosen
    assert standing().id == first.id


def test_only_what_is_done_can_be_chosen(bench):
    comparison = bench.order("say one two three! slowly 30 chunks of it! say the rest of it!")
    with pytest.raises(Conflict, match="attempt_not_done"):
        bench.takes.choose(OWNER, comparison.takes[0].id)
    bench.takes.cancel(OWNER, comparison.takes[0].id)


def test_the_parts_are_known_as_soon_as_they_are_ordered(bench):
    bench.order("slowly 20 chunks", "speaker")
    take = bench.order(TEXT).takes[0]
    assert take.state == "queued"
    assert [(part.text, part.state) for part in take.parts] == [(t, "waiting") for t in PARTS]


def test_a_part_of_a_redone_take_is_redone_from_it(bench, journal_file):
    first = bench.wait(bench.order(TEXT)).takes[0]
    second = bench.state(bench.takes.redo_part(OWNER, first.id, 1), "done")
    third = bench.state(bench.takes.redo_part(OWNER, second.id, 2), "done")
    assert third.parts[1].seed == second.parts[1].seed
    assert third.parts[2].seed != second.parts[2].seed
    assert rendered(journal_file) == [*PARTS, PARTS[1], PARTS[2]]


def test_the_same_part_can_be_redone_again_and_again(bench):
    take = bench.wait(bench.order(TEXT)).takes[0]
    seeds = {take.parts[0].seed}
    for _ in range(3):
        take = bench.state(bench.takes.redo_part(OWNER, take.id, 0), "done")
        seeds.add(take.parts[0].seed)
    assert len(seeds) == 4


@pytest.mark.parametrize("index", [-1, 3])
def test_a_part_that_is_not_there_cannot_be_redone(bench, index):
    take = bench.wait(bench.order(TEXT)).takes[0]
    with pytest.raises(NotFound, match="unknown_part"):
        bench.takes.redo_part(OWNER, take.id, index)


def test_an_engine_that_never_varies_redoes_nothing(bench, monkeypatch):
    from studio.engines.registry import engine_class

    take = bench.wait(bench.order(TEXT)).takes[0]
    kind = engine_class("speaker")
    monkeypatch.setattr(kind, "card", kind.card.model_copy(update={"varies": False}))
    with pytest.raises(Conflict, match="attempt_would_be_same"):
        bench.takes.redo_part(OWNER, take.id, 0)


def test_a_part_of_a_take_that_the_store_answered_is_redone_alone(bench, journal_file):
    first = bench.wait(bench.order(TEXT))
    again = bench.wait(bench.order(TEXT))
    assert again.takes[0].reused
    assert [part.text for part in again.takes[0].parts] == PARTS
    bench.takes.removal.comparison(OWNER, first.id)
    second = bench.state(bench.takes.redo_part(OWNER, again.takes[0].id, 1), "done")
    assert rendered(journal_file) == [*PARTS, PARTS[1]]
    assert len(part_sounds(bench, second)) == 3


def test_an_edited_text_renders_only_the_parts_that_changed(bench, journal_file):
    bench.wait(bench.order(TEXT))
    take = bench.wait(bench.order(TEXT.replace("nine", "ten"))).takes[0]
    assert not take.reused
    assert rendered(journal_file) == [*PARTS, "say seven eight ten!"]


def test_what_a_comparison_keeps_goes_with_it(bench):
    comparison = bench.wait(bench.order(TEXT))
    bench.takes.removal.comparison(OWNER, comparison.id)
    with bench.database.read() as session:
        assert session.scalars(select(TakePart)).all() == []
    assert not [p for p in (bench.settings.data_dir / "blobs").rglob("*") if p.is_file()]


def test_a_part_whose_sound_was_lost_is_rendered_again(bench, journal_file):
    take = bench.wait(bench.order(TEXT)).takes[0]
    with bench.database.read() as session:
        rows = session.scalars(select(TakePart).order_by(TakePart.rendered_at)).all()
    bench.blobs.delete(rows[0].blob)
    bench.blobs.put(rows[2].blob, b"no sound at all")
    second = bench.state(bench.takes.redo_part(OWNER, take.id, 1), "done")
    assert len(part_sounds(bench, second)) == 3
    assert sorted(rendered(journal_file)[3:]) == sorted(PARTS)


def test_what_is_paid_for_is_charged_part_by_part_and_not_twice(bench, journal_file):
    # a refusal that may pass: the take is tried thrice
    text = "say one two three! problem service_busy! say the rest of it!"
    failed = bench.wait(bench.order(text, "test_paid")).takes[0]
    assert failed.state == "failed"
    assert failed.cost.characters == 40
    assert len(bench.ledger.view(OWNER).rows) == 1
    assert rendered(journal_file) == ["say one two three!"]


def test_all_that_parts_cost_is_the_takes_cost(bench):
    take = bench.wait(bench.order(TEXT, "test_paid")).takes[0]
    assert take.cost.characters == 120
    assert [row.characters for row in bench.ledger.view(OWNER).rows] == [40, 40, 40]
    second = bench.state(bench.takes.redo_part(OWNER, take.id, 0), "done")
    assert second.cost.characters == 40


def test_a_voice_that_a_service_forgot_on_the_way_is_cloned_anew(bench, journal_file):
    text = "say one two three! expired 2 for this! say the rest of it!"
    order = an_order(text, "test_paid", voice="anna")
    take = bench.wait(bench.takes.create(OWNER, order)).takes[0]
    assert take.state == "done", take.error
    assert sum("one two three" in line for line in journal(journal_file)) == 1
    assert bench.voices.forgotten


def test_an_engine_that_renders_several_at_once_renders_parts_together(bench, journal_file):
    take = bench.wait(bench.order(TEXT, "test_choir")).takes[0]
    assert take.state == "done"
    assert [part.text for part in take.parts] == PARTS
    assert len(part_sounds(bench, take)) == 3
    passes = bench.wait(bench.order("passes", "test_choir")).takes[0]
    samples, _ = bench.takes.samples(OWNER, passes.id)
    assert [round(1000 * value) for value in samples[:2]] == [1, 3]


def test_a_job_on_another_machine_goes_on_with_the_parts_that_were_kept(tmp_path, journal_file):
    text = "say one two three! slowly 40 chunks of it! say the rest of it!"
    with a_bench(tmp_path / "data") as bench:
        comparison = bench.order(text)
        until(lambda: len(rendered(journal_file)) == 2)
    elsewhere = Bench(tmp_path / "data")
    elsewhere.database.start()
    try:
        take_id = comparison.takes[0].id
        shown = elsewhere.database.write(lambda session: ticket.issue(session, take_id))
        assert elsewhere.takes.by_ticket.render(take_id, shown)
        assert len(elsewhere.takes.take(OWNER, take_id).parts) == 3
    finally:
        elsewhere.close()
    assert rendered(journal_file).count("say one two three!") == 1


def test_a_store_that_takes_no_part_ends_the_take_with_its_reason(bench, monkeypatch):
    put = bench.blobs.put

    def full(name, data):
        raise Unavailable("blobs_refused", reason="no")

    monkeypatch.setattr(bench.blobs, "put", full)
    failed = bench.wait(bench.order(TEXT)).takes[0]
    assert failed.error.code == "error.blobs_refused"
    monkeypatch.setattr(bench.blobs, "put", put)
    bench.takes.retry(OWNER, failed.id)
    assert bench.state(failed, "done").parts
