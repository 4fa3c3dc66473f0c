/** A slider with its value beside it, to drag or to type; says its value in words. */

import { h } from "../dom.js";

let made = 0;

/**
 * @param {{label: string, hint?: string, name: string, min: number, max: number, step: number, value: number,
 *   say: (value: number) => string, change: (value: number) => void}} wanted
 */
export function slider({ label, hint, name, min, max, step, value, say, change }) {
  made += 1;
  const id = `vs-slider-${made}`;
  const output = h("output", { for: id, class: "vs-slider-value" });
  const input = h("input", { type: "range", id, name, min, max: Math.max(min, max), step, value, class: "vs-slider", oninput: () => show(true) });
  function show(told) {
    const now = Number(input.value);
    const words = say(now);
    output.textContent = words;
    input.setAttribute("aria-valuetext", words);
    input.style.setProperty("--share", `${((now - min) / Math.max(max - min, step)) * 100}%`);
    if (told) change(now);
  }
  show(false);
  return h("div", { class: "vs-slider-field" }, h("label", { for: id }, label), output, input, hint ? h("p", { class: "vs-hint" }, hint) : null);
}
