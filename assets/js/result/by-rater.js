/** The result listener by listener: how much they gave, whether they agree, who was left out. */

import { h } from "../dom.js";
import { number, percent, seconds, t } from "../texts.js";
import { plain, plot } from "./plot.js";
import { shortId } from "./reading.js";
import { section } from "./section.js";
import { table } from "./table.js";
import { colour } from "./theme.js";

/** @param {import("./reading.js").Reading} reading */
export function byRater(reading) {
  const rows = reading.by_rater;
  if (!rows?.length) return null;
  return section(
    "by_rater",
    reading.favouring?.length ? h("ul", { class: "vs-cautions" }, reading.favouring.map((one) => h("li", {}, t("result.by_rater.favours", { rater: shortId(one.rater), label: reading.label(one.condition), wins: number(one.chosen), votes: number(one.votes), expected: number(one.expected, 1) })))) : null,
    picture(reading, rows, listing(reading, rows)),
  );
}

function listing(reading, rows) {
  const correlated = reading.kind === "scores" || reading.kind === "mushra";
  return table({
    name: "by_rater",
    caption: t("result.by_rater.title"),
    rows,
    links: reading.links("by_rater"),
    file: reading.file("by-rater"),
    mark: (row) => ({ excluded: row.excluded.length ? "yes" : "no" }),
    columns: [
      { label: t("result.column.rater"), cell: (row) => h("code", {}, shortId(row.rater)), plain: (row) => row.rater },
      { label: t("result.column.votes"), cell: (row) => number(row.votes), plain: (row) => row.votes },
      reading.kind !== "abx" && { label: t(correlated ? "result.column.correlation" : "result.column.with_others"), cell: (row) => (correlated ? number(row.agreement_with_others, 2) : percent(row.agreement_with_others)), plain: (row) => row.agreement_with_others },
      { label: t("result.column.with_self"), cell: (row) => percent(row.consistency), plain: (row) => row.consistency },
      { label: t("result.column.attention"), cell: (row) => (row.attention_asked ? `${number(row.attention_passed)} / ${number(row.attention_asked)}` : "–") },
      rows.some((row) => Number.isFinite(row.first_share)) && { label: t("result.column.first_share"), cell: (row) => percent(row.first_share), plain: (row) => row.first_share },
      { label: t("result.column.headphones"), cell: (row) => t(`result.headphones.${row.headphones || "none"}`) },
      { label: t("result.column.pace"), cell: (row) => seconds(row.median_seconds), plain: (row) => row.median_seconds },
      { label: t("result.column.excluded"), wide: true, cell: (row) => (row.excluded.length ? row.excluded.map((rule) => t(`result.rule.${rule}`)).join(", ") : "–") },
    ].filter(Boolean),
  });
}

/** Each listener a dot: what they think of the condition in front, and on how many votes. */
function picture(reading, rows, listed) {
  const first = reading.order[0];
  const seen = rows
    .map((row) => ({ row, one: row.values?.find((value) => value.position === first) }))
    .filter(({ one }) => Number.isFinite(one?.value))
    .sort((one, other) => one.one.value - other.one.value);
  // Right answers in ABX are nobody's opinion of a condition.
  if (seen.length < 2 || reading.kind === "abx") return listed;
  const values = seen.map(({ one }) => one.value);
  const [low, high] = reading.means ? reading.range : [0, 1];
  return plot({
    name: "by_rater",
    file: reading.file("by-rater"),
    title: t("result.by_rater.plot", { label: reading.label(first) }),
    about: t(reading.means ? "result.by_rater.read_means" : "result.by_rater.read_shares"),
    says: t("result.by_rater.words", { count: number(seen.length), low: reading.part(Math.min(...values)), high: reading.part(Math.max(...values)) }),
    table: listed,
    draw: (look, narrow) => ({
      height: narrow ? 240 : 280,
      data: [
        {
          type: "scatter",
          mode: "markers",
          x: seen.map((_, at) => at + 1),
          y: values,
          marker: {
            size: seen.map(({ one }) => 7 + 2.2 * Math.sqrt(one.votes)),
            color: seen.map(({ row }) => (row.excluded.length ? look.bad : colour(look, first))),
            opacity: 0.85,
            symbol: seen.map(({ row }) => (row.excluded.length ? "x" : "circle")),
          },
          customdata: seen.map(({ row, one }) => `<b>${shortId(row.rater)}</b>: ${reading.part(one.value)}<br>${t("result.by_rater.on", { votes: number(one.votes) })}${row.excluded.length ? `<br>${row.excluded.map((rule) => plain(t(`result.rule.${rule}`))).join(", ")}` : ""}`),
          hovertemplate: "%{customdata}<extra></extra>",
        },
      ],
      layout: {
        xaxis: { visible: false, range: [0.2, seen.length + 0.8] },
        yaxis: { ...(reading.means ? {} : { tickformat: ".0%" }), range: [low - (high - low) * 0.06, high + (high - low) * 0.06], showgrid: true, tickfont: { color: look.muted } },
        margin: { b: 12 },
        shapes: reading.means ? [] : [{ type: "line", x0: 0, x1: 1, xref: "paper", y0: 0.5, y1: 0.5, line: { color: look.faint, width: 1.5, dash: "dot" } }],
      },
    }),
  });
}
