/** How it was done: stopping, sound, method, hashes, seal; and everything to take away. */

import { h, icon } from "../dom.js";
import { address } from "../http.js";
import { counted, moment, number, percent, t } from "../texts.js";
import { section } from "./section.js";
import { table } from "./table.js";

/** @param {import("./reading.js").Reading} reading */
export function method(reading) {
  const { seal, sound, basis, exports: files } = reading;
  const facts = [
    ["stopping", ended(reading)],
    ["answers", t("result.method.answers_words", { answers: number(basis.answers), main: number(basis.by_kind.main ?? 0), repeat: number(basis.by_kind.repeat ?? 0), identical: number(basis.by_kind.identical ?? 0), attention: number(basis.by_kind.attention ?? 0) })],
    ["intervals", intervals(reading)],
    ["sound", sound && [t("result.method.loudness", { loudness: t("unit.lufs", { value: number(sound.loudness_lufs) }) }), t(sound.retries ? "result.method.retries" : "result.method.first_takes"), sound.fair_bandwidth && t("result.method.fair")].filter(Boolean).join(" ")],
    ["method", h("code", {}, reading.method)],
    ["hash", h("code", {}, reading.answers_sha256)],
  ];
  return section(
    "method",
    facts.filter(([, value]) => value).length ? h("dl", { class: "vs-result-facts" }, facts.filter(([, value]) => value).map(([name, value]) => h("div", { data: { fact: name } }, h("dt", {}, t(`result.method.${name}`)), h("dd", {}, value)))) : null,
    pairs(reading),
    sealed(seal),
    taken(files),
  );
}

/** How the intervals came about. */
function intervals({ board, stopping }) {
  const level = percent(1 - (stopping?.level ?? 0.05));
  return board?.draws ? t("result.method.intervals_drawn", { draws: number(board.draws), level }) : t("result.method.intervals_clustered", { level });
}

/** Why the study ended, or when it will. */
export function ended({ study, stopping }) {
  if (!stopping) return "";
  if (study.closed_because) return t(`result.ended.${study.closed_because}`);
  return t(`result.ends.${stopping.rule}`, { target: number(stopping.target) });
}

/** The confidence sequence of every pair, where the plan looked at any time. */
function pairs(reading) {
  const rows = reading.stopping?.pairs;
  if (!rows?.length) return null;
  return h(
    "div",
    { class: "vs-result-sub" },
    h("h4", {}, t("result.method.any_time")),
    h("p", { class: "vs-hint" }, t("result.method.any_time_about")),
    table({
      name: "stopping",
      caption: t("result.method.any_time"),
      rows,
      links: reading.links("stopping"),
      file: reading.file("stopping"),
      columns: [
        { label: t("result.column.pair"), cell: (row) => t("result.pair", { first: reading.label(row.first), second: reading.label(row.second) }) },
        { label: t("result.column.share"), cell: (row) => [h("strong", {}, percent(row.mean)), h("small", {}, reading.interval(row.low, row.high, percent))], plain: (row) => row.mean },
        { label: t("result.column.clear"), cell: (row) => t(row.decided ? "result.tests.clear" : "result.tests.unclear") },
        { label: t("result.column.votes"), cell: (row) => number(row.votes), plain: (row) => row.votes },
      ],
    }),
  );
}

function sealed(seal) {
  if (!seal?.sealed) return h("p", { class: "vs-hint" }, t("result.seal.none"));
  return h(
    "div",
    { class: "vs-result-sub", data: { seal: seal.sound ? "sound" : "broken" } },
    h("h4", { class: "vs-result-seal" }, icon(seal.sound ? "lock" : "warn"), t("result.seal.title")),
    h("p", {}, t(seal.sound ? "result.seal.sound" : "result.seal.broken")),
    h("p", { class: "vs-hint" }, t("result.seal.about")),
    h(
      "details",
      {},
      h("summary", {}, counted("result.seal.hashes", seal.answers)),
      h("dl", { class: "vs-result-facts" }, [["sealed_at", moment(seal.sealed_at)], ["plan_sha256", h("code", {}, seal.plan_sha256)], ["key_sha256", h("code", {}, seal.key_sha256)], ["head_sha256", h("code", {}, seal.head_sha256)]].map(([name, value]) => h("div", {}, h("dt", {}, t(`result.seal.${name}`)), h("dd", {}, value)))),
    ),
  );
}

function taken(files) {
  if (!files) return null;
  const names = ["trials", "ratings", "stimuli", "plan"].filter((name) => files.csv?.[name]);
  return h(
    "div",
    { class: "vs-result-sub vs-result-exports" },
    h("h4", {}, t("result.exports.title")),
    h("p", { class: "vs-hint" }, t("result.exports.about")),
    h("ul", {}, names.map((name) => h("li", {}, h("span", {}, t(`result.exports.${name}`)), h("span", { class: "vs-downloads" }, ["csv", "parquet"].map((format) => files[format]?.[name] && h("a", { class: "vs-download", href: address(files[format][name]), download: "", "aria-label": t("result.plot.save", { title: t(`result.exports.${name}`), format: format.toUpperCase() }) }, format === "csv" ? "CSV" : "Parquet")))))),
    files.bundle && h("a", { class: "vs-button vs-button-plain", href: address(files.bundle), download: "", data: { save: "bundle" } }, icon("download"), t("result.exports.bundle")),
  );
}
