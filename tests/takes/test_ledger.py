"""The ledger: every charge is written down with its price, whatever came of the take."""

import math

import pytest

from studio.engines.card import Price
from studio.engines.contract import Usage
from studio.takes.prices import charged, estimate
from tests.takes.bench import OWNER, Bench, a_bench, an_order
from tests.waiting import until


def rows(bench):
    return bench.ledger.view(OWNER).rows


def test_a_take_of_a_service_says_what_it_cost(bench):
    take = bench.wait(bench.order("say three words", "test_paid")).takes[0]
    assert take.state == "done"
    assert (take.cost.characters, take.cost.amount, take.cost.currency) == (30, 0.003, "USD")
    assert (take.cost.as_of, take.cost.source) == ("2026-01-31", "https://example.org/prices")
    (row,) = rows(bench)
    assert (row.take_id, row.engine, row.model) == (take.id, "test_paid", "hd")
    assert (row.characters, row.amount, row.currency) == (30, 0.003, "USD")
    assert row.per_million_characters == 100.0
    assert take.device


def test_a_take_of_a_local_engine_costs_nothing(bench):
    take = bench.wait(bench.order("say hello", "speaker")).takes[0]
    assert take.cost is None
    assert rows(bench) == ()
    assert bench.takes.plan(OWNER, an_order("say hello"))[0].cost is None


def test_a_failed_take_is_charged_too(bench):
    take = bench.wait(bench.order("problem_after service_cut_off", "test_paid")).takes[0]
    assert (take.state, take.cost.characters) == ("failed", 20)
    assert [row.characters for row in rows(bench)] == [20]


def test_a_cancelled_take_is_charged_too(bench):
    take = bench.order("slowly 300", "test_paid").takes[0]
    until(lambda: bench.takes.take(OWNER, take.id).progress_seconds)
    bench.takes.cancel(OWNER, take.id)
    until(lambda: rows(bench))
    assert [row.characters for row in rows(bench)] == [20]
    assert bench.takes.take(OWNER, take.id).state == "cancelled"
    assert bench.takes.take(OWNER, take.id).cost.characters == 20


def test_a_charge_before_the_fallback_took_over_is_in_the_ledger_and_not_on_the_take(bench):
    order = {"engine": "test_paid", "fallback": "second"}
    take = bench.wait(bench.order("problem_after service_unpaid", order)).takes[0]
    assert (take.engine, take.cost) == ("second", None)
    assert [(row.engine, row.take_id) for row in rows(bench)] == [("test_paid", take.id)]


def test_a_retry_is_charged_anew_and_a_reused_take_not_at_all(bench):
    take = bench.wait(bench.order("problem_after service_cut_off", "test_paid")).takes[0]
    bench.takes.retry(OWNER, take.id)
    bench.state(take, "failed")
    assert len(rows(bench)) == 2
    bench.wait(bench.order("say it", "test_paid"))
    again = bench.order("say it", "test_paid").takes[0]
    assert (again.reused, again.cost) == (True, None)
    assert len(rows(bench)) == 3


def test_sums_are_by_engine_and_currency_over_all_and_belong_to_their_person(bench):
    for text in ("say one", "say one two"):
        bench.wait(bench.order(text, "test_paid"))
    view = bench.ledger.view(OWNER, limit=1)
    assert [row.characters for row in view.rows] == [30], "the newest first"
    (total,) = view.sums
    assert (total.engine, total.currency, total.charges) == ("test_paid", "USD", 2)
    assert (total.characters, total.amount) == (50, pytest.approx(0.005))
    assert bench.ledger.view("somebody").rows == bench.ledger.view("somebody").sums == ()


def test_the_setting_replaces_the_cards_price(tmp_path):
    price = {
        "per_million_characters": 1000.0,
        "currency": "KRW",
        "as_of": "2026-02-01",
        "source": "contract",
        "by_model": {"hd": 2000.0},
    }
    with a_bench(tmp_path, prices={"test_paid": price}) as bench:
        (plan,) = bench.takes.plan(OWNER, an_order("say it", "test_paid"))
        assert (plan.cost.amount, plan.cost.currency, plan.cost.source) == (
            0.012,
            "KRW",
            "contract",
        )
        take = bench.wait(bench.order("say it", "test_paid")).takes[0]
        assert (take.cost.amount, take.cost.currency) == (0.04, "KRW")


def a_price(rate=1.0, currency="USD", **by_model):
    return {
        "per_million_characters": rate,
        "currency": currency,
        "as_of": "",
        "source": "",
        "by_model": by_model,
    }


@pytest.mark.parametrize(
    "price",
    [
        {},
        a_price(currency="dollars"),
        a_price(-1.0),
        a_price(math.nan),
        a_price(math.inf),
        a_price(hd=math.nan),
    ],
)
def test_a_price_that_cannot_be_read_stops_the_studio_at_start(tmp_path, price):
    with pytest.raises(ValueError, match=r"per_million|ISO 4217"):
        Bench(tmp_path, prices={"test_paid": price})


PRICE = Price(
    per_million_characters=100.0, currency="USD", as_of="d", source="s", by_model={"turbo": 60.0}
)


def test_the_models_own_price_counts():
    assert estimate(PRICE, "x" * 1000, {"model": "turbo"}).amount == 0.06
    assert estimate(PRICE, "x" * 1000, {"model": "other"}).amount == 0.1
    assert charged(PRICE, Usage(1000), {"model": "turbo"}).amount == 0.06
    assert charged(PRICE, Usage(1000, "turbo"), {"model": "hd"}).amount == 0.06
    assert estimate(None, "x", {}) is None


def test_a_charge_without_a_known_price_has_no_amount():
    cost = charged(None, Usage(7), {})
    assert (cost.characters, cost.amount, cost.currency) == (7, None, "")
