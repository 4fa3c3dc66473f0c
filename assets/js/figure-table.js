/**
 * `<vs-figure-table>`: what was measured on the takes of a comparison, side by side. Hidden until
 * two takes are measured. The best value is marked only where a direction is better and the
 * difference is not trivial.
 */

import { define, fill, h, icon } from "./dom.js";
import { address } from "./http.js";
import { about, best, withUnit } from "./measured.js";
import { t } from "./texts.js";

class FigureTable extends HTMLElement {
  connectedCallback() {
    this.hidden = !this.shown;
  }

  /** @param {object} data a comparison as the API gives it */
  set comparison(data) {
    const takes = data.takes.filter((take) => take.report?.state === "done");
    const key = JSON.stringify(takes.map((take) => [take.id, take.title, take.report]));
    if (key === this.shown) return;
    this.shown = takes.length < 2 ? "" : key;
    this.hidden = takes.length < 2;
    if (this.hidden) return;
    const open = this.querySelector("details")?.open;
    const rows = rowsOf(takes);
    fill(
      this,
      h(
        "header",
        { class: "vs-table-head" },
        h("h2", { class: "vs-subtitle" }, t("table.title")),
        h("p", { class: "vs-downloads" }, icon("download"), ["csv", "json"].map((format) => this.download(data.id, format))),
      ),
      h("p", { class: "vs-hint" }, t("table.hint")),
      h(
        "div",
        { class: "vs-scroll", tabindex: "0", role: "region", "aria-label": t("table.title") },
        h(
          "table",
          { class: "vs-table vs-figure-table" },
          h("thead", {}, h("tr", {}, h("th", { scope: "col" }, t("table.figure")), takes.map((take) => h("th", { scope: "col" }, take.title, h("small", {}, take.preset_title || take.preset))))),
          h("tbody", {}, rows.map(row)),
        ),
      ),
      h(
        "details",
        { class: "vs-table-methods" },
        h("summary", {}, t("table.methods")),
        h("dl", {}, rows.map(({ known, methods }) => h("div", {}, h("dt", {}, known.title), h("dd", {}, known.meaning, h("small", {}, methods.join(", ")))))),
      ),
    );
    this.querySelector("details").open = Boolean(open);
  }

  download(id, format) {
    const name = format.toUpperCase();
    return h("a", { class: "vs-download", href: address(`/api/comparisons/${id}/figures?format=${format}`), download: "", "aria-label": t("table.download", { format: name }) }, name);
  }
}

/** One row for each figure that any take has a value of, in the catalogue's order. */
function rowsOf(takes) {
  const names = [...new Set(takes.flatMap((take) => take.report.figures.map((one) => one.name)))];
  return names
    .map((name) => takes.map((take) => take.report.figures.find((one) => one.name === name)))
    .filter((figures) => figures.some((one) => one && one.value !== null))
    .map((figures) => ({ figures, known: figures.find(Boolean), marks: best(figures), methods: [...new Set(figures.filter(Boolean).map((one) => one.method))] }));
}

function row({ figures, known, marks }) {
  return h(
    "tr",
    { data: { figure: known.name } },
    h("th", { scope: "row", title: known.meaning }, known.title),
    figures.map((one, place) =>
      h(
        "td",
        { title: one ? about(one) : "", data: { best: marks[place] ? "yes" : "no" } },
        h("strong", {}, one ? withUnit(one) : "–", marks[place] ? [icon("check"), h("span", { class: "vs-hidden" }, ` (${t("table.best")})`)] : null),
        one?.words ? h("small", {}, one.words) : null,
      ),
    ),
  );
}

define("vs-figure-table", FigureTable);
