/** The result text by text: where a condition is strong, and which text it stumbles over. */

import { h } from "../dom.js";
import { counted, number, t } from "../texts.js";
import { heatmap } from "./heatmap.js";
import { forest, shortened } from "./forest.js";
import { plain, plot } from "./plot.js";
import { section } from "./section.js";
import { table } from "./table.js";
import { colour, symbol } from "./theme.js";

/** @param {import("./reading.js").Reading} reading */
export function byText(reading) {
  const rows = reading.by_text;
  if (!rows?.length) return null;
  // Both of two conditions are on every screen of an ABX: one share says it for both.
  const single = reading.kind === "abx" && reading.order.length === 2;
  const order = single ? reading.order.slice(0, 1) : reading.order;
  const named = (position) => (single ? t("result.column.correct") : reading.label(position));
  const found = (row, position) => row.values.find((one) => one.position === position);
  const words = (row, position) => {
    const one = found(row, position);
    return one ? `<b>${plain(named(position))}</b>: ${reading.part(one.value)} · ${counted("result.trust.votes", one.votes)}<br>${plain(shortened(row.excerpt, 60))}` : "";
  };
  const two = order.length === 2 && reading.kind === "pairs";
  const draw = two
    ? (look, narrow) =>
        forest({
          rows: rows.map((row) => {
            const one = found(row, order[0]);
            return { label: shortened(row.excerpt, narrow ? 36 : 40), marks: one ? [{ ...one, colour: colour(look, order[0]), symbol: symbol(order[0]), hover: words(row, order[0]) }] : [] };
          }),
          axis: { tickformat: ".0%", range: [-0.02, 1.02] },
          reference: 0.5,
          title: t("result.by_text.axis", { label: reading.label(order[0]) }),
          look,
          narrow,
        })
    : (look, narrow) => {
        const [low, high] = reading.means ? reading.range : [0, 1];
        return heatmap({ rows: rows.map((row) => row.excerpt), columns: order.map(named), values: rows.map((row) => order.map((one) => found(row, one)?.value ?? null)), texts: rows.map((row) => order.map((one) => (found(row, one) ? reading.part(found(row, one).value) : ""))), hovers: rows.map((row) => order.map((one) => words(row, one))), low, high, diverging: true, look, narrow });
      };
  return section(
    "by_text",
    plot({
      name: "by_text",
      file: reading.file("by-text"),
      title: t("result.by_text.plot"),
      about: t(reading.kind === "abx" ? "result.by_text.read_abx" : reading.means ? "result.by_text.read_means" : "result.by_text.read_shares"),
      draw,
      table: table({
        name: "by_text",
        caption: t("result.by_text.title"),
        rows,
        links: reading.links("by_text"),
        file: reading.file("by-text"),
        columns: [
          { label: t("result.column.text"), wide: true, cell: (row) => row.excerpt },
          ...order.map((position) => ({
            label: named(position),
            cell: (row) => {
              const one = found(row, position);
              return one ? [h("strong", {}, reading.part(one.value)), h("small", {}, counted("result.trust.votes", one.votes))] : "–";
            },
            plain: (row) => found(row, position)?.value,
          })),
          { label: t("result.column.votes"), cell: (row) => number(row.votes), plain: (row) => row.votes },
        ],
      }),
    }),
    order.length > 2 ? legend(reading) : null,
  );
}

/** Numbers of the columns on a phone. */
const legend = (reading) => h("ol", { class: "vs-phone-legend vs-hint" }, reading.order.map((one) => h("li", {}, reading.label(one))));
