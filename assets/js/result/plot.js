/** A plot with what goes with it: its title, a line on what it is, downloads, the same as a table. */

import { button, h } from "../dom.js";
import { t } from "../texts.js";
import { plotly } from "./plotly.js";
import { ground, theme } from "./theme.js";

const NARROW = 560;
const DOWNLOAD = 960;
const drawn = new Set();

/** Text that a person wrote, where plotly would read marks of its own. */
export const plain = (text) => String(text).replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

/**
 * @param {{name: string, file: string, title: string, about?: string, says?: string, draw: (look: object, narrow: boolean) => {data: object[], layout?: object, height: number}, table?: HTMLElement, open?: boolean}} options
 *   `name` for data attributes, `file` the download's name without ending, `says` what a screen
 *   reader hears in place of the picture, `draw` called again for another width or theme.
 * @returns {HTMLElement} with `redraw()`
 */
export function plot({ name, file, title, about, says, draw, table, open = false }) {
  const canvas = h("div", { class: "vs-plot-canvas", role: "img", "aria-label": [title, says].filter(Boolean).join(". ") });
  const problem = h("p", { class: "vs-hint", role: "status", hidden: true });
  const save = (format) => button({ kind: "quiet", icon: "download", label: format.toUpperCase(), "aria-label": t("result.plot.save", { title, format: format.toUpperCase() }), data: { save: format }, onclick: () => keep(format) });
  const frame = h(
    "figure",
    { class: "vs-plot", data: { plot: name } },
    h("figcaption", { class: "vs-plot-head" }, h("div", {}, h("h4", {}, title), about && h("p", { class: "vs-hint" }, about)), h("div", { class: "vs-plot-tools" }, save("svg"), save("png"))),
    canvas,
    problem,
    table && h("details", { class: "vs-plot-table", open }, h("summary", {}, t("result.plot.table")), table),
  );

  const picture = (width) => {
    const look = theme();
    const narrow = width < NARROW;
    const { data, layout = {}, height } = draw(look, narrow);
    const base = ground(look);
    const merged = { ...base, ...layout, width, height, xaxis: { ...base.xaxis, ...layout.xaxis }, yaxis: { ...base.yaxis, ...layout.yaxis }, margin: { ...base.margin, ...layout.margin } };
    return { data, layout: merged };
  };

  async function keep(format) {
    try {
      const figure = picture(DOWNLOAD);
      // A file stands alone: it says what it shows.
      figure.layout.title = { text: plain(title), x: 0.02, xanchor: "left", y: 0.985, yanchor: "top", font: { size: 17 } };
      figure.layout.margin.t += 44;
      figure.layout.height += 44;
      const Plotly = await plotly();
      const url = await Plotly.toImage(figure, { format, width: figure.layout.width, height: figure.layout.height, scale: format === "png" ? 2 : 1 });
      offer(decoded(url), `${file}.${format}`);
    } catch {
      tell();
    }
  }

  function tell() {
    problem.hidden = false;
    problem.textContent = t("result.plot.failed");
  }

  frame.redraw = async () => {
    const width = Math.floor(canvas.clientWidth);
    if (!width) return;
    try {
      const Plotly = globalThis.Plotly || (await plotly());
      const { data, layout } = picture(width);
      canvas.style.minHeight = `${layout.height}px`;
      await Plotly.react(canvas, data, layout, { displayModeBar: false, scrollZoom: false, doubleClick: "reset" });
      canvas.dataset.drawn = "yes";
    } catch {
      tell();
    }
  };
  near.observe(frame);
  return frame;
}

/** What a data address holds. Not by fetch(): the page's policy lets it ask nobody but the studio. */
function decoded(url) {
  const [head, body] = [url.slice(5, url.indexOf(",")), url.slice(url.indexOf(",") + 1)];
  const [type] = head.split(";");
  if (!head.endsWith(";base64")) return new Blob([decodeURIComponent(body)], { type });
  return new Blob([Uint8Array.from(atob(body), (one) => one.charCodeAt(0))], { type });
}

/** Hand a file to the browser's downloads. */
export function offer(blob, name) {
  const link = h("a", { href: URL.createObjectURL(blob), download: name, hidden: true });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

// A plot is drawn when it comes near, and again when its width or the theme changes.
const near = new IntersectionObserver(
  (entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      near.unobserve(target);
      drawn.add(target);
      widths.observe(target);
    }
  },
  { rootMargin: "800px 0px" },
);
const seen = new WeakMap();
const widths = new ResizeObserver((entries) => {
  for (const { target, contentRect } of entries) {
    const width = Math.floor(contentRect.width);
    if (seen.get(target) === width) continue;
    seen.set(target, width);
    target.redraw();
  }
});

/** Draw all again that are still on the page: the theme has changed. */
export function redrawAll() {
  for (const one of drawn) {
    if (one.isConnected) one.redraw();
    else drawn.delete(one);
  }
}

new MutationObserver(redrawAll).observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
