"""The arithmetic of costs, against itself: two ways to one number, and what must always hold."""

import math

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from studio.costs.arithmetic import (
    Line,
    always_on_line,
    break_even,
    busy_hours_a_video,
    busy_line,
    characters_of,
    service_line,
    storage_a_video,
)

unhurried = settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
"""A busy machine is no reason to fail."""
money = st.floats(0, 1_000, allow_nan=False).map(lambda x: round(x, 3))
little = st.floats(0, 50, allow_nan=False).map(lambda x: round(x, 3))
some = st.floats(0.5, 500, allow_nan=False).map(lambda x: round(x, 2))
volumes = st.floats(0, 3_000, allow_nan=False).map(lambda x: round(x, 2))


@st.composite
def services(draw):
    return Line(draw(money), draw(little))


@st.composite
def rented(draw):
    if draw(st.booleans()):
        return Line(draw(money), draw(little))
    machine = draw(money.filter(lambda x: x > 0))
    return Line(draw(money), draw(little), machine, draw(some))


def saves(service: Line, renting: Line, videos: float) -> float:
    """What renting saves; above zero it is cheaper."""
    return service.cost(videos) - renting.cost(videos)


def places(renting: Line) -> list[float]:
    """Volumes to look at: small and large, and both sides of every further machine."""
    found = [0.01, 0.5, 1, 3, 10, 33, 100, 400, 1_000, 5_000]
    if not math.isinf(renting.capacity):
        for count in (1, 2, 3, 5, 10, 40):
            full = count * renting.capacity
            found += [full * 0.999, full * 1.001]
    return found


@unhurried
@given(services(), rented())
def test_renting_is_nowhere_cheaper_where_it_is_never_and_everywhere_where_always(service, renting):
    found = break_even(service, renting)
    for videos in places(renting):
        saved = saves(service, renting, videos)
        near = 1e-6 * (1 + service.cost(videos))
        if found.kind == "never":
            assert saved <= near
        elif found.kind == "always":
            assert saved >= -near


@unhurried
@given(services(), rented())
def test_below_a_break_even_the_service_is_cheaper_and_at_it_both_cost_the_same(service, renting):
    found = break_even(service, renting)
    assume(found.kind == "from")
    near = 1e-6 * (1 + service.cost(found.videos))
    assert saves(service, renting, found.videos) == pytest.approx(0, abs=near)
    for share in (0.01, 0.2, 0.5, 0.8, 0.99, 0.9999):
        assert saves(service, renting, found.videos * share) <= near


@unhurried
@given(services(), rented())
def test_until_a_break_even_renting_is_cheaper_and_right_above_it_is_not(service, renting):
    found = break_even(service, renting)
    assume(found.kind == "until")
    near = 1e-6 * (1 + service.cost(found.videos))
    for share in (0.01, 0.2, 0.5, 0.8, 0.99):
        assert saves(service, renting, found.videos * share) >= -near
    above = found.videos * 1.0001 + 1e-6
    assert saves(service, renting, above) <= near


@unhurried
@given(services(), rented())
def test_between_the_break_even_and_its_return_renting_stays_cheaper(service, renting):
    found = break_even(service, renting)
    assume(found.kind == "from")
    end = found.returns if found.returns is not None else found.videos * 50 + 100
    near = 1e-6 * (1 + service.cost(end))
    for share in (0.001, 0.1, 0.5, 0.9, 0.999):
        assert saves(service, renting, found.videos + (end - found.videos) * share) >= -near
    if found.returns is not None:
        assert saves(service, renting, found.returns * 1.0000001 + 1e-7) < near


@unhurried
@given(rented(), volumes, volumes)
def test_more_videos_never_cost_less(line, one, other):
    low, high = sorted((one, other))
    assert line.cost(low) <= line.cost(high) + 1e-9


@unhurried
@given(st.floats(0.01, 500), st.floats(1, 5), st.floats(0.01, 20), st.floats(0, 60), volumes)
def test_busy_machines_cost_their_hours_and_machines_kept_on_are_enough_for_them(
    minutes, attempts, rtf, overhead, videos
):
    hours = busy_hours_a_video(minutes, attempts, rtf, overhead)
    assert hours * 60 == pytest.approx(minutes * attempts * rtf + overhead)
    busy = busy_line(hours, 2.0, 0.0, 0.0)
    assert busy.cost(videos) == pytest.approx(hours * videos * 2.0)
    kept = always_on_line(
        hours_a_video=hours, hours_a_month=730, hourly=2.0, disk=0.0, storage_a_video=0.0
    )
    assert kept.machines(videos) * 730 >= hours * videos * (1 - 1e-6)
    assert (kept.machines(videos) - 1) * 730 <= hours * videos * (1 + 1e-6)
    assert kept.cost(videos) >= busy.cost(videos) * (1 - 1e-6), "paying for idle hours is no saving"


@unhurried
@given(st.floats(0, 500), st.floats(1, 2_000), st.floats(1, 5), st.floats(0, 500))
def test_a_service_charges_every_character_of_every_attempt(minutes, rate, attempts, price):
    characters = characters_of(minutes, rate, attempts)
    line = service_line(characters, price, 7.0, 0.0)
    assert line.cost(3) == pytest.approx(7 + 3 * minutes * rate * attempts * price / 1e6)
    assert line.cost(0) == 7.0


def test_what_is_kept_a_year_is_paid_for_a_year():
    assert storage_a_video(60, 1, 0.1, 12, 0.1) == pytest.approx(0.12)
    assert storage_a_video(60, 2, 0.1, 0, 0.1) == 0


def test_a_worked_example_by_hand():
    """100 USD a million characters against a card of 0.80 USD an hour, kept on: 584 USD a month.

    A video of 10 minutes at 400 characters is 4,000 characters: 0.40 USD; 584 / 0.40 = 1,460.
    """
    service = service_line(characters_of(10, 400, 1), 100, 0, 0)
    hours = busy_hours_a_video(10, 1, 0.3, 0)
    kept = always_on_line(
        hours_a_video=hours, hours_a_month=730, hourly=0.8, disk=0, storage_a_video=0
    )
    assert kept.capacity == pytest.approx(14_600)
    found = break_even(service, kept)
    assert (found.kind, found.returns) == ("from", None)
    assert found.videos == pytest.approx(1_460)
    assert break_even(service, busy_line(hours, 0.8, 0, 0)).kind == "always"
    assert break_even(service, busy_line(hours, 0.8, 4, 0)).videos == pytest.approx(4 / 0.36)
