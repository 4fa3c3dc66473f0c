/** A list of choices that unfolds over what lies below; Escape or a click elsewhere folds it. */

import { h, icon } from "../dom.js";

let listening = false;

/** @param {{icon: string, label: string, class?: string, title?: string}} sign @param {...Node} choices */
export function menu({ icon: name, label, class: more = "", title = "" }, ...choices) {
  listen();
  return h("details", { class: `vs-menu ${more}` }, h("summary", { title }, icon(name), h("span", {}, label)), h("div", { class: "vs-menu-body" }, choices));
}

/** One pair of listeners folds all menus of the page. */
export function listen() {
  if (listening) return;
  listening = true;
  document.addEventListener("click", (event) => {
    for (const open of document.querySelectorAll("details.vs-menu[open]")) if (!open.contains(event.target) || event.target.closest("a, button")) open.open = false;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const open of document.querySelectorAll("details.vs-menu[open]")) {
      open.open = false;
      if (open.contains(document.activeElement)) open.querySelector("summary").focus();
    }
  });
}
