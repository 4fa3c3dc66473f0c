"""The studio page: what is ordered on one side, the takes on the other."""

from typing import TYPE_CHECKING

import gradio as gr

from studio.ui.composer import draw
from studio.ui.element_pages import element, heading
from studio.ui.studio_events import StudioEvents
from studio.ui.texts import Texts

if TYPE_CHECKING:
    from studio.wiring import Studio

_SHOW_COMPARISON = (
    "const show = () => { if (props.value) {"
    " element.querySelector('vs-comparison').setAttribute('comparison', props.value);"
    " document.dispatchEvent(new Event('vs-comparison-made')); } };"
    " watch('value', show); show();"
)
_APPLIED = (
    "element.addEventListener('vs-default-applied', (event) => trigger('applied', event.detail));"
)


def build(studio: "Studio", t: Texts) -> None:
    """Draw the page in the current Blocks and wire it."""
    element(heading(t, "studio"), "vs-main")
    measured = "yes" if studio.settings.measure else "no"
    with gr.Row(elem_classes=["vs-page", "vs-studio-page"], equal_height=False):
        with gr.Column(scale=5, min_width=320, elem_classes=["vs-composer"]):
            defaults = gr.HTML(
                html_template="<vs-defaults></vs-defaults>",
                js_on_load=_APPLIED,
                apply_default_css=False,
                elem_id="vs-defaults",
            )
            controls = draw(studio, t)
            notice = gr.HTML("", js_on_load=None, apply_default_css=False, elem_id="vs-notice")
            with gr.Column(elem_classes=["vs-order-bar"]):
                element("<vs-order></vs-order>", "vs-order")
                render = gr.Button(
                    t("studio.render"), variant="primary", size="lg", elem_id="vs-render"
                )
        with gr.Column(scale=9, min_width=320, elem_classes=["vs-results"]):
            if studio.settings.welcome:
                element("<vs-welcome hidden></vs-welcome>", "vs-welcome")
            comparison = gr.HTML(
                value="",
                html_template=f'<vs-comparison measured="{measured}"></vs-comparison>',
                js_on_load=_SHOW_COMPARISON,
                apply_default_css=False,
                elem_id="vs-comparison",
            )
            element("<vs-batches hidden></vs-batches>", "vs-batches")
            element("<vs-recent hidden></vs-recent>")
    events = StudioEvents(studio, t, controls)
    events.wire(render, comparison, notice)
    events.wire_defaults(defaults, notice)
