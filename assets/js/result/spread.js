/** How the scores of each condition are spread: bars of 1 to 5, boxes of 0 to 100. */

import { h } from "../dom.js";
import { number, percent, t } from "../texts.js";
import { plain, plot } from "./plot.js";
import { section } from "./section.js";
import { table } from "./table.js";
import { colour, mixed } from "./theme.js";

/** How many chose each score, condition by condition. */
export function spread(reading) {
  const rows = reading.sorted(reading.board?.kept).filter((row) => row.distribution?.length);
  const boxes = reading.sorted(reading.board?.kept).filter((row) => Number.isFinite(row.q1));
  if (reading.scale === "score" && boxes.length) return boxPlot(reading, boxes);
  if (!rows.length) return null;
  const bins = rows[0].distribution.length;
  const [low, high] = reading.range || [1, bins];
  const names = Array.from({ length: bins }, (_, at) => number(low + ((high - low) * at) / Math.max(1, bins - 1)));
  const share = (row, at) => row.distribution[at] / Math.max(1, row.distribution.reduce((sum, one) => sum + one, 0));
  return section(
    "spread",
    plot({
      name: "spread",
      file: reading.file("spread"),
      title: t("result.spread.plot"),
      draw: (look, narrow) => ({
        height: rows.length * (narrow ? 58 : 46) + 84,
        data: names.map((name, at) => ({
          type: "bar",
          orientation: "h",
          name,
          x: rows.map((row) => share(row, at)),
          y: rows.map((_, place) => -place),
          width: 0.56,
          marker: { color: ramp(look, bins > 1 ? at / (bins - 1) : 1), line: { color: look.surface, width: 1 } },
          customdata: rows.map((row) => `<b>${plain(row.label)}</b><br>${t("result.spread.hover", { score: name, count: number(row.distribution[at]), share: percent(share(row, at)) })}`),
          hovertemplate: "%{customdata}<extra></extra>",
        })),
        layout: {
          barmode: "stack",
          showlegend: true,
          legend: { orientation: "h", x: 0, y: 1.02, yanchor: "bottom", traceorder: "normal" },
          margin: { t: 44 },
          xaxis: { tickformat: ".0%", range: [0, 1] },
          yaxis: named(rows, narrow),
          annotations: narrow ? above(rows, look) : [],
        },
      }),
      table: table({
        name: "spread",
        caption: t("result.spread.plot"),
        rows,
        links: reading.links("board"),
        file: reading.file("spread"),
        columns: [{ label: t("result.column.condition"), cell: (row) => row.label }, ...names.map((name, at) => ({ label: name, cell: (row) => [number(row.distribution[at]), h("small", {}, percent(share(row, at)))], plain: (row) => row.distribution[at] }))],
      }),
    }),
  );
}

function boxPlot(reading, rows) {
  return section(
    "spread",
    plot({
      name: "spread",
      file: reading.file("spread"),
      title: t("result.spread.boxes"),
      about: t("result.spread.boxes_about"),
      says: rows.map((row) => t("result.spread.box_words", { label: row.label, median: reading.value(row.median), interval: reading.interval(row.q1, row.q3) })).join(". "),
      draw: (look, narrow) => ({
        height: rows.length * (narrow ? 64 : 50) + 72,
        data: rows.map((row, at) => ({
          type: "box",
          orientation: "h",
          name: plain(row.label),
          y0: -at,
          y: [-at],
          q1: [row.q1],
          median: [row.median],
          q3: [row.q3],
          mean: [row.value],
          // No whiskers: how far the scores reach is not in the result.
          lowerfence: [row.q1],
          upperfence: [row.q3],
          width: 0.5,
          marker: { color: colour(look, row.position) },
          fillcolor: look.sunken,
          line: { color: colour(look, row.position), width: 2 },
          boxmean: true,
          hoverinfo: "skip",
        })),
        layout: { xaxis: { range: [-2, 102] }, yaxis: named(rows, narrow), annotations: narrow ? above(rows, look) : [] },
      }),
    }),
  );
}

const named = (rows, narrow) => (narrow ? { visible: false, range: [-rows.length + 0.45, 0.75] } : { tickvals: rows.map((_, at) => -at), ticktext: rows.map((row) => `${plain(row.label)}  `), range: [-rows.length + 0.5, 0.5], ticks: "" });
const above = (rows, look) => rows.map((row, at) => ({ x: 0, xref: "paper", xanchor: "left", y: -at + 0.46, text: plain(row.label), showarrow: false, font: { size: 12.5, color: look.ink } }));

/** From bad (warm) over the neutral middle to good (accent). */
function ramp(look, share) {
  const middle = mixed(look.surface, look.ink, 0.12);
  return share < 0.5 ? blended(middle, look.surface, look.warm, 1 - share * 2) : blended(middle, look.surface, look.accent, share * 2 - 1);
}

const blended = (middle, surface, end, share) => (share === 0 ? middle : mixed(surface, end, 0.25 + 0.65 * share));
