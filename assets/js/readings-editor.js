/** Choosing how one place is said: ways to choose from, one's own, hearing it, remembering it. */

import { button, fill, h, icon } from "./dom.js";
import { put, request } from "./http.js";
import { between, characters } from "./readings-places.js";
import { kindOf } from "./readings-text.js";
import { t } from "./texts.js";

const LONGEST = 200;

export class Editor {
  /** @param {HTMLElement} readings the element it belongs to */
  constructor(readings) {
    this.readings = readings;
    this.element = h("div", { class: "vs-readings-editor", role: "group", hidden: true, onkeydown: (event) => event.key === "Escape" && this.close(true) });
    this.audio = new Audio();
  }

  open(place, chip) {
    this.place = place;
    this.start = place.start;
    const ways = [...new Set([place.reading, ...place.alternatives])];
    const own = place.said !== null && !ways.includes(place.said) ? place.said : "";
    this.own = h("input", { type: "text", class: "vs-input", maxlength: LONGEST, value: own, placeholder: t("readings.own_placeholder"), "aria-label": t("readings.own"), oninput: () => this.type(), onkeydown: (event) => event.key === "Enter" && this.close(true) });
    this.alert = h("p", { class: "vs-readings-alert", role: "alert" });
    this.who = h("p", { class: "vs-readings-who", role: "status" });
    const choice = (said, label) => h("label", { class: "vs-readings-way" }, h("input", { type: "radio", name: "vs-readings-way", value: label, checked: place.said === said, onchange: () => this.choose(said) }), h("span", {}, label));
    this.remember = button({ kind: "plain", icon: "star", label: t("readings.remember"), onclick: () => this.keep() });
    fill(
      this.element,
      h("div", { class: "vs-readings-editor-head" }, h("strong", {}, place.written), h("span", { class: "vs-readings-about" }, `${kindOf(place)} · ${t(`readings.from.${place.from}`)}`), button({ icon: "close", label: t("readings.close"), quiet: true, class: "vs-button vs-readings-close", onclick: () => this.close(true) })),
      place.confidence === "certain" ? null : h("p", { class: "vs-readings-doubt", data: { confidence: place.confidence } }, place.confidence === "guess" && icon("warn"), t(`readings.doubt.${place.confidence}`)),
      h("div", { class: "vs-readings-ways", role: "radiogroup", "aria-label": t("readings.choose", { written: place.written }) }, ways.map((way) => choice(way, way.trim())), choice(null, t("readings.as_written"))),
      this.own,
      h("div", { class: "vs-readings-acts" }, button({ kind: "plain", icon: "play", label: t("readings.hear"), onclick: () => this.hear() }), this.remember),
      this.who,
      this.alert,
    );
    this.element.setAttribute("aria-label", t("readings.choose", { written: place.written }));
    this.element.hidden = false;
    for (const one of this.readings.text.querySelectorAll("[aria-expanded]")) one.removeAttribute("aria-expanded");
    chip.setAttribute("aria-expanded", "true");
    (this.element.querySelector("input:checked") || this.own).focus();
  }

  close(back = false) {
    if (this.element.hidden) return;
    this.element.hidden = true;
    this.audio.pause();
    if (back) this.readings.text.querySelector(`[data-start="${this.start}"]`)?.focus();
  }

  choose(said) {
    this.own.value = "";
    this.place = { ...this.place, said };
    this.readings.decide(this.place, said);
  }

  /** A reading of one's own; an emptied field goes back to the usual one. */
  type() {
    const said = this.own.value.trim() || this.place.reading;
    for (const one of this.element.querySelectorAll("input[type=radio]")) one.checked = false;
    this.place = { ...this.place, said };
    this.readings.decide(this.place, said);
  }

  /** The place with the rest of its word, so that particles are heard. */
  get phrase() {
    const { start, end, said, written } = this.place;
    const { text } = this.readings.choices;
    const rest = between(text, end, characters(text).length).match(/^[^\s.,!?…]*/)[0];
    return `${said ?? written}${rest}`.trim();
  }

  async hear() {
    this.alert.textContent = "";
    try {
      const answer = await request("/api/pronunciation/sound", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ text: this.phrase, language: this.readings.language }) });
      if (this.url) URL.revokeObjectURL(this.url);
      this.url = URL.createObjectURL(await answer.blob());
      this.audio.src = this.url;
      this.who.textContent = t("readings.heard_by", { engine: answer.headers.get("X-Engine") || "" });
      await this.audio.play();
    } catch (reason) {
      if (reason.name !== "AbortError") this.alert.textContent = reason.message;
    }
  }

  async keep() {
    const { written, said } = this.place;
    this.alert.textContent = "";
    try {
      await put("/api/pronunciations", { language: this.readings.language, written, reading: said ?? written });
      this.who.textContent = t("readings.remembered", { written, reading: said ?? written });
      this.readings.words.load(true);
    } catch (reason) {
      this.alert.textContent = reason.message;
    }
  }
}
