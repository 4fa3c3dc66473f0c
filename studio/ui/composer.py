"""The composer's controls: text, language, voice, instruction, engines, and what holds for all."""

import html
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import gradio as gr

from studio.engines.registry import engine_classes
from studio.locales import languages
from studio.ui import spoken
from studio.ui.element_pages import element
from studio.ui.engine_rows import EngineRow, row
from studio.ui.texts import Texts

if TYPE_CHECKING:
    from studio.wiring import Studio

SAMPLES = ("story", "product", "twister")
_PROJECT_CHARACTERS = 80
_RETRIES = range(4)
_SAVED = "element.addEventListener('vs-saved', (event) => trigger('saved', event.detail));"
_READINGS = (
    "element.addEventListener('vs-readings', () => trigger('changed'));"
    "watch('value', () => {"
    " if (props.value) element.querySelector('vs-readings').value = props.value; });"
)
_MANY = (
    "const show = () => { element.querySelector('vs-many').answer = props.value; };"
    "customElements.whenDefined('vs-many').then(show); watch('value', show);"
    "element.addEventListener('vs-many-ask', (event) => trigger('asked', event.detail));"
)
QUIET: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden", "queue": False}
"""Handlers answer the page only; they are not an interface of their own (that is /api)."""


@dataclass(frozen=True)
class Controls:
    """What a person sets; ``readings``, ``many`` and ``clip`` are elements that tell more."""

    text: gr.Textbox
    language: gr.Dropdown
    voice: gr.Dropdown
    instruction: gr.Textbox
    retries: gr.Dropdown
    project: gr.Textbox
    readings: gr.HTML
    rows: list[EngineRow]
    waiting: gr.HTML
    """The engines that are not ready."""
    many: gr.HTML
    clip: gr.HTML

    def inputs(self) -> list[Any]:
        """All values of the form, as `Form.read` takes them."""
        shared = [self.text, self.language, self.voice, self.instruction, self.retries]
        shared += [self.project, self.readings]
        return [*shared, *(one for row in self.rows for one in row.inputs())]

    def planned(self) -> list[Any]:
        """What a plan depends on. Which engines are chosen and for what project: not."""
        shared = [self.text, self.language, self.voice, self.instruction, self.retries]
        rows = [one for row in self.rows for one in row.inputs() if one is not row.chosen]
        return [*shared, *rows]

    def plans(self) -> list[Any]:
        """Where plans are shown."""
        return [one for row in self.rows for one in (row.plan, row.insist)]

    def changing(self) -> list[Any]:
        """What of the engines changes with the language and with what is ready."""
        return [one for row in self.rows for one in row.changing()]

    def settings(self) -> list[Any]:
        """What else an order says of engines."""
        return [one for row in self.rows for one in row.settings()]


def draw(studio: "Studio", t: Texts) -> Controls:
    """Draw the controls in the current Gradio context."""
    text, readings, many = _text(studio, t)
    with gr.Row(elem_classes=["vs-pair"]):
        language = gr.Dropdown(
            choices=_languages(t),
            value=t.language,
            label=t("studio.language"),
            min_width=120,
            scale=2,
            elem_id="vs-language",
        )
        voice = gr.Dropdown(
            choices=[(t("studio.no_voice"), "")],
            value="",
            label=t("studio.voice"),
            min_width=160,
            scale=3,
            elem_id="vs-voice",
        )
    with gr.Accordion(t("studio.new_voice"), open=False, elem_classes=["vs-new-voice"]):
        clip = gr.HTML(
            html_template="<vs-clip></vs-clip>",
            js_on_load=_SAVED,
            apply_default_css=False,
            elem_id="vs-clip",
        )
    instruction = gr.Textbox(
        label=t("studio.instruction"),
        placeholder=t("studio.instruction_placeholder"),
        max_lines=3,
        max_length=studio.settings.instruction_max_characters,
        elem_id="vs-instruction",
    )
    element('<vs-presets for="vs-instruction"></vs-presets>', "vs-presets")
    element(f'<h2 class="vs-label">{html.escape(t("studio.engines"))}</h2>')
    engines = engine_classes()
    with gr.Column(elem_classes=["vs-engines"]):
        rows = [
            row(engine, t, [other for other in engines.values() if other is not engine])
            for engine in engines.values()
        ]
    waiting = gr.HTML("", js_on_load=None, apply_default_css=False, elem_id="vs-waiting")
    project = gr.Textbox(
        label=t("studio.project"),
        placeholder=t("studio.project_placeholder"),
        lines=1,
        max_lines=1,
        max_length=_PROJECT_CHARACTERS,
        elem_id="vs-project",
    )
    element('<vs-projects for="vs-project"></vs-projects>')
    retries = _order_settings(studio, t)
    return Controls(
        text=text,
        language=language,
        voice=voice,
        instruction=instruction,
        retries=retries,
        project=project,
        readings=readings,
        rows=rows,
        waiting=waiting,
        many=many,
        clip=clip,
    )


def _languages(t: Texts) -> list[tuple[str, str]]:
    """All languages that any engine speaks, by name."""
    tags = {tag for engine in engine_classes().values() for tag in engine.card.languages}
    return spoken.choices(tags | set(languages()), t.language)


def _text(studio: "Studio", t: Texts) -> tuple[gr.Textbox, gr.HTML, gr.HTML]:
    """The text with its count, samples, readings, and the way to many texts at once."""
    with gr.Column(elem_classes=["vs-text-box"]):
        text = gr.Textbox(
            value=t("sample.story"),
            label=t("studio.text"),
            placeholder=t("studio.text_placeholder"),
            lines=3,
            max_lines=14,
            elem_id="vs-text",
        )
        most = studio.settings.text_max_characters
        element(f'<vs-count for="vs-text" most="{most}"></vs-count>', "vs-count-slot")
    _chips(t, SAMPLES, "sample", text)
    names = html.escape(json.dumps(dict(_languages(t)), ensure_ascii=False))
    readings = gr.HTML(
        html_template=(
            '<vs-readings for="vs-text" language-for="vs-language"'
            f' languages="{names}"></vs-readings>'
        ),
        js_on_load=_READINGS,
        apply_default_css=False,
        elem_id="vs-readings",
    )
    with gr.Accordion(t("many.title"), open=False, elem_classes=["vs-many-fold"]):
        many = gr.HTML(
            html_template="<vs-many></vs-many>",
            js_on_load=_MANY,
            apply_default_css=False,
            elem_id="vs-many",
        )
    return text, readings, many


def _order_settings(studio: "Studio", t: Texts) -> gr.Dropdown:
    """What holds for all engines of an order, folded away. Shown only where takes are checked."""
    usual = t("studio.retries_usual", count=studio.settings.take_retries)
    with gr.Accordion(
        t("studio.order"),
        open=False,
        visible=studio.settings.measure,
        elem_classes=["vs-options", "vs-order-fold"],
    ):
        return gr.Dropdown(
            choices=[(usual, ""), *((t(f"studio.retries_{n}"), str(n)) for n in _RETRIES)],
            value="",
            label=t("studio.retries"),
            info=t("studio.retries_info"),
            elem_id="vs-retries",
        )


def _chips(t: Texts, names: Sequence[str], area: str, target: gr.Textbox) -> None:
    """Small buttons that fill a box, in the browser alone. A row of its own keeps them together."""
    with gr.Row(elem_classes=["vs-chips"]):
        for name in names:
            chip = gr.Button(t(f"{area}.{name}_name"), size="sm", min_width=0, scale=0)
            filled = json.dumps(t(f"{area}.{name}"), ensure_ascii=False)
            chip.click(None, outputs=target, js=f"() => {filled}", **QUIET)
