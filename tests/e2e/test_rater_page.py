"""The rater's page in a real browser: nothing is lost, nothing is repeated, everybody can use it."""

import json
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from studio.studies.protocols import PROTOCOLS
from tests.e2e.axe import violations
from tests.e2e.open_study import TEXTS, OpenStudy, open_study

HEARD = ".trial[data-stage=answering], .trial[data-stage=answered]"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("recordings")


@pytest.fixture(scope="module")
def pairs(studio, folder) -> OpenStudy:
    """An AB study with two screens for each rater."""
    return open_study(studio, folder)


def arrive(person, study: OpenStudy) -> Page:
    person.page.goto(study.address)
    return person.page


def start(page: Page) -> None:
    page.locator("[data-start]").click()
    page.wait_for_selector(".trial")


def number(page: Page) -> str:
    """Which screen is shown; the server counts them."""
    return page.locator(".trial").get_attribute("data-number")


def hear(page: Page) -> None:
    """By the space bar alone: what was not heard follows by itself."""
    page.keyboard.press("Space")
    page.wait_for_selector(HEARD, timeout=60_000)


def answer(page: Page, key: str = "1") -> None:
    """Choose and go on, by keys."""
    page.keyboard.press(key)
    page.wait_for_selector(".trial[data-stage=answered]")
    page.keyboard.press("Enter")


def on_screen(page: Page, wanted: str) -> None:
    page.wait_for_selector(f".trial[data-number='{wanted}']")


def kept(page: Page) -> dict:
    return json.loads(page.evaluate("JSON.stringify({...localStorage})"))


def unsent(page: Page) -> list[str]:
    return [key for key in kept(page) if ":answer:" in key]


def soon(page: Page, condition: Callable[[], object], limit: float = 20.0) -> None:
    """Wait for something, while the browser's events go on being handled."""
    end = time.monotonic() + limit
    while not condition():
        assert time.monotonic() < end, "not in time"
        page.wait_for_timeout(100)


def thanked(page: Page) -> str:
    """The completion code."""
    return page.locator(".code output").inner_text(timeout=30_000)


def test_a_whole_sitting_by_keyboard(visit, studio, folder):
    study = open_study(studio, folder, texts=TEXTS[:3], training=1, trials=3, sitting=2)
    person = visit("en")
    page = arrive(person, study)
    expect(page.locator("h1")).to_have_text("Listening test")
    page.keyboard.press("Enter")
    page.wait_for_selector(".trial")
    expect(page.locator(".place")).to_have_text("Practice 1 of 1")
    # An answer before everything was heard does nothing.
    page.keyboard.press("1")
    page.keyboard.press("Enter")
    expect(page.locator(".answer input:checked")).to_have_count(0)
    assert page.evaluate("document.activeElement.tagName") == "H1"
    hear(page)
    answer(page)
    expect(page.locator("h1")).to_have_text("That was the practice")
    page.keyboard.press("Enter")
    on_screen(page, "2")
    expect(page.locator(".place")).to_have_text("1 of 3")
    page.keyboard.press("ArrowRight")
    expect(page.locator("[data-slot=a]")).to_have_attribute("data-sounding", "")
    page.keyboard.press("ArrowRight")
    expect(page.locator("[data-slot=b]")).to_have_attribute("data-sounding", "")
    page.wait_for_selector(HEARD, timeout=60_000)
    answer(page, "3")
    expect(page.locator("h1")).to_have_text("Time for a rest")
    assert violations(page) == []
    page.keyboard.press("Enter")
    for screen in ("3", "4"):
        on_screen(page, screen)
        hear(page)
        answer(page, "2")
    assert len(thanked(page)) >= 8
    assert study.progress()["raters"]["finished"] == 1
    assert study.answers == 3
    assert kept(page) == {}
    assert person.traffic.complaints == []
    assert person.traffic.outside == []
    # Who comes back is thanked again, with the same code.
    code = thanked(page)
    page.reload()
    assert thanked(page) == code


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_whole_sitting_on_a_phone_by_touch(visit, pairs, scheme):
    before = pairs.answers
    person = visit("ko", width=390, scheme=scheme, has_touch=True, is_mobile=True)
    page = arrive(person, pairs)
    for state in ("welcome", "first", "answered", "second", "thanks"):
        if state == "welcome":
            sound(page, person, f"rater-{scheme}-welcome")
            page.locator("[data-start]").tap()
        elif state in {"first", "second"}:
            on_screen(page, "1" if state == "first" else "2")
            sound(page, person, f"rater-{scheme}-{state}")
            page.locator(".card[data-slot=a]").tap()
            page.wait_for_selector(HEARD, timeout=60_000)
            page.locator(".option[data-value=tie]").tap()
        if state in {"answered", "second"}:
            expect(page.locator(".option[data-value=tie] input")).to_be_checked()
            sound(page, person, f"rater-{scheme}-{state}-chosen")
            page.locator(".dock .go").tap()
    thanked(page)
    sound(page, person, f"rater-{scheme}-thanks")
    assert pairs.answers == before + 2
    assert person.traffic.complaints == []


def sound(page: Page, person, name: str) -> None:
    """Nothing sticks out, everything has a name, every control is as large as a finger."""
    person.shoot(name)
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
    assert violations(page) == []
    small = page.evaluate(
        "[...document.querySelectorAll('button, a[href]:not(.skip), .option, .unusable')]"
        ".filter((e) => e.offsetParent && e.getBoundingClientRect().height < 43.5)"
        ".map((e) => e.outerHTML.slice(0, 90))"
    )
    assert small == []


def test_a_reload_keeps_what_was_heard_and_chosen_and_repeats_nothing(visit, pairs):
    before = pairs.answers
    person = visit("en")
    page = arrive(person, pairs)
    start(page)
    hear(page)
    page.keyboard.press("2")
    page.wait_for_selector(".trial[data-stage=answered]")
    page.reload()
    expect(page.locator("h1")).to_have_text("Welcome back")
    start(page)
    assert number(page) == "1"
    page.wait_for_selector(".trial[data-stage=answered]")
    expect(page.locator(".option[data-value=b] input")).to_be_checked()
    page.keyboard.press("Enter")
    on_screen(page, "2")
    soon(page, lambda: not unsent(page))
    page.reload()
    start(page)
    assert number(page) == "2"
    assert pairs.answers == before + 1


def test_answers_given_without_a_connection_arrive_once_it_is_back(visit, pairs):
    before = pairs.answers
    person = visit("en")
    page = arrive(person, pairs)
    start(page)
    hear(page)
    page.wait_for_timeout(1500)  # the next screen's clips arrive meanwhile
    person.context.set_offline(True)
    answer(page)
    on_screen(page, "2")
    expect(page.locator("#net")).to_contain_text("kept on this device")
    hear(page)
    answer(page, "2")
    expect(page.locator("h1")).to_have_text("Almost done")
    assert len(unsent(page)) == 2
    assert pairs.answers == before
    person.context.set_offline(False)
    thanked(page)
    assert pairs.answers == before + 2
    assert kept(page) == {}


def test_a_closed_tab_loses_no_answer(visit, pairs):
    """What could not be sent goes out with the next visit, before anything is pressed."""
    before = pairs.answers
    person = visit("en")
    page = arrive(person, pairs)
    start(page)
    hear(page)
    person.context.set_offline(True)
    answer(page)
    soon(page, lambda: unsent(page))
    page.close()
    person.context.set_offline(False)
    page = person.context.new_page()
    page.goto(pairs.address)
    soon(page, lambda: pairs.answers == before + 1)
    start(page)
    assert number(page) == "2"


def test_several_tabs_do_no_harm(visit, pairs):
    before = pairs.answers
    person = visit("en")
    page = arrive(person, pairs)
    start(page)
    other = person.context.new_page()
    other.goto(pairs.address)
    start(other)
    assert number(other) == number(page) == "1"
    page.bring_to_front()
    hear(page)
    answer(page)
    on_screen(page, "2")
    on_screen(other, "2")
    expect(other.locator("#say")).to_contain_text("another window")
    hear(page)
    answer(page, "2")
    thanked(page)
    thanked(other)
    assert pairs.answers == before + 2


@pytest.mark.parametrize("refusal", ["answer_too_early", "clips_not_heard"])
def test_a_refusal_that_time_mends_is_never_seen(visit, pairs, refusal):
    before = pairs.answers
    person = visit("en")
    page = arrive(person, pairs)
    start(page)
    refused = []

    def once(route):
        if refused:
            route.continue_()
            return
        refused.append(route.request.url)
        error = {"code": refusal, "message": "…", "wait_seconds": 0.7}
        route.fulfill(status=409, json={"error": error})

    page.route("**/answer?*", once)
    hear(page)
    answer(page)
    on_screen(page, "2")
    soon(page, lambda: pairs.answers == before + 1)
    assert len(refused) == 1
    expect(page.locator("#net")).to_have_text("")
    assert number(page) == "2"


def test_a_list_of_screens_older_than_the_last_answer_ends_nothing(visit, pairs):
    person = visit("en")
    page = arrive(person, pairs)
    start(page)
    hear(page)
    answer(page)
    on_screen(page, "2")
    soon(page, lambda: not unsent(page))
    old = page.evaluate(
        "async () => (await fetch(`/api/rater/${document.documentElement.dataset.invite}/trials`)).text()"
    )
    assert len(json.loads(old)["trials"]) == 1
    times = []

    def late(route):
        times.append(route.request.url)
        if len(times) == 1:
            time.sleep(1.5)  # the answer arrives meanwhile; the list that comes is older than it
            route.fulfill(body=old, content_type="application/json")
        else:
            route.continue_()

    page.route("**/trials?*", late)
    hear(page)
    answer(page)
    assert thanked(page)
    assert len(times) > 1


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_every_protocol_has_its_screen(visit, studio, folder, protocol):
    """And nothing on the way, on the screen or in storage tells what is compared."""
    study = open_study(studio, folder, protocol)
    person = visit("ko", width=390)
    page = arrive(person, study)
    person.shoot(f"rater-{protocol}-welcome")
    start(page)
    assert violations(page) == []
    if protocol == "mushra":
        judge_all(page)
    else:
        hear(page)
        page.keyboard.press("2")
        if protocol == "ccr":
            expect(page.locator(".answer input:checked")).to_have_value("2")
        page.locator(".unusable input").check()
    page.wait_for_selector(".trial[data-stage=answered]")
    person.shoot(f"rater-{protocol}")
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    document = page.evaluate("document.documentElement.outerHTML")
    stored = json.dumps(kept(page))
    page.keyboard.press("Enter")
    on_screen(page, "2")
    soon(page, lambda: study.answers == 1)
    person.traffic.settle()
    seen = [("document", document), ("storage", stored), *person.traffic.seen]
    assert len(study.secrets) > 6
    for where, said in seen:
        for secret in study.secrets:
            assert secret.lower() not in said.lower(), f"{where} holds {secret}"
    assert person.traffic.outside == []


def judge_all(page: Page) -> None:
    """Hear every recording at the same moment of the text, then give it points by keys."""
    page.keyboard.press("Space")
    for button in page.locator(".swap").all():
        # Which of them sounds already is paused by a press.
        if button.get_attribute("data-sounding") is None:
            before = page.locator(".seek").input_value()
            button.click()
            after = page.locator(".seek").input_value()
            assert int(after) >= int(before) or int(after) < 200, "the playhead moved"
        expect(button).to_have_attribute("data-heard", "", timeout=20_000)
    for at, slider in enumerate(page.locator(".mushra-row input").all()):
        expect(slider).to_have_attribute("aria-valuetext", "아직 점수 없음")
        slider.focus()
        slider.press("End" if at == 0 else "PageUp")
    expect(page.locator(".points").first).to_have_text("100")


def test_both_players_appear_together_and_the_next_screen_is_ready_before_it_is_wanted(
    visit, pairs
):
    person = visit("en")
    page = arrive(person, pairs)
    page.add_init_script("window.counts = new Set()")
    page.evaluate(
        "window.counts = []; new MutationObserver(() => counts.push("
        "document.querySelectorAll('.card').length)).observe(document.getElementById('screen'),"
        " {childList: true, subtree: true})"
    )
    start(page)
    soon(page, lambda: sum("/clips/" in one.url for one in person.traffic.responses) == 4)
    hear(page)
    assert set(page.evaluate("counts")) <= {0, 2}
    answer(page)
    on_screen(page, "2")
    assert sum("/clips/" in one.url for one in person.traffic.responses) == 4


def test_the_headphone_check_can_be_taken_and_skipped(visit, studio, folder):
    study = open_study(studio, folder, headphones="offered")
    person = visit("en")
    page = arrive(person, study)
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-skip]")
    person.shoot("rater-headphones")
    page.locator(".go").click()
    page.wait_for_selector(".trial[data-protocol=headphones]")
    assert violations(page) == []
    for step in range(6):
        expect(page.locator(".place")).to_contain_text(f"{step + 1} of 6")
        page.keyboard.press("Space")
        expect(page.locator(".options button").first).to_be_enabled(timeout=30_000)
        page.keyboard.press("1")
    page.wait_for_selector(".page h1")
    assert study.progress()["headphones"]["failed"] + study.progress()["headphones"]["passed"] == 1
    again = visit("en")
    other = arrive(again, study)
    other.keyboard.press("Enter")
    other.locator("[data-skip]").click()
    other.wait_for_selector(".trial[data-protocol=ab]")
    assert study.progress()["headphones"]["skipped"] == 1


def test_links_that_lead_nowhere_say_so(visit, studio, folder):
    person = visit("ko", width=390)
    page = person.page
    assert page.goto(f"{studio.address}/r/nowhere").status == 404
    expect(page.locator("h1")).to_have_text("없는 링크입니다")
    assert violations(page) == []
    study = open_study(studio, folder)
    study.close()
    arrive(person, study)
    expect(page.locator("h1")).to_have_text("끝난 평가입니다")
    assert page.locator("[data-start]").count() == 0


def test_the_language_follows_the_browser_and_can_be_switched(visit, pairs):
    person = visit("ko")
    page = arrive(person, pairs)
    expect(page.locator("html")).to_have_attribute("lang", "ko")
    page.locator("[data-language=en]").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    start(page)
    page.reload()
    expect(page.locator("html")).to_have_attribute("lang", "en")


def test_looking_at_the_page_makes_nobody_a_rater(visit, pairs):
    before = pairs.progress()["raters"]["started"]
    arrive(visit("en"), pairs).wait_for_load_state("networkidle")
    assert pairs.progress()["raters"]["started"] == before


def test_shortcuts_can_be_switched_off(visit, pairs):
    page = arrive(visit("en"), pairs)
    start(page)
    page.locator(".keys-switch input").uncheck()
    page.locator("h1").focus()
    page.keyboard.press("Space")
    page.wait_for_timeout(300)
    assert page.locator("[data-sounding]").count() == 0
