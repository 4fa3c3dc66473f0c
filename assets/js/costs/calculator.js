/** `<vs-cost-calculator>`: a plan's cost by service and by rented machine, and where they meet. */

import { button, define, fill, h, icon } from "../dom.js";
import { get, post, put, remove } from "../http.js";
import { languageName, number, t } from "../texts.js";
import { assumptionFields, renewBases, whole } from "./assumption-fields.js";
import { choiceField, numberField } from "./fields.js";
import { findings } from "./findings.js";

const CALCULATE = 150;
const KEEP = 700;

class Calculator extends HTMLElement {
  connectedCallback() {
    if (this.built) return;
    this.built = true;
    this.far = false;
    this.asked = 0;
    this.body = h("div", { class: "vs-calculator", "aria-busy": "true" });
    this.append(h("h2", { class: "vs-subtitle" }, t("costs.plan")), h("p", { class: "vs-hint" }, t("costs.plan_hint")), this.body);
    this.load();
  }

  disconnectedCallback() {
    this.drawing?.stop();
  }

  async load() {
    try {
      this.take(await get("/api/costs"));
      this.build();
    } catch (reason) {
      fill(this.body, h("p", { class: "vs-alert", role: "alert" }, icon("warn"), reason.message));
    }
    this.body.removeAttribute("aria-busy");
  }

  take(costs) {
    this.costs = costs;
    this.assumed = costs.assumptions;
  }

  build() {
    this.plan = h("form", { class: "vs-card vs-cost-plan", onsubmit: (event) => event.preventDefault() });
    this.result = h("div", { class: "vs-cost-result" });
    this.fields = h("form", { class: "vs-cost-assumptions", onsubmit: (event) => event.preventDefault() });
    this.kept = h("span", { class: "vs-hint", role: "status" });
    fill(
      this.body,
      h("div", { class: "vs-cost-two" }, this.plan, this.result),
      h(
        "details",
        { class: "vs-card vs-cost-all", open: true },
        h("summary", {}, t("costs.assumptions")),
        this.fields,
        h("p", { class: "vs-hint" }, t("costs.not_counted")),
        h("div", { class: "vs-actions" }, button({ icon: "retry", label: t("costs.reset"), onclick: () => this.reset() }), this.kept),
      ),
    );
    this.drawing = findings(this.result, {
      further: () => {
        this.far = !this.far;
        this.calculate();
      },
    });
    this.buildPlan();
    this.buildFields();
    this.show();
  }

  buildPlan() {
    const { costs, assumed } = this;
    const engines = costs.engines.map((one) => [one.name, one.title]);
    const machines = costs.offers.map((one) => [one.id, `${one.machine} · ${one.vendor}`]);
    const languages = costs.languages.map((one) => [one.tag, languageName(one.tag)]);
    this.volume = h("p", { class: "vs-hint vs-cost-volume" });
    fill(
      this.plan,
      numberField({ name: "videos", label: t("costs.videos"), value: assumed.videos, least: 0, most: 1000000, onvalue: (value) => this.change({ videos: value }) }),
      numberField({ name: "minutes", label: t("costs.minutes"), value: assumed.minutes, least: 0.01, most: 1440, onvalue: (value) => this.change({ minutes: value }) }),
      choiceField({ name: "language", label: t("costs.language"), value: assumed.language, options: languages, onvalue: (value) => this.choose({ language: value }) }),
      choiceField({ name: "engine", label: t("costs.engine"), value: assumed.engine, options: engines, onvalue: (value) => this.choose({ engine: value }) }),
      choiceField({ name: "offer", label: t("costs.machine"), value: assumed.offer, options: machines, onvalue: (value) => this.choose({ offer: value }) }),
      this.volume,
    );
  }

  buildFields() {
    fill(this.fields, ...assumptionFields(this.costs, this.assumed, (changes) => this.change(changes)));
  }

  /** A number was replaced: calculate soon, keep a little later. */
  change(changes) {
    Object.assign(this.assumed, changes);
    clearTimeout(this.soon);
    clearTimeout(this.later);
    this.soon = setTimeout(() => this.calculate(), CALCULATE);
    this.later = setTimeout(() => this.keep(), KEEP);
  }

  /** Another engine, machine or language has other figures: their fields are drawn anew. */
  async choose(changes) {
    Object.assign(this.assumed, changes);
    clearTimeout(this.soon);
    clearTimeout(this.later);
    this.keep();
    if (await this.calculate()) this.buildFields();
  }

  /** @returns {Promise<boolean>} whether nobody asked for another one meanwhile */
  async calculate() {
    const turn = ++this.asked;
    try {
      const found = await post(`/api/costs/calculation${this.far ? "?far=true" : ""}`, this.assumed);
      if (turn !== this.asked) return false;
      this.costs.calculation = found;
      this.show();
      renewBases(this.fields, this.costs, this.assumed);
    } catch (reason) {
      if (turn === this.asked) this.say(reason.message);
    }
    return turn === this.asked;
  }

  keep() {
    const assumed = structuredClone(this.assumed);
    this.write(() => put("/api/costs", assumed), t("costs.kept"));
  }

  /** Back to the studio's: at once here, then where it is kept. */
  async reset() {
    clearTimeout(this.soon);
    clearTimeout(this.later);
    this.assumed = structuredClone(this.costs.defaults);
    this.buildPlan();
    this.write(() => remove("/api/costs"), t("costs.was_reset"));
    if (await this.calculate()) this.buildFields();
  }

  /** What is kept follows in the order it was asked for. */
  write(request, said) {
    this.writing = (this.writing || Promise.resolve()).then(request).then(
      () => this.say(said),
      (reason) => this.say(reason.message),
    );
  }

  say(sentence) {
    this.kept.textContent = sentence;
  }

  show() {
    const found = this.costs.calculation;
    this.volume.textContent = t("costs.volume", { minutes: whole(found.minutes), characters: whole(found.characters), hours: number(found.busy_hours, found.busy_hours < 10 ? 1 : 0) });
    this.drawing.show(this.costs, this.assumed, this.far);
  }
}

define("vs-cost-calculator", Calculator);
