/** A draft, step by step: the steps on top, one of them open, the way on below. Nothing to save. */

import { button, fill, h, icon } from "../dom.js";
import { t, number } from "../texts.js";
import { conditionsStep } from "./conditions-step.js";
import { Draft } from "./draft.js";
import { stateChip } from "./list.js";
import { listenStep } from "./listen-step.js";
import { openStep } from "./open-step.js";
import { STEPS, go, way } from "./place.js";
import { planStep } from "./plan-step.js";
import { questionStep } from "./question-step.js";
import { textsStep } from "./texts-step.js";

const BUILD = { question: questionStep, conditions: conditionsStep, texts: textsStep, listen: listenStep, plan: planStep, open: openStep };

export class Wizard {
  /**
   * @param {object} study a draft as the API gives it
   * @param {string} step the step asked for; empty: as far as the study has come
   * @param {() => void} again draw the page anew (the study is open now)
   */
  constructor(study, step, again) {
    this.id = study.id;
    this.draft = new Draft(study);
    this.again = again;
    this.kept = h("span", { class: "vs-study-kept", role: "status" });
    this.steps = h("ol", { class: "vs-study-steps" });
    this.body = h("section", { class: "vs-study-step" });
    this.word = h("p", { class: "vs-alert", role: "alert", hidden: true });
    this.foot = h("div", { class: "vs-study-foot" });
    this.name = h("h2", { class: "vs-study-title" });
    this.element = h(
      "div",
      { class: "vs-study-wizard" },
      h("header", { class: "vs-study-head" }, h("a", { class: "vs-study-back", ...way({}) }, icon("back"), t("studies.back")), h("div", {}, this.name, stateChip("draft"), this.kept)),
      h("nav", { "aria-label": t("studies.steps") }, this.steps),
      this.word,
      this.body,
      this.foot,
    );
    this.draft.addEventListener("state", () => this.sayKept());
    this.draft.addEventListener("study", () => this.refresh());
    this.guard = (event) => this.draft.unsaved && event.preventDefault();
    addEventListener("beforeunload", this.guard);
    this.show(step || reached(study), { quiet: true });
    if (!step) go({ study: this.id, step: this.step }, { replace: true });
  }

  close() {
    removeEventListener("beforeunload", this.guard);
    this.draft.flush();
    this.shown?.close?.();
  }

  /** The address names another step. */
  async goTo(step) {
    const to = step || reached(this.draft.study);
    if (to === this.step) return;
    await this.draft.flush();
    this.show(to);
  }

  show(step, { quiet = false } = {}) {
    this.shown?.close?.();
    this.step = step;
    this.shown = BUILD[step]({ draft: this.draft, again: this.again, say: (sentence) => this.say(sentence) });
    this.say("");
    this.title = h("h2", { class: "vs-study-step-title", tabindex: "-1" }, t(`studies.step.${step}`));
    fill(this.body, h("header", {}, this.title, h("p", { class: "vs-study-lead" }, t(`studies.step_lead.${step}`))), this.shown.element);
    this.body.dataset.step = step;
    this.refresh();
    if (quiet) return;
    this.title.focus({ preventScroll: true });
    this.element.scrollIntoView({ block: "start" });
  }

  refresh() {
    const { study } = this.draft;
    this.name.textContent = study.title || t("studies.untitled");
    this.shown?.refresh?.();
    const ready = STEPS.map((one) => done(study, one));
    const hint = this.shown?.hint?.() || "";
    const key = JSON.stringify([this.step, ready, hint]);
    // Drawn anew only when something differs: whoever stands on one of the links keeps the place.
    if (key === this.drawn) return;
    this.drawn = key;
    const here = STEPS.indexOf(this.step);
    fill(
      this.steps,
      STEPS.map((step, index) =>
        h(
          "li",
          { data: { step, done: String(ready[index]) } },
          h(
            "a",
            { class: "vs-study-step-link", ...way({ study: this.id, step }), "aria-current": step === this.step ? "step" : null },
            h("b", { "aria-hidden": "true" }, ready[index] && step !== this.step ? icon("check") : number(index + 1)),
            h("span", {}, t(`studies.step_name.${step}`)),
            ready[index] ? h("span", { class: "vs-hidden" }, t("studies.step_done")) : null,
          ),
        ),
      ),
    );
    const last = here === STEPS.length - 1;
    const before = STEPS[here - 1];
    const after = STEPS[here + 1];
    fill(
      this.foot,
      before ? h("a", { class: "vs-button vs-button-plain", ...way({ study: this.id, step: before }) }, icon("back"), t(`studies.step_name.${before}`)) : h("span", {}),
      h("span", { class: "vs-hint" }, hint),
      last ? null : h("a", { class: "vs-button vs-button-accent vs-study-next", ...way({ study: this.id, step: after }) }, t("studies.next", { step: t(`studies.step_name.${after}`) }), icon("next")),
    );
  }

  sayKept() {
    const { state, refusal } = this.draft;
    this.kept.dataset.state = state;
    fill(this.kept, state === "saved" ? icon("check") : null, t(`studies.kept_${state}`));
    if (state === "refused") {
      // Opened or closed in another window: this is no draft any more.
      if (refusal.code === "study_not_draft") this.again();
      else this.say(refusal.message);
    } else if (state === "saved") this.say("");
  }

  /** A sentence about something that did not work, above the step. */
  say(sentence) {
    this.word.hidden = !sentence;
    if (sentence) fill(this.word, icon("warn"), h("span", {}, sentence));
  }
}

/** The first step that is not done. */
const reached = (study) => STEPS.find((step) => !done(study, step)) || "open";

/** Whether a step has what the next one needs. */
export function done(study, step) {
  const { conditions, texts, rendering, listening } = study;
  const has = {
    question: Boolean(study.title),
    conditions: conditions.length >= (study.protocol === "acr" || study.protocol === "smos" ? 1 : 2) && conditions.every((one) => !one.refusal),
    texts: texts.length > 0,
    listen: rendering.total > 0 && rendering.settled && !rendering.missing && !rendering.failed && listening.left === 0,
  };
  if (step === "open") return false;
  if (step === "plan") return has.question && has.conditions && has.texts && has.listen && study.ready.ok;
  return has[step];
}
