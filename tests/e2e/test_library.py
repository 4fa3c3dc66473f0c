"""The library in a browser: found, heard, named, tagged, deleted, taken back; by hand and by key."""

import re

import pytest
from playwright.sync_api import expect

from studio.locales import catalogue
from tests.e2e.axe import violations
from tests.e2e.conftest import Visit
from tests.studio_process import FINAL, StudioProcess, running
from tests.waiting import until

TEXTS = (
    ("Nobody knew that a letter would arrive before noon.", "en", "Bedtime", "The letter"),
    ("오늘 오전 서울에는 가벼운 비가 내리겠습니다.", "ko", "뉴스", ""),
    ("The next train leaves from platform nine.", "en", "", ""),
    ("어린 왕자는 별을 바라보며 조용히 웃었습니다.", "ko", "", "어린 왕자"),
)


@pytest.fixture(scope="module")
def small_studio(tmp_path_factory):
    with running(StudioProcess(tmp_path_factory.mktemp("library") / "data")) as started:
        yield started


@pytest.fixture
def arrive(browser, small_studio):
    """Open the library: ``arrive("ko", width=390)``."""
    contexts = []

    def visit(language="en", width=1440, scheme="light", query="", **more):
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme=scheme,
            locale={"ko": "ko-KR", "en": "en-US"}[language],
            **more,
        )
        contexts.append(context)
        person = Visit(context, small_studio, language)
        person.go("library", query)
        person.page.wait_for_selector(".vs-library-said:not(:empty)", state="attached")
        return person

    yield visit
    for context in contexts:
        context.close()


@pytest.fixture
def things(small_studio):
    """Four comparisons of two takes each, and nothing else."""
    client = small_studio.client
    for kind in ("comparison", "take", "voice", "study"):
        found = client.get("/api/library", params={"kind": kind}).json()["items"]
        asked = [{"kind": kind, "id": one["id"]} for one in found]
        if asked:
            client.post("/api/library/bin", json={"things": asked})
    client.post("/api/library/empty").raise_for_status()
    made = []
    for words, language, project, title in TEXTS:
        engines = [{"engine": name, "insist": True} for name in ("speaker", "second")]
        order = {"text": words, "language": language, "engines": engines}
        answer = client.post("/api/comparisons", json={**order, "project": project, "title": title})
        made.append(answer.raise_for_status().json()["id"])

    def done():
        found = [client.get(f"/api/comparisons/{one}").json() for one in made]
        return all(take["state"] in FINAL for one in found for take in one["takes"])

    until(done, 60)
    return made


def rows(page):
    return page.locator(".vs-library-row")


def row(page, words):
    return rows(page).filter(has_text=words)


def fits(page):
    """Nothing is wider than the window."""
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth + 1")


@pytest.mark.parametrize(("language", "width"), [("ko", 390), ("en", 1440)])
def test_an_empty_library_says_what_to_do(arrive, small_studio, language, width):
    person = arrive(language, width)
    page = person.page
    for kind in ("comparison", "take", "voice", "study"):
        page.locator(f".vs-library-tab[data-kind={kind}]").click()
        title = catalogue(language)[f"ui.library.empty_{kind}_title"]
        expect(page.locator(".vs-rest h2")).to_have_text(title)
        expect(page.locator(".vs-rest a")).to_have_text(
            catalogue(language)[f"ui.library.make_{kind}"]
        )
    page.locator(".vs-library-tab[data-kind=bin]").click()
    bin_title = catalogue(language)["ui.library.bin_empty_title"]
    expect(page.locator(".vs-rest h2")).to_have_text(bin_title)
    assert violations(page) == []
    assert fits(page)


@pytest.mark.parametrize(
    ("language", "width", "scheme"),
    [("ko", 1440, "light"), ("ko", 390, "dark"), ("en", 1024, "dark"), ("en", 390, "light")],
)
def test_the_page_is_whole_at_every_width(arrive, things, language, width, scheme):
    person = arrive(language, width, scheme)
    page = person.page
    expect(rows(page)).to_have_count(4)
    assert violations(page) == []
    assert fits(page)
    page.locator(".vs-library-box input").first.check()
    expect(page.locator(".vs-library-together")).to_be_visible()
    row(page, "platform nine").get_by_title(catalogue(language)["ui.library.rename"]).click()
    page.locator(".vs-library-rename").wait_for()
    assert violations(page) == []
    assert fits(page)
    person.shoot(f"library-{language}-{width}-{scheme}")


def test_words_filters_and_order_narrow_the_list_and_the_address_keeps_them(arrive, things):
    page = arrive("en").page
    page.get_by_role("searchbox").fill("벼운 비")
    expect(rows(page)).to_have_count(1)
    expect(rows(page)).to_contain_text("서울")
    expect(page.locator(".vs-library-tab[data-kind=take] b")).to_have_text("2")
    page.reload()
    expect(rows(page)).to_have_count(1)
    expect(page.get_by_role("searchbox")).to_have_value("벼운 비")
    page.get_by_role("searchbox").fill("")
    expect(rows(page)).to_have_count(4)
    page.locator("select[name=language]").select_option("ko")
    expect(rows(page)).to_have_count(2)
    page.locator("select[name=project]").select_option("뉴스")
    expect(rows(page)).to_have_count(1)
    page.get_by_role("button", name="Without the filter Korean").click()
    page.get_by_role("button", name="Without the filter 뉴스").click()
    page.locator("select[name=sort]").select_option("name")
    expect(rows(page).first).to_contain_text("The letter")
    expect(rows(page).last).to_contain_text("서울")
    page.locator(".vs-library-tab[data-kind=take]").click()
    expect(rows(page)).to_have_count(8)
    page.locator("select[name=engine]").select_option("second")
    expect(rows(page)).to_have_count(4)
    page.get_by_role("searchbox").fill("nowhere at all")
    expect(page.locator(".vs-rest")).to_contain_text("Nothing like that")
    page.locator(".vs-rest").get_by_role("button").click()
    expect(rows(page)).to_have_count(8)


def test_what_is_deleted_comes_back_by_undo(arrive, things):
    page = arrive("en").page
    first = row(page, "platform nine")
    first.get_by_title("Delete", exact=True).click()
    expect(rows(page)).to_have_count(3)
    expect(page.locator(".vs-library-toast")).to_contain_text("Moved to the bin.")
    assert violations(page) == []
    expect(page.locator(".vs-library-tab[data-kind=bin] b")).to_have_text("1")
    page.get_by_role("button", name="Undo").click()
    expect(rows(page)).to_have_count(4)
    expect(row(page, "platform nine").locator("a").first).to_be_focused()
    row(page, "platform nine").get_by_title("Delete", exact=True).click()
    expect(rows(page)).to_have_count(3)
    page.keyboard.press("Control+z")
    expect(rows(page)).to_have_count(4)
    expect(page.locator(".vs-library-tab[data-kind=bin] b")).to_have_text("0")


def test_several_go_into_the_bin_and_leave_it_or_go_for_good(arrive, things, small_studio):
    page = arrive("en").page
    page.get_by_label("Choose all on this page").check()
    expect(page.locator(".vs-library-together")).to_contain_text("4 chosen")
    row(page, "서울").locator(".vs-library-box input").uncheck()
    page.locator(".vs-library-together").get_by_role("button", name="Delete").click()
    expect(rows(page)).to_have_count(1)
    page.locator(".vs-library-tab[data-kind=bin]").click()
    expect(rows(page)).to_have_count(3)
    expect(rows(page).first).to_contain_text("goes for good on")
    assert violations(page) == []
    row(page, "platform nine").get_by_role("button", name="Restore").click()
    expect(rows(page)).to_have_count(2)
    letter = row(page, "The letter")
    letter.get_by_title("Delete for good").click()
    expect(letter.get_by_role("button", name="Keep")).to_be_focused()
    letter.get_by_role("button", name="Delete for good", exact=True).last.click()
    expect(rows(page)).to_have_count(1)
    page.get_by_role("button", name="Empty the bin").click()
    together = page.locator(".vs-library-together")
    expect(together).to_contain_text("cannot be undone")
    together.get_by_role("button", name="Empty the bin").click()
    expect(page.locator(".vs-rest")).to_contain_text("The bin is empty")
    left = small_studio.client.get("/api/comparisons").json()["comparisons"]
    assert {one["text"] for one in left} == {TEXTS[1][0], TEXTS[2][0]}


def test_names_tags_and_stars_are_kept(arrive, things):
    page = arrive("en").page
    train = row(page, "platform nine")
    train.get_by_title("Rename").click()
    page.get_by_label("Name", exact=True).fill("Station call")
    train.get_by_role("combobox", name="Project").fill("Railway")
    page.keyboard.press("Enter")
    expect(train.locator("h3")).to_have_text("Station call")
    expect(train).to_contain_text("Railway")
    expect(train.get_by_title("Rename")).to_be_focused()
    train.get_by_title("Tags", exact=True).click()
    page.get_by_label("New tag").fill("#intro, calm")
    page.keyboard.press("Enter")
    expect(train.get_by_role("button", name="Remove the tag calm")).to_be_visible()
    page.keyboard.press("Escape")
    expect(train.locator(".vs-library-tag")).to_have_text(["#calm", "#intro"])
    train.get_by_role("button", name="#intro").click()
    expect(rows(page)).to_have_count(1)
    page.locator(".vs-library-tab[data-kind=take]").click()
    page.get_by_role("button", name="Without the filter #intro").click()
    expect(rows(page)).to_have_count(8)
    star = rows(page).first.get_by_role("button", name=re.compile("^Star"))
    star.click()
    expect(star).to_have_attribute("aria-pressed", "true")
    page.get_by_role("checkbox", name="With a star").check()
    expect(rows(page)).to_have_count(1)
    page.reload()
    expect(rows(page)).to_have_count(1)


def test_a_take_is_heard_in_the_list_and_only_one_at_a_time(arrive, things):
    page = arrive("en").page
    sounds = page.locator(".vs-sound")
    first, second = sounds.nth(0), sounds.nth(2)
    with page.expect_response(lambda answer: "/audio" in answer.url) as heard:
        first.click()
    assert heard.value.status in (200, 206)
    second.click()
    expect(first).to_have_attribute("aria-pressed", "false")
    expect(second).to_have_attribute("aria-pressed", "false", timeout=15_000)  # it ended


def test_things_open_where_they_are_worked_on_and_can_be_used_again(arrive, things):
    page = arrive("en").page
    letter = row(page, "The letter")
    link = letter.locator("h3 a")
    expect(link).to_have_attribute("href", f"/en/?comparison={things[0]}")
    reuse = letter.get_by_title("Use these settings again")
    expect(reuse).to_have_attribute("href", f"/en/?reuse={things[0]}")


def test_everything_can_be_done_by_key(arrive, things):
    page = arrive("en").page
    page.get_by_label("Choose The letter").focus()
    page.keyboard.press("Space")
    expect(page.locator(".vs-library-together")).to_contain_text("1 chosen")
    page.locator(".vs-library-together").get_by_role("button", name="Delete").focus()
    page.keyboard.press("Enter")
    expect(rows(page)).to_have_count(3)
    inside = page.evaluate("document.activeElement.closest('.vs-library-row') !== null")
    assert inside, "the focus is lost"
    page.keyboard.press("Control+z")
    expect(rows(page)).to_have_count(4)


def test_the_next_page_follows_without_moving_what_is_there(arrive, things, small_studio):
    client = small_studio.client
    for number in range(3):
        texts = [f"Sentence {number} {other}." for other in range(14)]
        order = {"texts": texts, "language": "en"}
        engines = [{"engine": "speaker", "insist": True}]
        client.post("/api/batches", json={**order, "engines": engines}).raise_for_status()
    page = arrive("en").page
    expect(rows(page)).to_have_count(40)
    place = rows(page).nth(39).bounding_box()
    page.get_by_role("button", name="Show more").click()
    expect(rows(page)).to_have_count(46)
    assert rows(page).nth(39).bounding_box()["y"] + page.evaluate("scrollY") == pytest.approx(
        place["y"], abs=2
    )
    expect(rows(page).nth(40).locator("a").first).to_be_focused()
    expect(page.get_by_role("button", name="Show more")).to_have_count(0)
