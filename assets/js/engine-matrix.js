/** The matrices of the engines page: facts, and languages. The cells come finished from the API. */

import { h, icon, linked, site } from "./dom.js";
import { t } from "./texts.js";

export const SIGNS = { yes: "full", partly: "half", no: "empty" };

/** An engine whose name leads to its card, with where it stands below it. */
function name(engine, badge, open) {
  return h("th", { scope: "row" }, h("a", { href: `#engine-${engine.name}`, class: "vs-matrix-name", onclick: () => open(engine.name) }, engine.title), badge(engine));
}

function cell({ column, level, words, more }) {
  const sign = SIGNS[level];
  return h("td", { data: { column, level } }, h("span", { class: "vs-fact" }, sign && icon(sign), h("span", {}, words)), more && h("small", { title: more }, linked(more, site)));
}

/** A language's cell is a sign alone; the word is for those who do not see it. */
function spoken({ column, level, words }) {
  return h("td", { data: { column, level }, title: words }, h("span", { class: "vs-fact", role: "img", "aria-label": words }, icon(SIGNS[level])));
}

function table(label, columns, engines, line) {
  return h(
    "div",
    { class: "vs-scroll", tabindex: "0", role: "region", "aria-label": label },
    h(
      "table",
      { class: "vs-table vs-capabilities" },
      h("thead", {}, h("tr", {}, h("th", { scope: "col" }, t("engines.engine")), columns.map((column) => h("th", { scope: "col", data: { column: column.name } }, column.title)))),
      h("tbody", {}, engines.map((engine) => h("tr", { data: { engine: engine.name } }, line(engine)))),
    ),
  );
}

/**
 * Both matrices for some engines.
 * @param {{columns: object[], language_columns: object[]}} answer @param {object[]} engines
 * @param {(engine: object) => Node} badge @param {(name: string) => void} open
 */
export function matrices(answer, engines, badge, open) {
  const known = engines.filter((engine) => engine.facts.length);
  return [
    table(t("engines.matrix"), answer.columns, known, (engine) => [name(engine, badge, open), engine.facts.map(cell)]),
    h(
      "details",
      { class: "vs-spoken" },
      h("summary", {}, t("engines.matrix_languages")),
      table(t("engines.matrix_languages"), answer.language_columns, known, (engine) => [name(engine, () => null, open), engine.spoken.map(spoken)]),
    ),
    h("p", { class: "vs-legend vs-hint" }, ["yes", "partly", "no"].map((level) => h("span", { data: { level } }, icon(SIGNS[level]), t(`engines.level_${level}`)))),
  ];
}
