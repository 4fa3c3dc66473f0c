/** Whether the test was blind: could a machine tell who speaks without listening to the speech? */

import { h, icon } from "../dom.js";
import { has, number, percent, t } from "../texts.js";
import { plain, plot } from "./plot.js";
import { forest } from "./forest.js";
import { chance } from "./reading.js";
import { section, without } from "./section.js";
import { table } from "./table.js";

/** @param {import("./reading.js").Reading} reading */
export function audit(reading) {
  const found = reading.audit;
  if (!found) return without("audit", reading.pending?.includes("audit") ? t("result.pending") : reading.reason("audit"));
  const telling = found.features.filter((one) => one.tells && !one.natural);
  const clues = telling.map((one) => feature(one.name)).join(", ");
  return section(
    "audit",
    h("p", { class: "vs-result-say" }, h("span", { class: "vs-verdict", data: { verdict: found.leaking ? "refused" : "usable" } }, icon(found.leaking ? "warn" : "check"), t(found.leaking ? "result.audit.leaks" : "result.audit.blind"))),
    h("p", {}, clues ? t("result.audit.by", { clues }) : t(found.leaking ? "result.audit.together" : "result.audit.nothing")),
    guesses(reading, found),
  );
}

/** A clue's name; a plain one where no text knows it. */
const feature = (name) => (has(`result.feature.${name}`) ? t(`result.feature.${name}`) : name);

function guesses(reading, found) {
  const rows = ["preparation", "everything"].filter((name) => found[name]).map((name) => ({ name, label: t(`result.audit.${name}`), ...found[name] }));
  const clues = [...found.features].sort((one, other) => (one.p ?? 1) - (other.p ?? 1));
  const listed = table({
    name: "audit",
    caption: t("result.audit.title"),
    rows: clues,
    links: reading.links("audit"),
    file: reading.file("audit"),
    columns: [
      { label: t("result.column.feature"), cell: (row) => feature(row.name) },
      { label: t("result.column.tells"), cell: (row) => t(row.tells ? (row.natural ? "result.audit.tells_natural" : "result.audit.tells") : "result.audit.silent") },
      { label: t("result.column.p"), cell: (row) => chance(row.p), plain: (row) => row.p },
      ...reading.conditions.map((one) => {
        const median = (row) => row.medians?.find((each) => each.position === one.position)?.value;
        return { label: one.label, cell: (row) => number(median(row), digits(median(row))), plain: median };
      }),
    ],
  });
  if (!rows.length) return listed;
  return plot({
    name: "audit",
    file: reading.file("audit"),
    title: t("result.audit.plot"),
    about: t("result.audit.read", { chance: percent(rows[0].chance), stimuli: number(found.stimuli) }),
    says: rows.map((row) => `${row.label}: ${percent(row.accuracy)}, ${reading.interval(row.low, row.high, percent)}`).join(". "),
    draw: (look, narrow) =>
      forest({
        rows: rows.map((row) => ({ label: row.label, marks: [{ value: row.accuracy, low: row.low, high: row.high, colour: row.name === "preparation" ? (found.leaking ? look.bad : look.accent) : look.muted, hollow: row.name !== "preparation", hover: `<b>${plain(row.label)}</b><br>${percent(row.accuracy, 1)} (${reading.interval(row.low, row.high, percent)})<br>p = ${chance(row.p)}` }] })),
        axis: { tickformat: ".0%", range: [-0.02, 1.02] },
        reference: rows[0].chance,
        title: t("result.audit.axis"),
        look,
        narrow,
      }),
    table: listed,
  });
}

/** Decimals that show a median without pretending to more than was measured. */
const digits = (value) => (value === null || value === undefined || Math.abs(value) >= 100 ? 0 : 2);
