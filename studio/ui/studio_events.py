"""What happens on the studio page: plans while the form changes, takes when it is sent.

Each handler translates between controls and services; the services decide.
"""

import html
from typing import TYPE_CHECKING, Any

import gradio as gr

from studio.engines.registry import engine_class
from studio.locales import Note, languages, say, text
from studio.problems import Problem
from studio.takes.order import ComparisonOrder, EngineOrder
from studio.ui import arrival, readiness
from studio.ui.asker import owner
from studio.ui.composer import QUIET, SAMPLES, Controls
from studio.ui.engine_rows import preset_choices
from studio.ui.orders import Form, plan_json, refused_json
from studio.ui.texts import Texts
from studio.voices.voice_view import VoiceView

if TYPE_CHECKING:
    from studio.wiring import Studio


_FILLED = 8
"""Outputs of `StudioEvents.fill` before those of the engines."""


class StudioEvents:
    """The handlers.

    Args:
        studio: services.
        t: texts of the page's language.
        controls: of the form.
    """

    def __init__(self, studio: "Studio", t: Texts, controls: Controls) -> None:
        self._studio = studio
        self._t = t
        self._controls = controls
        self._usable = {engine.name for engine in controls.rows}
        """As of the last look; one that is not ready needs no plan."""
        self._samples = {
            Texts(tag)(f"sample.{name}"): name for tag in languages() for name in SAMPLES
        }

    def wire(self, render: gr.Button, comparison: gr.HTML, notice: gr.HTML) -> None:
        """Connect events to handlers."""
        c = self._controls
        planning: dict[str, Any] = {
            "inputs": c.inputs(),
            "outputs": c.plans(),
            "js": arrival.SEND,
            **QUIET,
        }
        changes = [one.change for one in c.planned()]
        gr.on(changes, self.plans, trigger_mode="always_last", **planning)
        c.readings.changed(self.plans, trigger_mode="always_last", **planning)
        c.language.input(
            self.language_chosen,
            inputs=[c.language, c.text],
            outputs=[c.text, c.waiting, *c.changing()],
            **QUIET,
        )
        render.click(
            self.render, inputs=c.inputs(), outputs=[comparison, notice], js=arrival.SEND, **QUIET
        )
        c.clip.saved(self.voice_saved, outputs=[c.voice], **QUIET)
        c.many.asked(self.many_asked, inputs=c.inputs(), outputs=[c.many], **QUIET)
        self._wire_arrival(notice, planning)

    def _wire_arrival(self, notice: gr.HTML, planning: dict[str, Any]) -> None:
        c = self._controls
        context = gr.context.Context.root_block
        assert context is not None  # noqa: S101 (we are inside gr.Blocks)
        arrived = gr.HTML(value=None, html_template="", js_on_load=None, elem_id="vs-arrived")
        reuse = gr.HTML(value=None, html_template="", js_on_load=None)
        chosen = [row.chosen for row in c.rows]
        filled = context.load(
            self.arrive,
            inputs=[c.language, reuse],
            outputs=[arrived, c.voice, c.waiting, *c.changing()],
            js=arrival.ASK,
            **QUIET,
        ).then(
            self.fill,
            inputs=[arrived, c.language],
            outputs=[
                arrived,
                c.text,
                c.language,
                c.voice,
                c.instruction,
                c.project,
                c.readings,
                notice,
                *c.changing(),
                *c.settings(),
            ],
            **QUIET,
        )
        # Two that follow, for nothing follows what the browser does alone.
        filled.then(
            None,
            inputs=[arrived, c.language, *chosen],
            outputs=chosen,
            js=arrival.SETTLE,
            **QUIET,
        )
        filled.then(self.plans, **planning)

    def wire_defaults(self, defaults: gr.HTML, notice: gr.HTML) -> None:
        """Let a decision of a study fill the form."""
        c = self._controls
        defaults.applied(
            self.default_applied,
            outputs=[
                c.language,
                c.voice,
                c.instruction,
                c.waiting,
                *c.changing(),
                *c.settings(),
                notice,
            ],
            **QUIET,
        ).then(self.plans, inputs=c.inputs(), outputs=c.plans(), js=arrival.SEND, **QUIET)

    # arriving

    def arrive(self, language: str, reuse: str, request: gr.Request) -> list[Any]:
        """A page was opened: the voices and engines as they are now.

        Returns:
            what `arrival.SETTLE` reads, voices, the engines that wait, then box, choice and presets
            of each; the choices themselves are settled in the browser.
        """
        waiting, *changing = self._engines(language)
        arrived = {
            "language": language,
            "reuse": reuse or "",
            "filled": False,
            "ids": [f"vs-choose-{row.name}" for row in self._controls.rows],
            "chosen": [update.pop("value") for update in changing[1::3]],
        }
        for preset in changing[2::3]:
            preset.pop("value")
        return [arrived, self._voices(owner(request), None), waiting, *changing]

    def fill(self, arrived: dict[str, Any], language: str, request: gr.Request) -> list[Any]:
        """Once the engines are known: the settings of the comparison that is to be used again.

        Without one it catches up with a language that was chosen while the page was arriving.
        """
        nothing = [gr.skip() for _ in (*self._controls.changing(), *self._controls.settings())]
        if not arrived:
            return [gr.skip()] * _FILLED + nothing
        if not arrived["reuse"]:
            if language == arrived["language"]:
                return [gr.skip()] * _FILLED + nothing
            _, *changing = self._engines(language)
            settings = [gr.skip() for _ in self._controls.settings()]
            return [gr.skip()] * _FILLED + changing + settings
        try:
            order = self._studio.takes.order_again(owner(request), arrived["reuse"])
        except Problem as problem:
            skipped = [gr.skip()] * (_FILLED - 1)
            return [*skipped, self._alert(self._sentence(problem)), *nothing]
        changing, settings, unready = self._filled(order.language, order.engines)
        arrived |= {
            "language": order.language,
            "filled": True,
            "chosen": [update["value"] for update in changing[1::3]],
        }
        voices, gone = self._kept_voice(owner(request), order)
        notices = [self._t("reuse.unready", engines=", ".join(unready))] if unready else []
        notices += [self._t("reuse.voice_gone")] if gone else []
        return [
            arrived,
            order.text,
            order.language,
            voices,
            order.instruction,
            order.project,
            _told(order),
            "".join(map(self._alert, notices)),
            *changing,
            *settings,
        ]

    def default_applied(self, event: gr.EventData, request: gr.Request) -> list[Any]:
        """What a study decided: its engine alone, with voice, settings and instruction."""
        wanted = EngineOrder.model_validate(event.wanted)
        changing, settings, unready = self._filled(event.language, [wanted])
        waiting = readiness.waiting(readiness.states(self._studio).values(), self._t)
        if unready:
            alert = self._alert(self._t("defaults.unready", label=event.label))
            skipped = [gr.skip() for _ in (*changing, *settings)]
            return [gr.skip()] * 4 + skipped + [alert]
        voice = self._voices(owner(request), event.voice or "")
        return [event.language, voice, event.instruction, waiting, *changing, *settings, ""]

    def _filled(
        self, language: str, engines: list[EngineOrder]
    ) -> tuple[list[Any], list[Any], list[str]]:
        """Updates of the engines' controls for an order, and who of it is not ready."""
        _, *changing = self._engines(language)
        wanted: dict[str, EngineOrder] = {}
        for one in engines:
            wanted.setdefault(one.engine, one)  # the form has one row for each engine
        settings: list[Any] = []
        for place, each in enumerate(self._controls.rows):
            _, chosen, preset = changing[3 * place : 3 * place + 3]
            order = wanted.get(each.name)
            chosen["value"] = order is not None and each.name in self._usable
            if order is None:
                settings += [gr.skip() for _ in each.settings()]
                continue
            known = {value for _, value in preset["choices"]}
            preset["value"] = order.voice if order.voice in known else ""
            settings += each.set_to(order)
        unready = [
            row.title
            for row in self._controls.rows
            if row.name in wanted and row.name not in self._usable
        ]
        known_names = {row.name for row in self._controls.rows}
        return changing, settings, unready + sorted(set(wanted) - known_names)

    def _kept_voice(self, asker: str, order: ComparisonOrder) -> tuple[Any, bool]:
        """The voice of an order, and whether it is gone."""
        voices = self._studio.voices.list(asker)
        gone = bool(order.voice) and order.voice not in {voice.id for voice in voices}
        return self._voices(asker, "" if gone else order.voice or ""), gone

    # while the form changes

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

    def voice_saved(self, event: gr.EventData, request: gr.Request) -> Any:
        """A clip became a voice: offer it, chosen."""
        return self._voices(owner(request), event.id)

    # sending it

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

    def many_asked(self, event: gr.EventData, *values: Any) -> dict[str, Any]:
        """How many texts would be said as the form is set; their element sends them by itself."""
        form = Form.read(self._controls.rows, values)
        order = form.batch(name="", texts=[], csv="").model_dump(mode="json")
        return {"why": event.why, "turn": event.turn, "order": order}

    def _called(self, voice: VoiceView) -> str:
        """A voice's name in the list; of a shared one with whose it is."""
        if voice.mine:
            return voice.name
        values = {"voice": voice.name, "person": voice.shared_by}
        return text(self._t.language, "voices.shared_choice", **values)

    def _voices(self, owner: str, chosen: str | None) -> Any:
        voices = self._studio.voices.list(owner)
        known = [
            (self._t("studio.no_voice"), ""),
            *((self._called(voice), voice.id) for voice in voices),
        ]
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


def _told(order: ComparisonOrder) -> dict[str, Any] | None:
    """Readings as `<vs-readings>` takes them."""
    if not order.readings:
        return None
    return {"text": order.text, "readings": [one.model_dump() for one in order.readings]}
