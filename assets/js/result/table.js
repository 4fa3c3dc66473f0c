/** A table that can be read by a screen reader, pushed sideways on a phone, and downloaded. */

import { button, h, icon } from "../dom.js";
import { address } from "../http.js";
import { t } from "../texts.js";
import { offer } from "./plot.js";

/**
 * @param {{name: string, caption: string, columns: {label: string, cell: (row: object) => any, plain?: (row: object) => string|number|null, wide?: boolean}[], rows: object[], links?: {csv?: string, parquet?: string}, file: string, mark?: (row: object) => object}} options
 *   `cell` gives what is shown, `plain` what a file holds (by default the shown text), `links`
 *   addresses of the studio's own files; without one for CSV the table makes its file by itself.
 *   The first column names the row.
 */
export function table({ name, caption, columns, rows, links = {}, file, mark }) {
  return h(
    "div",
    { class: "vs-result-table", data: { table: name } },
    h(
      "div",
      { class: "vs-scroll", tabindex: "0", role: "region", "aria-label": caption },
      h(
        "table",
        { class: "vs-table" },
        h("caption", { class: "vs-hidden" }, caption),
        h("thead", {}, h("tr", {}, columns.map((column) => h("th", { scope: "col" }, column.label)))),
        h("tbody", {}, rows.map((row) => h("tr", { data: mark?.(row) }, columns.map((column, at) => h(at ? "td" : "th", { scope: at ? null : "row", class: column.wide ? "vs-cell-wide" : null }, column.cell(row)))))),
      ),
    ),
    h(
      "p",
      { class: "vs-downloads" },
      icon("download"),
      links.csv ? saved("CSV", links.csv, caption) : button({ kind: "quiet", label: "CSV", "aria-label": t("result.plot.save", { title: caption, format: "CSV" }), data: { save: "csv" }, onclick: () => offer(asCsv(columns, rows), `${file}.csv`) }),
      links.parquet && saved("Parquet", links.parquet, caption),
    ),
  );
}

const saved = (format, url, title) => h("a", { class: "vs-download", href: address(url), download: "", "aria-label": t("result.plot.save", { title, format }), data: { save: format.toLowerCase() } }, format);

function asCsv(columns, rows) {
  const quoted = (value) => {
    const text = value === null || value === undefined ? "" : String(value instanceof Node ? value.textContent : value);
    return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  const lines = [columns.map((column) => column.label), ...rows.map((row) => columns.map((column) => (column.plain || column.cell)(row)))];
  // With a byte order mark, or spreadsheets take Korean for something else.
  return new Blob([`\ufeff${lines.map((line) => line.map(quoted).join(",")).join("\r\n")}\r\n`], { type: "text/csv" });
}
