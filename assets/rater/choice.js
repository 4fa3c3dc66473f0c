/** One answer out of a few: A, B or no difference; a point on a scale with its label. */

import { h } from "./build.js";
import { t } from "./words.js";

const SCORES = ["scale.score_5", "scale.score_4", "scale.score_3", "scale.score_2", "scale.score_1"];
const COMPARED = [
  "scale.compared_3",
  "scale.compared_2",
  "scale.compared_1",
  "scale.compared_0",
  "scale.compared_-1",
  "scale.compared_-2",
  "scale.compared_-3",
];
const CHOICES = { a: "choice.a", b: "choice.b", tie: "choice.tie" };

const signed = (value) => (value > 0 ? `+${value}` : String(value).replace("-", "−"));

/**
 * The options of a study, in the order of the screen.
 * @param {{protocol: string, choices: string[], scale: {low: number, high: number}|null}} study
 * @returns {Array<{value: string|number, label: string, points: string, key: number}>} `key`: the digit
 */
export function options({ protocol, choices, scale }) {
  if (choices.length) return choices.map((value, index) => ({ value, label: t(CHOICES[value]), points: "", key: index + 1 }));
  const compared = protocol === "ccr";
  const labels = compared ? COMPARED : SCORES;
  return labels.map((label, index) => {
    const value = scale.high - index;
    return { value, label: t(label), points: compared ? signed(value) : String(value), key: compared ? index + 1 : value };
  });
}

/**
 * @param {object} options
 * @param {object} options.study
 * @param {string} options.question the legend, for screen readers
 * @param {() => void} options.changed
 */
export function choice({ study, question, changed }) {
  const all = options(study);
  const inputs = all.map(({ value }) => h("input", { type: "radio", name: "answer", value: String(value), onchange: changed }));
  const root = h(
    "fieldset",
    { class: "answer", disabled: true, data: { kind: study.choices.length ? "choice" : study.protocol } },
    h("legend", { class: "quiet" }, question),
    study.protocol === "ccr" && h("p", { class: "answer-of", "aria-hidden": "true" }, t("compared_of")),
    h(
      "div",
      { class: "options" },
      ...all.map(({ label, points, key, value }, index) =>
        h(
          "label",
          { class: "option", data: { value: String(value) } },
          inputs[index],
          points && h("span", { class: "option-points" }, points),
          h("span", { class: "option-label" }, label),
          h("kbd", { "aria-hidden": "true" }, String(key)),
        ),
      ),
    ),
  );
  const chosen = () => inputs.findIndex((input) => input.checked);
  return {
    root,
    last: Math.max(...all.map(({ key }) => key)),
    /** The answer as the server wants it; null while there is none. */
    get value() {
      const at = chosen();
      if (at < 0) return null;
      return study.choices.length ? { choice: all[at].value } : { score: all[at].value };
    },
    set value(given) {
      const at = all.findIndex(({ value }) => value === given?.choice || value === given?.score);
      if (at >= 0) inputs[at].checked = true;
    },
    /** By its digit. */
    press(digit) {
      const at = all.findIndex(({ key }) => key === digit);
      if (at < 0 || root.disabled) return;
      inputs[at].checked = true;
      changed();
    },
    enable(open) {
      root.disabled = !open;
    },
  };
}
