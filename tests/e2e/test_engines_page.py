"""The engines page in a browser: the matrix, and every button that gives an engine what it needs."""

import re

import pytest
from playwright.sync_api import expect

from studio.locales import text
from tests import needy_engine
from tests.e2e.axe import violations
from tests.e2e.conftest import Visit
from tests.runtime.own_engine import install_beside_the_studio, publish
from tests.studio_process import StudioProcess, running
from tests.waiting import until

LONG = 60_000


@pytest.fixture(scope="module")
def hub():
    started = needy_engine.a_hub()
    yield started
    started.close()


@pytest.fixture(scope="module")
def needy_studio(tmp_path_factory, hub):
    """A studio with an engine that needs everything, and one with an environment of its own."""
    folder = tmp_path_factory.mktemp("needy")
    plugins = folder / "plugins"
    needy_engine.install(plugins)
    shop = publish(folder / "shop")
    install_beside_the_studio(shop, plugins)
    with running(
        StudioProcess(
            folder / "data",
            plugins=plugins,
            HF_ENDPOINT=hub.url,
            HF_HUB_OFFLINE="0",
            HF_TOKEN="",
            STUDIO_DEVICES="cpu",
            STUDIO_PIP_OPTIONS=f"--no-index --find-links {shop}",
        )
    ) as started:
        yield started


@pytest.fixture
def arrive(browser, needy_studio):
    """Open the engines page: ``arrive("ko", width=390)``."""
    contexts = []

    def visit(language="en", width=1440, scheme="light"):
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme=scheme,
            locale={"ko": "ko-KR", "en": "en-US"}[language],
        )
        contexts.append(context)
        person = Visit(context, needy_studio, language)
        person.go("engines")
        person.page.wait_for_selector("vs-engine-card")
        return person

    yield visit
    for context in contexts:
        context.close()


def card(page, name):
    """An engine's card, unfolded."""
    found = page.locator(f"vs-engine-card[data-engine={name}]")
    if found.locator("> details").get_attribute("open") is None:
        found.locator("> details > summary").click()
    found.locator(".vs-engine-needs").wait_for()
    return found


def weight_set(found, name):
    return found.locator(f"[data-set={name}]")


@pytest.fixture
def accepted(needy_studio):
    client = needy_studio.client
    shown = client.get("/api/engines/needy/acceptance").json()
    body = {"accept": True, "terms_sha256": shown["terms_sha256"]}
    client.post("/api/engines/needy/acceptance", json=body)


@pytest.mark.parametrize(
    ("language", "scheme", "first"), [("ko", "dark", "한국어"), ("en", "light", "Languages")]
)
def test_the_matrix_says_at_a_glance_what_each_engine_can_do(arrive, language, scheme, first):
    person = arrive(language, scheme=scheme)
    page = person.page
    table = page.locator(".vs-capabilities").first
    heads = table.locator("thead th").all_inner_texts()
    assert heads[0] == text(language, "ui.engines.engine")
    assert heads[1] == first
    row = table.locator("tr[data-engine=needy]")
    expect(row.locator("[data-column=korean]")).to_have_attribute("data-level", "yes")
    expect(row.locator("[data-column=cloning] .vs-fact")).to_have_text(
        text(language, "matrix.clones", seconds="3")
    )
    expect(row.locator("[data-column=commercial]")).to_have_attribute("data-level", "no")
    expect(row.locator("[data-column=price]")).to_contain_text("5 USD")
    expect(row.locator("[data-column=price]")).to_contain_text("2026-01-31")
    espeak = table.locator("tr[data-engine=espeak]")
    expect(espeak.locator("[data-column=cloning]")).to_have_attribute("data-level", "no")
    page.click(".vs-spoken summary")
    expect(page.locator(".vs-spoken tr[data-engine=kokoro] td").nth(0)).to_have_attribute(
        "data-level", "partly"
    )
    for name in ("needy", "tiny_own", "kokoro", "minimax"):
        card(page, name)
    assert violations(page) == []
    person.shoot(f"{language}-engines")
    assert person.traffic.complaints == []


@pytest.mark.parametrize("width", [390, 1024])
def test_nothing_reaches_over_the_edge_of_a_narrow_screen(arrive, width):
    page = arrive("ko", width=width).page
    page.click(".vs-spoken summary")
    for name in ("needy", "tiny_own", "qwen3"):
        card(page, name)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_no_state_lies_over_the_next_column_on_a_phone(arrive):
    page = arrive("en", width=390).page
    over = """() => [...document.querySelectorAll(".vs-capabilities tbody th .vs-verdict")]
        .filter((one) => one.getBoundingClientRect().right
            > one.closest("th").getBoundingClientRect().right)
        .map((one) => one.textContent)"""
    assert page.locator(".vs-capabilities tbody th .vs-verdict").count() >= 13
    assert page.evaluate(over) == []


def test_the_state_filters_both_matrix_and_cards(arrive):
    page = arrive().page
    page.locator(".vs-segments input[value=ready]").check()
    expect(page.locator("vs-engine-card[data-engine=needy]")).to_be_hidden()
    expect(page.locator(".vs-capabilities").first.locator("tr[data-engine=needy]")).to_have_count(0)
    expect(page.locator("vs-engine-card[data-engine=espeak]")).to_be_visible()
    page.locator(".vs-segments input[value=needs]").check()
    expect(page.locator("vs-engine-card[data-engine=needy]")).to_be_visible()
    expect(page.locator("vs-engine-card[data-engine=espeak]")).to_be_hidden()


def test_a_name_in_the_matrix_leads_to_the_card(arrive):
    page = arrive().page
    page.locator(".vs-capabilities tr[data-engine=needy] .vs-matrix-name").first.click()
    expect(page.locator("#engine-needy .vs-engine-needs")).to_be_visible()
    page.goto(page.url.partition("#")[0] + "?again#engine-espeak")
    expect(page.locator("#engine-espeak .vs-engine-needs")).to_be_visible()


def test_a_person_accepts_a_licence_and_takes_it_back(arrive, needy_studio):
    needy_studio.client.delete("/api/engines/needy/acceptance")
    person = arrive("ko")
    found = card(person.page, "needy")
    licence = found.locator("[data-need=licence]")
    expect(licence).to_have_attribute("data-done", "false")
    expect(licence.locator(".vs-consent")).to_contain_text("You promise to be kind to it.")
    expect(weight_set(found, "small").locator(".vs-get")).to_be_disabled()
    accept = licence.locator(".vs-button-accent")
    expect(accept).to_be_disabled()
    licence.locator("input[name=accept]").check()
    accept.click()
    expect(licence).to_have_attribute("data-done", "true")
    expect(weight_set(found, "small").locator(".vs-get")).to_be_enabled()
    assert needy_studio.client.get("/api/engines/needy/acceptance").json()["accepted"]
    licence.get_by_role("button", name=text("ko", "ui.needs.withdraw")).click()
    expect(licence).to_have_attribute("data-done", "false")
    assert person.traffic.complaints == []


def test_weights_come_with_progress_over_a_reload_until_called_off_and_go_on(
    arrive, accepted, hub, needy_studio
):
    person = arrive()
    page = person.page
    hub.pace = 1_500_000
    found = card(page, "needy")
    large = weight_set(found, "large")
    large.locator(".vs-get").click()
    bar = large.get_by_role("progressbar")
    expect(bar).to_have_attribute("aria-valuenow", re.compile(r"^([1-9]|\d\d)$"), timeout=LONG)
    expect(large.locator(".vs-progress-words")).to_have_text(
        re.compile(r"Downloading · [\d.]+ MB of 10 MB · .+/s · \d+ s left"), timeout=LONG
    )
    person.shoot("en-engines-download")

    page.reload()
    page.wait_for_selector("vs-engine-card")
    large = weight_set(card(page, "needy"), "large")
    before = int(large.get_by_role("progressbar").get_attribute("aria-valuenow"))
    expect(large.get_by_role("progressbar")).not_to_have_attribute(
        "aria-valuenow", str(before), timeout=LONG
    )
    large.locator(".vs-cancel-job").click()
    expect(large.get_by_role("progressbar")).to_have_count(0, timeout=LONG)
    expect(large).to_contain_text(text("en", "ui.jobs.cancelled"))

    hub.pace = None
    go_on = large.locator(".vs-get")
    expect(go_on).to_have_text(text("en", "ui.needs.continue"))
    go_on.click()
    expect(large).to_have_attribute("data-present", "true", timeout=LONG)
    assert hub.gets[-1][1] > 0, "it began anew"
    expect(
        page.locator("vs-engine-card[data-engine=needy] > details .vs-verdict").first
    ).to_have_text(text("en", "ui.engine_state.ready"))
    expect(page.locator("vs-engines > [role=status]")).to_contain_text("large is there")

    large.locator(".vs-verify").click()
    expect(large).to_contain_text("All files are the ones that were published", timeout=LONG)
    large.locator(".vs-remove").click()
    expect(large).to_have_attribute("data-present", "false")
    assert person.traffic.complaints == []


def test_work_begun_elsewhere_shows_on_a_page_opened_meanwhile(arrive, accepted, hub, needy_studio):
    client = needy_studio.client
    for name in ("large", "small"):
        client.delete(f"/api/engines/needy/weights/{name}")
    hub.pace = 1_000_000
    assert client.post("/api/engines/needy/weights/large").status_code == 202
    page = arrive().page
    badge = page.locator("vs-engine-card[data-engine=needy] .vs-verdict").first
    expect(badge).to_have_text(text("en", "ui.engine_state.weights_missing"))
    hub.pace = None
    expect(badge).to_have_text(text("en", "ui.engine_state.ready"), timeout=LONG)
    client.delete("/api/engines/needy/weights/large")


def test_gated_weights_say_what_to_do(arrive, accepted, hub):
    person = arrive("ko")
    closed = weight_set(card(person.page, "needy"), "closed")
    expect(closed.locator(".vs-gated")).to_be_visible()
    closed.locator(".vs-get").click()
    expect(closed.locator(".vs-alert")).to_contain_text("HF_TOKEN", timeout=LONG)
    expect(closed.locator(".vs-alert")).to_contain_text(f"{hub.url}/someone/needy")


def test_a_folder_of_ones_own_is_named_and_forgotten(arrive, accepted, tmp_path):
    (tmp_path / "large.bin").write_text("tuned")
    page = arrive().page
    found = card(page, "needy")
    large = weight_set(found, "large")
    large.locator(".vs-own-folder summary").click()
    large.locator("input[name=folder]").fill(str(tmp_path / "nowhere"))
    large.locator(".vs-folder button").click()
    expect(large.locator(".vs-alert")).to_contain_text("nowhere")
    large.locator("input[name=folder]").fill(str(tmp_path))
    large.locator(".vs-folder button").click()
    expect(large).to_have_attribute("data-present", "true")
    expect(large).to_contain_text("differs from the published files")
    large.get_by_role("button", name=text("en", "ui.needs.forget_folder")).click()
    expect(large).to_have_attribute("data-present", "false")


def test_an_environment_is_installed_with_its_steps_and_removed(arrive):
    person = arrive()
    found = card(person.page, "tiny_own")
    need = found.locator("[data-need=environment]")
    expect(need).to_have_attribute("data-done", "false")
    need.locator(".vs-install").click()
    expect(need.locator(".vs-progress-words")).to_be_visible()
    expect(need).to_have_attribute("data-done", "true", timeout=2 * LONG)
    expect(found.locator(".vs-verdict").first).to_have_text(text("en", "ui.engine_state.ready"))
    need.get_by_role("button", name=text("en", "ui.needs.remove")).click()
    expect(need).to_have_attribute("data-done", "false")
    assert person.traffic.complaints == []


def test_the_studio_page_folds_away_what_is_not_ready_until_it_is(arrive, accepted, needy_studio):
    needy_studio.client.delete("/api/engines/needy/weights/small")
    person = arrive("ko")
    page = person.go()
    page.locator("#vs-choose-espeak input").wait_for()
    expect(page.locator("#vs-engine-needy")).to_have_count(0)
    page.locator(".vs-waiting summary").click()
    line = page.locator(".vs-waiting li[data-engine=needy]")
    expect(line).to_contain_text(text("ko", "ui.engine_state.weights_missing"))
    person.shoot("ko-studio-waiting")
    line.locator("a").click()
    small = weight_set(page.locator("#engine-needy"), "small")
    small.locator(".vs-get").click()
    expect(small).to_have_attribute("data-present", "true", timeout=LONG)
    page = person.go()
    plan = page.locator("#vs-engine-needy vs-plan")
    expect(plan).to_have_attribute("data-refused", "no")
    expect(plan.locator(".vs-cost")).to_contain_text("USD")
    expect(page.locator("#vs-choose-needy input")).not_to_be_checked()
    page.locator("#vs-engine-needy .vs-options .label-wrap").click()
    page.locator("#vs-fallback-needy input").click()
    page.get_by_role("option", name="eSpeak NG").click()
    expect(plan.locator(".vs-fallback")).to_contain_text("eSpeak NG")
    assert person.traffic.complaints == []


def spoken(studio, count):
    """Takes of eSpeak NG, done."""
    client = studio.client
    order = {"text": "", "language": "en", "engines": [{"engine": "espeak"}]}
    for number in range(count):
        made = client.post("/api/comparisons", json={**order, "text": f"Sentence number {number}."})
        take = made.json()["takes"][0]["id"]
        until(lambda take=take: client.get(f"/api/takes/{take}").json()["state"] == "done")


def test_an_engine_is_warmed_up_from_its_card_and_leaves_memory_again(arrive, needy_studio):
    needy_studio.client.delete("/api/engines/espeak/memory")
    person = arrive("ko")
    page = person.page
    found = card(page, "espeak")
    here = found.locator(".vs-engine-now")
    expect(here).to_contain_text(text("ko", "ui.engines.not_in_memory"))
    here.locator(".vs-warm").focus()
    page.keyboard.press("Enter")
    expect(here.locator(".vs-memory-now[data-loaded]")).to_contain_text("MB", timeout=LONG)
    expect(page.locator("vs-engine-memory")).to_contain_text("eSpeak NG")
    expect(found.locator(".vs-verdict").first).to_have_text(text("ko", "ui.engine_state.loaded"))
    here.locator(".vs-leave").click()
    expect(here).to_contain_text(text("ko", "ui.engines.not_in_memory"))
    expect(page.locator("vs-engine-memory")).not_to_contain_text("eSpeak NG", timeout=LONG)
    assert person.traffic.complaints == []


@pytest.mark.parametrize(
    ("language", "width", "scheme"), [("ko", 390, "dark"), ("en", 1440, "light")]
)
def test_speed_and_failures_are_drawn_and_read_by_pointer_and_by_keys(
    arrive, needy_studio, language, width, scheme
):
    if len(needy_studio.client.get("/api/engines/espeak/history").json()["renderings"]) < 3:
        spoken(needy_studio, 3)
    count = len(needy_studio.client.get("/api/engines/espeak/history").json()["renderings"])
    person = arrive(language, width=width, scheme=scheme)
    page = person.page
    found = card(page, "espeak")
    speed = found.locator("[data-plot=speed]")
    expect(speed.locator(".vs-plot-dot")).to_have_count(count)
    expect(speed.get_by_role("img")).to_have_attribute("aria-label", re.compile(r"RTF"))
    said = speed.locator(".vs-plot-said")
    summary = said.inner_text()
    assert str(count) in summary
    speed.locator(".vs-plot-frame").focus()
    page.keyboard.press("End")
    last = said.inner_text()
    assert last != summary
    page.keyboard.press("ArrowLeft")
    assert said.inner_text() not in (last, summary)
    speed.locator("svg").hover(position={"x": 2, "y": 20})
    assert said.inner_text() not in (last, summary)
    failures = found.locator("[data-plot=failures]")
    expect(failures).to_contain_text(text(language, "ui.engines.failures_none", total=count))
    assert violations(page, ".vs-engine-now") == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    person.shoot(f"{language}-engine-past-{width}")
    assert person.traffic.complaints == []
