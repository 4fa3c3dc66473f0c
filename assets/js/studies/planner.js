/** The planner: says live, in a sentence, what difference a plan can detect, with a picture of it. */

import { fill, h, icon } from "../dom.js";
import { post } from "../http.js";
import { counted, number, percent, t } from "../texts.js";
import { duration } from "./rendering.js";

const SOON = 150;
const SVG = "http://www.w3.org/2000/svg";

/** @param {() => {id: string}} study */
export class Planner {
  constructor(study) {
    this.study = study;
    // The sentence alone is read out when it changes; the figures are there to be found.
    this.sentence = h("p", { class: "vs-planner-sentence", "aria-live": "polite" }, h("span", { class: "vs-pulse" }));
    this.rest = h("div", { class: "vs-planner-rest" });
    this.element = h("section", { class: "vs-card vs-planner", "aria-label": t("studies.planner_title"), "aria-busy": "true" }, h("h3", {}, t("studies.planner_title")), this.sentence, this.rest);
  }

  /** @param {object} plan as it stands on the page */
  ask(plan) {
    clearTimeout(this.timer);
    this.element.setAttribute("aria-busy", "true");
    this.timer = setTimeout(() => this.send(plan), SOON);
  }

  async send(plan) {
    const turn = (this.turn = (this.turn || 0) + 1);
    try {
      const outlook = await post(`/api/studies/${this.study().id}/planner`, { plan });
      if (turn === this.turn) this.show(outlook);
    } catch (reason) {
      if (turn !== this.turn) return;
      this.sentence.textContent = reason.message;
      fill(this.rest);
    }
    if (turn === this.turn) this.element.setAttribute("aria-busy", "false");
  }

  close() {
    clearTimeout(this.timer);
    this.turn = -1;
  }

  show(outlook) {
    const { answers, pairs, answers_per_pair: each, minutes_per_rater: minutes, sentence, assumptions, enough, needed } = outlook;
    this.element.dataset.enough = enough ? "yes" : "no";
    if (this.sentence.textContent !== sentence.message) this.sentence.textContent = sentence.message;
    fill(
      this.rest,
      ruler(outlook),
      h(
        "p",
        { class: "vs-planner-verdict", data: { enough: enough ? "yes" : "no" } },
        icon(enough ? "check" : "warn"),
        h("span", {}, enough ? t("studies.planner_enough") : needed?.raters ? counted("studies.planner_needed", needed.raters) : t("studies.planner_texts_few")),
      ),
      h(
        "dl",
        { class: "vs-figures" },
        figure(t("studies.planner_answers"), number(answers)),
        pairs ? figure(t("studies.planner_each"), number(each)) : null,
        outlook.power !== null ? figure(t("studies.planner_power"), percent(outlook.power)) : null,
        minutes ? figure(t("studies.planner_time"), duration(minutes * 60)) : null,
      ),
      curve(outlook),
      assumptions.length ? h("details", {}, h("summary", {}, t("studies.planner_assumptions")), h("ul", { class: "vs-remarks" }, assumptions.map((one) => h("li", {}, one.message)))) : null,
    );
  }
}

const figure = (name, value) => h("div", {}, h("dt", {}, name), h("dd", {}, value));

/** A difference in the unit of the protocol: "58 : 42" of a share, "0.3" of means. */
export const difference = (unit, value) => (unit === "share" ? t("studies.ratio", { more: number(Math.round(50 + 100 * value)), less: number(Math.round(50 - 100 * value)) }) : number(value, value >= 10 ? 0 : 2));

/** What is too small to be seen, and where the difference that matters lies. */
function ruler({ unit, detectable, difference: wanted }) {
  const end = Math.max(wanted, detectable || 0) * 1.6 || 1;
  const limit = unit === "share" ? Math.min(0.5, Math.max(0.2, end)) : end;
  const place = (value) => `${Math.min(100, (100 * value) / limit)}%`;
  const blind = detectable === null ? limit : detectable;
  return h(
    "div",
    { class: "vs-ruler", "aria-hidden": "true", style: { "--blind": place(blind), "--wanted": place(wanted) } },
    h("div", { class: "vs-ruler-track" }, h("i", { class: "vs-ruler-blind" }), h("b", { class: "vs-ruler-wanted" })),
    h("p", { class: "vs-ruler-words" }, h("span", {}, t("studies.ruler_blind")), detectable === null ? null : h("span", {}, t("studies.ruler_seen"))),
    h("p", { class: "vs-ruler-wish" }, t("studies.ruler_wanted", { difference: difference(unit, wanted) })),
  );
}

/** How the detectable difference shrinks with more listeners. */
function curve({ curve: points, unit, difference: wanted }) {
  const known = (points || []).filter((one) => one.detectable !== null);
  if (known.length < 3) return null;
  const [wide, high] = [320, 96];
  const most = Math.max(...known.map((one) => one.raters));
  const least = Math.min(...known.map((one) => one.raters));
  const top = Math.max(...known.map((one) => one.detectable), wanted);
  const x = (raters) => (wide * (raters - least)) / (most - least || 1);
  const y = (value) => high - 4 - ((high - 10) * value) / top;
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", `0 0 ${wide} ${high}`);
  svg.setAttribute("preserveAspectRatio", "none");
  svg.setAttribute("aria-hidden", "true");
  const line = (name, d) => {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", d);
    path.setAttribute("class", name);
    path.setAttribute("vector-effect", "non-scaling-stroke");
    svg.append(path);
  };
  line("vs-curve-wanted", `M0 ${y(wanted).toFixed(1)}H${wide}`);
  line("vs-curve-line", known.map((one, index) => `${index ? "L" : "M"}${x(one.raters).toFixed(1)} ${y(one.detectable).toFixed(1)}`).join(""));
  const [first, last] = [known[0], known.at(-1)];
  return h(
    "figure",
    { class: "vs-curve" },
    h("figcaption", {}, t("studies.curve_title")),
    svg,
    h("p", { class: "vs-curve-ends" }, [first, last].map((one) => h("span", {}, counted("studies.curve_end", one.raters, { difference: difference(unit, one.detectable) })))),
  );
}
