/** What a calculation found: break-evens in words, the plot, and the same as a table. */

import { button, fill, h, icon } from "../dom.js";
import { counted, languageName, t } from "../texts.js";
import { above, costAt, costPlot, swatch } from "./cost-plot.js";
import { money, origin, videos } from "./money.js";

/** The name of a way of paying. */
const named = (line) => (line.kind === "service" ? line.title : t(`costs.line_${line.kind}`));

/**
 * @param {HTMLElement} root is filled
 * @param {{further: () => void}} told `further` when the plot shall reach other break-evens
 * @returns {{show: (costs: object, assumed: object, far: boolean) => void, stop: () => void}}
 */
export function findings(root, { further }) {
  const words = h("div", { class: "vs-cost-words", role: "status" });
  const canvas = h("div", { class: "vs-cost-canvas" });
  const slider = h("input", { type: "range", class: "vs-cost-slider", min: 0, max: 1000, step: 1, "aria-label": t("costs.field.probe") });
  const wider = button({ kind: "quiet", label: t("costs.plot_far"), "aria-pressed": "false", onclick: () => further() });
  const notes = h("div", { class: "vs-cost-notes" });
  const table = h("div", {});
  fill(root, words, h("figure", { class: "vs-card vs-cost-figure" }, h("figcaption", { class: "vs-cost-caption" }, h("strong", {}, t("costs.plot")), wider), canvas, slider, notes), table);
  let now = null;
  let drawn = null;

  const volume = () => (Number(slider.value) / 1000) * now.found.most;
  slider.addEventListener("input", () => {
    drawn?.probe(volume());
    fillTable(volume());
  });

  function draw() {
    if (!now) return;
    const width = Math.max(280, Math.floor(canvas.clientWidth || root.clientWidth));
    const { found, assumed, colours } = now;
    const costs = found.lines.map((line) => `${named(line)} ${money(line.monthly, found.currency)}`).join(", ");
    drawn = costPlot(found, { volume: assumed.videos, colours, width, words: [t("costs.plot"), t("costs.plot_words", { most: videos(found.most), videos: videos(assumed.videos), costs })].join(". ") });
    fill(canvas, drawn.element);
    slider.style.setProperty("--left", `${drawn.left}px`);
    slider.style.setProperty("--right", `${drawn.right}px`);
  }

  function fillTable(at) {
    const { found, assumed, colours } = now;
    const here = Math.abs(at - assumed.videos) < 1e-9 + found.most / 2000;
    const cost = (line) => (here ? line.monthly : costAt(line.points, at));
    const least = Math.min(...found.lines.map(cost));
    const count = videos(here ? assumed.videos : Math.round(at));
    slider.setAttribute("aria-valuetext", `${count}: ${found.lines.map((line) => `${named(line)} ${money(cost(line), found.currency)}`).join(", ")}`);
    fill(
      table,
      h(
        "div",
        { class: "vs-scroll", tabindex: "0", role: "region", "aria-label": t("costs.table") },
        h(
          "table",
          { class: "vs-table vs-cost-table" },
          h("caption", { class: "vs-hidden" }, t("costs.table")),
          h("thead", {}, h("tr", {}, h("th", { scope: "col" }, t("costs.by_engine")), h("th", { scope: "col" }, `${t("costs.monthly")} · ${t("costs.count_videos", { videos: count })}`), h("th", { scope: "col" }, t("costs.per_video")), h("th", { scope: "col" }, t("costs.price")))),
          h("tbody", {}, found.lines.map((line) => row(line, cost(line), cost(line) === least, colours.get(line.id), found, here))),
        ),
      ),
    );
  }

  function row(line, cost, cheapest, colour, found, here) {
    const machine = now.machine;
    const price = line.kind === "service" ? t("costs.per_million", { price: money(line.price.amount, line.price.currency) }) : `${money(line.price.amount, line.price.currency)}/h`;
    return h(
      "tr",
      { data: { line: line.id, cheapest: String(cheapest) } },
      h("th", { scope: "row" }, h("span", { class: "vs-line-name" }, swatch(colour, line.kind), named(line)), line.kind !== "service" && h("small", {}, here && line.machines > 1 ? `${machine.machine} · ${counted("costs.machines", line.machines)}` : machine.machine)),
      h("td", { class: "vs-cost-monthly" }, h("strong", {}, money(cost, found.currency)), cheapest && h("span", { class: "vs-cheapest" }, t("costs.cheapest"))),
      h("td", {}, money(line.per_video, found.currency)),
      h("td", {}, price, h("small", {}, origin(line.price))),
    );
  }

  function say() {
    const { found, costs, assumed, machine } = now;
    const names = new Map(found.lines.map((line) => [line.id, named(line)]));
    const money_ = (value) => money(value, found.currency);
    const sentences = found.meetings.map((one) => {
      const parts = { service: names.get(one.service), renting: names.get(one.renting), videos: one.videos === null ? "" : videos(Math.ceil(one.videos)), amount: one.monthly === null ? "" : money_(one.monthly) };
      const said = [t(`costs.meet_${one.kind}`, parts)];
      if (one.returns !== null) said.push(t("costs.meet_returns", { videos: videos(one.returns) }));
      if (one.videos !== null && !one.drawn) said.push(t("costs.meet_far"));
      return h("li", { data: { service: one.service, renting: one.renting, kind: one.kind } }, said.join(" "));
    });
    const engine = costs.engines.find((one) => one.name === assumed.engine);
    fill(
      words,
      h("h3", { class: "vs-cost-meet" }, t("costs.meet")),
      sentences.length ? h("ul", { class: "vs-cost-meetings" }, sentences) : h("p", { class: "vs-hint" }, t("costs.meet_none")),
      found.speaks ? null : h("p", { class: "vs-refusal" }, icon("warn"), t("costs.not_speaking", { engine: engine.title, language: languageName(assumed.language) })),
      found.fits ? null : h("p", { class: "vs-refusal" }, icon("warn"), t("costs.not_fitting", { engine: engine.title, machine: machine.machine })),
    );
    fill(
      notes,
      above(found).map((line) => h("p", { class: "vs-hint" }, t("costs.plot_above", { name: named(line), amount: money_(line.points[0][1]) }))),
      found.left_out.map((one) => h("p", { class: "vs-hint", data: { left: one.id } }, t(`costs.left_${one.because}`, { name: one.title, currency: one.currency }))),
    );
  }

  const watching = new ResizeObserver(() => requestAnimationFrame(draw));
  watching.observe(canvas);

  return {
    stop: () => watching.disconnect(),
    show(costs, assumed, far) {
      const found = costs.calculation;
      const colours = new Map(found.lines.map((line, index) => [line.id, (index % 8) + 1]));
      now = { costs, found, assumed, colours, machine: costs.offers.find((one) => one.id === assumed.offer) };
      wider.setAttribute("aria-pressed", String(far));
      wider.hidden = !far && found.meetings.every((one) => one.videos === null || one.drawn);
      slider.value = String(Math.round((assumed.videos / found.most) * 1000));
      say();
      draw();
      fillTable(assumed.videos);
    },
  };
}
