"""A whole study in the browser: wizard, opening, a rater, closing, result, decision, default."""

import contextlib
import re

import pytest
from playwright.sync_api import Page, expect
from playwright.sync_api import TimeoutError as NotYet

from tests.e2e.axe import violations
from tests.e2e.open_study import open_study
from tests.e2e.speech import a_clip

TEXTS = ("The door is open.", "It rained all night.", "Tea is ready.")
SPOILT = "Nobody will hear this."
_RENDER = 120_000
_ANSWER = 60_000


def step(page: Page, name: str) -> None:
    """Be on a step of the wizard."""
    page.wait_for_selector(f".vs-study-step[data-step={name}]")


def onward(page: Page) -> None:
    """The button that leads to the next step."""
    page.click(".vs-study-next")


def kept(page: Page) -> None:
    """What was changed is on the server."""
    expect(page.locator(".vs-study-kept")).to_have_attribute("data-state", "saved")


def choose(page: Page, field: str, value: str) -> None:
    """One of the cards that are radio buttons."""
    page.locator(f"input[name=study-{field}][value={value}]").check(force=True)


def slide(page: Page, name: str, value: float) -> None:
    """Move a slider as a hand would, with its event."""
    page.locator(f"input[type=range][name={name}]").evaluate(
        "(slider, value) => { slider.value = value;"
        " slider.dispatchEvent(new Event('input', { bubbles: true })); }",
        value,
    )


def listen_to_all(page: Page, spoilt: int) -> None:
    """Judge every take by keys alone: the one text is bad, the others are good."""
    left = page.locator("vs-studies .vs-check")
    page.locator(".vs-check").focus()
    page.keyboard.press("Space")
    for _ in range(40):
        at = page.locator(".vs-cell[aria-current]").get_attribute("data-at")
        if int(at.split("/")[0]) == spoilt:
            page.keyboard.press("b")
        else:
            good = page.locator(".vs-check [data-act=good]")
            expect(good).to_be_enabled(timeout=15_000)
            page.keyboard.press("g")
        page.wait_for_function(
            "at => { const cell = document.querySelector(`.vs-cell[data-at='${at}']`);"
            " return ['good', 'bad'].includes(cell.dataset.standing); }",
            arg=at,
        )
        page.wait_for_timeout(100)
        if not page.locator("tr[data-out=no] .vs-cell[data-standing=done]").count():
            return
    raise AssertionError(left.inner_text())


def rate_all(page: Page) -> str:
    """A rater at the keyboard, from the link to the thanks. Returns the completion code."""
    page.click("[data-start]")
    for _ in range(30):
        page.wait_for_selector(".trial, .code output")
        if page.locator(".code output").count():
            return page.locator(".code output").inner_text()
        number = page.locator(".trial").get_attribute("data-number")
        page.keyboard.press("Space")
        page.wait_for_selector(".trial[data-stage=answering]", timeout=_ANSWER)
        page.keyboard.press("1")
        page.wait_for_selector(".trial[data-stage=answered]")
        page.keyboard.press("Enter")
        page.wait_for_function(
            "number => document.querySelector('.trial')?.dataset.number !== number", arg=number
        )
    raise AssertionError("the study had no end")


def decide(page: Page) -> None:
    """Make the first condition the default although three answers cannot be sure of it."""
    for _ in range(10):
        if page.locator("vs-study-result .vs-decided").count():
            return
        # Parts of the result that come late may be put in meanwhile.
        with contextlib.suppress(NotYet):
            page.locator("vs-study-result [data-ask='0']").first.click(timeout=3000)
            page.locator("vs-study-result [data-decide='0']").first.click(timeout=3000)
            page.wait_for_selector("vs-study-result .vs-decided", timeout=5000)
    raise AssertionError("no decision was made")


def test_a_study_from_its_question_to_a_default(visit, studio, browser):
    owner = visit("en")
    page = owner.go("studies")
    page.click(".vs-study-new")

    # 1: question and protocol, with a picture of the screen
    step(page, "question")
    page.fill("input[name=title]", "Who reads the door sign?")
    choose(page, "protocol", "acr")
    expect(page.locator(".vs-pic")).to_have_attribute("data-protocol", "acr")
    choose(page, "protocol", "ab")
    expect(page.locator(".vs-pic-answers span")).to_have_count(3)
    page.select_option("select[name=use]", "news")
    kept(page)
    owner.shoot("en-study-1-question")
    identity = re.search(r"study=([0-9a-f-]{36})", page.url).group(1)
    onward(page)

    # 2: conditions from the engines' cards
    step(page, "conditions")
    cards = page.locator(".vs-condition")
    expect(cards).to_have_count(2)
    for place, engine in enumerate(("piper", "espeak")):
        cards.nth(place).locator("select[name=engine]").select_option(engine)
    expect(cards.nth(1).locator(".vs-condition-label")).to_have_value(re.compile("eSpeak"))
    expect(cards.nth(0).locator("vs-plan [data-aspect=language]")).to_be_visible()
    kept(page)
    owner.shoot("en-study-2-conditions")

    # a reload comes back to the same step with everything in it
    page.reload()
    step(page, "conditions")
    expect(cards).to_have_count(2)
    expect(cards.nth(0).locator("select[name=engine]")).to_have_value("piper")
    names = [page.locator(".vs-condition-label").nth(place).input_value() for place in (0, 1)]
    assert names == ["Piper", "eSpeak NG"]
    onward(page)

    # 3: texts typed, from a table, from the scripts that come along
    step(page, "texts")
    page.fill("textarea[name=texts]", "\n".join([*TEXTS[:2], TEXTS[0]]))
    page.click("[role=tabpanel]:not([hidden]) .vs-button-accent")
    rows = page.locator(".vs-text-list li")
    expect(rows).to_have_count(2)
    page.click("[data-tab=csv]")
    table = f"id,text\n1,{TEXTS[2]}\n2,{SPOILT}\n3,{TEXTS[0]}\n".encode()
    page.set_input_files(
        ".vs-door input[type=file]",
        {"name": "t.csv", "mimeType": "text/csv", "buffer": table},
    )
    expect(rows).to_have_count(4)
    page.click("[data-tab=scripts]")
    script = page.locator(".vs-script-set").first
    script.locator("summary").click()
    script.locator("li input").first.check()
    expect(rows).to_have_count(5)
    script.locator("li input").first.uncheck()
    expect(rows).to_have_count(4)
    kept(page)
    owner.shoot("en-study-3-texts")
    onward(page)

    # 4: all takes, the checks' findings, and the owner's ear
    step(page, "listen")
    page.click(".vs-study-render")
    expect(page.locator(".vs-cell[data-standing=done]")).to_have_count(8, timeout=_RENDER)
    expect(page.locator(".vs-check vs-player")).to_be_visible()
    expect(page.locator(".vs-check [data-act=good]")).to_be_disabled()
    owner.shoot("en-study-4-takes")
    listen_to_all(page, spoilt=3)
    expect(page.locator(".vs-take-grid tr[data-out=yes]")).to_have_count(1)
    owner.shoot("en-study-4-heard")
    onward(page)

    # 5: the plan, and what it can show, live
    step(page, "plan")
    sentence = page.locator(".vs-planner-sentence")
    expect(sentence).to_be_visible()
    before = sentence.inner_text()
    slide(page, "raters", 3)
    expect(sentence).not_to_have_text(before)
    slide(page, "trials", 3)
    slide(page, "training", 0)
    page.select_option("select[name=headphones]", "off")
    kept(page)
    owner.shoot("en-study-5-plan")
    onward(page)

    # 6: opened, sealed; nothing of it can change
    step(page, "open")
    owner.shoot("en-study-6-open")
    page.click(".vs-study-open")
    page.click(".vs-study-open-yes")
    page.wait_for_selector(".vs-live")
    expect(page.locator(".vs-study-sealed code")).to_have_count(2)
    page.goto(f"{studio.address}/en/studies?study={identity}&step=texts")
    page.locator(".vs-setup-fold > summary").click()
    expect(page.locator(".vs-setup-fold .vs-refusal")).to_be_visible()
    assert page.locator(".vs-study-step").count() == 0

    # a link with its code
    page.click(".vs-invite-open")
    link = page.locator(".vs-invite-line input").first.input_value()
    assert "/r/" in link
    page.click(".vs-invite-line button >> nth=1")
    expect(page.locator(".vs-invite-code img")).to_be_visible()
    assert page.locator(".vs-invite-code img").evaluate("(img) => img.decode().then(() => true)")
    page.wait_for_timeout(500)
    owner.shoot("en-study-7-running")

    # a rater in another browser
    rater = browser.new_context(viewport={"width": 390, "height": 844}, locale="en-US")
    try:
        code = rate_all(opened(rater, studio, link))
    finally:
        rater.close()
    assert code

    # progress without outcomes
    expect(page.locator(".vs-live-main strong")).not_to_have_text("0", timeout=15_000)
    shown = page.locator("vs-studies").inner_text()
    assert "%" not in shown.split("How it is set up")[0]
    assert page.locator("vs-study-result").count() == 0

    # closed: the result, and a decision
    page.click(".vs-study-close")
    page.click(".vs-study-close-yes")
    page.wait_for_selector("vs-study-result [data-ask], vs-study-result [data-adopt]")
    page.wait_for_timeout(800)
    owner.shoot("en-study-8-result")
    decide(page)
    (decision,) = studio.client.get("/api/decisions").json()["decisions"]
    assert decision["use"] == "news"

    # the studio proposes it, and one click fills the form
    page = owner.go()
    chip = page.locator(".vs-default")
    expect(chip).to_contain_text(decision["label"])
    owner.shoot("en-study-9-default")
    chip.locator(".vs-button-plain").click()
    engine = decision["wanted"]["engine"]
    expect(page.locator(f"#vs-choose-{engine} input")).to_be_checked()
    for other in {"piper", "espeak", "kokoro"} - {engine}:
        expect(page.locator(f"#vs-choose-{other} input")).not_to_be_checked()
    assert owner.traffic.outside == []
    assert owner.traffic.complaints == []


def opened(context, studio, link: str) -> Page:
    """The rater's page behind a link, whatever name the studio calls itself by."""
    page = context.new_page()
    page.set_default_timeout(30_000)
    page.goto(studio.address + link[link.index("/r/") :])
    return page


@pytest.mark.parametrize(
    ("language", "width", "scheme"),
    [("ko", 390, "dark"), ("en", 1440, "light"), ("ko", 1024, "light")],
)
def test_every_step_stands_at_every_width(visit, studio, language, width, scheme):
    draft = studio.client.post("/api/studies", json={"title": "A title", "language": "en"}).json()
    studio.client.patch(
        f"/api/studies/{draft['id']}",
        json={
            "texts": ["One text.", "Another text."],
            "conditions": [{"wanted": {"engine": "espeak"}}, {"wanted": {"engine": "piper"}}],
        },
    )
    person = visit(language, width=width, scheme=scheme)
    for name in ("question", "conditions", "texts", "listen", "plan", "open"):
        page = person.go("studies", f"?study={draft['id']}&step={name}")
        step(page, name)
        page.wait_for_load_state("networkidle")
        page.wait_for_timeout(400)
        person.shoot(f"{language}-{width}-{scheme}-study-{name}")
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, f"{name} is {wide} px wide"
        small = page.evaluate(
            "[...document.querySelectorAll('.vs-button, .vs-play, .vs-study-steps a, .vs-cell,"
            " .vs-tab-row button, .vs-slider')]"
            ".filter((e) => e.offsetParent && e.getBoundingClientRect().height < 43.5)"
            ".map((e) => e.className)"
        )
        assert small == [], "smaller than a finger"
        assert violations(page) == []
    assert person.traffic.outside == []
    assert person.traffic.complaints == []
    studio.client.delete(f"/api/studies/{draft['id']}")


def test_a_draft_is_deleted_only_after_being_asked(visit, studio):
    draft = studio.client.post("/api/studies", json={"title": "To be deleted"}).json()
    page = visit("en").go("studies")
    card = page.locator(f"[data-study='{draft['id']}']")
    card.locator(".vs-study-remove button").click()
    expect(card.locator(".vs-study-remove .vs-hint")).to_be_visible()
    card.locator(".vs-button-bad").click()
    expect(card).to_have_count(0)
    assert studio.client.get(f"/api/studies/{draft['id']}").status_code == 404


def test_an_open_study_on_a_phone_invites_and_revokes(visit, studio, tmp_path):
    study = open_study(studio, tmp_path, texts=("One two.", "Hello there."))
    person = visit("ko", width=390, scheme="dark")
    page = person.go("studies", f"?study={study.id}")
    rows = page.locator(".vs-invite-list > li")
    expect(rows).to_have_count(1)
    page.locator(".vs-invites details summary").click()
    page.fill(".vs-invites details textarea", "하나\n둘")
    page.click(".vs-invites details .vs-button")
    expect(rows).to_have_count(3)
    expect(rows.locator("strong").filter(has_text="둘")).to_have_count(1)
    links = {field.input_value() for field in rows.locator("input").all()}
    assert len(links) == 3
    second = page.locator("li[data-invite]").filter(has_text="하나")
    second.locator(".vs-invite-revoke button").click()
    second.locator(".vs-button-bad").click()
    expect(page.locator("li[data-revoked=yes]")).to_have_count(1)
    assert studio.client.get(f"/api/studies/{study.id}/progress").json()["answers"] == 0
    page.wait_for_timeout(400)
    person.shoot("ko-390-dark-study-running")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert violations(page) == []

    # a copy is a draft again
    page.locator(".vs-setup-fold > summary").click()
    page.locator(".vs-setup-fold .vs-actions button").click()
    step(page, "question")
    assert study.id not in page.url

    # and the list has both
    page.click(".vs-study-back")
    expect(page.locator(f"[data-study='{study.id}'][data-state=open]")).to_be_visible()
    person.shoot("ko-390-dark-studies")
    assert violations(page) == []
    assert person.traffic.complaints == []
    study.close()


def test_a_recording_of_the_speaker_is_added_played_and_removed(visit, studio, tmp_path):
    draft = studio.client.post("/api/studies", json={"title": "AXY", "protocol": "axy"}).json()
    person = visit("en")
    page = person.go("studies", f"?study={draft['id']}&step=listen")
    expect(page.locator(".vs-reference-place .vs-chip")).to_be_visible()
    page.set_input_files(".vs-references input[type=file]", a_clip(tmp_path / "x.wav", "en"))
    expect(page.locator(".vs-reference-place li")).to_have_count(1, timeout=30_000)
    play = page.locator(".vs-references .vs-play")
    play.click()
    expect(page.locator(".vs-references vs-player")).to_have_attribute("playing", "")
    person.shoot("en-study-references")
    page.locator(".vs-references li .vs-button").click()
    expect(page.locator(".vs-reference-place li")).to_have_count(0)
    assert studio.client.get(f"/api/studies/{draft['id']}").json()["references"] == []
    assert person.traffic.complaints == []
    studio.client.delete(f"/api/studies/{draft['id']}")


def test_what_was_opened_in_another_window_is_not_edited_here(visit, studio, tmp_path):
    study = open_study(studio, tmp_path, texts=("One two.", "Hello there."))
    copy = studio.client.post("/api/studies", json={"copy": study.id}).json()
    page = visit("en").go("studies", f"?study={copy['id']}&step=question")
    step(page, "question")
    page.fill("input[name=title]", "Changed")
    kept(page)
    assert studio.client.get(f"/api/studies/{copy['id']}").json()["title"] == "Changed"
    page.route(f"**/api/studies/{copy['id']}?**", lambda route: opened_elsewhere(route, study.id))
    choose(page, "question", "naturalness")
    expect(page.locator(".vs-live")).to_be_visible()
    study.close()


def opened_elsewhere(route, other: str) -> None:
    """The draft's address answers as that of a study which was opened meanwhile."""
    if route.request.method == "GET":
        route.continue_(url=re.sub(r"studies/[0-9a-f-]{36}", f"studies/{other}", route.request.url))
        return
    route.fulfill(
        status=409,
        content_type="application/json",
        body='{"error": {"code": "study_not_draft", "message": "It is open."}}',
    )
