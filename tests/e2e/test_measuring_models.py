"""The models that measure on the engines page, in a browser: their weights and what becomes of them."""

import pytest
from playwright.sync_api import expect

from studio.locales import text
from tests.e2e.axe import violations
from tests.e2e.conftest import Visit
from tests.studio_process import StudioProcess, running

LONG = 60_000


@pytest.fixture(scope="module")
def offline_studio(tmp_path_factory):
    """A studio that reaches no hub."""
    data = tmp_path_factory.mktemp("offline") / "data"
    away = {"HF_ENDPOINT": "http://127.0.0.1:9", "HF_HUB_OFFLINE": "0", "HF_TOKEN": ""}
    with running(StudioProcess(data, plugins=None, **away)) as started:
        yield started


@pytest.fixture(params=[("en", "light", 1440), ("ko", "dark", 390)], ids=["en", "ko"])
def person(request, browser, offline_studio):
    language, scheme, width = request.param
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme=scheme,
        locale={"ko": "ko-KR", "en": "en-US"}[language],
    )
    visitor = Visit(context, offline_studio, language)
    visitor.language, visitor.width = language, width
    visitor.go("engines")
    visitor.page.wait_for_selector("vs-model-card")
    yield visitor
    context.close()


def test_the_recogniser_is_shown_with_its_sets_and_they_can_be_checked_and_asked_for(person):
    page = person.page
    card = page.locator("vs-model-card[data-model=whisper]")
    expect(
        page.get_by_role("heading", name=text(person.language, "ui.models.title"))
    ).to_be_visible()
    in_use = text(person.language, "ui.models.in_use", set="base")
    expect(card.locator("summary .vs-verdict")).to_contain_text(in_use)
    card.locator("> details > summary").click()
    base, small = card.locator("[data-set=base]"), card.locator("[data-set=small]")
    expect(base).to_have_attribute("data-present", "true")
    expect(small).to_have_attribute("data-present", "false")

    base.locator(".vs-verify").click()
    good = text(person.language, "job.verified", count=4)
    expect(base.locator(".vs-result")).to_contain_text(good, timeout=LONG)

    small.locator(".vs-get").click()
    refused = text(person.language, "error.hub_unreachable", engine="whisper", host="127.0.0.1:9")
    expect(small.locator(".vs-alert")).to_contain_text(refused, timeout=LONG)

    assert page.locator("vs-engine-card[data-engine=whisper]").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= person.width
    assert violations(page) == []
    card.scroll_into_view_if_needed()
    person.shoot(f"{person.language}-measuring-models")


def test_an_address_leads_to_the_model(person):
    page = person.page
    page.goto(f"{page.url.partition('#')[0]}#model-whisper")
    page.reload()
    expect(page.locator("vs-model-card [data-set=small]")).to_be_visible()
