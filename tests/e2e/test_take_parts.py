"""A long take's parts on its card: heard by themselves, one made again, a version chosen."""

import pytest
from playwright.sync_api import expect

from studio.locales import text
from tests.e2e.axe import violations
from tests.studio_process import StudioProcess, running

TEXT = " ".join(["say that the river rose and took the bridge away in the night!"] * 16)
_SLOW = 60_000


@pytest.fixture(scope="module")
def studio(tmp_path_factory):
    """A studio with the suite's engines: one beeps fast and never twice the same way."""
    with running(StudioProcess(tmp_path_factory.mktemp("parts") / "data")) as started:
        yield started


@pytest.fixture(scope="module")
def comparison(studio):
    made = studio.order(TEXT, [{"engine": "speaker"}, {"engine": "espeak"}])["id"]
    studio.finished(made)
    return made


def parts_of(page, engine):
    fold = page.locator(f'vs-take[data-engine="{engine}"] vs-take-parts')
    fold.locator("summary").click(timeout=_SLOW)
    return fold


def test_a_part_is_made_again_with_the_keyboard_and_the_first_version_chosen_back(
    visit, studio, comparison
):
    page = visit("en", width=390).go(query=f"?comparison={comparison}")
    fold = parts_of(page, "speaker")
    rows = fold.locator(".vs-part")
    count = len(studio.client.get(f"/api/comparisons/{comparison}").json()["takes"][0]["parts"])
    assert count >= 3
    expect(rows).to_have_count(count)
    expect(fold.locator(".vs-parts-versions")).to_be_hidden()
    rows.nth(1).locator(".vs-part-redo").focus()
    page.keyboard.press("Enter")
    versions = fold.locator(".vs-parts-version")
    expect(versions).to_have_count(2, timeout=_SLOW)
    expect(versions.nth(1)).to_have_attribute("aria-pressed", "true", timeout=_SLOW)
    expect(versions.nth(1)).to_contain_text("part 2")
    assert violations(page, "vs-take-parts") == []
    versions.nth(0).click()
    expect(versions.nth(0)).to_have_attribute("aria-pressed", "true", timeout=_SLOW)


def test_a_part_is_heard_from_its_beginning(visit, studio, comparison):
    page = visit("ko").go(query=f"?comparison={comparison}")
    fold = parts_of(page, "espeak")
    page.evaluate(
        "addEventListener('vs-seek', (event) => { window.sought = event.detail.seconds; })"
    )
    fold.locator(".vs-part-play").nth(1).click()
    takes = studio.client.get(f"/api/comparisons/{comparison}").json()["takes"]
    (espeak,) = (take for take in takes if take["engine"] == "espeak")
    assert page.evaluate("window.sought") == espeak["parts"][1]["start_seconds"]


def test_what_never_varies_says_why_no_part_is_made_again(visit, comparison):
    page = visit("ko").go(query=f"?comparison={comparison}")
    fold = parts_of(page, "espeak")
    expect(fold.locator(".vs-part-redo").first).to_be_hidden()
    said = text("ko", "ui.parts.same_every_time", engine="eSpeak NG")
    expect(fold.locator(".vs-hint")).to_have_text(said)


def test_a_short_take_has_no_line_of_parts(visit, studio):
    made = studio.order("say it once!", [{"engine": "espeak"}])["id"]
    studio.finished(made)
    page = visit("en").go(query=f"?comparison={made}")
    page.wait_for_selector('vs-take[data-state="done"]', timeout=_SLOW)
    expect(page.locator("vs-take-parts")).to_be_hidden()
