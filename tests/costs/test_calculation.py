"""The calculator: what it takes from where, what it leaves out and says, and how far it draws."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from studio.costs.assumptions import Assumptions
from studio.costs.calculation import calculate
from studio.costs.facts import Facts, LocalEngine, Measured, Service
from studio.costs.rental import OFFERS
from studio.problems import BadInput

SERVICE = Service(id="a", engine="a", title="A", per_million=100.0, currency="USD", as_of="2026-01")
FLASH = Service(
    id="a/flash", engine="a", title="A", model="flash", per_million=40.0, currency="USD"
)
WON = Service(id="w", engine="w", title="W", per_million=100_000.0, currency="KRW")
UNKNOWN = Service(id="u", engine="u", title="U", per_million=None)
LOCAL = LocalEngine(
    name="qwen3",
    title="Qwen",
    kinds=("cpu", "cuda"),
    memory_mb=9000,
    cuda_memory_mb=8000,
    languages=("ko",),
    rtf={"cpu": Measured(value=4.0, takes=3)},
)


def found(offered=(SERVICE,), *, far=False, density=None, **assumed):
    facts = Facts(services=offered, engines=(LOCAL,), characters_per_minute=density or {})
    return calculate(Assumptions(**assumed), facts, far=far)


def line(calculation, name):
    return next(one for one in calculation.lines if one.id == name)


def test_a_service_is_paid_by_the_character_of_every_attempt_and_storage_on_top():
    result = found(characters_per_minute={"ko": 400}, videos=10, minutes=5, attempts=2)
    assert result.characters == 10 * 5 * 400 * 2
    assert result.storage == pytest.approx(10 * 5 * 2 / 60 * 0.1 * 12 * 0.1)
    assert line(result, "a").monthly == pytest.approx(40_000 * 100 / 1e6 + result.storage)


def test_rtf_is_ones_own_else_measured_on_that_kind_of_machine_else_assumed():
    assert (found().rtf.basis, found().rtf.value) == ("estimated", 0.3)
    on_cpu = found(offer="hf-cpu").rtf
    assert (on_cpu.basis, on_cpu.value, on_cpu.takes) == ("measured", 4.0, 3)
    own = found(rtf={"qwen3@cuda": 0.1, "qwen3@cpu": 2.0}).rtf
    assert (own.basis, own.value) == ("own", 0.1)


def test_density_is_ones_own_else_measured_else_estimated():
    density = {"ko": Measured(value=350.0, takes=9)}
    assert found().characters_per_minute.basis == "estimated"
    assert found(density=density).characters_per_minute.value == 350.0
    assert found(density=density, language="en").characters_per_minute.basis == "estimated"
    assert found(density=density, characters_per_minute={"ko": 1}).characters_per_minute.value == 1


def test_models_are_compared_when_asked_for():
    assert [one.id for one in found((SERVICE, FLASH)).lines] == ["a", "busy", "always_on"]
    asked = found((SERVICE, FLASH), services=["a/flash"])
    assert [one.id for one in asked.lines] == ["a/flash", "busy", "always_on"]


def test_a_service_without_a_price_or_exchange_rate_is_left_out_and_told():
    result = found((SERVICE, WON, UNKNOWN))
    assert [(one.id, one.because, one.currency) for one in result.left_out] == [
        ("w", "no_exchange", "KRW"),
        ("u", "no_price", ""),
    ]
    mended = found(
        (WON, UNKNOWN),
        exchange={"KRW": 0.0007},
        service_prices={"u": {"amount": 15, "as_of": "2026-11-01"}},
        fees={"w": 10_000},
    )
    assert not mended.left_out
    assert line(mended, "w").fixed == pytest.approx(7.0)
    stored = mended.storage / 20
    assert line(mended, "w").per_video == pytest.approx(mended.characters / 20 * 70e-6 + stored)
    assert line(mended, "u").price.own
    assert line(mended, "u").price.as_of == "2026-11-01"


def test_an_engine_that_does_not_fit_the_machine_or_speak_the_language_is_told():
    assert found().fits
    assert found().speaks
    assert not found(language="en").speaks
    small = LOCAL.model_copy(update={"cuda_memory_mb": 90_000})
    facts = Facts(services=(), engines=(small,))
    assert not calculate(Assumptions(), facts).fits
    only_cpu = LOCAL.model_copy(update={"kinds": ("cpu",)})
    assert not calculate(Assumptions(), Facts(services=(), engines=(only_cpu,))).fits


def test_a_far_break_even_is_told_and_drawn_only_when_asked():
    near = next(one for one in found().meetings if one.renting == "always_on")
    assert (near.kind, near.drawn) == ("from", False)
    wide = found(far=True)
    assert next(one for one in wide.meetings if one.renting == "always_on").drawn
    assert wide.most >= near.videos


@pytest.mark.parametrize("assumed", [{"offer": "none"}, {"engine": "none"}])
def test_an_unknown_machine_or_engine_is_refused(assumed):
    with pytest.raises(BadInput, match="unknown_"):
        found(**assumed)


def test_every_quoted_price_has_a_source_and_a_date_or_says_that_there_is_none():
    assert len({one.id for one in OFFERS}) == len(OFFERS)
    for one in OFFERS:
        assert one.hourly > 0
        assert one.source.startswith("https://")
        assert one.as_of or not one.quoted_by
    assert {one.kind for one in OFFERS} == {"cpu", "cuda"}


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.floats(0, 100_000),
    st.floats(0.1, 600),
    st.floats(1, 10),
    st.floats(0.01, 10),
    st.floats(0, 60),
    st.sampled_from([one.id for one in OFFERS]),
)
def test_what_is_drawn_is_what_is_calculated(videos, minutes, attempts, rtf, overhead, offer):
    result = found(
        videos=videos,
        minutes=minutes,
        attempts=attempts,
        rtf={"qwen3@cuda": rtf, "qwen3@cpu": rtf},
        overhead_minutes=overhead,
        offer=offer,
    )
    assert result.most >= videos
    for one in result.lines:
        assert len(one.points) <= 100
        assert one.points[0][0] == 0
        assert one.points[-1][0] == result.most
        for (left, low), (right, high) in zip(one.points, one.points[1:], strict=False):
            assert left <= right
            assert low <= high * (1 + 1e-9) + 1e-9
    busy, kept = line(result, "busy"), line(result, "always_on")
    assert busy.monthly <= kept.monthly * (1 + 1e-6)
    for one in result.meetings:
        if one.videos is not None and one.drawn:
            assert one.videos <= result.most


def test_the_document_quotes_the_same_prices():
    document = (Path(__file__).parents[2] / "docs" / "costs.md").read_text("utf-8")
    for one in OFFERS:
        row = next(line for line in document.splitlines() if f", {one.machine} |" in line)
        assert f"| {one.hourly:g} |" in row
        assert (one.as_of or "without a date") in row
        assert one.source in row
        assert one.quoted_by in row
