"""The engines on the studio page: choose, pick a voice, see the plan, change settings."""

from dataclasses import dataclass

import gradio as gr
from gradio.components import Component

from studio.engines.contract import Engine, Preset
from studio.ui.options import OptionControl, controls
from studio.ui.texts import Texts

_PLAN = "const show = () => { element.querySelector('vs-plan').plan = props.value; };"
_WHEN_DEFINED = "customElements.whenDefined('vs-plan').then(show); watch('value', show);"


@dataclass(frozen=True)
class EngineRow:
    """The controls of one engine."""

    name: str
    title: str
    languages: frozenset[str]
    chosen: gr.Checkbox
    preset: gr.Dropdown
    plan: gr.HTML
    insist: gr.Checkbox
    options: list[OptionControl]

    def inputs(self) -> list[Component]:
        """What makes up this engine's part of an order, in the order `orders` reads it."""
        return [self.chosen, self.preset, self.insist, *(one.control for one in self.options)]


def row(engine: type[Engine], t: Texts, language: str) -> EngineRow:
    """Draw one engine's row in the current Gradio context."""
    card = engine.card
    with gr.Column(elem_classes=["vs-engine"], elem_id=f"vs-engine-{card.name}"):
        with gr.Row(elem_classes=["vs-engine-line"]):
            chosen = gr.Checkbox(
                value=language in card.languages,
                label=card.title,
                container=False,
                scale=1,
                min_width=0,
                elem_id=f"vs-choose-{card.name}",
            )
            preset = gr.Dropdown(
                choices=[(t("studio.preset_auto"), "")],
                value="",
                label=t("studio.preset", engine=card.title),
                show_label=False,
                container=False,
                scale=1,
                min_width=0,
                elem_classes=["vs-preset-choice"],
                elem_id=f"vs-preset-{card.name}",
            )
        plan = gr.HTML(
            value=None,
            html_template="<vs-plan></vs-plan>",
            js_on_load=_PLAN + _WHEN_DEFINED,
            apply_default_css=False,
            elem_classes=["vs-plan-slot"],
        )
        insist = gr.Checkbox(
            value=False,
            label=t("studio.insist"),
            container=False,
            visible=False,
            elem_id=f"vs-insist-{card.name}",
        )
        fields = engine.Options.model_fields
        if fields:
            with gr.Accordion(
                t("studio.options", engine=card.title), open=False, elem_classes=["vs-options"]
            ):
                made = controls(card.name, engine.Options, t)
        else:
            made = []
    return EngineRow(
        name=card.name,
        title=card.title,
        languages=frozenset(card.languages),
        chosen=chosen,
        preset=preset,
        plan=plan,
        insist=insist,
        options=made,
    )


def preset_choices(presets: list[Preset], language: str, t: Texts) -> list[tuple[str, str]]:
    """(title, id) of a language's presets, "choose for me" first; all where none is for it."""
    fitting = [preset for preset in presets if speaks(preset, language)] or presets
    return [(t("studio.preset_auto"), ""), *((preset.title, preset.id) for preset in fitting)]


def speaks(preset: Preset, language: str) -> bool:
    """Whether a preset is meant for a language; regions are left aside."""
    return not preset.languages or any(
        tag.replace("_", "-").split("-")[0] == language for tag in preset.languages
    )
