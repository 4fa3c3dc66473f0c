"""Every page: nothing from outside, no complaints, no sideways scrolling, switches that work."""

import re

import pytest
from playwright.sync_api import expect

from studio.ui.header import PAGES
from tests.e2e.axe import violations


@pytest.mark.parametrize(
    ("language", "width", "scheme"),
    [("ko", 390, "light"), ("en", 390, "dark"), ("ko", 1024, "dark"), ("en", 1440, "light")],
)
def test_pages_stand_at_every_width(visit, language, width, scheme):
    person = visit(language, width=width, scheme=scheme)
    for name in PAGES:
        if name == "blind":  # an empty pool answers 409, which browsers call an error
            continue
        page = person.go(name)
        page.wait_for_load_state("networkidle")
        person.shoot(f"{language}-{width}-{scheme}-{name or 'studio'}")
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, f"{name} is {wide} px wide"
        small = page.evaluate(
            "[...document.querySelectorAll('vs-leaderboard button, .vs-button, .vs-nav-link,"
            " .vs-switch, .vs-theme, .vs-play, .vs-vote, .vs-download')]"
            ".filter((e) => e.offsetParent && e.getBoundingClientRect().height < 43.5)"
            ".map((e) => e.className)"
        )
        assert small == [], "smaller than a finger"
        assert page.evaluate("document.body.classList.contains('dark')") is (scheme == "dark")
        assert violations(page) == []
    assert person.traffic.outside == []
    assert person.traffic.complaints == []


def test_the_switches_change_language_and_appearance_and_are_remembered(visit, studio):
    person = visit("en")
    page = person.go("leaderboard")
    page.click(".vs-theme")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(page.locator("body")).to_have_class(re.compile(r"\bdark\b"))
    page.click(".vs-switch[data-language=ko]")
    page.wait_for_url("**/ko/leaderboard")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert page.evaluate("navigator.language") == "ko"
    page.goto(studio.address)
    page.wait_for_url("**/ko/")


def test_gradio_speaks_the_pages_language(visit):
    """Its own words follow the page, not the browser."""
    person = visit("en")
    person.language = "ko"
    page = person.go()
    assert page.evaluate("[navigator.language, ...navigator.languages]") == ["ko", "ko"]


def test_a_take_can_be_cancelled_tried_again_and_insisted_on(visit):
    person = visit("ko")
    page = person.go()
    # what engines say comes with the choices for the language: only then is there one to change
    expect(page.get_by_text("Kokoro에는 한국어 목소리가 없고").first).to_be_visible(timeout=30_000)
    page.fill("#vs-text textarea", "받침이 사라지는 문장입니다.")
    page.locator("#vs-choose-kokoro input").check()
    page.click("#vs-render")
    refused = page.locator("vs-take[data-engine=kokoro][data-state=failed]")
    expect(refused.locator(".vs-trouble p")).to_be_visible()
    expect(page.locator("vs-take[data-engine=espeak][data-state=done]")).to_be_visible(
        timeout=30_000
    )
    person.shoot("ko-refused")
    refused.locator(".vs-insist").click()
    card = page.locator("vs-take[data-engine=kokoro]")
    expect(card.locator(".vs-cancel")).to_be_visible()
    card.locator(".vs-cancel").click()
    expect(card).to_have_attribute("data-state", "cancelled")
    card.locator(".vs-retry").click()
    expect(card).to_have_attribute("data-state", "done", timeout=90_000)
    expect(card.locator(".vs-notes li")).to_have_count(1)
    assert person.traffic.complaints == []


def test_cards_do_not_move_when_takes_arrive(visit):
    person = visit("en")
    page = person.go()
    page.fill("#vs-text textarea", "Nothing on this page should jump.")
    page.click("#vs-render")
    page.wait_for_selector("vs-take")
    sizes = "[...document.querySelectorAll('vs-take')].map((e) => Math.round(e.offsetHeight))"
    page.wait_for_timeout(100)
    before = page.evaluate(sizes)
    page.wait_for_selector("vs-comparison[over]", timeout=90_000)
    page.wait_for_timeout(500)
    assert page.evaluate(sizes) == before
