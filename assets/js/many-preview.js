/** What was understood of many texts: the sums, and a table of the texts with their faults. */

import { h, icon } from "./dom.js";
import { forPeople } from "./http.js";
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
  const head = ["batch.column_number", "many.column_text", "many.column_state"];
  const left = found.texts - found.lines.length;
  return h(
    "div",
    { class: "vs-many-table", role: "region", tabindex: "0", "aria-label": t("many.table") },
    h(
      "table",
      { class: "vs-table" },
      h("thead", {}, h("tr", {}, head.map((key) => h("th", { scope: "col" }, t(key))))),
      h("tbody", {}, found.lines.map(row)),
    ),
    left > 0 ? h("p", { class: "vs-hint" }, t("many.hidden", { count: number(left) })) : null,
  );
}

function row(line) {
  const state = line.fault
    ? h("span", { class: "vs-many-fault" }, icon("warn"), h("span", {}, line.fault))
    : line.refused.length
      ? h(
          "details",
          { class: "vs-many-refused" },
          h("summary", {}, t("order.refused", { engines: line.refused.map(({ title }) => title).join(", ") })),
          line.refused.map(({ title, reason }) => h("p", {}, t("many.refused", { engine: title, reason: forPeople(reason) }))),
        )
      : h("span", { class: "vs-many-fine" }, icon("check"), t("many.fine"));
  const how = [languageName(line.language), line.instruction].filter(Boolean).join(" · ");
  return h(
    "tr",
    { data: { state: line.fault ? "fault" : line.refused.length ? "refused" : "fine" } },
    h("td", {}, number(line.number)),
    h("th", { scope: "row" }, line.title ? h("strong", {}, line.title) : null, h("span", { lang: !line.fault && line.language }, line.text), h("small", {}, how)),
    h("td", {}, state),
  );
}
