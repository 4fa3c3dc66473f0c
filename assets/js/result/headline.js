/** What may be said, large, and what it stands on. */

import { h, icon } from "../dom.js";
import { useName } from "../studies/uses.js";
import { counted, languageName, moment, number, percent, t } from "../texts.js";
import { adopt, decided } from "./decision.js";
import { ended } from "./method.js";

/** Notes that are no reason for caution. */
const good = (one) => one.code === "all";

/** @param {import("./reading.js").Reading} reading */
export function headline(reading, decisions) {
  const { headline: said, study } = reading;
  const notes = said.notes ?? [];
  const cautions = notes.filter((one) => !good(one));
  return h(
    "section",
    { class: "vs-card vs-result-head", data: { sure: said.sure ? "yes" : "no", code: said.code } },
    h("p", { class: "vs-result-kind" }, kind(study)),
    h("h2", { class: "vs-result-sentence" }, said.message),
    picture(reading),
    !said.sure && Number.isFinite(said.missing) && missing(said),
    basis(reading),
    notes.filter(good).map((one) => h("p", { data: { code: one.code } }, one.message)),
    cautions.length ? h("ul", { class: "vs-cautions" }, cautions.map((one) => h("li", { data: { code: one.code } }, icon("warn"), one.message))) : null,
    h("p", { class: "vs-hint vs-result-when" }, Number.isFinite(said.low) && [t("result.head.interval"), " "], when(study), " ", ended(reading)),
    decided(reading, decisions),
    !decisions.length && said.sure && Number.isInteger(said.first) && reading.kind !== "abx" && adopt(reading),
  );
}

/** "AB · overall preference · Korean · news" */
export function kind(study) {
  return [t(`result.protocol.${study.protocol}`), t(`result.question.${study.question}`), languageName(study.language), useName(study.use)].filter(Boolean).join(" · ");
}

function when(study) {
  const values = { opened: moment(study.opened_at), closed: moment(study.closed_at) };
  return study.closed_at ? t("result.head.closed", values) : t("result.head.open", values);
}

function missing(said) {
  const share = said.votes / Math.max(1, said.votes + said.missing);
  return h(
    "div",
    { class: "vs-result-missing", role: "img", "aria-label": counted("result.head.missing", said.missing) },
    h("i", { style: { "--share": share.toFixed(3) } }),
    h("span", {}, counted("result.head.missing", said.missing)),
  );
}

/** First and second on one line: where the middle is, where the estimate lies, how sure it is. */
function picture(reading) {
  const { first, second, value, low, high } = reading.headline;
  if (first === null || first === undefined || second === null || second === undefined || !Number.isFinite(value) || !Number.isFinite(low)) return null;
  const shares = reading.kind === "pairs" || reading.kind === "abx";
  const most = shares ? 0.5 : Math.max(Math.abs(low), Math.abs(high)) * 1.25 || 1;
  const middle = shares ? 0.5 : 0;
  const at = (one) => `${Math.min(100, Math.max(0, ((one - middle) / most + 1) * 50))}%`;
  const say = (one) => (shares ? percent(one) : reading.difference(one));
  const abx = reading.kind === "abx";
  return h(
    "figure",
    { class: "vs-scale", role: "img", "aria-label": t("result.head.picture", { value: say(value), low: say(low), high: say(high) }) },
    h("div", { class: "vs-scale-line", "aria-hidden": "true", style: { "--low": at(low), "--high": at(high), "--dot": at(value) } }, h("u", {}), h("i", {}), h("b", {}), h("output", {}, say(value))),
    h(
      "div",
      { class: "vs-scale-ends", "aria-hidden": "true" },
      h("span", {}, abx ? t("result.head.always_wrong") : reading.label(second)),
      h("span", {}, abx ? t("result.head.guessing") : t("result.head.no_difference")),
      h("span", {}, abx ? t("result.head.always_right") : reading.label(first)),
    ),
  );
}

function basis(reading) {
  const { basis: on } = reading;
  const facts = [
    [number(on.counted), counted("result.basis.counted", on.counted)],
    [number(on.counted_raters), counted("result.basis.raters", on.counted_raters)],
    [number(on.texts), counted("result.basis.texts", on.texts)],
    reading.ties && [number(on.ties), counted("result.basis.ties", on.ties)],
    on.unusable ? [number(on.unusable), counted("result.basis.unusable", on.unusable)] : null,
  ].filter(Boolean);
  return h("ul", { class: "vs-basis" }, facts.map(([value, word]) => h("li", {}, h("strong", {}, value), h("span", {}, word))));
}
