/** How a study is set up, to read: before it opens, while it runs and when it is over. */

import { h } from "../dom.js";
import { counted, languageName, number, percent, t } from "../texts.js";
import { asked } from "./picture.js";
import { difference } from "./planner.js";
import { useName } from "./uses.js";

const PAIRED = ["ab", "axy", "abx", "ccr"];
const UNITS = { acr: "mean", smos: "mean", ccr: "mean", mushra: "points" };

/** @param {object} study as the API gives it */
export function setup(study) {
  const { plan, conditions, texts } = study;
  const staying = texts.filter((one) => !one.out);
  const rows = [
    [t("studies.setup_question"), `${asked(study.protocol, study.question)} (${t(`studies.protocol.${study.protocol}`)}, ${t(`studies.protocol_short.${study.protocol}`)})`],
    [t("studies.language"), `${languageName(study.language)} · ${useName(study.use)}`],
    [t("studies.step_name.conditions"), h("ul", {}, conditions.map((one) => h("li", {}, one.label, one.instruction ? h("small", {}, one.instruction) : null)))],
    [t("studies.step_name.texts"), h("details", {}, h("summary", {}, counted("studies.texts_count", staying.length)), h("ol", { lang: study.language }, staying.map((one) => h("li", {}, one.text))))],
    [t("studies.raters"), t("studies.setup_raters", { raters: counted("studies.raters_value", plan.raters), trials: counted("studies.trials_value", plan.trials) })],
    [t("studies.difference"), t("studies.setup_difference", { difference: difference(UNITS[study.protocol] || "share", plan.difference), power: percent(plan.power) })],
    [t("studies.rule_legend"), t(`studies.rule.${plan.stopping.rule}`)],
    [t("studies.headphones_label"), t(`studies.headphones.${plan.headphones}`)],
    [t("studies.fold.checks"), t("studies.setup_checks", { repeats: percent(plan.repeats), identical: percent(plan.identical), attention: percent(plan.attention) })],
    [t("studies.fold.exclusions"), exclusions(study)],
    [t("studies.fold.sound"), [t("unit.lufs", { value: number(plan.loudness_lufs) }), plan.fair_bandwidth && t("studies.plan.fair_bandwidth"), plan.retries && t("studies.plan.retries")].filter(Boolean).join(" · ")],
  ];
  return h("dl", { class: "vs-setup" }, rows.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value))));
}

/** Rules that can remove somebody from such a study. */
function exclusions({ protocol, plan }) {
  const never = [protocol !== "mushra" && "mushra_reference", !PAIRED.includes(protocol) && "one_sided", !PAIRED.includes(protocol) && "consistency_below"];
  const on = Object.entries(plan.exclusions).filter(([name, value]) => value !== null && value !== false && !never.includes(name));
  return on.length ? h("ul", {}, on.map(([name]) => h("li", {}, t(`studies.plan.${name}`)))) : t("studies.setup_none");
}
