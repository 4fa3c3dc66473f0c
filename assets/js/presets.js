/**
 * `<vs-presets for="element id">`: ways to say it, as buttons in groups. One adds its words to the
 * instruction and takes them out again; they can be combined, and mixed with words of one's own.
 */

import { button, define, fill, h } from "./dom.js";
import { field, put } from "./form-state.js";
import { t } from "./texts.js";

const GROUPS = {
  mood: ["excited", "friendly", "serious", "sad", "angry", "surprised", "scared"],
  manner: ["whisper", "news", "story", "advert", "lecture", "sleepy"],
  pace: ["fast", "slow", "loud", "soft", "low", "high"],
};
/** Seen before the rest is unfolded. */
const FIRST = ["excited", "serious", "whisper", "friendly", "news", "slow"];
/** One of each pair takes the place of the other. */
const OPPOSITES = [["fast", "slow"], ["loud", "soft"], ["low", "high"], ["whisper", "loud"]];
const LOOK = 600;

const words = (name) => t(`preset.${name}`);
const partsOf = (text) => text.split(/\s*,\s*/).filter((part) => part.trim());

class Presets extends HTMLElement {
  connectedCallback() {
    this.buttons = [];
    this.open = false;
    this.draw();
    const box = document.getElementById(this.getAttribute("for"));
    box?.addEventListener("input", () => this.look());
    this.timer = setInterval(() => this.look(), LOOK);
  }

  disconnectedCallback() {
    clearInterval(this.timer);
  }

  draw() {
    this.buttons = [];
    const chip = (name) => {
      const made = button({ label: t(`preset.${name}_name`), class: "vs-button vs-preset", "aria-pressed": "false", title: words(name), data: { preset: name }, onclick: () => this.toggle(name) });
      this.buttons.push(made);
      return made;
    };
    const more = button({ label: t(this.open ? "presets.less" : "presets.more"), class: "vs-button vs-preset vs-preset-more", "aria-expanded": String(this.open), onclick: () => this.unfold() });
    const groups = this.open
      ? Object.entries(GROUPS).map(([group, names]) => h("div", { class: "vs-preset-group", role: "group", "aria-label": t(`presets.group.${group}`) }, h("span", { class: "vs-preset-title", "aria-hidden": "true" }, t(`presets.group.${group}`)), names.map(chip)))
      : [h("div", { class: "vs-preset-group", role: "group", "aria-label": t("presets.label") }, FIRST.map(chip))];
    fill(this, groups, h("div", { class: "vs-preset-group" }, more));
    if (!this.open) this.lastElementChild.previousElementSibling.append(more);
    this.look();
  }

  unfold() {
    this.open = !this.open;
    this.draw();
    this.querySelector(".vs-preset-more").focus();
  }

  toggle(name) {
    const box = field(this.getAttribute("for"));
    if (!box) return;
    const others = OPPOSITES.flatMap((pair) => (pair.includes(name) ? pair.filter((one) => one !== name) : [])).map(words);
    const now = partsOf(box.value).filter((part) => !others.includes(part));
    const at = now.indexOf(words(name));
    if (at < 0) now.push(words(name));
    else now.splice(at, 1);
    put(box, now.join(", "));
    this.look();
  }

  look() {
    const said = partsOf(field(this.getAttribute("for"))?.value || "");
    for (const one of this.buttons) one.setAttribute("aria-pressed", String(said.includes(words(one.dataset.preset))));
  }
}

define("vs-presets", Presets);
