/** A part of the result: a heading, a line that says what it is, and what belongs to it. */

import { h } from "../dom.js";
import { t } from "../texts.js";

/** @param {string} name of the part; its texts are `result.<name>.title` and `.about` */
export function section(name, ...children) {
  return h(
    "section",
    { class: "vs-result-section", id: `result-${name}`, data: { part: name }, "aria-labelledby": `result-${name}-title` },
    h("h3", { class: "vs-result-title", id: `result-${name}-title` }, t(`result.${name}.title`)),
    h("p", { class: "vs-result-about" }, t(`result.${name}.about`)),
    children,
  );
}

/** The same part where it could not be computed: the sentence that says why. */
export const without = (name, why) => (why ? section(name, h("p", { class: "vs-hint" }, why)) : null);
