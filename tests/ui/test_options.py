"""Controls drawn from an engine's Options."""

from enum import StrEnum
from typing import Annotated, Literal

import gradio as gr
import pytest
from pydantic import BaseModel, Field

from studio.ui.options import controls
from studio.ui.texts import Texts


class Mood(StrEnum):
    CALM = "calm"
    GLAD = "glad"


class Options(BaseModel):
    speed: Annotated[float, Field(ge=0.5, le=2.0, title="Speed")] = 1.0
    steps: Annotated[int, Field(ge=1, le=50)] = 5
    seed: int = 0
    limit: Annotated[float | None, Field(ge=0, le=10)] = None
    breathy: bool = True
    size: Literal["small", "large"] = "small"
    mood: Mood = Mood.CALM
    note: str = "x"


@pytest.fixture(scope="module")
def made():
    with gr.Blocks():
        return {one.name: one for one in controls("nobody", Options, Texts("en"))}


def test_every_option_has_a_control_with_its_default(made):
    assert list(made) == list(Options.model_fields)
    for name, one in made.items():
        default = Options().model_dump(mode="json")[name]
        assert one.default == default
        if name != "limit":  # a slider has no "not set"
            assert one.control.value == default


def test_bounds_become_a_slider_with_readable_steps(made):
    speed = made["speed"].control
    assert isinstance(speed, gr.Slider)
    assert (speed.minimum, speed.maximum, speed.step) == (0.5, 2.0, 0.05)
    assert made["steps"].control.step == 1
    assert isinstance(made["limit"].control, gr.Slider)


def test_other_kinds_get_their_controls(made):
    assert isinstance(made["seed"].control, gr.Number)
    assert isinstance(made["breathy"].control, gr.Checkbox)
    assert [value for _, value in made["size"].control.choices] == ["small", "large"]
    assert [value for _, value in made["mood"].control.choices] == ["calm", "glad"]
    assert isinstance(made["note"].control, gr.Textbox)


def test_labels_are_translated_where_the_catalogue_knows_them():
    from studio.engines.registry import engine_class

    engine = engine_class("kokoro")
    with gr.Blocks():
        korean = controls("kokoro", engine.Options, Texts("ko"))
    assert {one.name: one.control.label for one in korean}["speed"] == "빠르기"
    with gr.Blocks():
        assert controls("nobody", Options, Texts("ko"))[0].control.label == "Speed"


def test_choices_are_named_where_the_catalogue_knows_them():
    class Sized(BaseModel):
        size: Literal["small", "full", "unheard-of"] = "small"

    with gr.Blocks():
        (made,) = controls("bark", Sized, Texts("ko"))
    names = {value: name for name, value in made.control.choices}
    assert names["small"] == "작은 모델"
    assert names["unheard-of"] == "unheard-of"
    assert made.control.value == "small"


def test_a_long_text_gets_a_box_that_grows():
    class Described(BaseModel):
        voice_description: Annotated[str, Field(max_length=500)] = ""

    with gr.Blocks():
        (made,) = controls("nobody", Described, Texts("en"))
    assert (made.control.max_lines, made.control.max_length) == (5, 500)
