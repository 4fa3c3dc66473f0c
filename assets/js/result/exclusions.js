/** Who was left out by the plan's rules, and what the result would be with them. */

import { h } from "../dom.js";
import { counted, number, percent, t } from "../texts.js";
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
    h("p", { class: "vs-result-say" }, said(found)),
    table({
      name: "exclusions",
      caption: t("result.exclusions.title"),
      rows: found.rules,
      links: reading.links("exclusions"),
      file: reading.file("exclusions"),
      columns: [
        { label: t("result.column.rule"), wide: true, cell: (row) => rule(row) },
        { label: t("result.column.removed"), cell: (row) => h("strong", {}, number(row.raters)), plain: (row) => row.raters },
      ],
    }),
    Object.values(found.impossible || {}).map((one) => h("p", { class: "vs-hint" }, one.message)),
    reading.board && found.raters_removed ? compared(reading) : null,
  );
}

/** Who went, and whether it matters. */
function said(found) {
  if (!found.raters_removed) return t("result.exclusions.nobody");
  return `${counted("result.exclusions.some", found.raters_removed, { answers: number(found.answers_removed) })} ${t(found.changes_first ? "result.exclusions.changes" : "result.exclusions.stays")}`;
}

/** A rule in words, with its limit where it has one that a person understands. */
function rule({ rule: name, limit }) {
  if (name === "attention_failed") return counted("result.exclusions.attention_failed", limit);
  if (name === "consistency_below") return t("result.exclusions.consistency_below", { limit: percent(limit) });
  return t(`result.rule.${name}`);
}

/** The board without the excluded raters beside the board of everyone. */
function compared(reading) {
  const everyone = new Map(reading.sorted(reading.board.everyone).map((row) => [row.label, row]));
  const kept = reading.sorted(reading.board.kept);
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
      links: reading.links("board"),
      file: reading.file("with-and-without"),
      columns: [
        { label: t("result.column.condition"), cell: (row) => row.label },
        { label: t("result.exclusions.kept"), cell, plain: (row) => row.value },
        { label: t("result.exclusions.everyone"), cell: (row) => cell(everyone.get(row.label)), plain: (row) => everyone.get(row.label)?.value },
      ],
    }),
  });
}
