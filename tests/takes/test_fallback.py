"""The fallback: it renders what the first engine cannot, says so, and is never met blind."""

import pytest
from sqlalchemy import update

from studio.locales import catalogue
from studio.problems import BadInput, NotFound, Problem
from studio.store.tables import Take
from studio.takes.lasting import PASSING, lasting
from studio.takes.source import StoredTakes
from tests.takes.bench import OWNER, a_bench, an_order, journal
from tests.waiting import until


def falling(engine, fallback="speaker", **more):
    return {"engine": engine, "fallback": fallback, **more}


@pytest.fixture
def refusing(tmp_path, monkeypatch):
    """A file that makes the paid engine refuse everything while it is there."""
    path = tmp_path / "refusing"
    monkeypatch.setenv("TEST_ENGINES_REFUSING", str(path))
    return path


def test_what_a_retry_will_not_mend_is_rendered_by_the_fallback_and_the_take_says_so(bench):
    ordered = bench.order("problem service_key_refused", falling("test_paid", "second"))
    assert (ordered.takes[0].engine, ordered.takes[0].instead_of) == ("test_paid", None)
    take = bench.wait(ordered).takes[0]
    assert (take.state, take.engine, take.title, take.preset) == ("done", "second", "Second", "cat")
    assert (take.licence, take.attribution, take.cost) == ("CC0-1.0", "", None)
    assert take.instead_of.engine == "test_paid"
    assert take.instead_of.title == "Test_Paid"
    assert take.instead_of.reason.code == "error.service_key_refused"
    assert take.error is None
    assert bench.takes.samples(OWNER, take.id)[0].size


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("problem service_busy", "error.service_busy"),
        ("problem minimax_rate", "error.minimax_rate"),
        ("crash now", "error.engine_crashed"),
    ],
)
def test_what_may_pass_is_a_failed_take_that_can_be_tried_again(bench, text, code):
    take = bench.wait(bench.order(text, falling("test_paid"))).takes[0]
    assert (take.state, take.engine, take.error.code) == ("failed", "test_paid", code)
    assert take.instead_of is None


def test_an_engine_that_refuses_the_plan_is_stood_in_for_at_once(bench, journal_file):
    order = [falling("second", "speaker"), "speaker"]
    first, _ = bench.wait(bench.order("say 안녕", *order, language="ko")).takes
    assert (first.state, first.engine, first.preset) == ("done", "speaker", "bob")
    assert first.instead_of.engine == "second"
    assert first.instead_of.reason.code == "take.language.not_spoken"
    assert first.aspects.language.status == "honoured"
    alone = bench.wait(bench.order("say 네", falling("second", "speaker"), language="ko"))
    assert alone.takes[0].state == "done", "an order that only a fallback can serve is served"


def test_a_broken_plugin_is_stood_in_for(bench):
    take = bench.wait(bench.order("say hello", falling("test_broken_import"))).takes[0]
    assert (take.state, take.engine) == ("done", "speaker")
    assert take.instead_of.reason.code == "error.engine_not_loaded"


def test_the_fallback_of_a_clone_says_what_became_of_the_clip(bench):
    order = falling("test_paid", "second")
    take = bench.wait(bench.order("problem service_unpaid", order, voice="anna")).takes[0]
    assert take.aspects.reference.status == "ignored"
    assert take.aspects.reference.note.code == "take.reference.cannot_clone"


def test_a_fallback_that_fails_too_is_a_failed_take_of_the_fallback(bench):
    take = bench.wait(bench.order("problem service_unpaid", falling("second", "test_paid"))).takes[
        0
    ]
    assert take.state == "done", "the first engine speaks: nobody stands in"
    order = falling("test_paid", "moody")
    take = bench.wait(bench.order("problem service_unpaid and more", order)).takes[0]
    assert take.engine == "moody"
    ordered = bench.order("refuse", falling("test_licensed", "speaker"))
    take = bench.wait(ordered).takes[0]
    assert (take.state, take.engine, take.error.code) == ("failed", "speaker", "error.text_empty")
    assert take.instead_of.engine == "test_licensed"


def test_a_fallback_that_the_plan_refused_does_not_render_and_the_take_says_why(bench):
    ordered = bench.order("problem service_unpaid", falling("test_paid", "test_licensed"))
    take = bench.wait(ordered).takes[0]
    assert (take.state, take.engine) == ("failed", "test_paid")
    (warning,) = take.warnings
    assert warning.code == "take.warning.fallback_refused"
    assert warning.params["reason"].code == "error.licence_not_accepted"


def test_a_retry_asks_the_first_engine_again(bench, refusing):
    refusing.write_text("service_unpaid")
    take = bench.order("refuse", falling("test_paid", "speaker")).takes[0]
    failed = bench.state(take, "failed")
    assert failed.engine == "speaker"
    refusing.unlink()
    again = bench.takes.retry(OWNER, take.id)
    assert (again.engine, again.instead_of) == ("test_paid", None)
    refusing.write_text("service_unpaid")
    assert bench.state(take, "failed").engine == "speaker"


def test_a_take_can_be_cancelled_after_it_went_over(bench):
    take = bench.order("slowly 300", falling("test_licensed", "speaker")).takes[0]
    until(lambda: bench.takes.take(OWNER, take.id).progress_seconds)
    assert bench.takes.cancel(OWNER, take.id).state == "cancelled"
    assert bench.wait(bench.order("say after")).takes[0].state == "done"


def test_a_fallbacks_take_is_found_in_the_store_like_any_other(bench, journal_file):
    bench.wait(bench.order("say it", falling("test_licensed", "speaker")))
    again = bench.wait(bench.order("say it", falling("test_licensed", "speaker"))).takes[0]
    assert (again.reused, again.instead_of.engine) == (True, "test_licensed")
    asked = bench.wait(bench.order("say it", "speaker")).takes[0]
    assert (asked.reused, asked.instead_of) == (True, None)
    assert len(journal(journal_file)) == 1


def test_a_take_of_a_fallback_is_never_in_a_blind_study(bench):
    source = StoredTakes(bench.database, bench.blobs)
    ordered = bench.wait(bench.order("say it", falling("test_licensed", "second"), "speaker"))
    stood_in, asked = ordered.takes
    assert stood_in.instead_of is not None
    assert [c.take for c in source.candidates(None, OWNER)] == [asked.id]
    assert [c.take for c in source.candidates(ordered.id, OWNER)] == [asked.id]


def test_a_listener_who_waits_for_the_first_engine_hears_the_fallback(bench):
    import asyncio

    async def hear():
        ordered = bench.order("problem service_unpaid slowly", falling("test_paid", "second"))
        pieces = [piece async for _, piece in bench.takes.stream(OWNER, ordered.takes[0].id)]
        return b"".join(pieces)

    assert len(asyncio.run(hear())) == 2 * 3 * 4800


def test_a_restart_renders_with_the_engine_that_took_over(tmp_path):
    with a_bench(tmp_path / "data") as first:
        take = first.wait(first.order("say it", falling("test_licensed", "second"))).takes[0]
        again = update(Take).where(Take.id == take.id).values(state="running", blob=None)
        first.database.write(lambda session: session.execute(again))
    with a_bench(tmp_path / "data") as bench:
        done = bench.state(take, "done")
    assert (done.engine, done.instead_of.engine) == ("second", "test_licensed")


def test_the_plan_shows_what_the_fallback_would_do(bench):
    (plan,) = bench.takes.plan(OWNER, an_order("say it", falling("test_licensed", "test_paid")))
    assert plan.refusal.code == "error.licence_not_accepted"
    assert (plan.fallback.engine, plan.fallback.refusal) == ("test_paid", None)
    assert plan.fallback.attribution == "Voice: Paid Co."


@pytest.mark.parametrize("fallback", ["nobody", "../etc", "E", ""])
def test_a_fallback_that_is_no_engine_is_refused(bench, fallback):
    if fallback == "nobody":
        (plan,) = bench.takes.plan(OWNER, an_order("say it", falling("speaker", fallback)))
        assert plan.fallback.refusal.code == "error.unknown_engine"
        return
    with pytest.raises(NotFound, match="unknown_engine"):
        bench.takes.plan(OWNER, an_order("say it", falling("speaker", fallback)))


def test_an_engine_is_not_its_own_fallback(bench):
    with pytest.raises(BadInput, match="fallback_is_itself"):
        bench.order("say it", falling("speaker", "speaker"))


def test_what_may_pass_is_told_by_codes_that_exist():
    assert {f"error.{code}" for code in PASSING} <= set(catalogue("en"))


def test_an_unexpected_error_is_no_reason_for_a_fallback():
    assert not lasting(RuntimeError("x"))
    assert lasting(Problem("weights_missing"))
    assert not lasting(Problem("engine_hung"))


def test_what_a_fallback_cannot_speak_is_said_without_advice_for_callers(bench):
    order = falling("test_paid", "second")
    take = bench.wait(bench.order("problem service_unpaid", order, language="ko")).takes[0]
    (warning,) = take.warnings
    assert warning.code == "take.warning.fallback_refused"
    assert warning.params["reason"].code == "take.language.not_spoken"
