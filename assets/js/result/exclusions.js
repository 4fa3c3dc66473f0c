/** Who was left out by the plan's rules, and what the result would be with them. */

import { h } from "../dom.js";
import { number, t } from "../texts.js";
import { forest } from "./forest.js";
import { plain, plot } from "./plot.js";
import { section } from "./section.js";
import { table } from "./table.js";
import { colour, symbol } from "./theme.js";

/** @param {import("./reading.js").Reading} reading */
export function exclusions(reading) {
  const found = reading.exclusions;
  if (!found) return null;
  return section(
    "exclusions",
    h("p", { class: "vs-result-say" }, found.message || (found.raters_removed ? t("result.exclusions.some", { raters: number(found.raters_removed), answers: number(found.answers_removed) }) : t("result.exclusions.nobody"))),
    table({
      name: "exclusions",
      caption: t("result.exclusions.title"),
      rows: found.rules,
      links: reading.links("exclusions"),
      file: reading.file("exclusions"),
      columns: [
        { label: t("result.column.rule"), wide: true, cell: (row) => row.message || t(`result.rule.${row.rule}`) },
        { label: t("result.column.removed"), cell: (row) => h("strong", {}, number(row.raters)), plain: (row) => row.raters },
      ],
    }),
    reading.board && found.raters_removed ? compared(reading) : null,
    found.raters_removed ? null : h("p", { class: "vs-hint" }, t("result.exclusions.same")),
  );
}

/** The board without the excluded raters beside the board of everyone. */
function compared(reading) {
  const everyone = new Map(reading.board.everyone.map((row) => [row.label, row]));
  const kept = [...reading.board.kept].sort((one, other) => (one.rank ?? 99) - (other.rank ?? 99) || other.value - one.value);
  const mark = (row, name, look, hollow) => row && { value: row.value, low: row.low, high: row.high, hollow, colour: colour(look, row.position), symbol: symbol(row.position), hover: `<b>${plain(row.label)}</b><br>${t(`result.exclusions.${name}`)}: ${reading.value(row.value)}<br>${reading.interval(row.low, row.high)}` };
  const cell = (row) => (row ? [h("strong", {}, reading.value(row.value)), h("small", {}, reading.interval(row.low, row.high))] : "–");
  return plot({
    name: "exclusions",
    file: reading.file("exclusions-plot"),
    title: t("result.exclusions.plot"),
    about: t("result.exclusions.read"),
    says: kept.map((row) => `${row.label}: ${t("result.exclusions.kept")} ${reading.value(row.value)}, ${t("result.exclusions.everyone")} ${reading.value(everyone.get(row.label)?.value)}`).join(". "),
    draw: (look, narrow) => forest({ rows: kept.map((row) => ({ label: row.label, marks: [mark(row, "kept", look, false), mark(everyone.get(row.label), "everyone", look, true)].filter(Boolean) })), title: t(`result.board.axis_${reading.scale}`), look, narrow }),
    table: table({
      name: "with_and_without",
      caption: t("result.exclusions.plot"),
      rows: kept,
      file: reading.file("with-and-without"),
      columns: [
        { label: t("result.column.condition"), cell: (row) => row.label },
        { label: t("result.exclusions.kept"), cell, plain: (row) => row.value },
        { label: t("result.exclusions.everyone"), cell: (row) => cell(everyone.get(row.label)), plain: (row) => everyone.get(row.label)?.value },
      ],
    }),
  });
}
