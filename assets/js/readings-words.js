/** The person's own dictionary for the language of the text: add a word, look, take one out. */

import { button, fill, h } from "./dom.js";
import { get, put, remove } from "./http.js";
import { counted, t } from "./texts.js";

/** @param {HTMLElement} readings the element it belongs to */
export function ownWords(readings) {
  const list = h("ul", { class: "vs-readings-list" });
  const sum = h("summary", {}, t("readings.words"));
  const alert = h("p", { class: "vs-readings-alert", role: "alert" });
  const written = h("input", { type: "text", class: "vs-input", maxlength: 120, placeholder: t("readings.word_written"), "aria-label": t("readings.word_written") });
  const reading = h("input", { type: "text", class: "vs-input", maxlength: 200, placeholder: t("readings.word_reading"), "aria-label": t("readings.word_reading") });
  const form = h("form", { class: "vs-readings-add", onsubmit: (event) => { event.preventDefault(); add(); } }, written, reading, button({ label: t("readings.word_add"), type: "submit" }));
  const element = h("details", { class: "vs-readings-words" }, sum, h("p", { class: "vs-readings-note" }, t("readings.words_note")), form, alert, list);
  let shown = null;

  async function load(again = false) {
    const { language } = readings;
    if (!language || (shown === language && !again)) return;
    shown = language;
    try {
      const { pronunciations } = await get(`/api/pronunciations?language=${encodeURIComponent(language)}`);
      draw(pronunciations);
    } catch (reason) {
      shown = null;
      alert.textContent = reason.message;
    }
  }

  function draw(words) {
    sum.textContent = words.length ? counted("readings.words_count", words.length) : t("readings.words");
    fill(list, words.map((one) => h("li", {}, h("span", { class: "vs-readings-word" }, one.written), h("span", { class: "vs-readings-word-said" }, one.reading), button({ icon: "trash", quiet: true, label: t("readings.word_remove", { written: one.written }), onclick: () => drop(one) }))));
  }

  async function changed(doing) {
    alert.textContent = "";
    try {
      await doing();
      await load(true);
      readings.again();
      return true;
    } catch (reason) {
      alert.textContent = reason.message;
      return false;
    }
  }

  async function add() {
    const word = { language: readings.language, written: written.value.trim(), reading: reading.value.trim() };
    if (await changed(() => put("/api/pronunciations", word))) {
      written.value = reading.value = "";
      written.focus();
    }
  }

  const drop = ({ language, written: word }) => changed(() => remove(`/api/pronunciations?language=${encodeURIComponent(language)}&written=${encodeURIComponent(word)}`));

  return { element, load };
}
