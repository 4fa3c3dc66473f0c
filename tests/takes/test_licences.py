"""Licences to be accepted: no engine is used before, and it is on record who accepted what."""

import pytest
from sqlalchemy import select

from studio.engines.registry import engine_class
from studio.locales import Note
from studio.problems import BadInput, Conflict, NotFound
from studio.store.tables import Acceptance
from tests.takes.bench import OWNER, an_order, journal

ENGINE = "test_licensed"


def planned(bench):
    (plan,) = bench.takes.plan(OWNER, an_order("say it", ENGINE))
    return plan.refusal


def records(bench):
    with bench.database.read() as session:
        return list(session.scalars(select(Acceptance).order_by(Acceptance.accepted_at)))


def test_an_engine_whose_licence_was_not_accepted_is_refused(bench, journal_file):
    assert planned(bench).code == "error.licence_not_accepted"
    take = bench.wait(bench.order("say it", {"engine": ENGINE, "insist": True})).takes[0]
    assert (take.state, take.error.code) == ("failed", "error.licence_not_accepted")
    assert not take.insistable
    assert journal(journal_file) == []


def test_once_accepted_it_renders_and_the_record_says_who_when_and_in_which_words(bench):
    shown = bench.licences.view(ENGINE, "ko")
    assert (shown.needed, shown.accepted, shown.accepted_at) == (True, False, None)
    view = bench.licences.accept(OWNER, ENGINE, "ko", shown.terms_sha256)
    assert (view.accepted, view.statement) == (True, shown.statement)
    assert planned(bench) is None
    assert bench.wait(bench.order("say it", ENGINE)).takes[0].state == "done"
    (record,) = records(bench)
    assert (record.engine, record.owner, record.locale) == (ENGINE, OWNER, "ko")
    assert record.statement == shown.statement
    for part in ("CPML", "https://example.org/cpml", "Not for business.", "동의"):
        assert part in record.statement
    assert record.accepted_at == view.accepted_at


def test_accepting_twice_is_once(bench):
    first = bench.licences.accept(OWNER, ENGINE, "en")
    assert bench.licences.accept("somebody", ENGINE, "ko").accepted_at == first.accepted_at
    assert len(records(bench)) == 1


def test_a_withdrawal_ends_the_use_and_keeps_the_record(bench):
    bench.licences.accept(OWNER, ENGINE, "en")
    assert not bench.licences.withdraw(OWNER, ENGINE).accepted
    assert planned(bench).code == "error.licence_not_accepted"
    bench.licences.accept(OWNER, ENGINE, "en")
    assert planned(bench) is None
    assert [record.withdrawn_at is None for record in records(bench)] == [False, True]


def test_the_renderer_asks_again_for_a_take_that_was_queued_before_the_withdrawal(
    bench, journal_file
):
    bench.licences.accept(OWNER, ENGINE, "en")
    bench.order("slowly 5", ENGINE)
    take = bench.order("say late", ENGINE).takes[0]
    bench.licences.withdraw(OWNER, ENGINE)
    failed = bench.state(take, "failed", "done")
    assert (failed.state, failed.error.code) == ("failed", "error.licence_not_accepted")
    assert not any("late" in line for line in journal(journal_file))


@pytest.mark.parametrize(
    "change",
    [
        {"weights": "CPML-2"},
        {"url": "https://example.org/other"},
        {"terms": Note("Not for business, and not on Sundays.")},
    ],
)
def test_changed_terms_are_asked_anew(bench, monkeypatch, change):
    bench.licences.accept(OWNER, ENGINE, "en")
    kind = engine_class(ENGINE)
    licence = kind.card.licence.model_copy(update=change)
    monkeypatch.setattr(kind, "card", kind.card.model_copy(update={"licence": licence}))
    assert not bench.licences.accepted(ENGINE)
    assert planned(bench).code == "error.licence_not_accepted"
    assert not bench.licences.view(ENGINE, "en").accepted


def test_other_terms_than_those_shown_are_not_accepted(bench):
    with pytest.raises(Conflict, match="licence_changed"):
        bench.licences.accept(OWNER, ENGINE, "en", "0" * 64)
    assert records(bench) == []


def test_an_engine_without_such_terms_needs_no_acceptance(bench):
    assert bench.licences.accepted("speaker")
    view = bench.licences.view("speaker", "en")
    assert (view.needed, view.accepted) == (False, True)
    with pytest.raises(BadInput, match="licence_without_acceptance"):
        bench.licences.accept(OWNER, "speaker", "en")
    with pytest.raises(NotFound):
        bench.licences.accept(OWNER, "nobody", "en")
