/** One condition of a study: engine, voice, model, settings, instruction, and what its engine will make of them. */

import { button, fill, h, icon } from "../dom.js";
import { ready } from "../engine-card.js";
import { forPeople, post } from "../http.js";
import "../plan.js";
import { number, t } from "../texts.js";
import { optionFields } from "./option-fields.js";
import { voiceChoice } from "./voice-choice.js";

const SOON = 350;

/**
 * @param {object} row `{label, own, wanted, voice_id, instruction}`, changed in place
 * @param {{engines: object[], voices: object[], study: object, instructed: boolean, sample: () => string,
 *   titleOf: (row: object) => string, change: () => void, drop: () => void, double: () => void}} around
 */
export class ConditionCard {
  constructor(row, around) {
    Object.assign(this, { row, around });
    this.badge = h("b", { class: "vs-condition-number", "aria-hidden": "true" });
    this.label = h("input", { class: "vs-input vs-condition-label", maxlength: "120", "aria-label": t("studies.condition_label"), oninput: () => this.rename() });
    this.form = h("div", { class: "vs-form" });
    this.more = h("div", { class: "vs-form" });
    this.fold = h("details", { class: "vs-condition-more" }, h("summary", {}, t("studies.settings")), this.more);
    this.instruction = h("input", { class: "vs-input", name: "instruction", maxlength: "500", value: row.instruction, placeholder: t("studio.instruction_placeholder"), oninput: (event) => this.set({ instruction: event.target.value }) });
    this.plan = document.createElement("vs-plan");
    this.insist = h("input", { type: "checkbox", onchange: () => this.want({ insist: this.insist.checked }) });
    this.insistLine = h("label", { class: "vs-study-check", hidden: true }, this.insist, h("span", {}, t("studio.insist")));
    this.element = h(
      "article",
      { class: "vs-card vs-condition" },
      h(
        "header",
        {},
        this.badge,
        this.label,
        button({ kind: "quiet", icon: "copy", quiet: true, label: t("studies.condition_double"), onclick: () => around.double() }),
        button({ kind: "quiet", icon: "trash", quiet: true, label: t("studies.condition_drop"), onclick: () => around.drop() }),
      ),
      this.form,
      this.fold,
      this.plan,
      this.insistLine,
    );
    this.draw();
  }

  get engine() {
    return this.around.engines.find((one) => one.name === this.row.wanted.engine);
  }

  /** @param {number} position 0, 1, … */
  place(position) {
    this.badge.textContent = number(position + 1);
    this.element.dataset.position = position;
    this.element.setAttribute("aria-label", t("studies.condition_number", { number: number(position + 1) }));
  }

  draw() {
    const { row, around, engine } = this;
    this.element.dataset.engine = row.wanted.engine;
    const choose = h("select", { class: "vs-input", name: "engine", onchange: () => this.exchange(choose.value) });
    const usable = around.engines.filter(ready);
    const waiting = around.engines.filter((one) => !ready(one));
    fill(
      choose,
      h("optgroup", { label: t("studies.engines_ready") }, usable.map((one) => h("option", { value: one.name }, one.title))),
      waiting.length ? h("optgroup", { label: t("studies.engines_waiting") }, waiting.map((one) => h("option", { value: one.name, disabled: one.name !== row.wanted.engine }, one.title))) : null,
    );
    choose.value = row.wanted.engine;
    const fields = engine ? optionFields(engine, row.wanted.options || {}, (options) => this.want({ options })) : { model: [], others: [] };
    fill(
      this.form,
      h("label", { class: "vs-field" }, t("studies.engine"), choose),
      engine ? voiceChoice({ engine, voices: around.voices, language: around.study.language, voice: row.wanted.voice, voice_id: row.voice_id }, ({ voice, voice_id: cloned }) => this.set({ wanted: { ...row.wanted, voice }, voice_id: cloned })) : null,
      fields.model,
      around.instructed ? null : h("label", { class: "vs-field vs-wide" }, t("studio.instruction"), this.instruction),
    );
    fill(this.more, fields.others, this.seed());
    this.insist.checked = Boolean(row.wanted.insist);
    this.name();
    this.look();
  }

  /** The same seed says the same again, where an engine draws by chance. */
  seed() {
    if (this.engine?.deterministic) return null;
    const input = h("input", { class: "vs-input", type: "number", min: 0, max: 2147483647, step: 1, value: this.row.wanted.seed ?? "", oninput: () => input.checkValidity() && this.want({ seed: input.value === "" ? null : Number(input.value) }) });
    return h("label", { class: "vs-field" }, t("studies.seed"), input, h("span", { class: "vs-hint" }, t("studies.seed_hint")));
  }

  /** Another engine: its own voices and settings, nothing of the one before. */
  exchange(engine) {
    const { row } = this;
    row.wanted = { engine };
    if (this.engine.cloning.kind === "none" && !this.engine.cloning.closest_preset) row.voice_id = null;
    this.around.change();
    this.draw();
  }

  want(part) {
    this.set({ wanted: { ...this.row.wanted, ...part } });
  }

  set(part) {
    Object.assign(this.row, part);
    this.around.change();
    this.look();
  }

  rename() {
    this.row.own = Boolean(this.label.value.trim());
    this.row.label = this.label.value.trim();
    this.around.change();
  }

  /** Show the name, unless it is being typed. */
  name() {
    this.label.placeholder = this.around.titleOf(this.row);
    if (document.activeElement !== this.label) this.label.value = this.row.label;
  }

  /** Ask what the engine will honour of this, and show it. */
  look() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), SOON);
  }

  async ask() {
    const { row, around } = this;
    const asked = JSON.stringify([row.wanted, row.voice_id, row.instruction, around.sample()]);
    if (asked === this.asked) return;
    this.asked = asked;
    try {
      const order = { text: around.sample(), language: around.study.language, voice: row.voice_id, instruction: around.instructed ? around.study.conditions[0]?.instruction || "" : row.instruction, engines: [row.wanted] };
      const { engines } = await post("/api/plans", order);
      if (asked !== this.asked) return;
      const [plan] = engines;
      if (plan.refusal) plan.refusal.message = forPeople(plan.refusal.message);
      this.plan.plan = plan;
      this.insistLine.hidden = !plan.insistable && !row.wanted.insist;
    } catch (reason) {
      if (asked === this.asked) fill(this.plan, h("p", { class: "vs-refusal" }, icon("warn"), reason.message));
    }
  }
}
