"""A person at a browser signs in, makes a key, lets somebody else in, and signs out."""

import httpx
import pytest
from playwright.sync_api import expect

from tests.studio_process import StudioProcess, running

PASSWORD = "a long enough password"


@pytest.fixture(scope="module")
def guarded(tmp_path_factory):
    folder = tmp_path_factory.mktemp("guarded") / "data"
    settings = {"STUDIO_AUTH": "on", "STUDIO_ADMIN_PASSWORD": PASSWORD}
    with running(StudioProcess(folder, plugins=None, **settings)) as started:
        yield started


@pytest.mark.parametrize(
    ("language", "width", "scheme"), [("en", 1440, "light"), ("ko", 390, "dark")]
)
def test_signing_in_by_keyboard_leads_to_the_page_that_was_asked_for(
    guarded, browser, language, width, scheme
):
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme=scheme,
        locale={"ko": "ko-KR", "en": "en-US"}[language],
    )
    page = context.new_page()
    page.goto(f"{guarded.address}/{language}/leaderboard")
    expect(page).to_have_url(f"{guarded.address}/{language}/login?to=/{language}/leaderboard")
    assert page.evaluate("document.documentElement.dataset.theme") == scheme
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.keyboard.type("admin")
    page.keyboard.press("Tab")
    page.keyboard.type("not the password")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_visible()
    assert page.locator("[name=name]").input_value() == "admin"
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{guarded.address}/{language}/leaderboard", timeout=30_000)
    page.wait_for_selector(".vs-heading h1")
    expect(page.locator(".vs-person")).to_have_attribute("href", f"/{language}/account")
    context.close()


def test_a_key_is_shown_once_and_opens_the_studio_and_people_are_let_in(guarded, browser):
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-US")
    page = context.new_page()
    page.goto(f"{guarded.address}/en/login?to=/en/account")
    page.fill("[name=name]", "admin")
    page.fill("[name=password]", PASSWORD)
    page.click("form.vs-sign-in button")
    page.fill("[name=key]", "nightly")
    page.click(".vs-account-keys [type=submit]")
    key = page.locator(".vs-account-keys [data-secret]").inner_text()
    shown = {"Authorization": f"Bearer {key}"}
    voices = f"{guarded.address}/api/voices"
    assert httpx.get(voices, headers=shown).status_code == 200
    page.fill("[name=person]", "민지")
    page.click(".vs-account-people [type=submit]")
    password = page.locator(".vs-account-people [data-secret]").inner_text()
    page.reload()
    expect(page.locator(".vs-account-keys .vs-row")).to_have_count(1)
    assert page.locator("[data-secret]").count() == 0
    assert key not in page.content()

    visitor = browser.new_context(locale="ko-KR").new_page()
    visitor.goto(f"{guarded.address}/ko/login")
    visitor.fill("[name=name]", "민지")
    visitor.fill("[name=password]", password)
    visitor.click("form.vs-sign-in button")
    visitor.wait_for_selector(".vs-heading h1")
    expect(visitor).to_have_url(f"{guarded.address}/ko/")
    assert "/ko/studies" not in visitor.locator(".vs-nav").inner_html(), "not theirs to open"
    visitor.goto(f"{guarded.address}/ko/studies")
    expect(visitor).to_have_url(f"{guarded.address}/ko/")

    row = page.locator(".vs-account-people .vs-row", has_text="민지")
    row.get_by_role("button", name="Shut out").click()
    row.get_by_role("button", name="Shut out").click()
    expect(row).to_contain_text("Shut out since")
    visitor.goto(f"{guarded.address}/ko/voices")
    expect(visitor).to_have_url(f"{guarded.address}/ko/login?to=/ko/voices")

    key_row = page.locator(".vs-account-keys .vs-row")
    key_row.get_by_role("button", name="Revoke").click()
    key_row.get_by_role("button", name="Revoke").click()
    expect(page.locator(".vs-account-keys")).to_contain_text("You have no keys")
    assert httpx.get(voices, headers=shown).status_code == 401
    page.get_by_role("button", name="Sign out", exact=True).click()
    expect(page).to_have_url(f"{guarded.address}/en/login")
    page.goto(f"{guarded.address}/en/account")
    expect(page).to_have_url(f"{guarded.address}/en/login?to=/en/account")
    visitor.context.close()
    context.close()


def test_a_studio_without_accounts_is_as_it_was(studio, visit):
    page = visit("en").go("leaderboard")
    assert page.locator(".vs-person").count() == 0
    assert page.locator("a.vs-nav-link").count() == 9
    client = studio.client
    assert client.get("/api/voices").status_code == 200
    assert client.get("/en/login").status_code == 404
    assert client.get("/en/account").status_code == 404
    assert client.post("/en/login").status_code in (404, 405)
    assert client.get("/api/account").json()["on"] is False
    refused = client.post("/api/account/keys", json={"name": "x", "scopes": ["creator"]})
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "accounts_off")
    assert client.get("/api/users").status_code == 409
    with_key = {"Authorization": "Bearer whatever"}
    assert client.get("/api/voices", headers=with_key).status_code == 200
