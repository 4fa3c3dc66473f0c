"""Two people: one shares a voice, the other hears and uses it, and loses it again."""

import httpx
import pytest
from playwright.sync_api import expect

from studio.locales import text
from tests.e2e.axe import violations
from tests.e2e.conftest import SCREENSHOTS
from tests.e2e.speech import a_clip
from tests.studio_process import StudioProcess, running
from tests.waiting import until

PASSWORD = "a long enough password"


@pytest.fixture(scope="module")
def guarded(tmp_path_factory):
    folder = tmp_path_factory.mktemp("team") / "data"
    settings = {"STUDIO_AUTH": "on", "STUDIO_ADMIN_PASSWORD": PASSWORD}
    with running(StudioProcess(folder, plugins=None, **settings)) as started:
        yield started


@pytest.fixture(scope="module")
def people(guarded, tmp_path_factory):
    """Admin with a voice of somebody else's, and Minji."""
    admin = httpx.Client(base_url=guarded.address, timeout=180)
    admin.post("/api/login", json={"name": "admin", "password": PASSWORD}).raise_for_status()
    headers = {"Origin": guarded.address}
    made = admin.post("/api/users", json={"name": "민지", "roles": ["creator"]}, headers=headers)
    assert made.status_code == 201, made.text
    clip = a_clip(tmp_path_factory.mktemp("clip") / "clip.wav", "en").read_bytes()
    given = {"name": "Narrator", "language": "en", "speaker": "Kim", "consent": "true"}
    voice = admin.post(
        "/api/voices",
        files={"file": clip},
        data={**given, "insist_clip": "true"},
        headers=headers,
    )
    assert voice.status_code == 201, voice.text
    return {"admin": PASSWORD, "민지": made.json()["password"], "voice": voice.json()["id"]}


def signed_in(guarded, browser, name: str, password: str, language: str, **more):
    context = browser.new_context(locale={"ko": "ko-KR", "en": "en-US"}[language], **more)
    page = context.new_page()
    page.goto(f"{guarded.address}/{language}/login?to=/{language}/voices")
    page.fill("[name=name]", name)
    page.fill("[name=password]", password)
    page.click("form.vs-sign-in button")
    page.wait_for_selector(".vs-heading h1")
    return page


def test_a_voice_is_shared_used_and_taken_back(guarded, browser, people):
    voice = people["voice"]
    row = f"[data-voice='{voice}']"
    mine = signed_in(
        guarded, browser, "admin", PASSWORD, "en", viewport={"width": 1440, "height": 900}
    )
    theirs = signed_in(
        guarded,
        browser,
        "민지",
        people["민지"],
        "ko",
        viewport={"width": 390, "height": 844},
        color_scheme="dark",
    )
    expect(theirs.locator("vs-voices .vs-rest")).to_be_visible()

    # sharing asks for the speaker's agreement, by name, and does nothing without
    mine.locator(f"{row} .vs-share").click()
    statement = text("en", "voices.sharing_statement_other", speaker="Kim")
    expect(mine.locator(f"{row} .vs-sharing .vs-consent")).to_have_text(statement)
    share = mine.locator(f"{row} .vs-sharing .vs-button-accent")
    expect(share).to_be_disabled()
    assert violations(mine) == []
    mine.screenshot(path=SCREENSHOTS / "en-share-asks.png", full_page=True)
    mine.locator(f"{row} [name=agreed]").check()
    share.click()
    expect(mine.locator(f"{row} .vs-shared")).to_contain_text("Shared with everybody")
    assert violations(mine) == []
    mine.screenshot(path=SCREENSHOTS / "en-shared-mine.png", full_page=True)

    # the other hears it and can do nothing else to it
    theirs.reload()
    card = theirs.locator(row)
    expect(theirs.locator(".vs-shared-title")).to_have_text("나에게 공유된 목소리")
    expect(card.locator(".vs-shared")).to_contain_text("admin 님이 공유했습니다")
    assert card.locator(".vs-delete, .vs-share, .vs-unshare, .vs-another-part").count() == 0
    with theirs.expect_response(f"**/api/voices/{voice}/reference*") as heard:
        card.locator(".vs-play").first.click()
    assert heard.value.status == 200
    card.locator("summary", has_text="동의").click()
    expect(card.locator("blockquote").last).to_have_text(statement)
    assert violations(theirs) == []
    assert theirs.evaluate("document.documentElement.scrollWidth") <= 390
    theirs.screenshot(path=SCREENSHOTS / "ko-390-dark-shared.png", full_page=True)

    # it can be chosen on the studio page
    theirs.goto(f"{guarded.address}/ko/")
    choice = theirs.get_by_role("option", name="Narrator (admin 님이 공유)")

    def offered() -> bool:
        """The page knows its voices a moment after it is drawn; an open list stays as it was."""
        theirs.locator("#vs-voice input").click()
        theirs.wait_for_timeout(500)
        if choice.is_visible():
            return True
        theirs.locator("h1").click()
        return False

    until(offered, 90)

    # and is gone at once
    mine.locator(f"{row} .vs-unshare").click()
    expect(mine.locator(f"{row} .vs-share")).to_be_visible()
    theirs.goto(f"{guarded.address}/ko/voices")
    expect(theirs.locator("vs-voices .vs-rest")).to_be_visible()
    for page in (mine, theirs):
        page.context.close()


def test_without_accounts_nothing_offers_to_share(visit, studio, tmp_path):
    clip = a_clip(tmp_path / "clip.wav", "en").read_bytes()
    given = {"name": "Alone", "language": "en", "consent": "true", "insist_clip": "true"}
    made = studio.client.post("/api/voices", files={"file": clip}, data=given, timeout=180).json()
    page = visit("en").go("voices")
    page.wait_for_selector(f"[data-voice='{made['id']}']")
    assert page.locator(".vs-share").count() == 0
    studio.client.delete(f"/api/voices/{made['id']}")
