/** Fields for an engine's own settings, drawn from the JSON schema of its options. */

import { h } from "../dom.js";
import { has, t } from "../texts.js";

/** Settings that say which model it is stand beside the voice, the others are folded away. */
const MODELS = ["model", "size", "quality"];

/**
 * @param {object} engine as the API gives it
 * @param {Record<string, any>} values those that are not the default
 * @param {(values: Record<string, any>) => void} change
 * @returns {{model: HTMLElement[], others: HTMLElement[]}}
 */
export function optionFields(engine, values, change) {
  const shared = engine.options.$defs || {};
  const kept = { ...values };
  const set = (name, value, usual) => {
    if (value === usual || value === undefined) delete kept[name];
    else kept[name] = value;
    change({ ...kept });
  };
  const fields = Object.entries(engine.options.properties || {}).map(([name, raw]) => {
    const field = resolved(raw, shared);
    const key = `option.${engine.name.split("-")[0]}.${name}`;
    const info = has(`${key}_info`) ? t(`${key}_info`) : "";
    const control = controlOf(field, key, kept[name] ?? field.default, (value) => set(name, value, field.default));
    control.name = name;
    const label = engine.option_titles[name] || field.title || name;
    const element = field.type === "boolean" ? h("label", { class: "vs-study-check" }, control, h("span", {}, label)) : h("label", { class: "vs-field" }, label, control);
    if (info) element.append(h("span", { class: "vs-hint" }, info));
    return { name, element, choice: Boolean(field.enum) || name === "model" };
  });
  const isModel = (one) => MODELS.includes(one.name) && one.choice;
  return { model: fields.filter(isModel).map((one) => one.element), others: fields.filter((one) => !isModel(one)).map((one) => one.element) };
}

/** The field with its reference looked up and an optional's other half left out. */
function resolved(field, shared) {
  const parts = [...(field.allOf || []), ...(field.anyOf || []).filter((one) => one.type !== "null").slice(0, 1), field];
  const whole = {};
  for (const part of parts) Object.assign(whole, part.$ref ? shared[part.$ref.split("/").at(-1)] : part);
  return whole;
}

function controlOf(field, key, value, set) {
  if (field.enum) {
    const name = (choice) => (has(`${key}.${choice}`) ? t(`${key}.${choice}`) : String(choice));
    const select = h("select", { class: "vs-input", onchange: () => set(field.enum[select.selectedIndex]) }, field.enum.map((choice) => h("option", {}, name(choice))));
    select.selectedIndex = Math.max(0, field.enum.indexOf(value));
    return select;
  }
  if (field.type === "boolean") {
    const box = h("input", { type: "checkbox", onchange: () => set(box.checked) });
    box.checked = Boolean(value);
    return box;
  }
  if (field.type === "number" || field.type === "integer") {
    const input = h("input", {
      class: "vs-input",
      type: "number",
      min: field.minimum ?? field.exclusiveMinimum,
      max: field.maximum ?? field.exclusiveMaximum,
      step: field.multipleOf ?? (field.type === "integer" ? 1 : "any"),
      value: value ?? "",
      oninput: () => input.checkValidity() && set(input.value === "" ? undefined : Number(input.value)),
    });
    return input;
  }
  const input = h("input", { class: "vs-input", maxlength: field.maxLength, pattern: field.pattern, value: value ?? "", oninput: () => input.checkValidity() && set(input.value) });
  return input;
}
