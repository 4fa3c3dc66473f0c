/** Small plots of an engine's latest past: a mark each, its figures under the pointer or the keys. */

import { h } from "./dom.js";
import { counted, moment, number, percent, seconds, t } from "./texts.js";

const SVG = "http://www.w3.org/2000/svg";
const WIDTH = 280;
const HEIGHT = 64;
const PAD = 5;

function svg(tag, attributes, ...children) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

/**
 * A plot whose marks can be read one by one: by pointer, or with the arrow keys once it has focus.
 * @param {{name: string, title: string, summary: string, marks: {x: number, words: string}[], drawn: SVGElement[]}} plot
 */
function plot({ name, title, summary, marks, drawn }) {
  const cursor = svg("line", { class: "vs-plot-cursor", y1: 0, y2: HEIGHT, x1: -9, x2: -9 });
  const picture = svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": `${title}: ${summary}` }, ...drawn, cursor);
  const said = h("p", { class: "vs-plot-said", "aria-live": "polite" }, summary);
  let at = null;
  const show = (index) => {
    at = index;
    const mark = index === null ? null : marks[index];
    said.textContent = mark ? mark.words : summary;
    for (const end of ["x1", "x2"]) cursor.setAttribute(end, mark ? mark.x : -9);
  };
  const nearest = (event) => {
    const box = picture.getBoundingClientRect();
    const x = ((event.clientX - box.left) / box.width) * WIDTH;
    let best = 0;
    marks.forEach((mark, index) => {
      if (Math.abs(mark.x - x) < Math.abs(marks[best].x - x)) best = index;
    });
    show(best);
  };
  const steps = { ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity };
  const frame = h(
    "div",
    {
      class: "vs-plot-frame",
      tabindex: "0",
      role: "group",
      "aria-label": t("engines.plot_keys", { title }),
      onpointermove: nearest,
      onpointerleave: () => show(null),
      onblur: () => show(null),
      onkeydown: (event) => {
        if (!(event.key in steps)) return;
        event.preventDefault();
        const from = at ?? (steps[event.key] < 0 ? marks.length : -1);
        show(Math.max(0, Math.min(marks.length - 1, from + steps[event.key])));
      },
    },
    picture,
  );
  return h("figure", { class: "vs-small-plot", data: { plot: name } }, h("figcaption", {}, title), frame, said);
}

/** RTF of the latest renderings, on a logarithmic scale; below the line it is faster than listening. */
export function speedPlot({ renderings, rtf }) {
  const done = renderings.filter((one) => one.rtf > 0);
  if (!done.length) return null;
  const values = done.map((one) => Math.log(one.rtf));
  const low = Math.min(...values, Math.log(0.8));
  const high = Math.max(...values, Math.log(1.25));
  const y = (value) => PAD + ((high - value) / (high - low)) * (HEIGHT - 2 * PAD);
  const x = (index) => (done.length === 1 ? WIDTH / 2 : PAD + (index / (done.length - 1)) * (WIDTH - 2 * PAD));
  const digits = (value) => number(value, value < 0.1 ? 3 : 2);
  return plot({
    name: "speed",
    title: t("engines.speed"),
    summary: counted("engines.speed_summary", done.length, { rtf: digits(rtf) }),
    marks: done.map((one, index) => ({ x: x(index), words: t("engines.speed_one", { when: moment(one.at), rtf: digits(one.rtf), seconds: seconds(one.seconds), ttfa: seconds(one.ttfa_seconds, 2) }) })),
    drawn: [
      svg("line", { class: "vs-plot-even", x1: 0, x2: WIDTH, y1: y(0), y2: y(0) }),
      ...done.map((one, index) => svg("ellipse", { class: "vs-plot-dot", "data-slow": String(one.rtf > 1), cx: x(index), cy: y(values[index]), rx: 2.6, ry: 2.6 })),
    ],
  });
}

/** Renderings of each of the last days, those that failed above those that went well. */
export function failuresPlot({ days }) {
  const total = days.reduce((sum, day) => sum + day.done + day.failed, 0);
  if (!total) return null;
  const failed = days.reduce((sum, day) => sum + day.failed, 0);
  const most = Math.max(...days.map((day) => day.done + day.failed));
  const slot = WIDTH / days.length;
  // A single failure among a thousand must still be seen.
  const tall = (count) => (count ? Math.max(2, (count / most) * (HEIGHT - 4)) : 0);
  const bar = (kind, index, height, below) => svg("rect", { class: `vs-plot-${kind}`, x: index * slot + 2, width: slot - 4, y: HEIGHT - below - height, height, rx: 1.5 });
  const name = new Intl.DateTimeFormat(document.documentElement.lang, { month: "short", day: "numeric", timeZone: "UTC" });
  return plot({
    name: "failures",
    title: t("engines.failures"),
    summary: failed ? t("engines.failures_summary", { failed: number(failed), total: number(total), share: percent(failed / total, 1) }) : t("engines.failures_none", { total: number(total) }),
    marks: days.map((day, index) => ({ x: index * slot + slot / 2, words: t("engines.failures_one", { day: name.format(new Date(`${day.day}T00:00:00Z`)), done: number(day.done), failed: number(day.failed) }) })),
    drawn: [
      svg("line", { class: "vs-plot-floor", x1: 0, x2: WIDTH, y1: HEIGHT - 0.5, y2: HEIGHT - 0.5 }),
      ...days.flatMap((day, index) => {
        const red = tall(day.failed);
        const rest = Math.min(tall(day.done), HEIGHT - 2 - red);
        return [day.done ? bar("bar", index, rest, 0) : null, day.failed ? bar("failed", index, red, rest) : null].filter(Boolean);
      }),
    ],
  });
}
