/** Who was preferred to whom, pair by pair; for scores, by how much and whether it is clear. */

import { h } from "../dom.js";
import { number, percent, t } from "../texts.js";
import { forest } from "./forest.js";
import { heatmap } from "./heatmap.js";
import { plain, plot } from "./plot.js";
import { mixed } from "./mixed.js";
import { chance } from "./reading.js";
import { section } from "./section.js";
import { table } from "./table.js";

/** The win matrix of paired votes. @param {import("./reading.js").Reading} reading */
export function matrix(reading) {
  const rows = reading.matrix;
  if (!rows?.length || reading.means) return null;
  const order = reading.order;
  const both = new Map(rows.flatMap((row) => [[`${row.first} ${row.second}`, row], [`${row.second} ${row.first}`, turned(row)]]));
  const names = order.map((one) => reading.label(one));
  const cell = (first, second) => both.get(`${first} ${second}`);
  const field = (say) => order.map((first) => order.map((second) => say(first === second ? null : cell(first, second))));
  const hover = (row) => `<b>${plain(reading.label(row.first))} → ${plain(reading.label(row.second))}</b><br>${percent(row.share)} (${reading.interval(row.low, row.high, percent)})<br>${t("result.matrix.record", { wins: number(row.wins), ties: number(row.ties), losses: number(row.losses) })}`;
  return section(
    "matrix",
    plot({
      name: "matrix",
      file: reading.file("matrix"),
      title: t("result.matrix.plot"),
      about: t("result.matrix.read"),
      draw: (look, narrow) => heatmap({ rows: names, columns: names, values: field((row) => row?.share ?? null), texts: field((row) => (row?.votes ? percent(row.share) : "")), hovers: field((row) => (row ? hover(row) : "")), low: 0, high: 1, diverging: true, look, narrow }),
      table: table({
        name: "matrix",
        caption: t("result.matrix.title"),
        rows,
        links: reading.links("matrix"),
        file: reading.file("matrix"),
        columns: [
          { label: t("result.column.pair"), cell: (row) => pair(reading, row), plain: (row) => `${reading.label(row.first)} / ${reading.label(row.second)}` },
          { label: t("result.column.share"), cell: (row) => [h("strong", {}, percent(row.share)), h("small", {}, reading.interval(row.low, row.high, percent))], plain: (row) => row.share },
          { label: t("result.column.wins"), cell: (row) => number(row.wins), plain: (row) => row.wins },
          { label: t("result.column.ties"), cell: (row) => number(row.ties), plain: (row) => row.ties },
          { label: t("result.column.losses"), cell: (row) => number(row.losses), plain: (row) => row.losses },
          { label: t("result.column.votes"), cell: (row) => number(row.votes), plain: (row) => row.votes },
        ],
      }),
    }),
  );
}

const pair = (reading, row) => t(reading.kind === "abx" ? "result.pair_equal" : "result.pair", { first: reading.label(row.first), second: reading.label(row.second) });

/** The same pair seen from the other side. */
const turned = (row) => ({ ...row, first: row.second, second: row.first, wins: row.losses, losses: row.wins, share: row.share === null ? null : 1 - row.share, low: row.high === null ? null : 1 - row.high, high: row.low === null ? null : 1 - row.low });

/** Differences of means with their tests: ACR, SMOS, CCR, MUSHRA. */
export function tests(reading) {
  const found = reading.tests;
  if (!reading.matrix?.length || !reading.means) return null;
  const further = new Map((found?.rows || []).map((row) => [`${row.first} ${row.second}`, row]));
  // The better one first: a difference then reads "better by".
  const rows = reading.matrix.map((row) => ({ ...further.get(`${row.first} ${row.second}`), ...row })).map((row) => (row.mean < 0 ? { ...row, first: row.second, second: row.first, mean: -row.mean, low: -row.high, high: -row.low } : row)).sort((one, other) => other.mean - one.mean);
  const clear = (row) => (row.p_holm === null || row.p_holm === undefined ? row.low > 0 : row.p_holm < 0.05);
  const say = (value) => reading.difference(value);
  const figure = plot({
    name: "tests",
    file: reading.file("tests"),
    title: t("result.tests.plot"),
    about: t("result.tests.read"),
    says: rows.map((row) => `${pair(reading, row)}: ${say(row.mean)}, ${reading.interval(row.low, row.high, say)}`).join(". "),
    draw: (look, narrow) =>
      forest({
        rows: rows.map((row) => ({
          label: pair(reading, row),
          marks: [{ value: row.mean, low: row.low, high: row.high, colour: clear(row) ? look.accent : look.faint, hollow: !clear(row), hover: `<b>${plain(pair(reading, row))}</b><br>${say(row.mean)} (${reading.interval(row.low, row.high, say)})<br>p = ${chance(row.p_holm)}` }],
        })),
        title: t("result.tests.axis"),
        reference: 0,
        look,
        narrow,
      }),
    table: table({
      name: "tests",
      caption: t("result.tests.title"),
      rows,
      links: reading.links("matrix"),
      file: reading.file("tests"),
      columns: [
        { label: t("result.column.pair"), cell: (row) => pair(reading, row) },
        { label: t("result.column.difference"), cell: (row) => [h("strong", {}, say(row.mean)), h("small", {}, reading.interval(row.low, row.high, say))], plain: (row) => row.mean },
        { label: t("result.column.clear"), cell: (row) => t(clear(row) ? "result.tests.clear" : "result.tests.unclear") },
        { label: t("result.column.p_holm"), cell: (row) => chance(row.p_holm), plain: (row) => row.p_holm },
        { label: t("result.column.p"), cell: (row) => h("span", { class: "vs-faint" }, chance(row.p)), plain: (row) => row.p },
        further.size && { label: t("result.column.wilcoxon"), cell: (row) => chance(row.wilcoxon_holm), plain: (row) => row.wilcoxon_holm },
        { label: t("result.column.votes"), cell: (row) => number(row.votes), plain: (row) => row.votes },
      ].filter(Boolean),
    }),
  });
  const all = found?.omnibus;
  return section("tests", all && h("p", { class: "vs-hint" }, t(all.p < 0.05 ? "result.tests.omnibus_yes" : "result.tests.omnibus_no", { p: chance(all.p), statistic: number(all.statistic, 1), freedom: number(all.freedom) })), figure, mixed(reading, pair));
}

/** Whether a difference can be heard at all: ABX. */
export function detectability(reading) {
  const rows = reading.abx;
  if (!rows?.length) return null;
  const heard = (row) => row.p_holm < 0.05 && row.share > 0.5;
  return section(
    "abx",
    plot({
      name: "abx",
      file: reading.file("abx"),
      title: t("result.abx.plot"),
      about: t("result.abx.read"),
      says: rows.map((row) => `${pair(reading, row)}: ${percent(row.share)}, ${reading.interval(row.low, row.high, percent)}`).join(". "),
      draw: (look, narrow) =>
        forest({
          rows: rows.map((row) => ({ label: pair(reading, row), marks: [{ value: row.share, low: row.low, high: row.high, colour: heard(row) ? look.accent : look.faint, hollow: !heard(row), hover: `<b>${plain(pair(reading, row))}</b><br>${percent(row.share)} (${reading.interval(row.low, row.high, percent)})<br>${t("result.abx.record", { correct: number(row.correct), trials: number(row.trials) })}` }] })),
          axis: { tickformat: ".0%", range: [Math.min(0.28, ...rows.map((row) => row.low - 0.02)), 1.02] },
          title: t("result.abx.axis"),
          reference: 0.5,
          look,
          narrow,
        }),
      table: table({
        name: "abx",
        caption: t("result.abx.title"),
        rows,
        links: reading.links("abx"),
        file: reading.file("abx"),
        columns: [
          { label: t("result.column.pair"), cell: (row) => pair(reading, row) },
          { label: t("result.column.correct"), cell: (row) => [h("strong", {}, percent(row.share)), h("small", {}, reading.interval(row.low, row.high, percent))], plain: (row) => row.share },
          { label: t("result.column.of"), cell: (row) => t("result.abx.record", { correct: number(row.correct), trials: number(row.trials) }) },
          { label: t("result.column.heard"), cell: (row) => t(heard(row) ? "result.abx.heard" : "result.abx.not_heard") },
          { label: t("result.column.d_prime"), cell: (row) => number(row.d_prime, 2), plain: (row) => row.d_prime },
          { label: t("result.column.p_holm"), cell: (row) => chance(row.p_holm), plain: (row) => row.p_holm },
        ],
      }),
      open: true,
    }),
  );
}
