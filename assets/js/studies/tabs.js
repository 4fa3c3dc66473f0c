/** Tabs after the ARIA pattern: arrows move between them, each shows its panel. */

import { h } from "../dom.js";

let made = 0;

/**
 * @param {string} label of the row of tabs
 * @param {[string, string, Node][]} parts name, title, content
 */
export function tabs(label, parts) {
  made += 1;
  const id = (name) => `vs-tabs-${made}-${name}`;
  const panels = parts.map(([name, , content]) => h("div", { id: id(name), role: "tabpanel", "aria-labelledby": `${id(name)}-tab`, class: "vs-tab-panel" }, content));
  const heads = parts.map(([name, title], index) =>
    h("button", { type: "button", role: "tab", id: `${id(name)}-tab`, "aria-controls": id(name), data: { tab: name }, onclick: () => show(index), onkeydown: (event) => move(event, index) }, title),
  );
  function show(index) {
    heads.forEach((head, place) => {
      head.setAttribute("aria-selected", String(place === index));
      head.tabIndex = place === index ? 0 : -1;
      panels[place].hidden = place !== index;
    });
  }
  function move(event, index) {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const next = (index + step + heads.length) % heads.length;
    show(next);
    heads[next].focus();
  }
  show(0);
  return h("div", { class: "vs-tabs" }, h("div", { role: "tablist", "aria-label": label, class: "vs-tab-row" }, heads), panels);
}
