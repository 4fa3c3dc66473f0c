/** How far the answers can be trusted: one card a check, each with what it is in a line. */

import { h } from "../dom.js";
import { counted, number, percent, t } from "../texts.js";
import { section } from "./section.js";

/** @param {import("./reading.js").Reading} reading */
export function trust(reading) {
  const cards = [agreement(reading), consistency(reading), firstPosition(reading), identical(reading), attention(reading), ties(reading), headphones(reading), fragility(reading)];
  return section("trust", h("div", { class: "vs-trust" }, cards));
}

/** @param {{name: string, value?: string, low?: number, high?: number, at?: number, range?: number[], middle?: number, interval?: string, says: string}} facts */
function card({ name, value, low, high, at, range = [0, 1], middle, interval, says }) {
  const place = (one) => `${Math.min(100, Math.max(0, ((one - range[0]) / (range[1] - range[0])) * 100))}%`;
  const drawn = Number.isFinite(low) && Number.isFinite(high);
  return h(
    "article",
    { class: "vs-card vs-trust-card", data: { check: name } },
    h("h4", {}, t(`result.trust.${name}`)),
    h("p", { class: "vs-trust-value" }, h("strong", {}, value ?? "–"), interval && h("span", {}, interval)),
    drawn ? h("div", { class: "vs-scale-line vs-scale-small", "aria-hidden": "true", data: { middle: Number.isFinite(middle) ? "yes" : "no" }, style: { "--low": place(low), "--high": place(high), "--dot": place(at), "--middle": place(middle ?? 0) } }, h("u", {}), h("i", {}), h("b", {})) : null,
    h("p", { class: "vs-trust-says" }, says),
    h("p", { class: "vs-hint" }, t(`result.trust.${name}_about`)),
  );
}

/** A check that the protocol has, yet that could not be computed. */
const missing = (reading, name) => (reading.reason(name) ? card({ name, says: reading.reason(name) }) : null);

/** α in a word; the limits of 0.667 and 0.8 are Krippendorff's. */
function alphaWord(alpha) {
  const steps = [
    [0.05, "none"],
    [0.2, "slight"],
    [0.4, "fair"],
    [0.667, "moderate"],
    [0.8, "good"],
  ];
  return steps.find(([most]) => alpha < most)?.[1] || "high";
}

function agreement(reading) {
  const found = reading.agreement;
  if (!found) return missing(reading, "agreement");
  return card({ name: "agreement", value: `α ${number(found.alpha, 2)}`, low: found.low, high: found.high, at: found.alpha, range: [-0.2, 1], middle: 0, interval: reading.interval(found.low, found.high, (one) => number(one, 2)), says: t(`result.trust.alpha_${alphaWord(found.alpha)}`) });
}

function consistency(reading) {
  const found = reading.consistency;
  if (!found) return missing(reading, "consistency");
  return card({ name: "consistency", value: percent(found.share), low: found.low, high: found.high, at: found.share, middle: found.chance ?? undefined, interval: reading.interval(found.low, found.high, percent), says: counted("result.trust.same", found.repeats, { same: number(found.same) }) });
}

function firstPosition(reading) {
  const found = reading.first_position;
  if (!found) return missing(reading, "first_position");
  return card({ name: "first_position", value: percent(found.share), low: found.low, high: found.high, at: found.share, middle: 0.5, interval: reading.interval(found.low, found.high, percent), says: found.message || t(found.low > 0.5 || found.high < 0.5 ? "result.trust.position_yes" : "result.trust.position_no") });
}

function identical(reading) {
  const found = reading.identical;
  if (!found?.pairs) return missing(reading, "identical");
  return card({ name: "identical", value: `${number(found.ties)} / ${number(found.pairs)}`, says: t("result.trust.equal", { ties: number(found.ties), a: number(found.a), b: number(found.b) }) });
}

function attention(reading) {
  const found = reading.attention;
  if (!found?.asked) return missing(reading, "attention");
  return card({ name: "attention", value: percent(found.share), says: t("result.trust.passed", { passed: number(found.passed), asked: number(found.asked) }) });
}

function ties(reading) {
  const found = reading.ties;
  if (!found) return missing(reading, "ties");
  return card({ name: "ties", value: percent(found.share), low: found.low, high: found.high, at: found.share, interval: reading.interval(found.low, found.high, percent), says: t("result.trust.tied", { ties: number(found.ties), votes: number(found.votes) }) });
}

function headphones(reading) {
  const found = reading.basis.headphones;
  const all = Object.values(found).reduce((sum, one) => sum + one, 0);
  if (!all || !(found.passed || found.failed || found.skipped)) return null;
  return card({ name: "headphones", value: `${number(found.passed)} / ${number(all)}`, says: t("result.trust.phones", { passed: number(found.passed), failed: number(found.failed), skipped: number(found.skipped), none: number(found.none) }) });
}

function fragility(reading) {
  const found = reading.fragility;
  if (!found) return missing(reading, "fragility");
  return card({ name: "fragility", value: found.votes === null ? "–" : counted("result.trust.votes", found.votes), says: found.message || fragile(reading, found) });
}

function fragile(reading, found) {
  const { votes, of, first, then } = found;
  if (votes === null) return t("result.trust.firm", { label: reading.label(first) });
  if (found.exact === false) return t("result.trust.fragile_bound", { votes: number(votes), at_least: number(found.at_least), of: number(of), then: reading.label(then) });
  return counted("result.trust.fragile", votes, { of: number(of), then: reading.label(then) });
}
