/** How far along: the line on top, and the words above a question. */

import { outbox } from "./outbox.js";
import { t } from "./words.js";

/**
 * @param {{done: number, of: number, training_left: number}} known what the server last said
 * @param {{training: boolean, number: number}} trial the screen that is shown
 * @param {{training: number}} study
 * @returns {{label: string}}
 */
export function progress({ done, of, training_left: practice }, trial, { training }) {
  const waiting = outbox.waiting.length;
  const line = document.getElementById("line");
  const share = trial.training ? 0 : Math.min(1, (done + waiting) / Math.max(1, of));
  line.style.setProperty("--share", share.toFixed(3));
  line.setAttribute("aria-valuenow", String(Math.round(share * 100)));
  line.hidden = false;
  if (trial.training) {
    const number = Math.min(training, Math.max(1, training - practice + waiting + 1));
    return { label: t("practice.label", { number, of: training }) };
  }
  return { label: t("progress", { number: Math.min(of, done + waiting + 1), of }) };
}
