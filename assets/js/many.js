/**
 * `<vs-many>`: many texts at once, pasted as a list or given as a table. What was understood of them
 * is shown with its faults, seconds and cost before anything is ordered.
 *
 * It fires `vs-many-ask`; the page answers with the form's order as `answer`, and the texts go to
 * the HTTP API from here.
 */

import { button, define, fill, h, icon } from "./dom.js";
import { post } from "./http.js";
import { previewTable, sums } from "./many-preview.js";
import { asCsv, isTable, read, textsOf } from "./many-texts.js";
import { counted, t } from "./texts.js";

class Many extends HTMLElement {
  connectedCallback() {
    if (this.box) return;
    this.turn = 0;
    this.box = h("textarea", { class: "vs-input vs-many-box", rows: "5", id: "vs-many-texts", placeholder: t("many.placeholder"), spellcheck: "false", oninput: () => this.stale() });
    this.name = h("input", { class: "vs-input", type: "text", maxlength: "200", id: "vs-many-name", autocomplete: "off" });
    const file = h("input", { type: "file", class: "vs-file", accept: ".csv,.tsv,.txt,text/csv,text/plain", "aria-label": t("many.choose"), onchange: () => this.take(file) });
    this.check = button({ kind: "plain", icon: "search", label: t("many.look"), class: "vs-button vs-button-plain vs-many-look", onclick: () => this.ask("look") });
    this.kind = h("p", { class: "vs-hint", role: "status" });
    this.result = h("div", { class: "vs-many-result", "aria-live": "polite" });
    fill(
      this,
      h("p", { class: "vs-hint", id: "vs-many-lead" }, t("many.lead")),
      h("label", { class: "vs-field", for: "vs-many-texts" }, h("span", {}, t("many.texts"))),
      this.box,
      this.kind,
      h("div", { class: "vs-actions" }, h("span", { class: "vs-button vs-button-plain vs-choose" }, icon("upload"), h("span", {}, t("many.choose")), file), button({ kind: "quiet", icon: "download", label: t("many.template"), onclick: () => this.template() })),
      h("label", { class: "vs-field" }, h("span", {}, t("many.name")), this.name),
      h("div", { class: "vs-actions" }, this.check),
      this.result,
    );
    this.box.setAttribute("aria-describedby", "vs-many-lead");
    this.stale();
  }

  async take(file) {
    const chosen = file.files[0];
    file.value = "";
    if (!chosen) return;
    try {
      this.box.value = await read(chosen);
      if (!this.name.value) this.name.value = chosen.name.replace(/\.\w+$/, "").slice(0, 200);
      this.stale();
      this.ask("look");
    } catch {
      this.say(t("many.unreadable"));
    }
  }

  /** A table with the right columns, to be filled in by a spreadsheet. */
  template() {
    const example = t("many.placeholder").split("\n");
    const rows = ["text,language,instruction,title", ...example.map((line, at) => `"${line.replaceAll('"', '""')}",,,"${at + 1}"`)];
    // With the mark Excel reads UTF-8.
    const link = h("a", { href: URL.createObjectURL(new Blob([`\ufeff${rows.join("\r\n")}\r\n`], { type: "text/csv" })), download: "texts.csv" });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  }

  /** The texts changed: what was understood of the earlier ones no longer counts. */
  stale() {
    const text = this.box.value;
    const table = isTable(text);
    const count = table ? 0 : textsOf(text).length;
    this.kind.textContent = table ? t("many.is_table", { columns: table.join(", ") }) : count ? `${t("many.is_list")} · ${counted("many.understood", count)}` : "";
    this.check.disabled = !table && !count;
    this.previewed = null;
    fill(this.result);
  }

  ask(why) {
    this.turn += 1;
    this.why = why;
    this.check.disabled = true;
    if (why === "look") fill(this.result, h("p", { class: "vs-hint" }, t("many.looking")));
    if (this.send) this.send.disabled = true;
    this.dispatchEvent(new CustomEvent("vs-many-ask", { bubbles: true, detail: { why, turn: this.turn } }));
  }

  /** The form's order, asked for by `ask`. */
  set answer(told) {
    if (!told || told.turn !== this.turn || told.turn === this.answered) return;
    this.answered = told.turn;
    this.go(told).catch((reason) => this.say(reason.message)).finally(() => { this.check.disabled = false; });
  }

  async go({ why, order }) {
    if (!order.engines.length) {
      this.say(t("studio.none_chosen"));
      return;
    }
    const text = this.box.value;
    const what = isTable(text) ? { csv: asCsv(text) } : { texts: textsOf(text) };
    const whole = { ...order, ...what };
    const key = JSON.stringify(whole);
    if (why === "order" && key === this.previewed) {
      const made = await post("/api/batches", { ...whole, name: this.name.value.trim() });
      this.box.value = "";
      this.name.value = "";
      this.stale();
      document.dispatchEvent(new CustomEvent("vs-batch-made", { detail: made }));
      return;
    }
    const found = await post("/api/batches/preview", whole);
    this.previewed = key;
    this.show(found, why === "order" ? t("many.changed") : "");
  }

  show(found, remark) {
    this.send = button({ kind: "accent", label: counted("many.order", found.takes), class: "vs-button vs-button-accent vs-many-order", onclick: () => this.ask("order") });
    this.send.disabled = Boolean(found.faults) || !found.takes;
    fill(
      this.result,
      remark && h("p", { class: "vs-refusal" }, icon("warn"), remark),
      found.faults ? h("p", { class: "vs-alert", role: "alert" }, icon("warn"), counted("many.faults", found.faults)) : null,
      sums(found),
      previewTable(found),
      this.send,
    );
  }

  say(words) {
    fill(this.result, h("p", { class: "vs-alert", role: "alert" }, icon("warn"), words));
  }
}

define("vs-many", Many);
