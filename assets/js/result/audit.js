/** Whether the test was blind: could a machine tell who speaks without listening to the speech? */

import { h, icon } from "../dom.js";
import { number, percent, t } from "../texts.js";
import { plain, plot } from "./plot.js";
import { forest } from "./forest.js";
import { chance } from "./reading.js";
import { section, without } from "./section.js";
import { table } from "./table.js";

/** @param {import("./reading.js").Reading} reading */
export function audit(reading) {
  const found = reading.audit;
  if (!found) return without("audit", reading.reason("audit"));
  const all = { title: t("result.audit.together"), accuracy: found.accuracy, low: found.low, high: found.high, p: null };
  const rows = [all, ...found.features];
  return section(
    "audit",
    h("p", { class: "vs-result-say" }, h("span", { class: "vs-verdict", data: { verdict: found.leaking ? "refused" : "usable" } }, icon(found.leaking ? "warn" : "check"), t(found.leaking ? "result.audit.leaks" : "result.audit.blind"))),
    h("p", {}, found.message),
    plot({
      name: "audit",
      file: reading.file("audit"),
      title: t("result.audit.plot"),
      about: t("result.audit.read", { chance: percent(found.chance), stimuli: number(found.stimuli) }),
      says: rows.map((row) => `${row.title}: ${percent(row.accuracy)}`).join(". "),
      draw: (look, narrow) =>
        forest({
          rows: rows.map((row, at) => ({ label: row.title, marks: [{ value: row.accuracy, low: row.low, high: row.high, colour: at ? (row.p !== null && row.p < 0.01 ? look.bad : look.muted) : found.leaking ? look.bad : look.accent, hollow: at > 0, hover: `<b>${plain(row.title)}</b><br>${percent(row.accuracy, 1)}${Number.isFinite(row.low) ? ` (${reading.interval(row.low, row.high, percent)})` : ""}${at ? `<br>p = ${chance(row.p)}` : ""}` }] })),
          axis: { tickformat: ".0%", range: [-0.02, 1.02] },
          reference: found.chance,
          title: t("result.audit.axis"),
          look,
          narrow,
        }),
      table: table({
        name: "audit",
        caption: t("result.audit.title"),
        rows,
        links: reading.links("audit"),
        file: reading.file("audit"),
        columns: [
          { label: t("result.column.feature"), cell: (row) => row.title },
          { label: t("result.column.guessed"), cell: (row) => [h("strong", {}, percent(row.accuracy, 1)), Number.isFinite(row.low) && h("small", {}, reading.interval(row.low, row.high, percent))], plain: (row) => row.accuracy },
          { label: t("result.column.p"), cell: (row) => chance(row.p), plain: (row) => row.p },
        ],
      }),
    }),
  );
}
