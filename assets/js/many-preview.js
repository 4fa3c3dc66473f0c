/** What was understood of many texts: the sums, and a table of the texts with their faults. */

import { h, icon } from "./dom.js";
import { money } from "./money.js";
import { counted, languageName, number, seconds, t } from "./texts.js";

/** Texts, characters, takes, seconds and cost in one line. */
export function sums(found) {
  const cost = found.costs.map(({ amount, currency }) => t("order.cost", { amount: money(amount), currency }));
  const parts = [
    counted("many.understood", found.texts),
    t("many.characters", { count: number(found.characters) }),
    counted("order.takes", found.takes),
    found.seconds ? t("order.seconds", { seconds: seconds(Math.max(1, found.seconds), 0) }) : null,
    ...(cost.length || found.unpriced.length ? cost : [t("order.free")]),
    found.unpriced.length ? t("order.unpriced", { engines: found.unpriced.join(", ") }) : null,
    found.unmeasured.length ? t("order.unmeasured", { engines: found.unmeasured.join(", ") }) : null,
  ];
  return h("p", { class: "vs-many-sums" }, parts.filter(Boolean).map((part) => h("span", {}, part)));
}

/** The texts; a text that is wrong stands in the table wherever it is in the list. */
export function previewTable(found) {
  const own = found.lines.some((line) => line.instruction);
  const head = ["batch.column_number", "many.column_text", "many.column_language", own && "many.column_manner", "many.column_state"].filter(Boolean);
  const left = found.texts - found.lines.length;
  return h(
    "div",
    { class: "vs-many-table", role: "region", tabindex: "0", "aria-label": t("many.table") },
    h(
      "table",
      { class: "vs-table" },
      h("thead", {}, h("tr", {}, head.map((key) => h("th", { scope: "col" }, t(key))))),
      h("tbody", {}, found.lines.map((line) => row(line, own))),
    ),
    left > 0 ? h("p", { class: "vs-hint" }, t("many.hidden", { count: number(left) })) : null,
  );
}

function row(line, own) {
  const wrong = line.fault || line.refused.length;
  const state = line.fault
    ? h("span", { class: "vs-many-fault" }, icon("warn"), line.fault)
    : line.refused.length
      ? line.refused.map(({ title, reason }) => h("span", { class: "vs-many-refused" }, t("many.refused", { engine: title, reason })))
      : h("span", { class: "vs-many-fine" }, icon("check"), t("many.fine"));
  return h(
    "tr",
    { data: { state: line.fault ? "fault" : wrong ? "refused" : "fine" } },
    h("td", {}, number(line.number)),
    h("th", { scope: "row", lang: line.language }, line.title ? h("strong", {}, line.title) : null, h("span", {}, line.text)),
    h("td", {}, languageName(line.language)),
    own ? h("td", {}, line.instruction || t("many.same")) : null,
    h("td", {}, state),
  );
}
