/** A study's result with its names and numbers as the page says them. */

import { number, percent, t } from "../texts.js";

const DECIMALS = { points: 0, mean: 2, score: 1, comparison: 2 };
const SIGNED = new Set(["comparison"]);

/** What every section of the page reads from. */
export class Reading {
  /** @param {object} result of GET /api/studies/{id}/result, in state "ready" */
  constructor(result) {
    Object.assign(this, result);
    this.labels = new Map(result.conditions.map((one) => [one.position, one.label]));
    this.scale = result.board?.scale || "points";
    /** Whether differences are differences of means, not shares of votes. */
    this.means = this.scale !== "points";
  }

  /** Rows of a board, the best first, by name: the reference and the anchor of MUSHRA have none. */
  sorted(rows) {
    return (rows || []).map((row) => ({ ...row, label: row.role === "condition" ? row.label : t(`result.role.${row.role}`) })).sort((one, other) => other.value - one.value);
  }

  /** A condition's name. */
  label(position) {
    return this.labels.get(position) ?? "–";
  }

  /** Positions of the conditions, the best first. */
  get order() {
    const known = this.sorted(this.board?.kept).filter((row) => row.position !== null).map((row) => row.position);
    return [...known, ...this.conditions.map((one) => one.position).filter((one) => !known.includes(one))];
  }

  /** A value on the study's scale. */
  value(value) {
    const text = number(value, DECIMALS[this.scale]);
    return SIGNED.has(this.scale) && value > 0 ? `+${text}` : text;
  }

  /** A difference on the study's scale, with its sign. */
  difference(value) {
    const text = number(value, Math.max(1, DECIMALS[this.scale]));
    return value > 0 ? `+${text}` : text;
  }

  /** What a condition has from one text or one rater: a share of votes, or a mean. */
  part(value) {
    return this.means ? this.value(value) : percent(value);
  }

  /** "57 … 71 %": the ends of an interval in the words of `say`. */
  interval(low, high, say = (value) => this.value(value)) {
    return low === null || low === undefined ? "–" : t("result.interval", { low: say(low), high: say(high) });
  }

  /** A download's name without its ending. */
  file(name) {
    return `study-${this.study.id.slice(0, 8)}-${name}`;
  }

  /** Addresses of the studio's own files of a table. */
  links(name) {
    const base = this.exports?.tables;
    return base ? { csv: `${base}${name}.csv`, parquet: `${base}${name}.parquet` } : {};
  }

  /** Why a part is not there, as a sentence; nothing where it does not belong to the protocol. */
  reason(part) {
    const why = this.reasons?.[part];
    return why && why.code !== "protocol" ? why.message : "";
  }

  /** Ends of the scale that all values of this study lie on, for an axis; null: as they come. */
  get range() {
    return { mean: [1, 5], score: [0, 100], comparison: [-3, 3] }[this.scale] || null;
  }
}

/** A p-value: "0.013", "< 0.001". */
export const chance = (p) => (p === null || p === undefined ? "–" : p < 0.001 ? `< ${number(0.001, 3)}` : number(p, 3));

/** A random id, short enough for a table. */
export const shortId = (id) => id.slice(0, 6);
