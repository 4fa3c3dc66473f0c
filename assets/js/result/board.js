/** The board: every condition with its interval, as counted and adjusted, and the way to a decision. */

import { h } from "../dom.js";
import { number, t } from "../texts.js";
import { decide } from "./decision.js";
import { forest } from "./forest.js";
import { plain, plot } from "./plot.js";
import { section } from "./section.js";
import { table } from "./table.js";
import { colour, symbol } from "./theme.js";

/** Of one unit of log odds, on the board's scale. */
const POINTS = 400 / Math.LN10;
const VIEWS = ["kept", "adjusted", "both"];

/** @param {import("./reading.js").Reading} reading */
export function board(reading, decisions) {
  const { board: found } = reading;
  if (!found) return null;
  const views = found.adjusted?.length ? VIEWS : ["kept"];
  let view = views.at(-1);
  const figure = plot({
    name: "board",
    file: reading.file("board"),
    title: t("result.board.plot"),
    about: t(`result.board.scale_${reading.scale}`),
    says: reading.sorted(found.kept).map((row) => t("result.board.row_words", { label: row.label, value: reading.value(row.value), interval: reading.interval(row.low, row.high) })).join(". "),
    draw: (look, narrow) => forest({ ...picture(reading, view, look), look, narrow }),
    table: boardTable(reading, decisions),
    open: true,
  });
  const said = (one) => (one === "both" ? t("result.board.both_read") : "");
  const note = h("p", { class: "vs-hint", "aria-live": "polite" }, said(view));
  if (views.length > 1) figure.querySelector(".vs-plot-head").after(choice(views, view, (next) => { view = next; note.textContent = said(view); figure.redraw(); }), note);
  return section("board", apart(reading), figure, covariates(reading));
}

/** As counted, adjusted, or side by side. */
function choice(views, chosen, change) {
  return h(
    "div",
    { class: "vs-switch-row", role: "radiogroup", "aria-label": t("result.board.view") },
    views.map((view) => h("label", {}, h("input", { type: "radio", name: "vs-board-view", value: view, checked: view === chosen, onchange: () => change(view) }), h("span", {}, t(`result.board.view_${view}`)))),
  );
}

function picture(reading, view, look) {
  const { board: found } = reading;
  const adjusted = new Map((found.adjusted || []).map((row) => [row.position, row]));
  const mark = (row, which, hollow) =>
    row && {
      value: row.value,
      low: row.low,
      high: row.high,
      hollow,
      colour: colour(look, row.position),
      symbol: symbol(row.position),
      hover: `<b>${plain(row.label)}</b><br>${t(`result.board.view_${which}`)}: ${reading.value(row.value)}<br>${t("result.board.between", { interval: reading.interval(row.low, row.high) })}`,
    };
  const rows = reading.sorted(found.kept).map((row) => ({
    label: row.label,
    marks: [view !== "adjusted" && mark(row, "kept", false), view !== "kept" && mark(adjusted.get(row.position), "adjusted", view === "both")].filter(Boolean),
  }));
  return { rows, title: t(`result.board.axis_${reading.scale}`), axis: reading.range ? { range: padded(reading.range) } : {}, reference: reading.scale === "comparison" ? 0 : undefined };
}

/** Room for whole dots at the ends. */
const padded = ([low, high]) => [low - (high - low) * 0.03, high + (high - low) * 0.03];

function boardTable(reading, decisions) {
  const { board: found } = reading;
  const adjusted = new Map((found.adjusted || []).map((row) => [row.position, row]));
  const rows = reading.sorted(found.kept);
  const columns = [
    { label: t("result.column.condition"), cell: (row) => h("strong", {}, row.label) },
    { label: t("result.column.rank"), cell: (row) => number(row.rank), plain: (row) => row.rank },
    { label: t(`result.board.column_${reading.scale}`), cell: (row) => [h("strong", { data: { value: row.value } }, reading.value(row.value)), h("small", {}, reading.interval(row.low, row.high))], plain: (row) => row.value },
    found.adjusted?.length && { label: t("result.column.adjusted"), cell: (row) => both(reading, adjusted.get(row.position)), plain: (row) => adjusted.get(row.position)?.value },
    rows.some((row) => Number.isFinite(row.median)) && { label: t("result.column.median"), cell: (row) => [reading.value(row.median), Number.isFinite(row.q1) && h("small", {}, reading.interval(row.q1, row.q3))], plain: (row) => row.median },
    { label: t("result.column.naive"), cell: (row) => h("span", { class: "vs-faint" }, reading.interval(row.naive_low, row.naive_high)) },
    { label: t("result.column.votes"), cell: (row) => number(row.votes), plain: (row) => row.votes },
    { label: t("result.column.decision"), cell: (row) => (row.position === null ? "" : decide(reading, row.position, decisions)), plain: () => "" },
  ].filter(Boolean);
  return table({ name: "board", caption: t("result.board.title"), columns, rows, links: reading.links("board"), file: reading.file("board"), mark: (row) => ({ position: String(row.position), rank: String(row.rank) }) });
}

const both = (reading, row) => (row ? [reading.value(row.value), h("small", {}, reading.interval(row.low, row.high))] : "–");

/** Conditions that no votes connect share no scale. */
function apart(reading) {
  const groups = reading.board.components || [];
  if (groups.length < 2) return null;
  return h("ul", { class: "vs-cautions" }, h("li", {}, t("board.not_connected")), groups.map((one, at) => h("li", {}, `${t("board.group", { number: at + 1 })}: ${one.conditions.map((position) => reading.label(position)).join(", ")}`)));
}

/** What the adjustment took out, and how sure that is. */
function covariates(reading) {
  const rows = reading.board.covariates;
  if (!rows?.length) return reading.reason("adjusted") && !reading.board.adjusted ? h("p", { class: "vs-hint" }, t("result.board.not_adjusted", { why: reading.reason("adjusted") })) : null;
  const say = (value) => `${value > 0 ? "+" : ""}${number(value * POINTS, 0)}`;
  return h(
    "div",
    { class: "vs-result-sub" },
    h("h4", {}, t("result.board.covariates")),
    h("p", { class: "vs-hint" }, t("result.board.covariates_about")),
    table({
      name: "covariates",
      caption: t("result.board.covariates"),
      rows,
      links: reading.links("covariates"),
      file: reading.file("covariates"),
      columns: [
        { label: t("result.column.influence"), cell: (row) => t(`result.covariate.${row.name}`) },
        { label: t("result.column.effect"), cell: (row) => [h("strong", {}, say(row.value)), h("small", {}, reading.interval(row.low, row.high, say))], plain: (row) => row.value * POINTS },
        { label: t("result.column.words"), wide: true, cell: (row) => t(row.low > 0 ? "result.board.helps" : row.high < 0 ? "result.board.harms" : "result.board.no_effect") },
      ],
    }),
  );
}
