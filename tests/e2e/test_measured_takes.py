"""Cards tell what was measured, keep every attempt at hand, and figures stand side by side."""

import csv
import io

import pytest
from playwright.sync_api import expect

from studio.locales import text
from studio.quality.models import WHISPER
from studio.runtime.weights import WeightStore
from studio.settings import Settings
from tests.e2e import reports
from tests.e2e.axe import violations
from tests.e2e.steps import ENGINES, card
from tests.studio_process import StudioProcess, running

TEXT = "The first train leaves at six, and the whole city is still asleep."
_MEASURED = 240_000


@pytest.fixture(scope="module")
def studio(tmp_path_factory):
    """A studio that measures, with the smallest speech recogniser."""
    data = tmp_path_factory.mktemp("measuring") / "data"
    WeightStore(Settings(data_dir=data)).get(WHISPER, offline=True, set_name="base")
    started = StudioProcess(data, plugins=None, STUDIO_MEASURE="1", STUDIO_MEASURE_NICENESS="0")
    with running(started):
        yield started


@pytest.fixture(scope="module")
def comparison(studio):
    made = studio.order(TEXT, [{"engine": "piper"}, {"engine": "espeak"}])["id"]
    studio.finished(made)
    return made


def test_figures_arrive_in_words_and_move_nothing(visit, studio):
    person = visit("en")
    page = person.go()
    page.fill("#vs-text textarea", TEXT)
    choose(page, "piper", "espeak")
    page.click("#vs-render")
    page.wait_for_selector("vs-take")
    page.wait_for_timeout(300)
    heights = "[...document.querySelectorAll('vs-take')].map((e) => Math.round(e.offsetHeight))"
    before = page.evaluate(heights)
    page.wait_for_selector("vs-comparison[settled]", timeout=_MEASURED)
    page.wait_for_timeout(300)
    assert page.evaluate(heights) == before

    piper = card(page, "piper")
    for name in ("clear", "natural"):
        expect(piper.locator(f"[data-headline={name}] dd strong")).not_to_be_empty()
        assert piper.locator(f"[data-headline={name}]").get_attribute("title")
    expect(piper.locator("[data-headline=alike]")).to_have_count(0)

    # the fold: every figure with its unit and the method that measured it
    taken = {take["engine"]: take for take in latest(studio)["takes"]}
    piper.locator(".vs-fold-figures summary").click()
    shown = piper.locator(".vs-all-figures > div")
    expect(shown).to_have_count(len(taken["piper"]["report"]["figures"]))
    for method in piper.locator(".vs-method-line").all_inner_texts():
        assert method.strip()
    person.shoot("en-measured-takes")
    assert violations(page) == []
    assert person.traffic.complaints == []


def test_figures_of_two_takes_stand_side_by_side_and_can_be_kept(visit, studio, comparison):
    person = visit("ko", width=390, scheme="dark")
    page = person.go("", f"?comparison={comparison}")
    page.wait_for_selector("vs-comparison[settled]", timeout=_MEASURED)
    table = page.locator("vs-figure-table")
    expect(table.locator("thead th")).to_have_count(3)
    expect(table.locator("tr[data-figure=distillmos] td")).to_have_count(2)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    scrolls = table.locator(".vs-scroll").evaluate(
        "e => [e.scrollWidth > e.clientWidth, e.tabIndex]"
    )
    assert scrolls == [True, 0]
    with page.expect_download() as waiting:
        table.locator(".vs-download", has_text="CSV").click()
    rows = list(csv.reader(io.StringIO(waiting.value.path().read_text("utf-8-sig"))))
    assert len(rows) > 2
    assert any("distillmos" in ",".join(row) for row in rows)
    table.locator("summary").click()
    person.shoot("ko-390-figures")
    assert violations(page) == []


@pytest.fixture
def pretend(visit, studio, comparison):
    """Open the comparison as the page would get it with its takes changed."""

    def open_as(language, change, **more):
        body = studio.client.get(f"/api/comparisons/{comparison}?lang={language}").json()
        for take in body["takes"]:
            take |= {"report": None, "attempts": []}
        change(body)
        person = visit(language, **more)
        person.page.route(f"**/api/comparisons/{comparison}?*", lambda r: r.fulfill(json=body))
        person.page.route("**/events?*", lambda route: route.abort())  # the page polls then
        page = person.go("", f"?comparison={comparison}")
        page.wait_for_selector("vs-take")
        return person, page

    return open_as


def test_an_attempt_that_was_caught_stays_to_be_heard(pretend):
    def change(body):
        first = body["takes"][0]
        caught = reports.attempt(
            first, 1, report=reports.report("en", findings=[reports.finding("en")])
        )
        first |= reports.attempt(first, 2, report=reports.report("en"), attempts=[caught])
        body["settled"] = True

    person, page = pretend("en", change)
    shown = page.locator("vs-take").first
    expect(shown.locator(".vs-report-told")).to_have_text("Attempt 2 of 3: attempt 1 was cut off.")
    shown.locator(".vs-fold-attempts summary").click()
    other = shown.locator(".vs-attempt")
    expect(other).to_have_count(1)
    expect(other.locator(".vs-findings li")).to_have_attribute("data-severity", "fault")
    other.locator(".vs-play").click()
    expect(other.locator("vs-player")).to_have_attribute("playing", "")
    expect(other.locator(".vs-download")).to_have_count(3)
    person.shoot("en-attempts")
    assert violations(page) == []


def test_while_an_attempt_is_made_the_best_so_far_is_heard(pretend):
    def change(body):
        first = body["takes"][0]
        caught = reports.report("ko", findings=[reports.finding("ko")])
        under_way = reports.attempt(first, 2, state="running", report=None)
        first |= reports.attempt(first, 1, report=caught, attempts=[under_way])
        body["settled"] = False

    _, page = pretend("ko", change)
    shown = page.locator("vs-take").first
    expect(shown.locator(".vs-report-busy")).to_contain_text("3번 중 2번째")
    expect(shown.locator(".vs-take-sound .vs-play")).to_be_enabled()


def test_what_still_fails_is_told_on_the_card(pretend):
    def change(body):
        first = body["takes"][0]
        first["report"] = reports.report(
            "en", findings=[reports.finding("en", "noisy", "warning"), reports.finding("en")]
        )
        body["settled"] = True

    _, page = pretend("en", change)
    told = page.locator("vs-take").first.locator(".vs-report-finding")
    expect(told).to_have_attribute("data-severity", "fault")
    expect(told).to_contain_text("Fault:")
    expect(told).to_contain_text("(and 1 more)")


def test_a_take_whose_words_nobody_checked_is_not_called_faultless(pretend):
    def change(body):
        unheard = reports.report("en")
        why = text("en", "measure.remark.no_recogniser")
        unheard["remarks"] = [{"code": "no_recogniser", "message": why}]
        body["takes"][0]["report"] = unheard
        body["takes"][1]["report"] = reports.report("en")
        body["settled"] = True

    _, page = pretend("en", change)
    told = page.locator("vs-take").first.locator(".vs-report-line")
    expect(told.locator(".vs-report-fine")).to_have_count(0)
    expect(told).to_contain_text("no model for speech recognition")
    expect(page.locator("vs-take").last.locator(".vs-report-fine")).to_be_visible()


def test_only_the_clearly_better_is_marked(pretend):
    def change(body):
        one, two = body["takes"]
        one["report"] = reports.report("en", wer=0.0, distillmos=4.25, snr_db=60.0)
        two["report"] = reports.report("en", wer=0.2, distillmos=4.20, snr_db=41.0)
        one["report"]["figures"][-1]["value"] = -14.0
        body["settled"] = True

    _, page = pretend("en", change)
    marks = page.evaluate(
        "Object.fromEntries([...document.querySelectorAll('.vs-figure-table tbody tr')].map((r) =>"
        " [r.dataset.figure, [...r.querySelectorAll('td')].map((c) => c.dataset.best)]))"
    )
    assert marks["wer"] == ["yes", "no"]
    assert marks["snr_db"] == ["no", "no"], "no noise is no noise"
    assert marks["distillmos"] == ["no", "no"], "a trivial difference"
    assert marks["loudness_lufs"] == ["no", "no"], "louder is not better"


def test_one_measured_take_makes_no_table(pretend):
    def change(body):
        body["takes"][0]["report"] = reports.report("en")
        body["takes"][1]["report"] = reports.report("en", "pending")
        body["settled"] = False

    _, page = pretend("en", change)
    expect(page.locator("vs-take").last.locator(".vs-report-busy")).to_be_visible()
    expect(page.locator("vs-figure-table")).to_be_hidden()


def test_the_order_says_how_often_to_try_again(visit, studio):
    person = visit("en")
    page = person.go()
    page.locator(".vs-order-fold .label-wrap").click()
    page.locator("#vs-retries input").click()
    page.locator("ul.options li", has_text="3 times").click()
    plan = page.locator("#vs-engine-piper vs-plan")
    expect(plan).to_contain_text("3 times")
    choose(page, "piper")
    page.click("#vs-render")
    page.wait_for_selector("vs-take")
    (take,) = latest(studio)["takes"]
    assert take["retries"] == 3


def choose(page, *engines):
    """These engines alone, once the page has heard which are ready."""
    page.wait_for_selector("#vs-engine-espeak vs-plan[data-refused]")
    for engine in ENGINES:
        page.locator(f"#vs-choose-{engine} input").set_checked(engine in engines)


def latest(studio):
    newest = studio.client.get("/api/comparisons?limit=1").json()["comparisons"][0]["id"]
    return studio.client.get(f"/api/comparisons/{newest}").json()
