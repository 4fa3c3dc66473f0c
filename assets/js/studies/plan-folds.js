/** The rest of the plan, folded: checks mixed in, who is left out, how it sounds, how it is drawn and sealed. */

import { h } from "../dom.js";
import { number, percent, t } from "../texts.js";
import { slider } from "./slider.js";

const TWO = ["ab", "axy", "abx", "ccr"];

export function planFolds({ study, plan, change }) {
  const two = TWO.includes(study.protocol);
  const mushra = study.protocol === "mushra";
  return h(
    "div",
    { class: "vs-plan-folds" },
    fold("checks", [two ? share("repeats", 0.4) : null, two && study.protocol !== "abx" ? share("identical", 0.3) : null, share("attention", 0.3)]),
    fold("exclusions", [
      limit("attention_failed", 1, 5, 1, (value) => number(value)),
      two ? limit("consistency_below", 0.3, 0.9, 0.05, (value) => percent(value)) : null,
      level("favouring_p"),
      two ? level("one_sided") : null,
      plan.headphones === "off" ? null : rule("headphones_failed"),
      mushra ? rule("mushra_reference") : null,
    ]),
    fold("sound", [
      slider({ label: t("studies.loudness"), hint: t("studies.loudness_hint"), name: "loudness_lufs", min: -32, max: -16, step: 1, value: plan.loudness_lufs, say: (value) => t("unit.lufs", { value: number(value) }), change: (value) => change({ loudness_lufs: value }) }),
      flag("fair_bandwidth"),
      flag("retries"),
      mushra ? [flag("hidden_reference"), flag("low_anchor")] : null,
    ]),
    fold("order", [two ? sampling() : null, flag("sealed")]),
  );

  function fold(name, content) {
    return h("details", { class: "vs-card vs-plan-fold", data: { fold: name } }, h("summary", {}, h("span", {}, h("strong", {}, t(`studies.fold.${name}`)), h("small", {}, t(`studies.fold_is.${name}`)))), h("div", { class: "vs-plan-fold-body" }, content));
  }

  function share(name, most) {
    return slider({ label: t(`studies.plan.${name}`), hint: t(`studies.plan_is.${name}`), name, min: 0, max: most, step: 0.01, value: plan[name], say: (value) => percent(value), change: (value) => change({ [name]: value }) });
  }

  function flag(name) {
    const input = h("input", { type: "checkbox", name, onchange: () => change({ [name]: input.checked }) });
    input.checked = plan[name];
    return words(name, input);
  }

  function words(name, input) {
    return h("label", { class: "vs-study-check" }, input, h("span", {}, t(`studies.plan.${name}`), h("small", {}, t(`studies.plan_is.${name}`))));
  }

  function rule(name) {
    const input = h("input", { type: "checkbox", name, onchange: () => change({ exclusions: { [name]: input.checked } }) });
    input.checked = plan.exclusions[name];
    return words(name, input);
  }

  /** A rule with a number, or switched off. */
  function limit(name, min, max, step, say) {
    const usual = { attention_failed: 2, consistency_below: 0.5 }[name];
    const value = plan.exclusions[name];
    const range = slider({ label: t("studies.limit"), name: `${name}-limit`, min, max, step, value: value ?? usual, say, change: (now) => change({ exclusions: { [name]: now } }) });
    range.hidden = value === null;
    const input = h("input", {
      type: "checkbox",
      name,
      onchange: () => {
        range.hidden = !input.checked;
        change({ exclusions: { [name]: input.checked ? Number(range.querySelector("input").value) : null } });
      },
    });
    input.checked = value !== null;
    return h("div", { class: "vs-plan-limit" }, words(name, input), range);
  }

  /** A test at its level, or none. */
  function level(name) {
    const usual = plan.exclusions[name] ?? { favouring_p: 0.005, one_sided: 0.001 }[name];
    const input = h("input", { type: "checkbox", name, onchange: () => change({ exclusions: { [name]: input.checked ? usual : null } }) });
    input.checked = plan.exclusions[name] !== null;
    return words(name, input);
  }

  function sampling() {
    const select = h("select", { class: "vs-input", name: "sampling", onchange: () => change({ sampling: select.value }) }, ["adaptive", "uniform"].map((one) => h("option", { value: one }, t(`studies.sampling.${one}`))));
    select.value = plan.sampling;
    return h("label", { class: "vs-field" }, t("studies.sampling_label"), select, h("span", { class: "vs-hint" }, t("studies.sampling_hint")));
  }
}
