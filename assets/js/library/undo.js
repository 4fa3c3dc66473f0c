/** Says what was just deleted, and takes it back: by a button, or by Ctrl+Z. */

import { button, fill, h, icon } from "../dom.js";

const STAYS = 30000;
const WRITING = "input:not([type=checkbox]), textarea, select, [contenteditable]";

/** A line at the bottom of the window, the same one for every message. */
export class Undo {
  constructor() {
    this.line = h("div", { class: "vs-library-toast", hidden: true });
    this.words = h("p", { role: "status" });
    this.line.append(this.words);
    this.line.addEventListener("pointerenter", () => clearTimeout(this.timer));
    this.line.addEventListener("focusin", () => clearTimeout(this.timer));
    this.line.addEventListener("pointerleave", () => this.wait());
    this.onkey = (event) => {
      if (!this.back || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.key.toLowerCase() !== "z") return;
      if (event.target.closest?.(WRITING)) return;
      event.preventDefault();
      this.undo();
    };
    document.addEventListener("keydown", this.onkey);
  }

  /**
   * @param {string} words what happened
   * @param {{label?: string, back?: () => void, hide: string, bad?: boolean}} options
   */
  say(words, { label = "", back = null, hide, bad = false }) {
    this.back = back;
    this.line.hidden = false;
    this.line.classList.toggle("vs-library-toast-bad", bad);
    this.line.replaceChildren(this.words);
    fill(this.words, icon(bad ? "warn" : "check"), h("span", {}, words));
    if (back) this.line.append(button({ kind: "plain", icon: "undo", label, class: "vs-button vs-button-plain vs-library-undo", onclick: () => this.undo() }));
    this.line.append(button({ kind: "quiet", icon: "close", label: hide, quiet: true, onclick: () => this.hide() }));
    this.wait();
  }

  wait() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.hide(), STAYS);
  }

  undo() {
    const { back } = this;
    this.hide();
    back?.();
  }

  hide() {
    clearTimeout(this.timer);
    this.back = null;
    this.line.hidden = true;
  }

  end() {
    clearTimeout(this.timer);
    document.removeEventListener("keydown", this.onkey);
  }
}
