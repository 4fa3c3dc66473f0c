/** A check-up in words: the verdict, its reasons, and the figures it rests on. */

import { h, icon } from "./dom.js";
import { number, percent, seconds, t } from "./texts.js";

const SIGNS = { usable: "check", warning: "warn", refused: "close" };

/** Figures of a check-up, each with what it means. */
function figures(check) {
  const known = (value) => value !== null && value !== undefined;
  return [
    ["speech", seconds(check.speech_seconds), t(check.part ? "checkup.of_part" : "checkup.of", { seconds: seconds(check.part ? check.part.end - check.part.start : check.seconds) })],
    ["bandwidth", known(check.bandwidth_hz) ? t("unit.kilohertz", { value: number(check.bandwidth_hz / 1000, 1) }) : "–", bandwidth(check.bandwidth_hz)],
    ["loudness", known(check.loudness_lufs) ? t("unit.lufs", { value: number(check.loudness_lufs, 1) }) : "–", loudness(check.loudness_lufs)],
    ["clipping", percent(check.clipping_ratio, 2), t(check.clipping_ratio > 0.0005 ? "checkup.clipping_some" : "checkup.clipping_none")],
    ["noise", known(check.snr_db) ? t("unit.decibel", { value: number(check.snr_db, 0) }) : "–", noise(check.snr_db)],
  ];
}

const step = (value, steps) => (value === null || value === undefined ? "" : t(steps.find(([least]) => value >= least)[1]));
const bandwidth = (hertz) => step(hertz, [[10000, "checkup.bandwidth_full"], [6000, "checkup.bandwidth_fair"], [0, "checkup.bandwidth_phone"]]);
const loudness = (lufs) => step(lufs, [[-14, "checkup.loudness_loud"], [-32, "checkup.loudness_good"], [-1000, "checkup.loudness_quiet"]]);
const noise = (decibel) => step(decibel, [[30, "checkup.noise_clean"], [15, "checkup.noise_some"], [-1000, "checkup.noise_much"]]);

/** The verdict alone, as a badge. */
export const verdict = (check) =>
  h("span", { class: "vs-verdict", data: { verdict: check.verdict } }, icon(SIGNS[check.verdict]), t(`checkup.${check.verdict}`));

/** Figures that the doctor measures too, more exactly: one number each on the page. */
const SHARED = ["speech_seconds", "loudness_lufs", "clipping_ratio", "snr_db", "bandwidth_hz"];

function refined(check, doctor) {
  const better = (doctor?.figures || []).filter((one) => SHARED.includes(one.name) && one.value !== null);
  return { ...check, ...Object.fromEntries(better.map((one) => [one.name, one.value])), verdict: doctor?.verdict || check.verdict, part: doctor?.part || null };
}

/**
 * The whole check-up.
 * @param {object} first the fast check-up
 * @param {object|null} [doctor] what the doctor said since; its findings then stand in place of the reasons
 */
export function checkupView(first, doctor = null) {
  const check = refined(first, doctor);
  return h(
    "div",
    { class: "vs-checkup", data: { verdict: check.verdict } },
    verdict(check),
    check.reasons.length && !doctor?.picture ? h("ul", { class: "vs-reasons" }, check.reasons.map((reason) => h("li", {}, reason.message))) : null,
    h(
      "dl",
      { class: "vs-figures vs-figures-worded" },
      figures(check).map(([name, value, words]) =>
        h("div", { data: { figure: name } }, h("dt", {}, t(`checkup.${name}`)), h("dd", {}, value, words && h("small", {}, words))),
      ),
    ),
  );
}
