/** A field of shares or scores: rows by columns, coloured from one side over the middle to the other. */

import { plain } from "./plot.js";
import { shortened } from "./forest.js";
import { mixed } from "./theme.js";

/**
 * @param {{rows: string[], columns: string[], values: (number|null)[][], texts: string[][], hovers: string[][], low: number, high: number, diverging: boolean, look: object, narrow: boolean}} options
 *   `diverging`: the middle of low and high is neutral; otherwise low is.
 */
export function heatmap({ rows, columns, values, texts, hovers, low, high, diverging, look, narrow }) {
  // On a phone columns are numbered, and the rows say who is who.
  const short = narrow ? columns.map((_, at) => `${at + 1}`) : columns.map((name) => plain(broken(name)).replace("\n", "<br>"));
  const same = rows.length === columns.length && rows.every((row, at) => row === columns[at]);
  const named = rows.map((row, at) => (narrow && same ? plain(`${at + 1}  ${broken(row)}`).replace("\n", "<br>") : plain(shortened(row, narrow ? 18 : 46))));
  // Never so strong that the figures in it cannot be read.
  const scale = diverging
    ? [[0, mixed(look.surface, look.warm, 0.5)], [0.5, mixed(look.surface, look.ink, 0.04)], [1, mixed(look.surface, look.accent, 0.52)]]
    : [[0, mixed(look.surface, look.accent, 0.03)], [1, mixed(look.surface, look.accent, 0.52)]];
  const pitch = narrow ? 46 : 44;
  return {
    height: rows.length * pitch + (narrow ? 56 : 84),
    data: [
      {
        type: "heatmap",
        x: columns.map((_, at) => at),
        y: rows.map((_, at) => -at),
        z: values,
        zmin: low,
        zmax: high,
        text: texts,
        texttemplate: "%{text}",
        textfont: { family: look.sans, size: narrow ? 12 : 13, color: look.ink },
        customdata: hovers,
        hovertemplate: "%{customdata}<extra></extra>",
        hoverongaps: false,
        xgap: 3,
        ygap: 3,
        colorscale: scale,
        showscale: false,
      },
    ],
    layout: {
      margin: { t: narrow ? 30 : 56, b: 12, r: 8 },
      xaxis: { side: "top", tickvals: columns.map((_, at) => at), ticktext: short, ticks: "", showgrid: false, zeroline: false, tickangle: 0, fixedrange: true, tickfont: { color: look.ink } },
      yaxis: { tickvals: rows.map((_, at) => -at), ticktext: named.map((name) => `${name}  `), ticks: "", showgrid: false, zeroline: false, fixedrange: true, tickfont: { color: look.ink } },
    },
  };
}

/** A long name on two lines. */
function broken(name) {
  const words = shortened(name, 34).split(" ");
  if (name.length < 14 || words.length < 2) return words.join(" ");
  let at = 1;
  while (at < words.length - 1 && words.slice(0, at).join(" ").length < name.length / 2) at += 1;
  return `${words.slice(0, at).join(" ")}\n${words.slice(at).join(" ")}`;
}
