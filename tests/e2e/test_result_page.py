"""A study's result in a real browser: what it says, whether its numbers are those of the API, its files."""

import csv
import io
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pyarrow.parquet
import pytest
from PIL import Image
from playwright.sync_api import expect

from studio.locales import catalogue
from studio.settings import Settings
from studio.store.database import Database
from tests.e2e.axe import violations
from tests.studies.made import make
from tests.studio_process import StudioProcess, running

_PATIENT = 30_000
PROTOCOLS = ("axy", "abx", "acr", "smos", "ccr", "mushra")


@pytest.fixture(scope="module")
def studies(tmp_path_factory):
    """Ids of made studies by name, and the folder they are in."""
    data = tmp_path_factory.mktemp("results") / "data"
    data.mkdir()
    database = Database(Settings(data_dir=data))
    database.start()
    strong = {"quality": (1.2, 0.0, -0.8), "raters": 20, "trials": 20}
    ids = {
        "clear": make(database, title="Korean news", careless=2, bots=1, **strong),
        "unsure": make(database, title="Two alike", quality=(0.05, 0.0), raters=5, trials=8),
        "leaking": make(database, title="Louder", leak=("loudness_lufs", 1.0), raters=12),
        "shut": make(database, title="Still open", state="open"),
    }
    for protocol in PROTOCOLS:
        question = {"axy": "likeness", "smos": "likeness"}.get(protocol, "naturalness")
        ids[protocol] = make(database, protocol=protocol, question=question, raters=10, trials=10)
    database.close()
    return data, ids


@pytest.fixture(scope="module")
def studio(studies):
    with running(StudioProcess(studies[0], plugins=None, STUDIO_MEASURE="0")) as started:
        yield started


@pytest.fixture
def shown(visit, studies):
    """Open a study's result: ``shown("clear", "ko", width=390)`` gives the visitor."""

    def open_result(name: str, language: str = "en", **more):
        person = visit(language, **more)
        person.page.goto(f"{person.studio.address}/{language}/studies?study={studies[1][name]}")
        person.page.wait_for_selector("vs-study-result .vs-result-sentence")
        return person

    return open_result


def asked(studio, studies, name, language="en"):
    answer = studio.client.get(f"/api/studies/{studies[1][name]}/result?lang={language}")
    assert answer.status_code == 200, answer.text
    return answer.json()


def draw_all(page):
    """Let all parts come, walk down the page so that every plot comes near, and wait for all."""
    page.wait_for_selector("vs-study-result:not([pending])")
    page.evaluate(
        "async () => { for (let y = 0; y < document.body.scrollHeight; y += 500)"
        " { scrollTo(0, y); await new Promise((done) => setTimeout(done, 40)); } }"
    )
    page.wait_for_function(
        "document.querySelectorAll('.vs-plot').length"
        " === document.querySelectorAll('.vs-plot-canvas[data-drawn]').length"
    )


@pytest.mark.parametrize("language", ["en", "ko"])
def test_what_may_be_said_stands_on_top_with_what_it_stands_on(shown, studio, studies, language):
    page = shown("clear", language).page
    result = asked(studio, studies, "clear", language)
    assert result["headline"]["sure"]
    expect(page.locator(".vs-result-sentence")).to_have_text(result["headline"]["message"])
    basis = page.locator("vs-study-result .vs-basis strong").all_inner_texts()
    numbers = [result["basis"][name] for name in ("counted", "counted_raters", "texts", "ties")]
    assert basis[:4] == [f"{number:,}" for number in numbers]
    top = page.locator("vs-study-result .vs-result-head").bounding_box()
    assert all(
        one.bounding_box()["y"] > top["y"] + top["height"]
        for one in page.locator(".vs-result-section").all()
    )


def test_what_cannot_be_said_yet_tells_how_many_votes_are_missing(shown, studio, studies):
    page = shown("unsure").page
    said = asked(studio, studies, "unsure")["headline"]
    assert not said["sure"]
    expect(page.locator(".vs-result-head")).to_have_attribute("data-sure", "no")
    if said["missing"]:
        expect(page.locator(".vs-result-missing")).to_contain_text(f"{said['missing']:,}")
    expect(page.locator("[data-adopt]")).to_have_count(0, timeout=_PATIENT)


def test_the_numbers_on_the_page_are_those_of_the_api(shown, studio, studies):
    page = shown("clear").page
    draw_all(page)
    result = asked(studio, studies, "clear")
    board = {row["position"]: row for row in result["board"]["kept"]}
    rows = page.locator("[data-table=board] tbody tr").all()
    told = {
        int(row.get_attribute("data-position")): (
            int(row.get_attribute("data-rank")),
            row.locator("td strong[data-value]").inner_text(),
        )
        for row in rows
    }
    assert told == {
        position: (row["rank"], f"{row['value']:,.0f}") for position, row in board.items()
    }
    # the plot holds the same estimates and ends of intervals
    drawn = page.evaluate(
        "document.querySelector('[data-plot=board] .vs-plot-canvas').data"
        ".map((one) => [one.x[0], one.x[0] - one.error_x.arrayminus[0],"
        " one.x[0] + one.error_x.array[0]])"
    )
    wanted = [[row["value"], row["low"], row["high"]] for row in board.values()]
    for row in wanted:
        assert any(row == pytest.approx(one, abs=1e-6) for one in drawn)
    # and the matrix the shares, from both sides
    first, second = result["matrix"][0]["first"], result["matrix"][0]["second"]
    order = [row["position"] for row in sorted(board.values(), key=lambda row: -row["value"])]
    cells = page.evaluate("document.querySelector('[data-plot=matrix] .vs-plot-canvas').data[0].z")
    share = result["matrix"][0]["share"]
    assert cells[order.index(first)][order.index(second)] == pytest.approx(share)
    assert cells[order.index(second)][order.index(first)] == pytest.approx(1 - share)


def test_a_plot_arrives_as_svg_and_as_png(shown, tmp_path):
    page = shown("clear", "ko").page
    draw_all(page)
    for name in ("board", "matrix", "by_text"):
        frame = page.locator(f"[data-plot={name}]")
        with page.expect_download() as waiting:
            frame.locator("[data-save=svg]").first.click()
        assert waiting.value.suggested_filename.endswith(".svg")
        root = ET.parse(waiting.value.path()).getroot()
        assert root.tag == "{http://www.w3.org/2000/svg}svg"
        words = " ".join(root.itertext())
        assert "Qwen3 1.7B" in words
        assert frame.locator("h4").first.inner_text() in words, "a file says what it shows"

        with page.expect_download() as waiting:
            frame.locator("[data-save=png]").first.click()
        assert waiting.value.suggested_filename.endswith(".png")
        with Image.open(waiting.value.path()) as picture:
            assert picture.format == "PNG"
            assert picture.width == 1920
            assert len(picture.convert("RGB").getcolors(1 << 24)) > 20, "an empty picture"


def test_tables_arrive_as_csv_and_parquet(shown, studio, studies):
    page = shown("clear").page
    labels = {one["label"] for one in asked(studio, studies, "clear")["conditions"]}

    def fetched(selector):
        with page.expect_download() as waiting:
            page.locator(selector).first.click()
        return Path(waiting.value.path()).read_bytes()

    rows = list(
        csv.reader(io.StringIO(fetched("[data-table=board] [data-save=csv]").decode("utf-8-sig")))
    )
    assert labels <= {cell for row in rows for cell in row}
    table = pyarrow.parquet.read_table(
        io.BytesIO(fetched("[data-table=board] [data-save=parquet]"))
    )
    assert table.num_rows >= len(labels)
    assert fetched("[data-save=bundle]")[:2] == b"PK"


def test_a_shut_result_shows_nothing_of_the_outcome(visit, studio, studies):
    person = visit("ko")
    page = person.go("studies")
    # The page of a running study shows its progress; the element must be shut by itself, too.
    page.evaluate(
        """async (id) => {
          await import("/assets/js/result/study-result.js");
          const one = document.createElement("vs-study-result");
          one.setAttribute("study", id);
          document.querySelector(".vs-page").append(one);
        }""",
        studies[1]["shut"],
    )
    result = asked(studio, studies, "shut", "ko")
    assert set(result) <= {"study", "state", "opens", "progress"}
    expect(page.locator("vs-study-result .vs-result-shut")).to_be_visible()
    expect(page.locator("vs-study-result")).to_contain_text(result["opens"]["message"])
    assert page.locator(".vs-plot, .vs-result-section").count() == 0
    text = page.locator("vs-study-result").inner_text()
    assert not any(label in text for label in ("Qwen3", "Kokoro", "Piper"))
    person.traffic.settle()
    assert not [where for where, _ in person.traffic.seen if "/vendor/" in where]


def test_a_decision_is_one_click_and_can_be_withdrawn(shown, studio):
    page = shown("clear", "ko").page
    page.click("[data-adopt]")
    expect(page.locator(".vs-decided li")).to_have_count(1, timeout=_PATIENT)
    expect(page.locator(".vs-decided li")).to_contain_text("Qwen3 1.7B")
    kept = studio.client.get("/api/decisions").json()["decisions"]
    assert [one["label"] for one in kept] == ["Qwen3 1.7B"]
    expect(page.locator("[data-adopt]")).to_have_count(0, timeout=_PATIENT)
    page.click("[data-withdraw]")
    expect(page.locator(".vs-decided li")).to_have_count(0, timeout=_PATIENT)
    assert studio.client.get("/api/decisions").json()["decisions"] == []


def test_what_the_votes_do_not_support_is_asked_again(shown, studio):
    page = shown("unsure").page
    page.locator("[data-ask]").first.click()
    expect(page.locator(".vs-decide .vs-refusal")).to_be_visible()
    assert studio.client.get("/api/decisions").json()["decisions"] == []
    page.locator(".vs-decide [data-decide]").first.click()
    expect(page.locator(".vs-decided li")).to_have_count(1, timeout=_PATIENT)
    page.click("[data-withdraw]")
    expect(page.locator(".vs-decided li")).to_have_count(0, timeout=_PATIENT)


def test_a_leak_is_told(shown, studio, studies):
    page = shown("leaking").page
    draw_all(page)
    assert asked(studio, studies, "leaking")["audit"]["leaking"]
    audit = page.locator("[data-part=audit]")
    expect(audit.locator(".vs-verdict")).to_have_attribute("data-verdict", "refused")
    expect(audit.locator("p:not([class])").first).to_contain_text("loudness")


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        (
            "clear",
            {"board", "matrix", "trust", "exclusions", "by_text", "by_rater", "audit", "method"},
        ),
        ("abx", {"abx", "trust", "by_text", "by_rater", "method"}),
        ("acr", {"board", "tests", "spread", "trust", "by_text", "by_rater", "method"}),
        ("smos", {"board", "tests", "spread"}),
        ("axy", {"board", "matrix", "trust"}),
        ("ccr", {"board", "tests", "spread", "trust"}),
        ("mushra", {"board", "tests", "spread", "trust"}),
    ],
)
def test_every_protocol_has_its_parts_on_a_phone_in_the_dark(shown, name, parts):
    person = shown(name, "ko", width=390, scheme="dark")
    page = person.page
    draw_all(page)
    there = {one.get_attribute("data-part") for one in page.locator(".vs-result-section").all()}
    assert parts <= there
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.locator("vs-study-result", has_text="undefined").count() == 0
    assert page.locator("vs-study-result", has_text="NaN").count() == 0
    assert person.traffic.complaints == []
    assert person.traffic.outside == []
    person.shoot(f"result-{name}-ko-390-dark")


def test_everything_has_a_name_and_can_be_read(shown):
    person = shown("clear", "en")
    draw_all(person.page)
    person.page.evaluate(
        "document.querySelectorAll('vs-study-result details').forEach((one) => one.open = true)"
    )
    assert violations(person.page) == []
    for canvas in person.page.locator(".vs-plot-canvas").all():
        assert canvas.get_attribute("role") == "img"
        assert canvas.get_attribute("aria-label")
    # a plot is never the only way to its numbers
    assert person.page.locator(".vs-plot:not(:has(table))").count() == 0
    person.shoot("result-clear-en-1440-light")


def test_plots_follow_the_theme(shown):
    page = shown("clear").page
    draw_all(page)
    ground = "document.querySelector('[data-plot=board] .vs-plot-canvas').layout.paper_bgcolor"
    light = page.evaluate(ground)
    page.click(".vs-theme")
    page.wait_for_function(f"{ground} !== {light!r}")
    surface = "getComputedStyle(document.documentElement).getPropertyValue('--vs-surface').trim()"
    assert page.evaluate(ground) == page.evaluate(surface)


def test_on_paper_everything_is_open_and_light_and_afterwards_as_before(shown):
    page = shown("clear", "ko", scheme="dark").page
    draw_all(page)
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.evaluate("document.documentElement.dataset.theme") == "light"
    assert page.locator("vs-study-result details:not([open])").count() == 0
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    assert page.locator("vs-study-result details:not([open])").count() > 3


def test_the_plots_script_is_loaded_for_a_result_only(visit, shown):
    other = visit("en")
    other.go("verify")
    other.traffic.settle()
    assert not [where for where, _ in other.traffic.seen if "/vendor/" in where]
    person = shown("clear")
    draw_all(person.page)
    loaded = [one.url for one in person.traffic.responses if "/vendor/" in one.url and one.ok]
    assert len(loaded) == 1
    assert loaded[0].startswith(person.studio.address)


@pytest.mark.parametrize("language", ["en", "ko"])
def test_no_sentence_is_missing(shown, language):
    """A key without its text would stand on the page as ``result.…``."""
    page = shown("clear", language).page
    draw_all(page)
    assert "ui.result.loading" in catalogue(language)
    words = page.locator("vs-study-result").evaluate("(one) => one.textContent")
    assert not re.search(r"result\.[a-z_]+", words)
