/** How far along: the line on top, and the words above a question. */

import { t } from "./words.js";

/**
 * @param {{training: boolean, number: number}} trial the screen that is shown; the server numbers a
 *     rater's screens from 1, those for practice first
 * @param {{training: number, screens: number}} study
 * @returns {{label: string}}
 */
export function progress(trial, { training, screens }) {
  const of = screens - training;
  const number = trial.number - training;
  const share = trial.training ? 0 : (number - 1) / Math.max(1, of);
  const line = document.getElementById("line");
  line.style.setProperty("--share", share.toFixed(3));
  line.setAttribute("aria-valuenow", String(Math.round(share * 100)));
  line.hidden = false;
  return { label: trial.training ? t("practice.label", { number: trial.number, of: training }) : t("progress", { number, of }) };
}
