/** Monthly cost against volume, drawn as SVG: one line for each way, break-evens marked. */

import { h } from "../dom.js";
import { number, t } from "../texts.js";
import { axisMoney, videos } from "./money.js";

const SVG = "http://www.w3.org/2000/svg";
const HEIGHT = 320;
const ROOM = { top: 22, right: 18, bottom: 44, left: 66 };
const STEPS = [1, 2, 2.5, 5, 10];

function s(tag, props = {}, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(props)) if (value !== null && value !== undefined) element.setAttribute(name, value);
  element.append(...children.filter((child) => child !== null));
  return element;
}

/** About `count` round numbers from 0 to `most`. */
function ticks(most, count) {
  const rough = most / count;
  const size = 10 ** Math.floor(Math.log10(rough));
  const step = STEPS.find((one) => one * size >= rough) * size;
  return Array.from({ length: Math.floor(most / step + 1e-9) + 1 }, (_, index) => index * step);
}

/** Cost of a line at a volume, from its corners. */
export function costAt(points, volume) {
  for (let index = 1; index < points.length; index += 1) {
    const [right, high] = points[index];
    const [left, low] = points[index - 1];
    if (volume <= right) return right === left ? low : low + ((high - low) * (volume - left)) / (right - left);
  }
  return points.at(-1)[1];
}

/** Up to where the picture reaches: a machine kept on that begins far above all else leaves it. */
function ceiling(found) {
  const straight = found.lines.filter((line) => line.kind !== "always_on").map((line) => line.points.at(-1)[1]);
  const marks = found.meetings.filter((one) => one.drawn).map((one) => one.monthly);
  const base = Math.max(...straight, ...marks, 0.01);
  const kept = found.lines.filter((line) => line.kind === "always_on" && line.points[0][1] <= 3 * base).map((line) => line.points.at(-1)[1]);
  return 1.08 * Math.max(base, ...kept);
}

/** Lines that the picture has no room for. */
export const above = (found) => found.lines.filter((line) => line.points[0][1] > ceiling(found));

/**
 * @param {object} found the studio's calculation
 * @param {{volume: number, colours: Map<string, number>, width: number, words: string}} look
 *   `volume` asked about, `colours` the number of each line's colour.
 * @returns {{element: SVGElement, probe: (volume: number) => void, left: number, right: number}}
 */
export function costPlot(found, { volume, colours, width, words }) {
  const inner = { width: width - ROOM.left - ROOM.right, height: HEIGHT - ROOM.top - ROOM.bottom };
  const top = ceiling(found);
  const x = (value) => ROOM.left + (value / found.most) * inner.width;
  const y = (value) => ROOM.top + inner.height - (value / top) * inner.height;
  const grid = [
    ...ticks(top, 5).map((value) => s("g", {}, s("line", { class: "vs-grid", x1: ROOM.left, x2: width - ROOM.right, y1: y(value), y2: y(value) }), s("text", { class: "vs-tick", x: ROOM.left - 8, y: y(value) + 4, "text-anchor": "end" }, axisMoney(value, found.currency)))),
    ...ticks(found.most, Math.max(3, Math.min(8, Math.floor(inner.width / 90)))).map((value) => s("text", { class: "vs-tick", x: x(value), y: HEIGHT - 24, "text-anchor": "middle" }, number(value, value % 1 ? 1 : 0))),
  ];
  const clip = `vs-plot-${Math.random().toString(36).slice(2)}`;
  const lines = found.lines.map((line) => s("polyline", { class: `vs-cost-line vs-cost-${line.kind}`, style: `--line: var(--vs-plot-${colours.get(line.id)})`, points: line.points.map(([at, cost]) => `${x(at).toFixed(1)},${y(cost).toFixed(1)}`).join(" ") }));
  const here = s("g", {}, s("line", { class: "vs-here", x1: x(volume), x2: x(volume), y1: ROOM.top, y2: ROOM.top + inner.height }), label(x(volume), ROOM.top - 8, t("costs.plot_here", { videos: videos(volume) }), width));
  const met = found.meetings.filter((one) => one.drawn && y(one.monthly) >= ROOM.top - 1);
  const marks = met.map((one) => s("g", {}, s("circle", { class: "vs-meet", cx: x(one.videos), cy: y(one.monthly), r: 6 }), s("title", {}, t("costs.plot_meet", { videos: videos(one.videos) }))));
  const first = met.filter((one) => one.kind === "from").sort((one, other) => one.videos - other.videos)[0];
  const named = first && label(x(first.videos), Math.max(ROOM.top + 12, y(first.monthly) - 14), t("costs.plot_meet", { videos: videos(first.videos) }), width, "vs-meet-name");
  const rule = s("line", { class: "vs-probe", x1: x(volume), x2: x(volume), y1: ROOM.top, y2: ROOM.top + inner.height, visibility: "hidden" });
  const element = s(
    "svg",
    { class: "vs-cost-plot", viewBox: `0 0 ${width} ${HEIGHT}`, width, height: HEIGHT, role: "img", "aria-label": words },
    s("defs", {}, s("clipPath", { id: clip }, s("rect", { x: ROOM.left, y: ROOM.top - 1, width: inner.width, height: inner.height + 2 }))),
    ...grid,
    s("line", { class: "vs-axis", x1: ROOM.left, x2: width - ROOM.right, y1: y(0), y2: y(0) }),
    s("text", { class: "vs-axis-name", x: width - ROOM.right, y: HEIGHT - 6, "text-anchor": "end" }, t("costs.plot_axis_x")),
    here,
    rule,
    s("g", { "clip-path": `url(#${clip})` }, ...lines),
    ...marks,
    named || null,
  );
  const probe = (at) => {
    rule.setAttribute("x1", x(at));
    rule.setAttribute("x2", x(at));
    rule.setAttribute("visibility", at === volume ? "hidden" : "visible");
  };
  return { element, probe, left: ROOM.left, right: ROOM.right };
}

/** A text that stays within the picture. */
function label(at, height, text, width, kind = "vs-here-name") {
  const side = at > width * 0.7 ? "end" : at < width * 0.3 ? "start" : "middle";
  return s("text", { class: kind, x: at + (side === "start" ? 2 : side === "end" ? -2 : 0), y: height, "text-anchor": side }, text);
}

/** The colour of a line as a small mark in the table. */
export const swatch = (number, kind) => h("i", { class: `vs-swatch vs-swatch-${kind}`, "aria-hidden": "true", style: { "--line": `var(--vs-plot-${number})` } });
