"""Pronunciation on the studio page: see how a text is read, change it, hear it, have it said."""

import json

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.axe import violations
from tests.waiting import until

TEXT = "오후 3:30에 2번 확인하고 KTX 25km."
_WAIT = 30_000
NAMES = {
    "ko": {"hear": "들어 보기", "remember": "기억하기", "written": "적힌 그대로"},
    "en": {
        "hear": "Hear it",
        "remember": "Remember",
        "written": "As it is written",
    },
}


def opened(visit, language, text=TEXT, **more) -> Page:
    page = visit(language, **more).go()
    page.wait_for_selector("vs-readings .vs-readings-head")
    written(page, text)
    return page


def written(page: Page, text: str) -> None:
    """Write a text; once more where the page was still arriving."""

    def stands():
        if (told(page) or {}).get("text") == text:
            return True
        page.locator("#vs-text textarea").fill(text)
        return False

    until(stands, 60)


def told(page: Page) -> dict:
    return json.loads(page.evaluate("JSON.stringify(window.vsReadings)"))


def readings(page: Page, count: int) -> dict:
    return until(lambda: (found := told(page)) and len(found["readings"]) == count and found, 30)


@pytest.mark.parametrize(
    ("language", "width", "scheme"), [("ko", 1440, "light"), ("ko", 390, "dark")]
)
def test_readings_are_shown_chosen_and_sent(visit, language, width, scheme):
    page = opened(visit, language, width=width, scheme=scheme)
    chips = page.locator(".vs-reading")
    page.locator(".vs-readings-fold").click()
    expect(chips).to_have_count(4, timeout=_WAIT)
    assert told(page)["on"] is False
    assert told(page)["readings"] == []
    assert violations(page, "vs-readings") == []

    page.locator(".vs-readings-switch input").check()
    assert [one["reading"] for one in readings(page, 4)["readings"]] == [
        "세 시 삼십분", "두 번", "케이티엑스", "이십오 킬로미터",
    ]  # fmt: skip

    chips.nth(1).click()
    page.locator(".vs-readings-way", has_text="이번").click()
    assert told(page)["readings"][1]["reading"] == "이번"
    assert violations(page, "vs-readings") == []
    page.keyboard.press("Escape")
    expect(chips.nth(1)).to_be_focused()

    chips.nth(2).press("Enter")
    page.locator(".vs-readings-way", has_text=NAMES[language]["written"]).click()
    assert [one["reading"] for one in readings(page, 3)["readings"]][2] == "이십오 킬로미터"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_choices_stay_while_the_text_is_edited(visit):
    page = opened(visit, "ko")
    page.locator(".vs-readings-fold").click()
    page.locator(".vs-reading").nth(1).click()
    page.locator(".vs-readings-way", has_text="이번").click()
    written(page, "자, 😀 5명! " + TEXT)
    found = until(lambda: (now := told(page)) and len(now["readings"]) == 5 and now, 30)
    text = found["text"]
    said = {text[one["start"] : one["end"]]: one["reading"] for one in found["readings"]}
    assert said["2번"] == "이번"
    assert said["5명"] == "다섯 명"


def test_a_word_is_heard_and_remembered(visit, studio):
    page = opened(visit, "ko", "Qwerty를 켜요.")
    page.locator(".vs-readings-fold").click()
    page.locator(".vs-reading").click()
    page.locator(".vs-readings-editor .vs-input").fill("쿼티")
    page.get_by_role("button", name=NAMES["ko"]["hear"]).click()
    expect(page.locator(".vs-readings-who")).to_contain_text("eSpeak NG", timeout=20_000)
    page.get_by_role("button", name=NAMES["ko"]["remember"]).click()
    expect(page.locator(".vs-readings-who")).to_contain_text("쿼티")

    again = opened(visit, "ko", "이 Qwerty는 낡았어요.")
    assert readings(again, 1)["on"] is True  # one's own words are wanted without asking
    expect(again.locator(".vs-readings-switch input")).to_be_checked()
    again.locator(".vs-readings-fold").click()
    again.locator(".vs-readings-words > summary").click()
    again.locator(".vs-readings-list button").click()
    until(lambda: told(again)["readings"] == [], 30)


def test_what_is_shown_is_what_is_rendered(visit, studio):
    page = opened(visit, "ko", "열차는 3시 정각에 떠나요.")
    page.locator(".vs-readings-switch input").check()
    readings(page, 1)
    for box in page.locator("[id^=vs-choose-] input:checked:visible").all():
        if box.evaluate("one => !one.closest('[id=vs-choose-espeak]')"):
            box.uncheck()
    espeak = page.locator("#vs-choose-espeak input")
    espeak.check()
    page.locator("#vs-render").click()

    def spoken():
        found = studio.client.get("/api/comparisons").json()["comparisons"]
        mine = [one for one in found if one["text"].startswith("열차는 3시")]
        return mine and mine[0]["spoken"]

    assert until(spoken, 30) == "열차는 세 시 정각에 떠나요."


def test_in_english_figures_and_money_are_read(visit):
    page = opened(visit, "en", "It is 3:30 and costs $1.50.")
    page.locator(".vs-readings-fold").click()
    expect(page.locator(".vs-reading")).to_have_count(2, timeout=_WAIT)
    page.locator(".vs-readings-switch input").check()
    assert [one["reading"] for one in readings(page, 2)["readings"]] == [
        "three thirty",
        "one dollar and fifty cents",
    ]
    assert violations(page, "vs-readings") == []
