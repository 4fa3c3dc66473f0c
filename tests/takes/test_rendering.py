"""Rendering: engines side by side, each take for itself, nothing rendered twice, nothing lost."""

import time

import numpy as np
import pytest
from sqlalchemy import func, select

from studio.engines.registry import engine_class
from studio.problems import BadInput, Conflict, NotFound
from studio.store.tables import Comparison, Take
from tests.takes.bench import OWNER, a_bench, an_order, journal
from tests.waiting import at_once, until


def rows(bench, table):
    with bench.database.read() as session:
        return session.scalar(select(func.count()).select_from(table))


def test_a_take_is_rendered_measured_and_kept(bench):
    ordered = bench.order("say hello there")
    assert [take.state for take in ordered.takes] == ["queued"]
    take = bench.wait(ordered).takes[0]
    assert take.state == "done"
    assert take.error is None
    assert take.seconds == pytest.approx(0.6) == take.progress_seconds
    assert take.sample_rate == 24_000
    assert -30 < take.loudness_lufs < -5
    assert take.peak_dbfs == pytest.approx(20 * np.log10(0.2), abs=0.1)
    assert 0 < take.rtf < 5
    assert take.ttfa_seconds > 0
    assert (take.preset, take.preset_title, take.licence) == ("ann", "Ann", "CC0-1.0")
    samples, rate = bench.takes.samples(OWNER, take.id)
    assert rate == 24_000
    assert samples.size == 3 * 4800
    assert np.abs(samples).max() == pytest.approx(0.2, abs=1e-3)


def test_engines_render_at_the_same_time_and_takes_of_one_in_order(bench, journal_file):
    began = time.monotonic()
    first = bench.order("slowly 10 one", "speaker", "second")
    second = bench.order("slowly 1 two", "speaker")
    bench.wait(first)
    both = time.monotonic() - began
    bench.wait(second)
    takes = {take.engine: take for take in bench.wait(first).takes}
    assert all(take.state == "done" for take in takes.values())
    lines = journal(journal_file)
    assert [line.split()[-1] for line in lines if line.startswith("speaker")] == ["one", "two"]
    assert both < 6, "one after the other"


def test_one_engines_crash_spoils_only_its_own_take(bench):
    ordered = bench.order("crash now", {"engine": "speaker"}, {"engine": "second", "seed": 1})
    other = bench.order("say fine", "moody")
    crashed = bench.wait(ordered).takes
    assert [take.state for take in crashed] == ["failed", "failed"]
    assert crashed[0].error.code == "error.engine_crashed"
    assert bench.wait(other).takes[0].state == "done"
    assert bench.wait(bench.order("say again")).takes[0].state == "done", "it starts afresh"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("refuse this", "error.text_empty"),
        ("nothing comes", "error.engine_gave_nothing"),
    ],
)
def test_a_take_that_gives_no_audio_says_why(bench, text, code):
    take = bench.wait(bench.order(text)).takes[0]
    assert (take.state, take.error.code) == ("failed", code)
    with pytest.raises(Conflict):
        bench.takes.samples(OWNER, take.id)


@pytest.mark.parametrize(("text", "code"), [("silence", "silent"), ("loud", "clipped")])
def test_a_strange_take_is_kept_with_a_warning(bench, text, code):
    take = bench.wait(bench.order(text)).takes[0]
    assert take.state == "done"
    assert [warning.code for warning in take.warnings] == [f"take.warning.{code}"]
    if code == "silent":
        assert take.loudness_lufs is None


def test_the_same_request_is_answered_from_the_store(bench, journal_file):
    first = bench.wait(bench.order("say  it once")).takes[0]
    second = bench.order("say  it once").takes[0]
    assert (second.state, second.reused) == ("done", True), "answered at once"
    assert (second.seconds, second.rtf, second.rendered_at) == (
        first.seconds,
        first.rtf,
        first.rendered_at,
    )
    assert second.created_at > first.rendered_at
    assert len(journal(journal_file)) == 1
    (one, _), (other, _) = (bench.takes.samples(OWNER, take.id) for take in (first, second))
    assert (one == other).all()


@pytest.mark.parametrize(
    "changed",
    [
        {"text": "say it twice"},
        {"language": "ko"},
        {"engines": [{"engine": "speaker", "seed": 7}]},
        {"engines": [{"engine": "speaker", "voice": "bob"}]},
        {"engines": [{"engine": "speaker", "options": {"speed": 1.5}}]},
    ],
)
def test_whatever_changes_the_samples_is_rendered_anew(bench, journal_file, changed):
    bench.wait(bench.order("say it once"))
    order = an_order("say it once").model_dump() | changed
    again = bench.wait(bench.takes.create(OWNER, type(an_order("x")).model_validate(order)))
    assert not again.takes[0].reused
    assert len(journal(journal_file)) == 2


def test_identical_takes_ordered_at_once_are_rendered_once(bench, journal_file):
    found = at_once(lambda: bench.order("slowly 3 the same"), 6)
    takes = [bench.wait(each).takes[0] for each in found]
    assert all(take.state == "done" for take in takes)
    assert len(journal(journal_file)) == 1
    assert sum(take.reused for take in takes) == 5


def test_another_person_gets_a_rendering_of_their_own(bench, journal_file):
    bench.wait(bench.order("say mine"))
    theirs = bench.takes.create("somebody", an_order("say mine"))
    assert not theirs.takes[0].reused
    for look in (bench.takes.comparison, bench.takes.take, bench.takes.cancel, bench.takes.retry):
        identity = theirs.id if look == bench.takes.comparison else theirs.takes[0].id
        with pytest.raises(NotFound):
            look(OWNER, identity)
    until(lambda: bench.takes.comparison("somebody", theirs.id).final)
    assert len(journal(journal_file)) == 2


def test_cancel_stops_within_two_seconds_and_frees_the_engine(bench):
    take = bench.order("slowly 300").takes[0]
    waiting = bench.order("say next").takes[0]
    until(lambda: bench.takes.take(OWNER, take.id).progress_seconds)
    began = time.monotonic()
    assert bench.takes.cancel(OWNER, take.id).state == "cancelled"
    assert time.monotonic() - began < 2
    assert bench.state(waiting, "done").state == "done"
    assert time.monotonic() - began < 2.5, "the work itself went on"
    assert bench.takes.take(OWNER, take.id).state == "cancelled"
    assert not bench.blobs.exists(f"results/{OWNER}/{take.id}")
    assert bench.takes.cancel(OWNER, take.id).state == "cancelled", "twice is once"


def test_a_take_cancelled_while_it_is_being_kept_leaves_no_blob(bench, monkeypatch):
    put = bench.blobs.put

    def put_and_cancel(name, data):
        put(name, data)
        bench.takes.cancel(OWNER, name.split("/")[2])

    monkeypatch.setattr(bench.blobs, "put", put_and_cancel)
    take = bench.order("say gone").takes[0]
    bench.state(take, "cancelled")
    until(lambda: bench.takes._renderer.live(take.id) is None)
    assert bench.takes.take(OWNER, take.id).state == "cancelled"
    assert not bench.blobs.exists(f"results/{OWNER}/{take.id}")


def test_a_queued_take_is_cancelled_without_being_started(bench, journal_file):
    bench.order("slowly 5")
    take = bench.order("say never").takes[0]
    bench.takes.cancel(OWNER, take.id)
    bench.wait(bench.order("say after"))
    assert not any("never" in line for line in journal(journal_file))


def test_cancelling_a_done_take_changes_nothing(bench):
    take = bench.wait(bench.order("say done")).takes[0]
    assert bench.takes.cancel(OWNER, take.id).state == "done"


def test_a_cancelled_take_can_be_rendered_again(bench):
    take = bench.order("slowly 10").takes[0]
    until(lambda: bench.takes.take(OWNER, take.id).progress_seconds)
    bench.takes.cancel(OWNER, take.id)
    assert bench.takes.retry(OWNER, take.id).state == "queued", "at once, while the old work ends"
    done = bench.state(take, "done", "failed")
    assert done.state == "done"
    assert done.seconds == pytest.approx(2.0)


def test_a_failed_take_can_be_rendered_again_with_its_seed(bench, journal_file):
    take = bench.wait(bench.order("crash", {"engine": "speaker", "seed": 5})).takes[0]
    bench.takes.retry(OWNER, take.id)
    again = bench.state(take, "failed")
    assert again.error.code == "error.engine_crashed"
    assert {line.split()[2] for line in journal(journal_file)} == {"5"}


def test_a_done_take_is_not_rendered_again(bench):
    take = bench.wait(bench.order("say done")).takes[0]
    with pytest.raises(Conflict):
        bench.takes.retry(OWNER, take.id)


def test_a_refused_engine_is_a_failed_card_beside_the_others(bench):
    ordered = bench.order("say 안녕", "second", "speaker", language="ko")
    refused, done = bench.wait(ordered).takes
    assert (refused.state, refused.error.code) == ("failed", "error.language_unsupported")
    assert done.state == "done"


def test_an_order_that_every_engine_refuses_leaves_no_row(bench):
    with pytest.raises(BadInput) as refusal:
        bench.order("say 안녕", "second", language="ko")
    assert refusal.value.code == "language_unsupported"
    assert rows(bench, Comparison) == rows(bench, Take) == 0


def test_who_insists_gets_a_take_that_says_unsupported(bench):
    wanted = {"engine": "speaker", "insist": True}
    take = bench.wait(bench.order("say こんにちは", wanted, language="ja")).takes[0]
    assert take.state == "done"
    assert [w.code for w in take.warnings] == ["take.warning.unsupported_language"]
    assert take.aspects.language.status == "ignored"


def test_a_refused_take_can_be_insisted_on_afterwards(bench):
    ordered = bench.order("say 안녕", "second", "speaker", language="ko")
    refused = bench.wait(ordered).takes[0]
    assert bench.takes.retry(OWNER, refused.id).state == "failed", "nothing has changed"
    bench.takes.retry(OWNER, refused.id, insist=True)
    take = bench.state(refused, "done")
    assert [w.code for w in take.warnings] == ["take.warning.unsupported_language"]
    assert take.error is None


def test_the_closest_preset_is_found_by_the_take_and_shown_with_its_similarity(bench):
    ordered = bench.order("say like anna", voice="anna")
    assert ordered.takes[0].preset == "", "the order does not wait for the ranking"
    take = bench.wait(ordered).takes[0]
    assert (take.state, take.preset, take.preset_title) == ("done", "bob", "Bob")
    reference = take.aspects.reference
    assert reference.status == "approximated"
    assert reference.note.code == "take.reference.closest"
    assert reference.note.params == {"preset": "Bob", "similarity": 0.731}
    again = bench.order("say like anna", voice="anna").takes[0]
    assert again.reused
    assert again.preset == "bob"


def test_a_closest_preset_found_while_rendering_is_answered_from_the_store_too(bench, journal_file):
    bench.wait(bench.order("say as bob", {"engine": "speaker", "voice": "bob"}))
    take = bench.wait(bench.order("say as bob", voice="anna")).takes[0]
    assert take.reused
    assert take.aspects.reference.status == "approximated"
    assert len(journal(journal_file)) == 1


def test_a_mapped_instruction_reaches_the_engine_as_an_option(bench):
    ordered = bench.order("say it", "moody", "speaker", instruction="fast please")
    moody, deaf = bench.wait(ordered).takes
    assert moody.seconds == pytest.approx(0.2)
    assert moody.aspects.instruction.status == "approximated"
    assert deaf.seconds == pytest.approx(0.4)
    assert deaf.aspects.instruction.status == "ignored"


def test_a_later_plan_estimates_from_earlier_takes(bench):
    assert bench.takes.plan(OWNER, an_order("say it"))[0].estimate_seconds is None
    bench.wait(bench.order("slowly 5"))
    assert bench.takes.plan(OWNER, an_order("say it"))[0].estimate_seconds > 0


def test_recent_comparisons_come_newest_first(bench):
    ids = [bench.order(f"say {n}").id for n in range(3)]
    assert [view.id for view in bench.takes.recent(OWNER, 2)] == ids[:0:-1]


@pytest.mark.parametrize("identity", ["", "x", "../etc", "\0", "0" * 36, "A" * 5000])
def test_what_is_no_id_is_not_found(bench, identity):
    for look in (bench.takes.take, bench.takes.comparison, bench.takes.cancel, bench.takes.retry):
        with pytest.raises(NotFound):
            look(OWNER, identity)


def test_a_remark_of_the_engine_is_among_the_takes_warnings(bench):
    take = bench.wait(bench.order("remark", "test_paid")).takes[0]
    assert take.state == "done"
    assert [warning.code for warning in take.warnings] == ["Cut at the budget."]


def test_credit_that_a_licence_asks_for_is_kept_with_the_take(bench):
    credited, plain = bench.wait(bench.order("say it", "test_paid", "speaker")).takes
    assert (credited.attribution, plain.attribution) == ("Voice: Paid Co.", "")
    again = bench.order("say it", "test_paid").takes[0]
    assert (again.reused, again.attribution) == (True, "Voice: Paid Co.")


def test_a_clone_is_rendered_from_its_enrolment(bench):
    take = bench.wait(bench.order("say it", "test_paid", voice="anna")).takes[0]
    assert (take.state, take.preset) == ("done", "")
    assert take.aspects.reference.status == "honoured"
    assert bench.voices.enrolled == [("test_paid", ())]


def test_a_cloned_voice_that_the_service_forgot_is_cloned_anew_once(bench):
    take = bench.wait(bench.order("expired 2 times", "test_paid", voice="anna")).takes[0]
    assert take.state == "done"
    assert bench.voices.forgotten == [("test_paid", ())]
    assert len(bench.voices.enrolled) == 2
    take = bench.wait(bench.order("expired 9 times", "test_paid", voice="anna")).takes[0]
    assert (take.state, take.error.code) == ("failed", "error.enrolment_lost")
    assert len(bench.voices.forgotten) == 2, "not again and again"


def test_a_designed_voice_speaks_and_its_description_makes_another_take(bench, journal_file):
    def designed(description):
        options = {"voice_description": description}
        ordered = bench.order("say it", {"engine": "test_designer", "options": options})
        return bench.wait(ordered).takes[0]

    take = designed("an old sailor")
    assert (take.state, take.preset) == ("done", "")
    assert take.aspects.reference.note.code == "take.reference.designed_alone"
    assert designed("an old sailor").reused
    assert not designed("a young sailor").reused
    assert len(journal(journal_file)) == 2


@pytest.fixture
def colours(tmp_path):
    """Weight sets of an engine whose sets do different things: red and green, but not blue."""
    folder = tmp_path / "models" / "test_sets"
    for name in ("red", "green"):
        (folder / name).mkdir(parents=True)
        (folder / name / "voices.txt").write_text(f"{name}1 {name}2")
    with a_bench(tmp_path / "coloured", models_dir=tmp_path / "models") as running:
        yield running


def test_the_weight_sets_that_a_take_needs_are_loaded_and_told(colours, monkeypatch):
    asked, render = [], colours.runtime.render_batch

    def listening(engine, items, sets=()):
        asked.append(sets)
        return render(engine, items, sets)

    monkeypatch.setattr(colours.runtime, "render_batch", listening)
    for voice, sets in (("red2", ("red",)), ("green1", ("green",))):
        wanted = {"engine": "test_sets", "voice": voice}
        take = colours.wait(colours.order("say it", wanted)).takes[0]
        assert (take.state, take.checkpoints) == ("done", sets)
    assert asked == [("red",), ("green",)]


def test_the_model_that_speaks_is_part_of_the_key(colours):
    same = {"engine": "test_sets", "voice": "red1"}
    first = colours.wait(colours.order("say it", same)).takes[0]
    assert colours.order("say it", same).takes[0].reused
    (colours.settings.models_dir / "test_sets" / "red" / "voices.txt").write_text("red1 red2 red3")
    again = colours.wait(colours.order("say it", same)).takes[0]
    assert (first.reused, again.reused) == (False, False)
    assert again.state == "done"


def test_one_engine_that_is_unknown_or_broken_is_its_own_failed_take(bench):
    ordered = bench.order("say it", "nobody", "test_broken_import", "speaker")
    unknown, broken, fine = bench.wait(ordered).takes
    assert (unknown.state, unknown.error.code) == ("failed", "error.unknown_engine")
    assert (broken.state, broken.error.code) == ("failed", "error.engine_not_loaded")
    assert fine.state == "done"
    with pytest.raises(NotFound, match="unknown_engine"):
        bench.order("say it", "nobody")


def test_an_engine_whose_own_code_fails_while_planning_fails_alone(bench, monkeypatch):
    def refuse(asked):
        raise ZeroDivisionError

    monkeypatch.setattr(engine_class("second"), "refuse", refuse)
    failed, fine = bench.wait(bench.order("say it", "second", "speaker")).takes
    assert (failed.state, failed.error.code) == ("failed", "error.engine_failed")
    assert fine.state == "done"
