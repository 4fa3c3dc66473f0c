"""The composer in a browser: counts, costs, ways to say it, many texts, settings used again."""

import io
import re
import zipfile
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from studio.locales import text
from tests.e2e.axe import violations
from tests.e2e.conftest import Visit
from tests.studio_process import StudioProcess

PATIENT = 60_000
PRICES = (
    '{"espeak": {"per_million_characters": 30, "currency": "USD", "as_of": "2026-01-31",'
    ' "source": "a list"}}'
)
LONG = "An indecently long line that goes on and on. " * 120


@pytest.fixture(scope="module")
def priced(tmp_path_factory) -> Iterator[StudioProcess]:
    """A studio in which one engine costs something."""
    folder = tmp_path_factory.mktemp("priced")
    studio = StudioProcess(
        folder / "data", plugins=None, STUDIO_PRICES=PRICES, STUDIO_MEASURE="false"
    )
    try:
        yield studio.start(limit=240)
    finally:
        studio.stop()


@pytest.fixture
def person(browser, priced) -> Iterator:
    contexts = []

    def arrive(language: str, width: int = 1440, scheme: str = "light") -> Visit:
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme=scheme,
            locale={"ko": "ko-KR", "en": "en-US"}[language],
            accept_downloads=True,
        )
        contexts.append(context)
        made = Visit(context, priced, language)
        made.page.set_default_timeout(PATIENT)
        return made

    yield arrive
    for context in contexts:
        context.close()


def arrived(page: Page) -> Page:
    """Until the page knows its engines and their plans."""
    page.wait_for_selector("#vs-engine-piper vs-plan[data-refused]")
    expect(page.locator("#vs-choose-espeak input")).not_to_be_checked(timeout=PATIENT)
    return page


def instruction(page: Page) -> str:
    return page.input_value("#vs-instruction textarea, #vs-instruction input")


def only(page: Page, engine: str) -> None:
    for name in ("kokoro", "piper", "espeak"):
        page.locator(f"#vs-choose-{name} input").set_checked(name == engine)


@pytest.mark.parametrize("language", ["ko", "en"])
def test_ways_to_say_it_are_combined_and_mixed_with_own_words(person, language):
    visit = person(language, width=390 if language == "ko" else 1440, scheme="dark")
    page = visit.go()
    t = lambda key: text(language, f"ui.preset.{key}")  # noqa: E731
    page.fill("#vs-instruction textarea, #vs-instruction input", "tender")
    page.click(".vs-preset-more")
    chips = page.locator("vs-presets [data-preset]")
    assert chips.count() >= 12
    page.click("[data-preset=whisper]")
    page.click("[data-preset=fast]")
    assert instruction(page) == f"tender, {t('whisper')}, {t('fast')}"
    page.click("[data-preset=slow]")
    assert instruction(page) == f"tender, {t('whisper')}, {t('slow')}"
    expect(page.locator("[data-preset=whisper]")).to_have_attribute("aria-pressed", "true")
    expect(page.locator("[data-preset=fast]")).to_have_attribute("aria-pressed", "false")
    assert violations(page, "vs-presets") == []
    visit.shoot(f"{language}-presets")
    page.click("[data-preset=whisper]")
    assert instruction(page) == f"tender, {t('slow')}"
    if language == "en":  # the plan follows what was pressed
        expect(page.locator("#vs-engine-piper [data-aspect=instruction]")).to_contain_text(
            re.compile("slower", re.IGNORECASE)
        )
    assert visit.traffic.complaints == []


def test_the_order_says_what_it_takes_and_costs_before_it_is_sent(person):
    visit = person("en")
    page = arrived(visit.go())
    order, count = page.locator("vs-order"), page.locator("vs-count")
    expect(order).to_contain_text("2 takes")
    expect(order).to_contain_text("free of charge")
    page.fill("#vs-text textarea", "x" * 100)
    expect(count).to_contain_text("100 / 5,000")
    page.locator("#vs-choose-espeak input").check()
    expect(order).to_contain_text("3 takes")
    expect(order).to_contain_text("0.0030 USD")
    for engine in ("kokoro", "piper", "espeak"):
        page.locator(f"#vs-choose-{engine} input").uncheck()
    expect(order).to_have_text("Choose at least one engine")
    page.click("#vs-render")
    expect(page.locator("#vs-notice [role=alert]")).to_be_visible()
    page.fill("#vs-text textarea", LONG)
    expect(count).to_have_attribute("over", "")
    assert violations(page, ".vs-composer") == []


def test_typing_is_never_undone_and_asks_no_plan_for_every_key(person):
    visit = person("en")
    page = arrived(visit.go())
    asked = []
    page.on("request", lambda one: asked.append(one) if "/run/predict" in one.url else None)
    page.fill("#vs-text textarea", "")
    typed = "Typing goes on while plans come and go, and nothing is lost of it."
    page.locator("#vs-text textarea").press_sequentially(typed, delay=5)
    assert page.input_value("#vs-text textarea") == typed
    page.wait_for_timeout(1500)
    assert page.input_value("#vs-text textarea") == typed
    assert len(asked) < len(typed)


def test_arriving_does_not_undo_what_a_person_chose(person):
    """The page can be used before it knows which engines are ready."""
    visit = person("en")
    page = visit.page
    held = []

    def hold(route) -> None:
        if held:
            route.continue_()
            return
        held.append(route)

    page.route("**/run/predict*", hold)
    visit.go()
    page.locator("#vs-choose-kokoro input").uncheck()
    page.wait_for_timeout(300)
    assert held, "the page asked nothing when it was opened"
    held[0].continue_()
    page.wait_for_selector("#vs-engine-piper vs-plan[data-refused]")
    expect(page.locator("#vs-choose-piper input")).to_be_checked()
    page.wait_for_timeout(500)
    expect(page.locator("#vs-choose-kokoro input")).not_to_be_checked()


def test_the_settings_of_a_comparison_are_used_again(person, priced):
    made = priced.order(
        "Reuse me, please.",
        [{"engine": "piper", "options": {"length_scale": 1.3}}],
        instruction="slowly",
        project="Spring campaign",
    )
    visit = person("ko")
    page = visit.go(query=f"?reuse={made['id']}")
    expect(page.locator("#vs-text textarea")).to_have_value("Reuse me, please.", timeout=PATIENT)
    assert instruction(page) == "slowly"
    expect(page.locator("#vs-project input, #vs-project textarea")).to_have_value("Spring campaign")
    expect(page.locator("#vs-language input")).to_have_value("영어")
    expect(page.locator("#vs-choose-piper input")).to_be_checked()
    expect(page.locator("#vs-choose-kokoro input")).not_to_be_checked()
    page.wait_for_selector("#vs-engine-piper vs-plan[data-refused=no]")
    page.click("#vs-render")
    page.wait_for_selector("vs-take[data-engine=piper]")
    again = page.evaluate("new URL(location).searchParams.get('comparison')")
    assert again != made["id"]
    order = priced.client.get(f"/api/comparisons/{again}/order").json()
    assert order["engines"][0]["options"] == {"length_scale": 1.3}
    assert (order["project"], order["language"]) == ("Spring campaign", "en")
    # what it was made for is offered the next time
    page.wait_for_selector("#vs-project-names option[value='Spring campaign']", state="attached")
    assert visit.traffic.complaints == []


@pytest.mark.parametrize("language", ["ko", "en"])
def test_many_texts_are_understood_mended_ordered_and_fetched(person, priced, language):
    visit = person(language, width=390 if language == "ko" else 1440)
    page = arrived(visit.go())
    only(page, "espeak")
    page.locator("#vs-project input, #vs-project textarea").fill("Menu")
    page.click(".vs-many-fold .label-wrap")
    page.fill(
        "#vs-many-texts",
        "text,language,title\nGood morning.,en,Hello\nBad one,not a code,\n안녕하세요.,ko,\n",
    )
    page.click(".vs-many-look")
    rows = page.locator(".vs-many-table tbody tr")
    expect(rows).to_have_count(3, timeout=PATIENT)
    expect(rows.nth(0).locator("strong")).to_have_text("Hello")
    expect(rows.nth(1)).to_have_attribute("data-state", "fault")
    expect(page.locator(".vs-many-order")).to_be_disabled()
    assert violations(page, "vs-many") == []
    visit.shoot(f"{language}-many-faults")

    page.fill("#vs-many-texts", "text,language,title\nGood morning.,en,Hello\n안녕하세요.,ko,\n")
    expect(page.locator(".vs-many-table")).to_have_count(0)
    page.click(".vs-many-look")
    expect(page.locator(".vs-many-order")).to_be_enabled(timeout=PATIENT)
    expect(page.locator(".vs-many-sums")).to_contain_text("USD")
    page.click(".vs-many-order")
    batch = page.locator(".vs-batch").first
    expect(batch).to_have_attribute("data-state", "done", timeout=PATIENT)
    expect(batch.locator("tbody tr[data-state=done]")).to_have_count(2, timeout=PATIENT)
    assert violations(page, "vs-batches") == []
    visit.shoot(f"{language}-batch-done")
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= page.viewport_size["width"]

    archive = zipfile.ZipFile(
        io.BytesIO(
            priced.client.get(f"/api/batches/{batch.get_attribute('data-batch')}/audio.zip").content
        )
    )
    assert sum(name.endswith(".wav") for name in archive.namelist()) == 2
    play = batch.locator("tbody button").first
    play.click()
    expect(play).to_have_attribute(
        "aria-label", text(language, "ui.batch.stop", number=1, engine="eSpeak NG")
    )
    batch.locator("tbody a").first.click()
    page.wait_for_selector("vs-take[data-engine=espeak]")
    shown = page.evaluate("new URL(location).searchParams.get('comparison')")
    comparison = priced.client.get(f"/api/comparisons/{shown}").json()
    assert (comparison["title"], comparison["project"]) == ("Hello", "Menu")
    assert visit.traffic.complaints == []


def test_a_table_of_a_korean_spreadsheet_is_read(person, tmp_path):
    visit = person("ko")
    page = arrived(visit.go())
    only(page, "espeak")  # which costs something here, so that nobody is chosen for Korean
    file = tmp_path / "문장.csv"
    file.write_bytes("text,title\r\n반갑습니다.,인사\r\n".encode("euc-kr"))
    page.click(".vs-many-fold .label-wrap")
    page.set_input_files("vs-many input[type=file]", file)
    row = page.locator(".vs-many-table tbody tr")
    expect(row).to_have_count(1, timeout=PATIENT)
    expect(row).to_contain_text("반갑습니다.")
    expect(page.locator("#vs-many-name")).to_have_value("문장")
    assert visit.traffic.complaints == []
