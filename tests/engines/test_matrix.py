"""The capability matrix: every fact comes from a card, and the README shows today's."""

from pathlib import Path

import pytest

from studio.engines.card import (
    Card,
    Cloning,
    Environment,
    Hardware,
    Instructing,
    LanguageFault,
    Licence,
    Price,
)
from studio.engines.matrix import COLUMNS, LANGUAGES, columns, markdown, replaced, row
from studio.engines.registry import built_in
from studio.locales import catalogue, languages, note, say

README = Path(__file__).parents[2] / "README.md"


def card(**facts):
    return Card(
        **{
            "name": "fake",
            "title": "Fake",
            "summary": note("state.ready"),
            "homepage": "",
            "licence": Licence(code="MIT", weights="CC0-1.0", commercial=True, url=""),
            "languages": ("en",),
            "hardware": Hardware(runs_on=("cpu",), memory_mb=50),
            **facts,
        }
    )


def cell(column, *, price=None, language="en", **facts):
    found = row(card(**facts), price).cell(column)
    more = say(language, found.more) if found.more else None
    return found.level, say(language, found.words), more


def test_the_readme_shows_todays_cards():
    table = markdown([kind.card for kind in built_in()])
    current = README.read_text(encoding="utf-8")
    assert replaced(current, table) == current, (
        "run: python -m studio engines matrix --write README.md"
    )


def test_every_engine_of_the_project_has_one_row():
    names = [kind.card.name for kind in built_in()]
    assert len(set(names)) == len(names)
    table = markdown([kind.card for kind in built_in()])
    for name in names:
        assert table.count(f"| `{name}` ") == 2


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, ("no", "no", None)),
        ({"languages": ("ko", "en")}, ("yes", "yes", None)),
        (
            {"language_faults": {"ko": LanguageFault(reason=note("state.ready"))}},
            ("partly", "accepts it, speaks it wrongly", None),
        ),
    ],
)
def test_korean_is_spoken_or_accepted_wrongly_or_not_at_all(facts, expected):
    assert cell("korean", **facts) == expected


@pytest.mark.parametrize(
    ("cloning", "expected"),
    [
        (Cloning(), ("no", "no", None)),
        (Cloning(closest_preset=True), ("partly", "no, picks its closest preset", None)),
        (Cloning(why_not=note("state.ready")), ("no", "no", "ready")),
        (
            Cloning(kind="in_context", min_seconds=3, transcript="required"),
            ("yes", "from 3 s", "needs a transcript"),
        ),
        (
            Cloning(kind="remote", min_seconds=10.5),
            ("yes", "from 10.5 s", "no transcript needed"),
        ),
    ],
)
def test_cloning_says_from_how_many_seconds_and_with_which_transcript(cloning, expected):
    assert cell("cloning", cloning=cloning) == expected


@pytest.mark.parametrize(
    ("kind", "level", "words"),
    [
        (Instructing.NATIVE, "yes", "free text"),
        (Instructing.EXPERIMENTAL, "partly", "experimental"),
        (Instructing.MAPPED, "partly", "mapped to its settings"),
        (Instructing.NONE, "no", "no"),
    ],
)
def test_an_instruction_is_native_experimental_mapped_or_nothing(kind, level, words):
    assert cell("instruction", instruction=kind) == (level, words, None)


def test_a_designed_voice_is_said_beside_the_instruction():
    assert cell("instruction", voice_design=True)[2] == "designs voices too"


def test_commercial_use_goes_with_the_licence_that_decides_it():
    licence = Licence(code="MIT", weights="CPML", commercial=False, url="", acceptance=True)
    assert cell("commercial", licence=licence) == ("no", "no", "CPML, to be accepted first")
    hangs = note("engine.piper.licences")
    unknown = Licence(code="MIT", weights="CC0-1.0", condition=hangs, commercial=None, url="")
    said = "other voices have licences of their own"
    assert cell("commercial", licence=unknown) == ("partly", "it depends", f"CC0-1.0; {said}")
    nameless = Licence(code="", weights="", condition=hangs, commercial=None, url="")
    assert cell("commercial", licence=nameless) == ("partly", "it depends", said)


def test_a_price_has_its_span_its_date_and_its_source():
    price = Price(
        per_million_characters=100,
        currency="USD",
        as_of="2026-01-31",
        source="a list",
        by_model={"turbo": 60},
    )
    expected = ("plain", "60–100 USD per million characters", "2026-01-31, a list")
    assert cell("price", price=price) == expected
    assert row(card(price=price)).cell("price") == row(card(), price).cell("price")
    quoted = price.model_copy(update={"remark": note("engine.minimax.price")})
    remark = say("en", note("engine.minimax.price"))
    assert cell("price", price=quoted)[2] == f"2026-01-31, a list ({remark})"
    assert cell("price") == ("plain", "free", None)
    remote = Hardware(runs_on=("remote",), memory_mb=50)
    assert cell("price", hardware=remote)[1] == "as its server asks", "unknown is not free"


def test_hardware_names_each_place_and_an_environment_of_its_own():
    hardware = Hardware(runs_on=("cuda", "cpu"), memory_mb=1500, cuda_memory_mb=6000)
    assert cell("hardware", hardware=hardware)[1] == "GPU (6 GB) or CPU (1.5 GB)"
    environment = Environment(kind="own", requirements="x.txt", disk_mb=7500)
    assert cell("hardware", environment=environment)[2] == "own environment, 7.5 GB"
    remote = Hardware(runs_on=("remote",), memory_mb=50)
    assert cell("hardware", hardware=remote)[1] == "a server elsewhere"


def test_korean_readers_see_korean_first():
    assert columns("ko")[0] == "korean"
    assert columns("en")[0] == "languages"
    assert sorted(columns("ko")) == sorted(columns("en")) == sorted(COLUMNS)


def test_languages_have_a_sign_each():
    found = row(card(languages=("ko", "de")))
    levels = {one.column: one.level for one in found.languages}
    assert list(levels) == list(LANGUAGES)
    assert {tag for tag, level in levels.items() if level == "yes"} == {"ko", "de"}


@pytest.mark.parametrize("language", languages())
def test_every_cell_of_every_engine_has_its_words(language):
    table = markdown([kind.card for kind in built_in()], language)
    assert "matrix." not in table
    assert all(f"matrix.column_{column}" in catalogue(language) for column in COLUMNS)


def test_a_table_cannot_be_broken_by_a_cards_words():
    price = Price(per_million_characters=1, currency="USD", as_of="2026", source="a | b\nc")
    lines = markdown([card(price=price)]).splitlines()
    assert "a \\| b c" in lines[2]


def test_only_what_stands_between_the_markers_is_renewed():
    begin, end = (
        line
        for line in README.read_text("utf-8").splitlines()
        if "engines" in line and line.startswith("<!--")
    )
    document = f"before\n{begin}\nold\n{end}\nafter\n"
    assert replaced(document, "new\n") == f"before\n{begin}\nnew\n{end}\nafter\n"
    with pytest.raises(ValueError, match="markers"):
        replaced("nothing", "new\n")
