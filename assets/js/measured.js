/** Figures of a report: value with its unit, what hovering tells, which of several is best. */

import { h, icon } from "./dom.js";
import { number, percent, seconds, t } from "./texts.js";

const OWN_UNIT = ["LUFS", "dBFS", "dBTP", "dB", "Hz", "MOS"];

/** The value with its unit, e.g. "−18.2 LUFS", "3 %"; "–" where there is none. */
export function withUnit({ value, unit, digits = 2 }) {
  if (value === null || value === undefined) return "–";
  if (unit === "s") return seconds(value, digits);
  if (unit === "share") return percent(value, Math.max(0, digits - 2));
  if (unit === "MOS") return number(value, 1);
  if (OWN_UNIT.includes(unit)) return `${number(value, digits)} ${unit}`;
  if (unit === "semitones") return t("measured.semitones", { value: number(value, digits) });
  if (unit === "syllables/s") return t("measured.syllables", { value: number(value, digits) });
  return number(value, unit === "ratio" && Math.abs(value) < 0.01 ? 3 : digits); // as on the card
}

/** What a figure tells and how it was measured, for hovering and screen readers. */
export const about = ({ meaning, method }) => [meaning, method && t("measured.method", { method })].filter(Boolean).join(" ");

/** @returns {object|undefined} the first of these figures that has a value */
export const find = (figures, ...names) => names.map((name) => figures?.find((one) => one.name === name && one.value !== null)).find(Boolean);

/** By how much figures must differ to be told apart: below that a listener would not care. */
const STEPS = {
  wer: 0.02,
  cer: 0.02,
  speaker_similarity: 0.03,
  distillmos: 0.2,
  dnsmos_overall: 0.15,
  dnsmos_signal: 0.15,
  dnsmos_background: 0.15,
  snr_db: 3,
  clipping_ratio: 0.0001,
  ttfa_seconds: 0.1,
};
const RELATIVE = 0.1;
/** Units whose words are coarser than what listeners can tell. */
const FINER_THAN_WORDS = ["MOS", "cosine"];

/**
 * Which of several values are the best: those within a trivial step of the best one, or called the
 * same in words ("no noise"), and nobody where that is everybody.
 * @param {(object|undefined)[]} figures the same figure of each take
 * @returns {boolean[]}
 */
export function best(figures) {
  const direction = figures.find(Boolean)?.better;
  const values = figures.map((one) => one?.value ?? null);
  const known = values.filter((value) => value !== null);
  if (!direction || known.length < 2) return values.map(() => false);
  const top = direction === "high" ? Math.max(...known) : Math.min(...known);
  const step = STEPS[figures.find(Boolean).name] ?? Math.abs(top) * RELATIVE;
  const first = figures.find((one) => one?.value === top);
  const alike = (one) => Boolean(first.words) && one.words === first.words && !FINER_THAN_WORDS.includes(first.unit);
  const near = figures.map((one) => Boolean(one) && one.value !== null && (Math.abs(one.value - top) < step || alike(one)));
  return near.filter(Boolean).length === known.length ? values.map(() => false) : near;
}

/** Findings with a sign each: a fault or a warning, in words for those who do not see the sign. */
export const findingList = (findings) =>
  findings.length
    ? h(
        "ul",
        { class: "vs-findings" },
        findings.map((one) =>
          h("li", { data: { severity: one.severity, code: one.code } }, icon("warn"), h("span", {}, h("span", { class: "vs-hidden" }, t(`measured.${one.severity}`), " "), one.message)),
        ),
      )
    : null;

/** Every figure with unit, words and method. */
export const figureList = (figures) =>
  h(
    "dl",
    { class: "vs-all-figures" },
    figures.map((one) =>
      h(
        "div",
        { data: { figure: one.name } },
        h("dt", { title: one.meaning }, one.title),
        h("dd", {}, h("strong", {}, withUnit(one)), one.words && h("span", {}, one.words)),
        h("dd", { class: "vs-method-line" }, one.method),
      ),
    ),
  );
