/**
 * `<vs-readings for="vs-text" language-for="vs-language" languages='{"English": "en"}'>`: how figures,
 * units, Latin words and signs of a text will be said, to look at and to change.
 *
 * `languages` turns the label of a choice into its code; an attribute `language` wins over it.
 * Fires `vs-readings` with `{on, text, readings}` at every change. `value = {text, readings}` takes
 * the readings of an earlier order.
 */

import { define, fill, h } from "./dom.js";
import { post } from "./http.js";
import { Choices } from "./readings-choices.js";
import { Editor } from "./readings-editor.js";
import { kept } from "./readings-places.js";
import { lines } from "./readings-text.js";
import { ownWords } from "./readings-words.js";
import { counted, t } from "./texts.js";

const PAUSE = 350;
/** Gradio changes a box without an event: it is looked at, too. */
const LOOK = 600;

class Readings extends HTMLElement {
  connectedCallback() {
    if (!this.choices) this.build();
    this.box = document.getElementById(this.getAttribute("for"));
    this.looked = () => this.look();
    this.box?.addEventListener("input", this.looked);
    this.timer = setInterval(this.looked, LOOK);
    this.look();
  }

  disconnectedCallback() {
    this.box?.removeEventListener("input", this.looked);
    clearInterval(this.timer);
    clearTimeout(this.asking);
  }

  build() {
    this.choices = new Choices();
    this.known = "";
    this.names = JSON.parse(this.getAttribute("languages") || "{}");
    this.touched = false;
    this.switch = h("input", { type: "checkbox", role: "switch", id: "vs-readings-on", onchange: () => this.turn(this.switch.checked, true) });
    this.sum = h("span", { class: "vs-readings-sum" });
    this.fold = h("button", { type: "button", class: "vs-readings-fold", "aria-expanded": "false", "aria-controls": "vs-readings-body", onclick: () => this.unfold(this.body.hidden) }, h("span", { class: "vs-readings-title" }, t("readings.title")), this.sum);
    this.text = h("p", { class: "vs-readings-text", tabindex: "0", role: "group", "aria-label": t("readings.text") });
    this.editor = new Editor(this);
    this.status = h("p", { class: "vs-hidden", role: "status" });
    this.note = h("p", { class: "vs-readings-note" });
    this.words = ownWords(this);
    this.body = h("div", { class: "vs-readings-body", id: "vs-readings-body", hidden: true }, this.note, this.text, this.editor.element, this.words.element);
    fill(this, h("div", { class: "vs-readings-head" }, this.fold, h("label", { class: "vs-readings-switch" }, h("span", {}, t("readings.apply")), this.switch)), this.body, this.status);
    this.draw();
  }

  /** The language of the text: a code, or an empty string. */
  get language() {
    const shown = document.getElementById(this.getAttribute("language-for"))?.querySelector("input")?.value;
    return this.getAttribute("language") || this.names[shown] || this.lastLanguage || "";
  }

  set value({ text, readings }) {
    if (!this.choices) this.build();
    this.restoring = { text: kept(text || ""), readings: readings || [] };
    this.known = "";
    this.look();
  }

  /** See whether text or language changed; ask for the readings once it rests. */
  look() {
    const text = kept(this.box?.querySelector("textarea, input")?.value || "");
    const language = this.language;
    const now = `${language}\n${text}`;
    if (now === this.known) return;
    const other = this.lastLanguage && language !== this.lastLanguage;
    [this.known, this.lastLanguage] = [now, language];
    if (other) this.choices = new Choices();
    else this.choices.move(text);
    this.choices.text = text;
    this.editor.close();
    this.tell();
    clearTimeout(this.asking);
    this.asking = setTimeout(() => this.ask(text, language), PAUSE);
  }

  async ask(text, language) {
    const asked = this.known;
    let preview = { text, readings: [], own: false };
    try {
      if (text && language) preview = await post("/api/pronunciation", { text, language });
      this.failed = false;
    } catch {
      this.failed = true; // the text is said as it is written: nobody is hindered
    }
    if (asked !== this.known) return;
    this.choices.take(preview);
    if (this.restoring?.text === text) {
      this.choices.restore(this.restoring.readings);
      this.touched = true;
      this.switch.checked = this.restoring.readings.length > 0;
      this.restoring = null;
    } else if (!this.touched) this.switch.checked = Boolean(preview.own);
    this.draw();
    this.tell();
  }

  /** Ask again: the dictionary has changed. */
  again() {
    this.known = "";
    this.look();
  }

  turn(on, byHand = false) {
    if (byHand) this.touched = true;
    this.switch.checked = on;
    if (on && byHand) this.unfold(true);
    this.draw();
    this.tell();
  }

  /** A place is to be said so; deciding is wanting it. */
  decide(place, said) {
    this.choices.decide(place, said);
    this.touched = true;
    this.turn(true);
    this.status.textContent = said === null ? t("readings.now_written", { written: place.written }) : t("readings.now", { written: place.written, reading: said });
  }

  unfold(open) {
    this.body.hidden = !open;
    this.fold.setAttribute("aria-expanded", String(open));
    if (open) this.words.load();
    else this.editor.close();
  }

  draw() {
    const { places } = this.choices;
    const unsure = places.filter((one) => one.confidence === "guess" && !this.choices.decided.has(one.name)).length;
    const sum = this.failed ? t("readings.failed") : places.length ? counted("readings.places", places.length) : t("readings.none");
    fill(this.sum, sum, unsure ? h("span", { class: "vs-readings-unsure" }, counted("readings.unsure", unsure)) : null);
    this.toggleAttribute("data-none", !places.length);
    this.dataset.on = this.switch.checked ? "yes" : "no";
    this.switch.disabled = !places.length;
    this.note.textContent = t(!places.length ? "readings.none_long" : this.switch.checked ? "readings.note_on" : "readings.note_off");
    this.text.hidden = !places.length;
    const focused = this.text.contains(document.activeElement) && document.activeElement.dataset.start;
    fill(this.text, lines(this.choices.text, places, (place, chip) => this.editor.open(place, chip)));
    if (focused) this.text.querySelector(`[data-start="${focused}"]`)?.focus();
  }

  tell() {
    const on = this.switch.checked;
    const detail = { on, text: this.choices.text, readings: on ? this.choices.readings : [] };
    const said = JSON.stringify(detail);
    if (said === this.told) return;
    this.told = said;
    this.dispatchEvent(new CustomEvent("vs-readings", { bubbles: true, detail }));
  }
}

define("vs-readings", Readings);
