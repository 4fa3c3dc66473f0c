"""What a study decided is offered on the studio page, with its evidence, and taken back there."""

import pytest
from playwright.sync_api import expect

from studio.settings import Settings
from studio.store.database import Database
from tests.e2e.axe import violations
from tests.studies.made import make
from tests.studio_process import StudioProcess, running


@pytest.fixture(scope="module")
def studies(tmp_path_factory):
    """A study with a winner, one without, and the folder they are in."""
    data = tmp_path_factory.mktemp("decided") / "data"
    data.mkdir()
    database = Database(Settings(data_dir=data))
    database.start()
    make(database, title="Two alike", quality=(0.05, 0.0), raters=5, trials=8)
    clear = make(database, title="Korean news", quality=(1.2, 0.0, -0.8), raters=20, trials=20)
    database.close()
    return data, clear


@pytest.fixture(scope="module")
def studio(studies):
    with running(StudioProcess(studies[0], plugins=None, STUDIO_MEASURE="0")) as started:
        yield started


@pytest.fixture
def undecided(studio):
    """Whatever was decided is taken back afterwards."""
    yield
    for one in studio.client.get("/api/decisions").json()["decisions"]:
        studio.client.delete(f"/api/decisions/{one['id']}")


@pytest.mark.usefixtures("undecided")
@pytest.mark.parametrize(
    ("language", "width", "scheme"), [("en", 1440, "light"), ("ko", 390, "dark")]
)
def test_a_winner_is_offered_made_the_default_used_and_taken_back(
    visit, studio, studies, language, width, scheme
):
    person = visit(language, width=width, scheme=scheme)
    page = person.go()
    offer = page.locator(".vs-default-offer")
    expect(offer).to_have_count(1, timeout=60_000)
    result = studio.client.get(f"/api/studies/{studies[1]}/result?lang={language}").json()
    winner = next(
        one for one in result["conditions"] if one["position"] == result["headline"]["first"]
    )
    expect(offer).to_contain_text(winner["label"])
    expect(offer).to_contain_text(result["headline"]["message"])
    assert f"study={studies[1]}" in offer.locator("a").get_attribute("href")
    assert violations(page, "vs-defaults") == []
    person.shoot(f"{language}-{width}-default-offered")

    offer.locator(".vs-button-plain").click()
    chip = page.locator(".vs-default[data-decision]")
    expect(chip).to_contain_text(winner["label"])
    expect(offer).to_have_count(0)
    (decision,) = studio.client.get("/api/decisions").json()["decisions"]
    assert decision["label"] == winner["label"]
    assert violations(page, "vs-defaults") == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    person.shoot(f"{language}-{width}-default-made")

    # the evidence is one click away
    chip.locator("a").click()
    expect(page.locator(".vs-result-sentence")).to_have_text(
        result["headline"]["message"], timeout=60_000
    )
    page = person.go()

    # taken back with one click, and not offered to the same person again
    page.locator(".vs-default-back").click()
    expect(chip).to_have_count(0)
    expect(page.locator("vs-defaults [role=status]")).not_to_be_empty()
    assert studio.client.get("/api/decisions").json()["decisions"] == []
    page = person.go()
    page.wait_for_load_state("networkidle")
    expect(page.locator(".vs-default")).to_have_count(0)
    assert person.traffic.complaints == []


@pytest.mark.usefixtures("undecided")
def test_not_now_is_respected(visit):
    person = visit("en")
    page = person.go()
    offer = page.locator(".vs-default-offer")
    expect(offer).to_have_count(1, timeout=60_000)
    offer.locator(".vs-button-quiet").click()
    expect(offer).to_have_count(0)
    page = person.go()
    page.wait_for_load_state("networkidle")
    expect(page.locator(".vs-default")).to_have_count(0)
