"""The studio page's handlers over the real services."""

import gradio as gr
import pytest
from starlette.requests import Request

from studio.engines.card import Price
from studio.engines.registry import engine_classes
from studio.locales import note
from studio.takes.order import ComparisonOrder
from studio.takes.views import Aspect, Cost, TakePlan
from studio.ui import composer
from studio.ui.engine_rows import row
from studio.ui.orders import Form, plan_json, refused_json
from studio.ui.studio_events import StudioEvents
from studio.ui.texts import Texts

ASKED = gr.Request(Request({"type": "http", "headers": []}))
"""An event of whoever sits at this machine."""


@pytest.fixture(scope="module", params=["en", "ko"])
def page(request, app, client):
    t = Texts(request.param)
    with gr.Blocks():
        controls = composer.draw(app.state.studio, t)
    return StudioEvents(app.state.studio, t, controls)


def values(page, **changes) -> list:
    """The form as it stands when the page opens, with some values changed."""
    c = page._controls
    shared = {
        "text": "hello there",
        "language": "en",
        "voice": "",
        "instruction": "",
        "retries": "",
        "project": "",
        "readings": None,
    }
    flat = [changes.get(name, default) for name, default in shared.items()]
    for engine in c.rows:
        flat += [
            engine.name in changes.get("engines", ()),
            "",
            engine.name in changes.get("insist", ()),
            changes.get(f"{engine.name}.fallback", ""),
        ]
        flat += [changes.get(f"{engine.name}.{one.name}", one.default) for one in engine.options]
    return flat


def test_every_engine_has_a_row(page):
    assert [one.name for one in page._controls.rows] == list(engine_classes())


def test_settings_left_alone_are_not_sent(page):
    form = Form.read(page._controls.rows, values(page, engines=["espeak"], **{"espeak.rate": 200}))
    (wanted,) = form.order().engines
    assert (wanted.engine, wanted.options, wanted.voice) == ("espeak", {"rate": 200}, None)


def test_a_plan_says_what_each_engine_would_do(page):
    shown = page.plans(ASKED, *values(page, language="ko", instruction="신나게"))
    plans = dict(zip([one.name for one in page._controls.rows], shown[::2], strict=True))
    insist = dict(zip(plans, shown[1::2], strict=True))
    assert plans["kokoro"]["refusal"]["message"]
    assert "insist" not in plans["kokoro"]["refusal"]["message"]
    assert insist["kokoro"]["visible"] is True
    assert plans["espeak"]["refusal"] is None
    assert plans["espeak"]["aspects"]["language"]["status"] == "honoured"
    assert insist["espeak"]["visible"] is False


def test_insisting_turns_a_refusal_into_a_warned_plan(page):
    shown = page.plans(ASKED, *values(page, language="ko", insist=["kokoro"]))
    plan = dict(zip([one.name for one in page._controls.rows], shown[::2], strict=True))["kokoro"]
    assert plan["refusal"] is None
    assert plan["aspects"]["language"]["status"] == "ignored"


def planned(page, **changes):
    shown = page.plans(ASKED, *values(page, **changes))
    return dict(zip([one.name for one in page._controls.rows], shown[::2], strict=True))


def test_an_empty_text_still_has_a_plan(page):
    plans = planned(page, text="  ")
    assert all(plans[name]["refusal"] is None for name in ("kokoro", "piper", "espeak"))


def test_rendering_nothing_says_what_is_missing_and_makes_nothing(page, app):
    before = len(app.state.studio.takes.recent("local"))
    for wrong in (values(page), values(page, text=" ", engines=["espeak"])):
        _, notice = page.render(ASKED, *wrong)
        assert 'role="alert"' in notice
    assert len(app.state.studio.takes.recent("local")) == before


def test_rendering_gives_the_comparison_to_show(page, app):
    made, notice = page.render(ASKED, *values(page, engines=["espeak"]))
    assert notice == ""
    assert app.state.studio.takes.comparison("local", made).text == "hello there"


def test_choosing_a_language_chooses_the_ready_engines_that_speak_it(page):
    text, _, *updates = page.language_chosen("ko", "my own words")
    names = [one.name for one in page._controls.rows]
    chosen = dict(zip(names, updates[1::3], strict=True))
    assert text == gr.skip()
    assert (chosen["kokoro"]["value"], chosen["espeak"]["value"]) == (False, True)


def test_engines_that_are_not_ready_are_folded_away_with_a_link(page, app):
    states = {state.name: state for state in app.state.studio.runtime.states()}
    _, _, waiting, *updates = page.arrive("en", "", ASKED)
    seen = {
        one.name: update["visible"]
        for one, update in zip(page._controls.rows, updates[::3], strict=True)
    }
    assert seen["espeak"]
    absent = {name for name, visible in seen.items() if not visible}
    assert absent == {n for n, state in states.items() if state.state not in ("ready", "loaded")}
    assert absent, "no engine of this checkout needs anything?"
    for name in absent:
        assert f'href="engines#engine-{name}"' in waiting
    assert 'data-engine="espeak"' not in waiting
    plans = planned(page)
    assert all(plans[name] == gr.skip() for name in absent)
    page._usable |= absent


def test_an_engine_whose_licence_nobody_accepted_is_not_ready(page, app, monkeypatch):
    licences = app.state.studio.licences
    monkeypatch.setattr(licences, "accepted", lambda engine: engine != "espeak", raising=False)
    _, _, waiting, *_ = page.arrive("en", "", ASKED)
    assert page._t("engine_state.licence_not_accepted") in waiting
    assert 'data-engine="espeak"' in waiting
    monkeypatch.undo()
    page.arrive("en", "", ASKED)


def test_a_paid_engine_is_never_chosen_by_itself(page, app, monkeypatch):
    names = [one.name for one in page._controls.rows]
    price = Price(per_million_characters=5, currency="USD", as_of="2026-01-31", source="a list")
    prices = app.state.studio.prices
    monkeypatch.setattr(
        prices, "of", lambda card: price if card.name == "espeak" else None, raising=False
    )
    arrived, *_ = page.arrive("en", "", ASKED)
    chosen = dict(zip(names, arrived["chosen"], strict=True))
    assert (chosen["espeak"], chosen["kokoro"]) == (False, True)


def test_a_plan_names_its_fallback(page):
    plan = planned(page, **{"kokoro.fallback": "espeak"})["kokoro"]
    assert plan["fallback"]["engine"] == "espeak"
    assert planned(page)["kokoro"]["fallback"] is None
    form = Form.read(
        page._controls.rows, values(page, engines=["kokoro"], **{"kokoro.fallback": "espeak"})
    )
    assert form.order().engines[0].fallback == "espeak"


def test_a_refusal_that_the_engines_page_mends_leads_there():
    missing = refused_json(note("error.weights_missing", engine="xtts", size="2 GB"), "en")
    assert missing["refusal"]["engines"] is True
    assert refused_json(note("error.text_empty"), "en")["refusal"]["engines"] is False


def test_a_plan_shows_what_it_costs():
    plan = TakePlan(
        engine="minimax",
        title="MiniMax",
        preset="",
        text="hello",
        language="en",
        aspects=dict.fromkeys(
            ("reference", "instruction", "language"),
            Aspect(status="not_asked", note=note("state.ready")),
        ),
        cost=Cost(characters=5, amount=0.0005, currency="USD", as_of="2026-01-31", source="a list"),
    )
    shown = plan_json(plan, "en")["cost"]
    assert (shown["amount"], shown["currency"], shown["as_of"]) == (0.0005, "USD", "2026-01-31")


def test_a_sample_changes_with_the_language_but_own_words_stay(page):
    samples = {tag: Texts(tag)("sample.story") for tag in ("en", "ko")}
    assert page.language_chosen("ko", samples["en"])[0] == samples["ko"]
    assert page.language_chosen("en", samples["ko"])[0] == samples["en"]


def test_a_row_offers_only_presets_for_the_language():
    from studio.engines.contract import Preset
    from studio.ui.engine_rows import preset_choices

    presets = [Preset("a", "A", ("en-us",)), Preset("b", "B", ("fr",)), Preset("c", "C")]
    offered = [one for _, one in preset_choices(presets, "en", Texts("en"))]
    assert offered == ["", "a", "c"]


def test_rows_can_be_drawn_for_an_engine_without_settings():
    from pydantic import BaseModel

    espeak = engine_classes()["espeak"]
    bare = type("Bare", (espeak,), {"Options": type("None_", (BaseModel,), {})})
    with gr.Blocks():
        assert row(bare, Texts("en")).options == []


def test_engines_that_need_nothing_are_there_before_any_is_asked(page):
    """Whoever presses Render at once gets takes, not a reproach."""
    by_name = {one.name: one for one in page._controls.rows}
    assert {name for name, one in by_name.items() if one.box.visible} == {
        "kokoro",
        "piper",
        "espeak",
    }
    chosen = {name for name, one in by_name.items() if one.chosen.value}
    assert chosen == {"en": {"kokoro", "espeak"}, "ko": {"espeak"}}[page._t.language]


def test_an_engine_without_a_voice_for_the_language_is_not_chosen(page):
    """Piper speaks Korean with a voice that must be fetched first."""
    names = [one.name for one in page._controls.rows]
    chosen = {}
    for language in ("en", "ko"):
        arrived, *_ = page.arrive(language, "", ASKED)
        chosen[language] = dict(zip(names, arrived["chosen"], strict=True))["piper"]
    assert chosen == {"en": True, "ko": False}


def test_a_form_carries_its_project_and_the_readings_of_its_text(page):
    readings = [{"start": 0, "end": 5, "reading": "hi"}]
    told = {"text": "hello there", "readings": readings}
    form = Form.read(
        page._controls.rows, values(page, engines=["espeak"], project=" Menu ", readings=told)
    )
    order = form.order()
    assert order.project == " Menu "
    assert [one.model_dump() for one in order.readings] == readings
    typed_on = Form.read(page._controls.rows, values(page, text="well, hello there", readings=told))
    assert [(one.start, one.end) for one in typed_on.readings] == [(6, 11)]
    nonsense = Form.read(page._controls.rows, values(page, readings={"readings": [{"x": 1}]}))
    assert nonsense.readings is None


def test_a_comparison_is_put_into_the_form_again(page, app):
    studio = app.state.studio
    order = {
        "text": "once more",
        "language": "en",
        "instruction": "slowly",
        "project": "Spring",
        "engines": [{"engine": "espeak", "voice": "f1", "options": {"rate": 210}}],
    }
    made = studio.takes.create("local", ComparisonOrder.model_validate(order))
    arrived, *_ = page.arrive("ko", made.id, ASKED)
    settled, text, language, _, instruction, project, _, notice, *rest = page.fill(
        arrived, "ko", ASKED
    )
    assert (text, language, instruction, project) == ("once more", "en", "slowly", "Spring")
    assert notice == ""
    names = [one.name for one in page._controls.rows]
    chosen = dict(zip(names, settled["chosen"], strict=True))
    assert [name for name, picked in chosen.items() if picked] == ["espeak"]
    presets = dict(zip(names, rest[2 : 3 * len(names) : 3], strict=True))
    assert presets["espeak"]["value"] == "f1"
    assert 210 in rest[3 * len(names) :]


def test_what_cannot_be_used_again_says_so_and_changes_nothing(page):
    arrived, *_ = page.arrive("en", "not-an-id", ASKED)
    _, *skipped, notice = page.fill(arrived, "en", ASKED)[:8]
    assert 'role="alert"' in notice
    assert all(one == gr.skip() for one in skipped)


def test_arriving_catches_up_with_a_language_that_was_chosen_meanwhile(page):
    arrived, *_ = page.arrive("en", "", ASKED)
    same = page.fill(arrived, "en", ASKED)
    assert all(one == gr.skip() for one in same)
    later = page.fill(arrived, "ko", ASKED)
    assert any(one != gr.skip() for one in later)
