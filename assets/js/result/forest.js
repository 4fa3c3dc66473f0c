/** Estimates with their intervals, one below the other: dots with whiskers on a common scale. */

import { mixed } from "./theme.js";
import { plain } from "./plot.js";

/**
 * @param {{rows: {label: string, marks: {value: number|null, low?: number|null, high?: number|null, colour: string, symbol?: string, series?: string, hover: string, hollow?: boolean, size?: number}[]}[], axis: object, reference?: number, title: string, look: object, narrow: boolean}} options
 *   `axis` what plotly is told about the scale, `reference` where a dashed line stands (no
 *   difference, chance), `hollow` a dot of secondary weight.
 * @returns {{data: object[], layout: object, height: number}}
 */
export function forest({ rows, axis = {}, reference, title, look, narrow }) {
  const most = Math.max(1, ...rows.map((row) => row.marks.length));
  const pitch = (narrow ? 46 : 26) + 15 * most;
  const place = (row, mark) => -row + (narrow ? -0.12 : 0) + (most > 1 ? (0.44 * ((most - 1) / 2 - mark)) / most : 0);
  const data = rows.flatMap((row, at) =>
    row.marks.map((mark, index) => {
      const known = Number.isFinite(mark.value);
      const spread = known && Number.isFinite(mark.low) && Number.isFinite(mark.high);
      return {
        type: "scatter",
        mode: "markers",
        x: known ? [mark.value] : [],
        y: known ? [place(at, index)] : [],
        name: mark.series,
        error_x: spread ? { type: "data", symmetric: false, array: [mark.high - mark.value], arrayminus: [mark.value - mark.low], color: mark.hollow ? mixed(look.surface, mark.colour, 0.75) : mark.colour, thickness: mark.hollow ? 1.5 : 2.5, width: mark.hollow ? 3 : 5 } : { visible: false },
        marker: { size: mark.size || (mark.hollow ? 9 : 12), color: mark.hollow ? look.surface : mark.colour, symbol: mark.symbol || "circle", line: { width: 2, color: mark.colour } },
        hovertemplate: `${mark.hover}<extra></extra>`,
      };
    }),
  );
  return {
    data,
    height: rows.length * pitch + 60,
    layout: {
      margin: { t: 8, b: 48 },
      xaxis: { title: { text: title, font: { color: look.muted, size: 12 }, standoff: 10 }, zeroline: false, nticks: narrow ? 5 : 9, ...axis },
      yaxis: narrow
        ? { visible: false, range: [-rows.length + 0.4, 0.62] }
        : { tickvals: rows.map((_, at) => -at), ticktext: rows.map((row) => `${plain(shortened(row.label, 44))}  `), range: [-rows.length + 0.4, 0.6], ticks: "" },
      annotations: narrow ? rows.map((row, at) => ({ x: 0, xref: "paper", xanchor: "left", y: -at + 0.34, yanchor: "middle", text: plain(shortened(row.label, 40)), showarrow: false, font: { size: 12.5, color: look.ink } })) : [],
      shapes: Number.isFinite(reference) ? [{ type: "line", x0: reference, x1: reference, y0: 0, y1: 1, yref: "paper", line: { color: look.faint, width: 1.5, dash: "dot" } }] : [],
    },
  };
}

/** A label that leaves room for the picture. */
export const shortened = (text, most) => ([...text].length > most ? `${[...text].slice(0, most - 1).join("")}…` : text);
