"""The first minute of a newcomer: something real to hear and to rate before anything was read."""

import os
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from studio.locales import text
from tests.e2e.axe import violations
from tests.e2e.conftest import Visit
from tests.studio_process import StudioProcess

MINUTE = 60.0
PATIENT = 90_000
SOUNDS = (
    "heard.length > 0"
    " || [...document.querySelectorAll('vs-player')].some((one) => one.playing && !one.live)"
)
"""In the browser: a take is heard, while it is made or from its file."""


def patience() -> float:
    """A minute where nothing else runs; as many of them as work waits for each processor."""
    return MINUTE * max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))


@pytest.fixture(scope="module")
def fresh(tmp_path_factory) -> Iterator[StudioProcess]:
    """A studio that nobody has opened yet."""
    folder = tmp_path_factory.mktemp("fresh")
    studio = StudioProcess(folder / "data", plugins=None, STUDIO_WELCOME="true")
    try:
        yield studio.start(limit=240)
    finally:
        studio.stop()


@pytest.fixture
def newcomer(browser, fresh) -> Iterator:
    contexts = []

    def arrive(language: str, width: int = 1440, scheme: str = "light") -> Visit:
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme=scheme,
            locale={"ko": "ko-KR", "en": "en-US"}[language],
        )
        context.add_init_script(
            "window.heard = [];"
            "document.addEventListener('vs-first-sound', (e) => heard.push(e.detail));"
        )
        contexts.append(context)
        return Visit(context, fresh, language)

    yield arrive
    for context in contexts:
        context.close()


def test_the_first_page_plays_real_voices_within_a_minute(newcomer, fresh):
    """From a cold start, in Korean, with two pages opened at the same moment."""
    begun, allowed = time.monotonic(), patience()
    person = newcomer("ko")
    page, other = person.page, person.context.new_page()
    for each in (page, other):
        each.goto(f"{fresh.address}/ko/", wait_until="commit")
    play = page.locator("vs-take .vs-play:enabled").first
    expect(play).to_be_visible(timeout=allowed * 1000)
    play.click()
    page.wait_for_function(SOUNDS, timeout=allowed * 1000)
    heard_after = time.monotonic() - begun
    assert heard_after < allowed

    # said what it is, why it is in another language, and what one click would change
    banner = page.locator("vs-welcome")
    expect(banner.locator(".vs-badge")).to_have_text(text("ko", "ui.welcome.badge"))
    expect(banner).to_contain_text("영어")
    expect(banner.get_by_role("button", name="Piper")).to_be_visible()
    assert violations(page, "vs-welcome") == []

    # one example, whoever opened it
    other.wait_for_selector("vs-take")
    shown = [
        one.evaluate("new URL(location).searchParams.get('comparison')") for one in (page, other)
    ]
    assert shown[0] == shown[1]
    listed = fresh.client.get("/api/comparisons").json()["comparisons"]
    assert [one["id"] for one in listed] == [shown[0]]
    assert listed[0]["title"] == text("ko", "welcome.title")
    takes = fresh.finished(shown[0]) and fresh.client.get(f"/api/comparisons/{shown[0]}").json()
    voices = {(take["engine"], take["preset"]) for take in takes["takes"]}
    assert len(voices) >= 2
    assert {take["state"] for take in takes["takes"]} == {"done"}
    assert all(take["cost"] is None for take in takes["takes"])

    # ready to be rated
    expect(page.locator(".vs-rate")).not_to_have_attribute("aria-disabled", "true", timeout=PATIENT)
    person.shoot("ko-first-minute")
    other.close()
    assert person.traffic.outside == []
    assert person.traffic.complaints == []


@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (1024, "light")])
def test_the_example_comes_first_and_fits(newcomer, fresh, width, scheme):
    person = newcomer("en", width=width, scheme=scheme)
    page = person.go()
    expect(page.locator("vs-welcome .vs-badge")).to_be_visible(timeout=PATIENT)
    page.wait_for_selector("vs-take")
    page.wait_for_timeout(500)
    person.shoot(f"en-{width}-{scheme}-first-minute")
    top = "(name) => document.querySelector(name).getBoundingClientRect().top"
    if width < 900:
        assert page.evaluate(top, "vs-welcome") < page.evaluate(top, "#vs-text")
    inside = page.evaluate(
        "[...document.querySelectorAll('vs-welcome *')]"
        ".every((e) => e.getBoundingClientRect().right <= innerWidth)"
    )
    assert inside
    page.get_by_role("button", name=text("en", "ui.welcome.write")).click()
    expect(page.locator("#vs-text textarea")).to_be_focused()


def test_a_reload_keeps_the_explanation_and_own_takes_put_the_example_away(newcomer, fresh):
    person = newcomer("en")
    page = person.go()
    expect(page.locator("vs-welcome .vs-badge")).to_be_visible(timeout=PATIENT)
    example = page.evaluate("new URL(location).searchParams.get('comparison')")
    page.reload()
    expect(page.locator("vs-welcome .vs-badge")).to_be_visible(timeout=PATIENT)
    page.wait_for_selector("vs-take")

    page.fill("#vs-text textarea", "A line of my own.")
    for engine in ("kokoro", "piper"):
        page.locator(f"#vs-choose-{engine} input").uncheck()
    page.click("#vs-render")
    expect(page.locator("vs-welcome")).to_be_hidden()
    page.wait_for_selector("vs-take[data-engine=espeak]")
    own = page.evaluate("new URL(location).searchParams.get('comparison')")
    assert own != example

    page = person.go()
    page.wait_for_selector("vs-recent li")
    expect(page.locator("vs-welcome")).to_be_hidden()
    expect(page.locator("vs-take")).to_have_count(0)
    assert person.traffic.complaints == []
