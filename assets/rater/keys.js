/** The keyboard: one listener, whose meaning the present screen gives. */

import { h } from "./build.js";
import { t } from "./words.js";

const KEPT = "vs-rater:shortcuts";
const NAMES = { " ": "space", ArrowLeft: "left", ArrowRight: "right", ArrowUp: "up", Enter: "enter" };

let meaning = {};

/** Single keys must be possible to switch off (WCAG 2.1.4): speech input types letters and digits. */
let on = true;
try {
  on = localStorage.getItem(KEPT) !== "off";
} catch {
  /* not kept, then */
}

/** What keys do from now on: `space`, `left`, `right`, `up`, `enter`, `digit` (with its number). */
export function keysMean(actions) {
  meaning = actions;
}

document.addEventListener("keydown", (event) => {
  if (!on || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  const { target } = event;
  const digit = /^[0-9]$/.test(event.key) ? Number(event.key) : null;
  if (digit === null) {
    // Where a key has its own meaning, it keeps it.
    if (target.closest?.("a, button, summary, select, textarea")) return;
    if (target.closest?.("input") && event.key !== "Enter") return;
  }
  const action = digit === null ? meaning[NAMES[event.key]] : meaning.digit;
  if (!action || (event.repeat && event.key !== "ArrowLeft" && event.key !== "ArrowRight")) return;
  event.preventDefault();
  action(digit);
});

/**
 * What the keys do, and the switch for them; not shown where there is no keyboard.
 * @param {...[string, string]} hints key caps and what they do
 */
export function keyHints(...hints) {
  const list = h("div", { class: "keys-list" }, ...hints.map(([cap, does]) => h("span", {}, h("kbd", {}, cap), does)));
  const box = h("input", {
    type: "checkbox",
    checked: on,
    onchange: () => {
      on = box.checked;
      list.toggleAttribute("data-off", !on);
      try {
        localStorage.setItem(KEPT, on ? "on" : "off");
      } catch {
        /* until the page is closed, then */
      }
    },
  });
  list.toggleAttribute("data-off", !on);
  return h("div", { class: "keys" }, list, h("label", { class: "keys-switch" }, box, h("span", {}, t("keys.on"))));
}
