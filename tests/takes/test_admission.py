"""Quotas and spending caps: however many orders come at once, as many pass as there is room for."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from studio.engines.contract import Usage as Used
from studio.problems import NotAllowed, Problem, TooMany
from studio.store import usage
from studio.store.account_tables import User
from studio.store.tables import Take
from studio.store.work_tables import Usage
from studio.takes.admission import Demand
from studio.takes.ledger import Charged, charge
from studio.takes.spending import month
from studio.takes.views import Cost
from tests.takes.bench import OWNER, Bench, an_order

PAID = {
    "test_paid": {
        "per_million_characters": 1000,
        "currency": "USD",
        "as_of": "2026-01-31",
        "source": "https://example.org",
    }
}
FIVE = "abcde"
"""Five characters: 0.005 USD on the paid engine."""


@pytest.fixture
def studio(tmp_path):
    """Services whose orders stay queued: nothing renders."""
    made = []

    def make(**settings):
        bench = Bench(tmp_path, prices=PAID, **settings)
        bench.database.start()
        bench.takes._renderer.enqueue = lambda takes: None
        made.append(bench)
        return bench

    yield make
    for bench in made:
        bench.runtime.close()
        bench.database.close()


def at_once(bench, count, engine="speaker", owner=lambda number: OWNER):
    """So many orders from as many threads; the refusals among them."""

    def order(number):
        try:
            bench.takes.create(
                owner(number), an_order(f"{FIVE}", {"engine": engine, "seed": number + 1})
            )
        except Problem as refusal:
            return refusal
        return None

    with ThreadPoolExecutor(count) as crowd:
        outcomes = list(crowd.map(order, range(count)))
    return [one for one in outcomes if one is not None]


def rows(bench, table=Take):
    with bench.database.read() as session:
        return list(session.query(table))


def codes(refusals):
    return {refusal.code for refusal in refusals}


@pytest.mark.parametrize(
    ("settings", "engine", "code"),
    [
        ({"quota_takes_per_day": 3}, "speaker", "quota_takes"),
        ({"quota_characters_per_day": 19}, "speaker", "quota_characters"),
        ({"spending_cap": {"USD": 0.0199}}, "test_paid", "spending_cap_studio"),
        ({"spending_cap_user": {"USD": 0.0199}}, "test_paid", "spending_cap_account"),
    ],
)
def test_of_twenty_orders_at_once_over_a_limit_of_three_exactly_three_pass(
    studio, settings, engine, code
):
    bench = studio(**settings)
    refusals = at_once(bench, 20, engine)
    assert (len(refusals), codes(refusals)) == (17, {code})
    assert len(rows(bench)) == 3


def test_the_studios_cap_holds_for_all_accounts_together(studio):
    bench = studio(spending_cap={"USD": 0.0199})
    refusals = at_once(bench, 20, "test_paid", lambda number: f"person-{number}")
    assert (len(refusals), codes(refusals)) == (17, {"spending_cap_studio"})


def test_an_accounts_limits_are_its_own(studio):
    bench = studio(quota_takes_per_day=3, spending_cap_user={"USD": 0.0199})
    refusals = at_once(bench, 12, "speaker", lambda number: f"person-{number % 2}")
    assert (len(refusals), codes(refusals)) == (6, {"quota_takes"})
    assert len(rows(bench)) == 6


def test_what_an_accounts_row_says_goes_before_the_settings(studio):
    bench = studio(quota_takes_per_day=1)
    mine = User(id=OWNER, name="one", roles=["creator"], limits={"takes_per_day": 2})
    free = User(id="other", name="two", roles=["creator"], limits={"takes_per_day": None})
    bench.database.write(lambda session: session.add_all([mine, free]))
    assert len(at_once(bench, 5)) == 3
    assert at_once(bench, 5, owner=lambda number: "other") == []


def test_a_refused_order_keeps_nothing_and_counts_nothing(studio):
    bench = studio(quota_takes_per_day=2)
    with pytest.raises(NotAllowed) as refusal:
        bench.takes.create(OWNER, an_order("hello", "speaker", "second", "test_paid"))
    assert (refusal.value.code, refusal.value.params) == (
        "quota_takes_at_once",
        {"wanted": 3, "limit": 2},
    )
    assert rows(bench) == [] == rows(bench, Usage)


def test_there_is_room_again_when_the_hour_of_the_order_is_a_day_old(studio):
    bench = studio(quota_takes_per_day=3)
    at_once(bench, 3)
    (refusal,) = at_once(bench, 1)
    assert isinstance(refusal, TooMany)
    hour = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    assert refusal.params["when"] in {
        f"{hour + timedelta(hours=h):%Y-%m-%d %H:%M}" for h in (23, 24)
    }
    assert 23 * 3600 - 1 <= refusal.params["retry_after"] <= 24 * 3600 + 1

    def a_day_passes(session):
        for row in session.query(Usage):
            row.hour -= timedelta(hours=24)

    bench.database.write(a_day_passes)
    assert at_once(bench, 1) == []


def test_deleting_what_was_ordered_gives_nothing_back(studio):
    bench = studio(quota_takes_per_day=1)
    at_once(bench, 1)
    bench.database.write(lambda session: session.query(Take).delete())
    assert codes(at_once(bench, 1)) == {"quota_takes"}


def test_counts_that_are_days_old_are_forgotten(studio):
    bench = studio()
    old = datetime.now(UTC) - timedelta(days=3)
    bench.database.write(lambda s: usage.count(s, OWNER, usage.Used(1, 1), old))
    at_once(bench, 1)
    assert [row.takes for row in rows(bench, Usage)] == [1]


def test_an_engine_of_unknown_price_is_refused_once_there_is_a_cap(studio):
    bench = studio(spending_cap={"USD": 5})
    unpriced = Demand(1, 5, {}, frozenset({"Some service"}))
    with pytest.raises(NotAllowed, match="spending_price_unknown"):
        bench.database.write(lambda session: bench.takes.admission.admit(session, OWNER, unpriced))


def test_a_currency_without_a_cap_is_refused_once_there_is_one(studio):
    bench = studio(spending_cap={"EUR": 5})
    assert codes(at_once(bench, 1, "test_paid")) == {"spending_currency"}
    assert at_once(bench, 1, "speaker") == []


def test_what_was_charged_this_month_counts_and_last_month_does_not(studio):
    bench = studio(spending_cap={"USD": 0.01})
    cost = Cost(characters=6, amount=0.006, currency="USD", per_million_characters=1000)

    def charged(session):
        charge(session, Charged("somebody", "take", "test_paid"), Used(6, "hd"), cost)

    bench.database.write(charged)
    assert codes(at_once(bench, 1, "test_paid")) == {"spending_cap_studio"}
    begin, end = month(datetime.now(UTC))
    assert begin <= datetime.now(UTC) < end

    def last_month(session):
        from studio.store.tables import LedgerRow

        session.query(LedgerRow).one().at = begin - timedelta(seconds=1)

    bench.database.write(last_month)
    assert at_once(bench, 1, "test_paid") == []


def test_money_comes_free_when_a_queued_take_is_cancelled_and_not_while_a_charge_may_come(studio):
    bench = studio(spending_cap={"USD": 0.0099})
    first = bench.takes.create(OWNER, an_order(FIVE, "test_paid")).takes[0]
    assert codes(at_once(bench, 1, "test_paid")) == {"spending_cap_studio"}
    bench.takes.cancel(OWNER, first.id)
    second = bench.takes.create(OWNER, an_order(FIVE, {"engine": "test_paid", "seed": 9})).takes[0]

    def rendered(session):
        row = session.get_one(Take, second.id)
        row.state, row.tries = "running", 1

    bench.database.write(rendered)
    bench.takes.cancel(OWNER, second.id)
    assert codes(at_once(bench, 1, "test_paid")) == {"spending_cap_studio"}


def test_a_cap_that_was_lowered_stops_a_take_before_it_is_begun(studio):
    bench = studio(spending_cap={"USD": 0.01})
    take = bench.takes.create(OWNER, an_order(FIVE, "test_paid")).takes[0]
    admission = bench.takes.admission

    def look(session):
        return admission.refusal_to_begin(session, OWNER, session.get_one(Take, take.id))

    assert bench.database.write(look) is None
    admission._cap["USD"] = 0.004
    assert bench.database.write(look).code == "error.spending_cap_studio"


def test_trying_again_and_one_more_attempt_count_like_orders(studio):
    bench = studio(quota_takes_per_day=2)
    take = bench.takes.create(OWNER, an_order(FIVE, "speaker")).takes[0]
    bench.takes.cancel(OWNER, take.id)
    bench.takes.retry(OWNER, take.id)
    bench.takes.cancel(OWNER, take.id)
    with pytest.raises(TooMany, match="quota_takes"):
        bench.takes.retry(OWNER, take.id)
    assert rows(bench)[0].state == "cancelled"


def test_east_asian_signs_and_the_instruction_hold_what_a_service_may_count(studio):
    bench = studio(spending_cap={"USD": 1})
    bench.takes.create(OWNER, an_order("안녕 a", "test_paid", language="ko"))
    (row,) = rows(bench)
    assert row.request["held"] == {"USD": pytest.approx(6 / 1000)}


@pytest.mark.parametrize("cap", [{"dollars": 1}, {"usd": 1}, {"USD": -1}, {"USD": float("nan")}])
@pytest.mark.parametrize("name", ["spending_cap", "spending_cap_user"])
def test_a_cap_that_cannot_be_read_stops_the_studio_at_start(tmp_path, name, cap):
    with pytest.raises(ValueError, match="SPENDING_CAP"):
        Bench(tmp_path, **{name: cap})
