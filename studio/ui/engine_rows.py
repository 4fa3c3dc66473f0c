"""The engines on the studio page: choose, pick a voice, see the plan, change settings."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import gradio as gr
from gradio.components import Component

from studio.engines.contract import Engine, Preset
from studio.takes.order import EngineOrder
from studio.ui.options import OptionControl, controls
from studio.ui.readiness import needs_nothing
from studio.ui.texts import Texts

_PLAN = "const show = () => { element.querySelector('vs-plan').plan = props.value; };"
_WHEN_DEFINED = "customElements.whenDefined('vs-plan').then(show); watch('value', show);"


@dataclass(frozen=True)
class EngineRow:
    """The controls of one engine."""

    name: str
    title: str
    languages: frozenset[str]
    box: gr.Column
    """All of it; seen while the engine is ready."""
    chosen: gr.Checkbox
    preset: gr.Dropdown
    plan: gr.HTML
    insist: gr.Checkbox
    fallback: gr.Dropdown
    options: list[OptionControl]

    def inputs(self) -> list[Component]:
        """What makes up this engine's part of an order, in the order `orders` reads it."""
        own = [one.control for one in self.options]
        return [self.chosen, self.preset, self.insist, self.fallback, *own]

    def settings(self) -> list[Component]:
        """What else an order says of this engine."""
        return [self.insist, self.fallback, *(one.control for one in self.options)]

    def set_to(self, wanted: EngineOrder) -> list[Any]:
        """The values of :meth:`settings` for an order; what it leaves open is the engine's own."""
        values = [wanted.options.get(one.name, one.default) for one in self.options]
        return [wanted.insist, wanted.fallback or "", *values]

    def changing(self) -> list[Component]:
        """What changes with the language, and with what is ready."""
        return [self.box, self.chosen, self.preset]


def row(engine: type[Engine], t: Texts, others: Sequence[type[Engine]] = ()) -> EngineRow:
    """Draw one engine's row in the current Gradio context.

    Args:
        engine: whose.
        t: texts of the page.
        others: engines that may stand in for it.
    """
    card = engine.card
    ready = needs_nothing(card)
    box = gr.Column(elem_classes=["vs-engine"], elem_id=f"vs-engine-{card.name}", visible=ready)
    with box:
        with gr.Row(elem_classes=["vs-engine-line"]):
            chosen = gr.Checkbox(
                # Which languages sets of different voices speak is known once they are looked at.
                value=ready and card.sets_serve == "any" and t.language in card.languages,
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
        with gr.Accordion(
            t("studio.options", engine=card.title), open=False, elem_classes=["vs-options"]
        ):
            made = controls(card.name, engine.Options, t)
            fallback = gr.Dropdown(
                choices=[
                    (t("studio.fallback_none"), ""),
                    *((other.card.title, other.card.name) for other in others),
                ],
                value="",
                label=t("studio.fallback"),
                info=t("studio.fallback_info"),
                elem_id=f"vs-fallback-{card.name}",
            )
    return EngineRow(
        name=card.name,
        title=card.title,
        languages=frozenset(card.languages),
        box=box,
        chosen=chosen,
        preset=preset,
        plan=plan,
        insist=insist,
        fallback=fallback,
        options=made,
    )


def preset_choices(presets: list[Preset], language: str, t: Texts) -> list[tuple[str, str]]:
    """(title, id) of a language's presets, "choose for me" first; all where none is for it."""
    fitting = [preset for preset in presets if preset.speaks(language)] or presets
    return [(t("studio.preset_auto"), ""), *((preset.title, preset.id) for preset in fitting)]
