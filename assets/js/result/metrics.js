/** Which objective measure says the same as these listeners. */

import { h } from "../dom.js";
import { number, percent, t } from "../texts.js";
import { forest } from "./forest.js";
import { plain, plot } from "./plot.js";
import { section, without } from "./section.js";
import { table } from "./table.js";

/** Whether the measure goes with the listeners, against them, or tells nothing. */
const words = (row) => row.message || t(row.low > 0.5 ? "result.metrics.with" : row.high < 0.5 ? "result.metrics.against" : "result.metrics.apart");

/** @param {import("./reading.js").Reading} reading */
export function metrics(reading) {
  const found = reading.metrics;
  if (!found?.length) return without("metrics", reading.reason("metrics"));
  const rows = found.map((row) => ({ ...row, title: row.title || row.name })).sort((one, other) => (other.agree ?? -1) - (one.agree ?? -1));
  const two = (value) => number(value, 2);
  return section(
    "metrics",
    plot({
      name: "metrics",
      file: reading.file("metrics"),
      title: t("result.metrics.plot"),
      about: t("result.metrics.read"),
      says: rows.map((row) => `${row.title}: ${percent(row.agree)}, ${reading.interval(row.low, row.high, percent)}`).join(". "),
      draw: (look, narrow) =>
        forest({
          rows: rows.map((row) => {
            const colour = row.low > 0.5 ? look.accent : row.high < 0.5 ? look.bad : look.faint;
            return { label: row.title, marks: [{ value: row.agree, low: row.low, high: row.high, colour, hollow: !(row.low > 0.5 || row.high < 0.5), hover: `<b>${plain(row.title)}</b><br>${percent(row.agree)} (${reading.interval(row.low, row.high, percent)})<br>${plain(words(row))}` }] };
          }),
          axis: { tickformat: ".0%", range: [-0.02, 1.02] },
          reference: 0.5,
          title: t("result.metrics.axis"),
          look,
          narrow,
        }),
      table: table({
        name: "metrics",
        caption: t("result.metrics.title"),
        rows,
        links: reading.links("metrics"),
        file: reading.file("metrics"),
        columns: [
          { label: t("result.column.metric"), cell: (row) => row.title },
          { label: t("result.column.agree"), cell: (row) => [h("strong", {}, percent(row.agree)), h("small", {}, reading.interval(row.low, row.high, percent))], plain: (row) => row.agree },
          { label: t("result.column.words"), wide: true, cell: words },
          { label: t("result.column.tau"), cell: (row) => [two(row.tau), Number.isFinite(row.tau_low) && h("small", {}, reading.interval(row.tau_low, row.tau_high, two))], plain: (row) => row.tau },
          { label: t("result.column.pairs"), cell: (row) => number(row.pairs), plain: (row) => row.pairs },
        ],
      }),
    }),
  );
}
