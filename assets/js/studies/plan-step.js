/** Fifth step: everything that must not depend on what the answers turn out to be. */

import { h } from "../dom.js";
import { counted, number, percent, t } from "../texts.js";
import { merged } from "./draft.js";
import { planFolds } from "./plan-folds.js";
import { Planner, difference } from "./planner.js";
import { slider } from "./slider.js";

const MOST_RATERS = 200;
const MOST_TRIALS = 100;
const RULES = ["fixed", "anytime", "owner"];
/** What a difference can be, by protocol: unit, least, most, step. */
const DIFFERENCES = { acr: ["mean", 0.05, 2, 0.05], smos: ["mean", 0.05, 2, 0.05], ccr: ["mean", 0.05, 2, 0.05], mushra: ["points", 1, 40, 1] };
const SHARE = ["share", 0.02, 0.4, 0.01];

/** Distinct screens of a study: nobody is asked the same twice. */
export function screens({ protocol, conditions, texts }) {
  const each = conditions.length;
  const said = texts.filter((one) => !one.out).length;
  if (protocol === "mushra") return said;
  if (protocol === "acr" || protocol === "smos") return each * said;
  return ((each * (each - 1)) / 2) * said;
}

export function planStep({ draft }) {
  let plan = draft.study.plan;
  const { study } = draft;
  const planner = new Planner(() => draft.study);
  const change = (part) => {
    plan = merged(plan, part);
    draft.change({ plan: part });
    planner.ask(plan);
  };
  const [unit, least, most, step] = DIFFERENCES[study.protocol] || SHARE;
  const distinct = screens(study);
  const paired = ["ab", "axy"].includes(study.protocol);
  const rules = h(
    "div",
    { class: "vs-choices vs-choices-rows" },
    RULES.map((rule) => {
      const input = h("input", { type: "radio", name: "study-rule", value: rule, onchange: () => change({ stopping: { rule } }) });
      input.checked = plan.stopping.rule === rule;
      return h("label", { class: "vs-choice", data: { value: rule } }, input, h("span", {}, h("strong", {}, t(`studies.rule.${rule}`)), h("span", {}, t(`studies.rule_is.${rule}`))));
    }),
  );
  const headphones = h("select", { class: "vs-input", name: "headphones", onchange: () => change({ headphones: headphones.value }) }, ["required", "offered", "off"].map((one) => h("option", { value: one }, t(`studies.headphones.${one}`))));
  headphones.value = plan.headphones;
  const element = h(
    "div",
    { class: "vs-study-two vs-plan-step" },
    h(
      "div",
      { class: "vs-study-main" },
      h(
        "section",
        { class: "vs-card vs-sliders" },
        slider({ label: t("studies.raters"), hint: t("studies.raters_hint"), name: "raters", min: 2, max: Math.max(MOST_RATERS, plan.raters), step: 1, value: plan.raters, say: (value) => counted("studies.raters_value", value), change: (raters) => change({ raters }) }),
        slider({ label: t("studies.trials"), hint: counted("studies.trials_hint", distinct), name: "trials", min: 1, max: Math.max(1, Math.min(MOST_TRIALS, distinct)), step: 1, value: Math.min(plan.trials, distinct || 1), say: (value) => counted("studies.trials_value", value), change: (trials) => change({ trials }) }),
        slider({ label: t("studies.difference"), hint: t("studies.difference_hint"), name: "difference", min: least, max: most, step, value: Math.max(least, Math.min(most, plan.difference)), say: (value) => difference(unit, value), change: (value) => change({ difference: value }) }),
        slider({ label: t("studies.power"), hint: t("studies.power_hint"), name: "power", min: 0.6, max: 0.95, step: 0.05, value: plan.power, say: (value) => percent(value), change: (power) => change({ power }) }),
      ),
      h("fieldset", { class: "vs-study-choices" }, h("legend", {}, t("studies.rule_legend")), rules),
      h(
        "section",
        { class: "vs-card" },
        h("h3", {}, t("studies.screen_title")),
        h(
          "div",
          { class: "vs-form vs-plan-screen" },
          slider({ label: t("studies.training"), name: "training", min: 0, max: 5, step: 1, value: plan.training, say: (value) => number(value), change: (training) => change({ training }) }),
          slider({ label: t("studies.sitting"), hint: t("studies.sitting_hint"), name: "sitting", min: 5, max: 60, step: 1, value: plan.sitting, say: (value) => number(value), change: (sitting) => change({ sitting }) }),
          h("label", { class: "vs-field" }, t("studies.headphones_label"), headphones),
          paired ? ties(plan, change) : null,
        ),
      ),
      planFolds({ study, plan, change }),
    ),
    h("aside", { class: "vs-study-aside" }, planner.element),
  );
  // More trials than there are screens would be refused; fewer than that is the plan now.
  if (distinct && plan.trials > distinct) change({ trials: distinct });
  else planner.ask(plan);
  return { element, close: () => planner.close(), hint: () => "" };
}

function ties(plan, change) {
  const input = h("input", { type: "checkbox", name: "ties", onchange: () => change({ ties: input.checked }) });
  input.checked = plan.ties;
  return h("label", { class: "vs-study-check" }, input, h("span", {}, t("studies.plan.ties"), h("small", {}, t("studies.plan_is.ties"))));
}
