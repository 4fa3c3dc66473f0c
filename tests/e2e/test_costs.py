"""The costs page in a real browser: the ledger's sums, the calculator by keyboard, what is kept."""

import re
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect

from studio.settings import Settings
from studio.store.database import Database
from studio.store.tables import LedgerRow, Voice
from tests.e2e.axe import violations
from tests.waiting import until


@pytest.fixture
def costs(visit):
    """Open the page as a visitor: ``costs("ko", width=390)``."""

    def arrive(language: str, **more) -> tuple:
        visitor = visit(language, **more)
        page = visitor.go("costs")
        page.wait_for_selector(".vs-cost-plot polyline")
        page.wait_for_selector(".vs-ledger-body:not([aria-busy])")
        return visitor, page

    return arrive


@pytest.fixture(scope="module")
def charges(studio):
    """What somebody spent, put where the studio keeps it."""
    database = Database(Settings(data_dir=studio.data_dir))
    database.start()

    def write(session) -> None:
        session.add(
            Voice(
                id="v-costs", owner="local", name="Mina", language="ko",
                clip_blob="voices/v-costs", clip_sha256="", checkup={},
            )
        )  # fmt: skip
        for number, (engine, amount, project, month) in enumerate(
            [
                ("minimax", 1.25, "Trailer", 9),
                ("minimax", 0.75, "", 10),
                ("elevenlabs", 0.5, "Trailer", 10),
                ("openai", None, "", 10),
            ]
        ):
            session.add(
                LedgerRow(
                    id=f"cost-{number}",
                    owner="local",
                    take_id=f"take-{number}",
                    engine=engine,
                    voice_id="v-costs" if number == 0 else "",
                    project=project,
                    characters=1000,
                    amount=amount,
                    currency="USD" if amount else "",
                    per_million_characters=100.0 if amount else None,
                    price_as_of="2026-08-24" if amount else "",
                    price_source="https://example.org/prices" if amount else "",
                    at=datetime(2026, month, 5, tzinfo=UTC),
                )
            )

    database.write(write)
    yield
    database.write(_forget)
    database.close()


def _forget(session) -> None:
    for number in range(4):
        session.delete(session.get(LedgerRow, f"cost-{number}"))
    session.delete(session.get(Voice, "v-costs"))


def amounts(page: Page) -> list[str]:
    page.wait_for_selector(".vs-sums tbody tr")
    return [row.inner_text() for row in page.locator(".vs-sums tbody tr").all()]


def fits(page: Page) -> bool:
    """Nothing sticks out of the window."""
    return page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_without_charges_the_ledger_says_what_will_stand_there(costs):
    visitor, page = costs("en")
    expect(page.locator("vs-ledger .vs-rest h3")).to_have_text("Nothing was charged yet")
    assert fits(page)
    assert violations(page) == []
    visitor.shoot("costs-empty-en-1440")


@pytest.mark.parametrize(
    ("language", "width", "scheme"),
    [("ko", 1440, "light"), ("en", 390, "dark"), ("ko", 1024, "dark"), ("en", 1440, "light")],
)
def test_charges_stand_in_sums_by_engine_voice_project_and_month(
    costs, charges, language, width, scheme
):
    visitor, page = costs(language, width=width, scheme=scheme)
    first, *_, last = amounts(page)
    assert first.startswith("MiniMax Speech")
    assert "2.00" in first
    assert last.startswith("OpenAI API")
    expect(page.locator("vs-ledger .vs-refusal")).to_be_visible()
    page.locator(".vs-ways input[value=engine]").focus()
    page.keyboard.press("ArrowRight")
    assert any(row.startswith("Mina") and "1.25" in row for row in amounts(page))
    page.keyboard.press("ArrowRight")
    assert any(row.startswith("Trailer") and "1.75" in row for row in amounts(page))
    page.keyboard.press("ArrowRight")
    assert [row.split("\t")[0] for row in amounts(page)] == ["2026-10", "2026-10", "2026-09"]
    page.locator(".vs-ledger-rows summary").click()
    expect(
        page.locator(".vs-ledger-each a[href='https://example.org/prices']").first
    ).to_be_visible()
    assert fits(page)
    assert violations(page) == []
    visitor.shoot(f"costs-{language}-{width}-{scheme}")


def test_the_ledger_can_be_downloaded(costs, charges):
    _, page = costs("en")
    with page.expect_download() as waiting:
        page.locator("vs-ledger .vs-download").click()
    lines = waiting.value.path().read_text("utf-8-sig").splitlines()
    assert lines[0].startswith("time (UTC),engine")
    assert sum("example.org" in line for line in lines) == 3


def test_more_videos_cost_more_and_the_break_even_is_said_drawn_and_in_the_table(costs):
    _, page = costs("en")
    page.locator("vs-cost-calculator").get_by_text("Back to the studio's assumptions").click()
    row = page.locator(".vs-cost-table tr[data-line=minimax] .vs-cost-monthly strong")
    before = _number(row.inner_text())
    page.fill("input[name=videos]", "200")
    expect(page.locator(".vs-cost-table thead")).to_contain_text("200 videos")
    # the heading follows the field at once, the sums come from the server
    until(lambda: _number(row.inner_text()) == pytest.approx(10 * before, rel=0.01), 30)
    said = page.locator("li[data-service=minimax][data-renting=busy]")
    expect(said).to_contain_text(re.compile(r"from \d+ videos a month"))
    expect(page.locator(".vs-cost-plot .vs-meet").first).to_be_visible()
    assert "200 videos" in page.locator(".vs-cost-plot").get_attribute("aria-label")
    expect(page.locator(".vs-cost-all [role=status]")).to_have_text("Kept", timeout=15_000)
    page.reload()
    page.wait_for_selector(".vs-cost-plot")
    expect(page.locator("input[name=videos]")).to_have_value("200")
    page.get_by_text("Back to the studio's assumptions").click()
    expect(page.locator("input[name=videos]")).to_have_value("20")


def test_a_price_of_ones_own_counts_and_says_so(costs):
    _, page = costs("en")
    page.fill("input[name=hourly]", "2.5")
    busy = page.locator(".vs-cost-table tr[data-line=busy]")
    expect(busy).to_contain_text("$2.50/h")
    expect(busy).to_contain_text("your price")
    expect(page.locator("[data-field=hourly] .vs-basis-of")).to_contain_text("your price")
    page.fill("input[name=rtf]", "0")
    expect(page.locator("[data-field=rtf] .vs-field-bad")).to_be_visible()
    page.fill("input[name=rtf]", "0.1")
    expect(page.locator("[data-field=rtf] .vs-basis-of")).to_have_text("yours")
    page.get_by_text("Back to the studio's assumptions").click()
    expect(busy).to_contain_text("$0.80/h")


def test_the_slider_moves_along_the_volume_by_keyboard(costs):
    _, page = costs("ko", width=390)
    slider = page.locator(".vs-cost-slider")
    slider.focus()
    page.keyboard.press("End")
    expect(page.locator(".vs-cost-table thead")).to_contain_text("영상 40개")
    assert "MiniMax" in slider.get_attribute("aria-valuetext")
    expect(page.locator("input[name=videos]")).to_have_value("20")


def test_an_engine_that_does_not_speak_the_language_is_told(costs):
    _, page = costs("ko")
    expect(page.locator(".vs-cost-words .vs-refusal")).to_have_count(0)
    page.select_option("select[name=engine]", "kokoro")
    expect(page.locator(".vs-cost-words .vs-refusal").first).to_contain_text("한국어")
    page.get_by_text("기본 가정으로 되돌리기").click()
    expect(page.locator(".vs-cost-words .vs-refusal")).to_have_count(0)


def _number(text: str) -> float:
    return float(re.sub(r"[^0-9.]", "", text))
