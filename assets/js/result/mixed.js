/** The mixed model: the same differences with listeners and texts taken as a sample of many. */

import { h } from "../dom.js";
import { t } from "../texts.js";
import { chance } from "./reading.js";
import { table } from "./table.js";

/** @param {(reading: object, row: object) => string} pair names of the two of a row */
export function mixed(reading, pair) {
  const found = reading.mixed;
  if (!found?.contrasts?.length) return null;
  const say = (value) => reading.difference(value);
  const plainly = (value) => say(value).replace("+", "");
  const rows = found.contrasts.map((row) => (row.mean < 0 ? { ...row, first: row.second, second: row.first, mean: -row.mean, low: -row.high, high: -row.low } : row));
  return h(
    "div",
    { class: "vs-result-sub" },
    h("h4", {}, t("result.mixed.title")),
    h("p", { class: "vs-hint" }, t("result.mixed.about"), " ", t("result.mixed.spread", { rater: plainly(found.rater_sd), text: plainly(found.text_sd), rest: plainly(found.residual_sd) })),
    found.converged ? null : h("p", { class: "vs-refusal" }, t("result.mixed.not_converged")),
    table({
      name: "mixed",
      caption: t("result.mixed.title"),
      rows,
      links: reading.links("mixed"),
      file: reading.file("mixed"),
      columns: [
        { label: t("result.column.pair"), cell: (row) => pair(reading, row) },
        { label: t("result.column.difference"), cell: (row) => [h("strong", {}, say(row.mean)), h("small", {}, reading.interval(row.low, row.high, say))], plain: (row) => row.mean },
        { label: t("result.column.p_holm"), cell: (row) => chance(row.p_holm), plain: (row) => row.p_holm },
      ],
    }),
  );
}
