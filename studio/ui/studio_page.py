"""The studio page: text, voice, instruction and engines on one side, the takes on the other."""

import html
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import gradio as gr

from studio.engines.registry import engine_class, engine_classes
from studio.locales import Note, languages, say
from studio.problems import Problem
from studio.takes.order import EngineOrder
from studio.ui import readiness, spoken
from studio.ui.asker import owner
from studio.ui.element_pages import element, heading
from studio.ui.engine_rows import EngineRow, preset_choices, row
from studio.ui.orders import Form, plan_json, refused_json
from studio.ui.texts import Texts

if TYPE_CHECKING:
    from studio.wiring import Studio

SAMPLES = ("story", "product", "twister")
_RETRIES = range(4)
INSTRUCTIONS = ("excited", "serious", "whisper", "sad", "fast")
_SHOW_COMPARISON = (
    "const show = () => { if (props.value) {"
    " element.querySelector('vs-comparison').setAttribute('comparison', props.value);"
    " document.dispatchEvent(new Event('vs-comparison-made')); } };"
    " watch('value', show); show();"
)
_APPLIED = (
    "element.addEventListener('vs-default-applied', (event) => trigger('applied', event.detail));"
)
_SAVED = "element.addEventListener('vs-saved', (event) => trigger('saved', event.detail));"
# Handlers answer the page only; they are not an interface of their own (that is /api).
_QUIET: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden", "queue": False}


@dataclass(frozen=True)
class _Controls:
    text: gr.Textbox
    language: gr.Dropdown
    voice: gr.Dropdown
    instruction: gr.Textbox
    retries: gr.Dropdown
    rows: list[EngineRow]
    waiting: gr.HTML
    """The engines that are not ready."""

    def inputs(self) -> list[Any]:
        """All values of the form, as :meth:`Form.read` takes them."""
        shared = [self.text, self.language, self.voice, self.instruction, self.retries]
        return [*shared, *(one for row in self.rows for one in row.inputs())]


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
            controls, clip = _composer(studio, t)
            notice = gr.HTML("", js_on_load=None, apply_default_css=False, elem_id="vs-notice")
            render = gr.Button(
                t("studio.render"), variant="primary", size="lg", elem_id="vs-render"
            )
        with gr.Column(scale=9, min_width=320, elem_classes=["vs-results"]):
            comparison = gr.HTML(
                value="",
                html_template=f'<vs-comparison measured="{measured}"></vs-comparison>',
                js_on_load=_SHOW_COMPARISON,
                apply_default_css=False,
                elem_id="vs-comparison",
            )
            element("<vs-recent hidden></vs-recent>")
    page = _Page(studio, t, controls)
    page.wire(clip, render, comparison, notice)
    page.wire_defaults(defaults, notice)


def _composer(studio: "Studio", t: Texts) -> tuple[_Controls, gr.HTML]:
    engines = engine_classes()
    tags = {tag for engine in engines.values() for tag in engine.card.languages}
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
    with gr.Row(elem_classes=["vs-pair"]):
        language = gr.Dropdown(
            choices=spoken.choices(tags | set(languages()), t.language),
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
    _chips(t, INSTRUCTIONS, "preset", instruction)
    element(f'<h2 class="vs-label">{html.escape(t("studio.engines"))}</h2>')
    with gr.Column(elem_classes=["vs-engines"]):
        rows = [
            row(engine, t, [other for other in engines.values() if other is not engine])
            for engine in engines.values()
        ]
    waiting = gr.HTML("", js_on_load=None, apply_default_css=False, elem_id="vs-waiting")
    retries = _order_settings(studio, t)
    return _Controls(text, language, voice, instruction, retries, rows, waiting), clip


def _order_settings(studio: "Studio", t: Texts) -> gr.Dropdown:
    """What holds for all engines of an order, folded away. Shown only where takes are checked."""
    usual = t("studio.retries_usual", count=studio.settings.take_retries)
    with gr.Accordion(
        t("studio.order"),
        open=False,
        visible=studio.settings.measure,
        elem_classes=["vs-options", "vs-order"],
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
            chip.click(None, outputs=target, js=f"() => {filled}", **_QUIET)


class _Page:
    """The handlers. Each translates between controls and services; the services decide."""

    def __init__(self, studio: "Studio", t: Texts, controls: _Controls) -> None:
        self._studio = studio
        self._t = t
        self._controls = controls
        self._usable = {engine.name for engine in controls.rows}
        """As of the last look; one that is not ready needs no plan."""
        self._samples = {
            Texts(tag)(f"sample.{name}"): name for tag in languages() for name in SAMPLES
        }

    def wire(self, clip: gr.HTML, render: gr.Button, comparison: gr.HTML, notice: gr.HTML) -> None:
        """Connect events to handlers."""
        c = self._controls
        plans = [one for row in c.rows for one in (row.plan, row.insist)]
        changing = [one for row in c.rows for one in row.changing()]
        asked = [c.text, c.language, c.voice, c.instruction, c.retries]
        asked += [one for row in c.rows for one in row.inputs() if one is not row.chosen]
        gr.on(
            [one.change for one in asked],
            self.plans,
            inputs=c.inputs(),
            outputs=plans,
            trigger_mode="always_last",
            **_QUIET,
        )
        c.language.input(
            self.language_chosen,
            inputs=[c.language, c.text],
            outputs=[c.text, c.waiting, *changing],
            **_QUIET,
        )
        render.click(self.render, inputs=c.inputs(), outputs=[comparison, notice], **_QUIET)
        clip.saved(self.voice_saved, outputs=[c.voice], **_QUIET)
        context = gr.context.Context.root_block
        assert context is not None  # noqa: S101 (we are inside gr.Blocks)
        context.load(
            self.arrive,
            inputs=c.language,
            outputs=[c.voice, c.waiting, *changing],
            **_QUIET,
        ).then(self.plans, inputs=c.inputs(), outputs=plans, **_QUIET)

    def wire_defaults(self, defaults: gr.HTML, notice: gr.HTML) -> None:
        """Let a decision of a study fill the form."""
        c = self._controls
        changing = [one for row in c.rows for one in row.changing()]
        settings = [one for row in c.rows for one in row.settings()]
        defaults.applied(
            self.default_applied,
            outputs=[c.language, c.voice, c.instruction, c.waiting, *changing, *settings, notice],
            **_QUIET,
        ).then(
            self.plans,
            inputs=c.inputs(),
            outputs=[one for row in c.rows for one in (row.plan, row.insist)],
            **_QUIET,
        )

    def default_applied(self, event: gr.EventData, request: gr.Request) -> list[Any]:
        """What a study decided: its engine alone, with voice, settings and instruction."""
        wanted = EngineOrder.model_validate(event.wanted)
        waiting, *changing = self._engines(event.language)
        if wanted.engine not in self._usable:
            unready = self._alert(self._t("defaults.unready", label=event.label))
            settings = [gr.skip() for row in self._controls.rows for _ in row.settings()]
            return [gr.skip()] * 4 + [gr.skip()] * len(changing) + settings + [unready]
        settings = []
        for place, each in enumerate(self._controls.rows):
            _, chosen, preset = changing[3 * place : 3 * place + 3]
            chosen["value"] = each.name == wanted.engine
            if each.name == wanted.engine:
                preset["value"] = wanted.voice or ""
                settings += each.set_to(wanted)
            else:
                settings += [gr.skip() for _ in each.settings()]
        voice = self._voices(owner(request), event.voice or "")
        return [event.language, voice, event.instruction, waiting, *changing, *settings, ""]

    def arrive(self, language: str, request: gr.Request) -> list[Any]:
        """A page was opened: the voices and engines as they are now."""
        return [self._voices(owner(request), None), *self._engines(language)]

    def language_chosen(self, language: str, text: str) -> list[Any]:
        """Engines that speak it are chosen; a sample still untouched changes with it."""
        sample = self._samples.get(text)
        change = gr.skip()
        if sample and language in languages():
            change = Texts(language)(f"sample.{sample}")
        return [change, *self._engines(language)]

    def plans(self, request: gr.Request, *values: Any) -> list[Any]:
        """What each engine would do with the form as it stands."""
        form = Form.read(self._controls.rows, values)
        shown: list[Any] = []
        for engine in self._controls.rows:
            if engine.name not in self._usable:
                shown += [gr.skip(), gr.skip()]
                continue
            insist = form.engines[engine.name].insist
            plan = self._plan(owner(request), form, engine.name, insist=False)
            insistable = bool(plan["insistable"])
            if insistable and insist:
                plan = self._plan(owner(request), form, engine.name, insist=True)
            shown += [plan, gr.update(visible=insistable)]
        return shown

    def render(self, request: gr.Request, *values: Any) -> tuple[Any, str]:
        """Make the takes; the comparison's id goes to the element that shows them."""
        form = Form.read(self._controls.rows, values)
        if not form.chosen:
            return gr.skip(), self._alert(self._t("studio.none_chosen"))
        try:
            made = self._studio.takes.create(owner(request), form.order())
        except Problem as problem:
            return gr.skip(), self._alert(self._sentence(problem))
        return made.id, ""

    def voice_saved(self, event: gr.EventData, request: gr.Request) -> Any:
        """A clip became a voice: offer it, chosen."""
        return self._voices(owner(request), event.id)

    def _voices(self, owner: str, chosen: str | None) -> Any:
        voices = self._studio.voices.list(owner)
        known = [(self._t("studio.no_voice"), ""), *((voice.name, voice.id) for voice in voices)]
        if chosen is None:
            return gr.update(choices=known)
        return gr.update(choices=known, value=chosen)

    def _engines(self, language: str) -> list[Any]:
        """The engines that are ready, those that speak it for nothing chosen; then the others."""
        states = readiness.states(self._studio)
        self._usable = {name for name, state in states.items() if readiness.usable(state)}
        most = self._studio.settings.comparison_max_engines
        updates: list[Any] = [readiness.waiting(states.values(), self._t)]
        for engine in self._controls.rows:
            ready = engine.name in self._usable
            paid = self._studio.prices.of(engine_class(engine.name).card) is not None
            presets = states[engine.name].presets
            spoken = not presets or any(preset.speaks(language) for preset in presets)
            spoken = spoken and language in engine.languages
            chosen = ready and not paid and most > 0 and spoken
            most -= int(chosen)
            choices = preset_choices(presets, language, self._t)
            updates += [
                gr.update(visible=ready),
                gr.update(value=chosen, interactive=ready),
                gr.update(choices=choices, value="", interactive=ready),
            ]
        return updates

    def _plan(self, owner: str, form: Form, engine: str, *, insist: bool) -> dict[str, Any]:
        try:
            (plan,) = self._studio.takes.plan(owner, form.preview(engine, insist=insist))
        except Problem as problem:
            return refused_json(Note(f"error.{problem.code}", problem.params), self._t.language)
        return plan_json(plan, self._t.language)

    def _sentence(self, problem: Problem) -> str:
        return say(self._t.language, Note(f"error.{problem.code}", problem.params))

    @staticmethod
    def _alert(sentence: str) -> str:
        return f'<p class="vs-alert" role="alert">{html.escape(sentence)}</p>'
