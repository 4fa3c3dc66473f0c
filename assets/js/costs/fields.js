/** Number fields and choices of the calculator, each with what it stands on beside it. */

import { h } from "../dom.js";
import { number, t } from "../texts.js";

/**
 * A number that somebody can replace.
 * @param {{name: string, label: string, value: number|null, least: number, most: number, step?: number|"any", hint?: Node|string, basis?: any, over?: boolean, onvalue: (value: number|null) => void, empty?: boolean}} options
 *   `over`: the value is somebody's own; `empty`: it may be left out, told as null.
 */
export function numberField({ name, label, value, least, most, step = "any", hint, basis, onvalue, empty = false }) {
  const problem = h("small", { class: "vs-field-bad", role: "alert", hidden: true, id: `vs-cost-${name}-bad` }, t("costs.bad_number", { least: number(least, least % 1 ? 2 : 0), most: number(most) }));
  const input = h("input", {
    class: "vs-input",
    type: "number",
    inputmode: "decimal",
    name,
    min: least,
    max: most,
    step,
    value: value === null || value === undefined ? "" : String(value),
    oninput: () => {
      const left = input.value.trim() === "" && !input.validity.badInput;
      const wrong = left ? !empty : !input.validity.valid || Number.isNaN(input.valueAsNumber);
      problem.hidden = !wrong;
      input.setAttribute("aria-invalid", String(wrong));
      if (wrong) input.setAttribute("aria-describedby", problem.id);
      else input.removeAttribute("aria-describedby");
      if (!wrong) onvalue(left ? null : input.valueAsNumber);
    },
  });
  return h("div", { class: "vs-field vs-cost-field", data: { field: name } }, h("label", {}, h("span", {}, label), input), h("small", { class: "vs-basis-of" }, basis || ""), hint && h("small", { class: "vs-field-hint" }, hint), problem);
}

/** A choice among named values. */
export function choiceField({ name, label, value, options, onvalue, basis }) {
  return h(
    "div",
    { class: "vs-field vs-cost-field", data: { field: name } },
    h("label", {}, h("span", {}, label), h("select", { class: "vs-input", name, onchange: (event) => onvalue(event.target.value) }, options.map(([id, text]) => h("option", { value: id, selected: id === value }, text)))),
    basis === undefined ? null : h("small", { class: "vs-basis-of" }, basis),
  );
}
