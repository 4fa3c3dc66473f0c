/** What is asked of the library: words, kind, filters, order; kept in the page's address. */

import { button, fill, h, icon } from "../dom.js";
import { get } from "../http.js";
import { counted, languageName, number, t } from "../texts.js";
import { FILTERS, KINDS, sorts, STATES, starrable } from "./kinds.js";

const WAIT = 250;
const NAMES = ["q", "project", "engine", "language", "state", "tag", "from", "to", "starred"];

/** @returns {Record<string, string>} the question in the address */
export function asked() {
  const address = new URLSearchParams(location.search);
  const found = Object.fromEntries([...NAMES, "sort", "bin"].map((name) => [name, address.get(name) || ""]));
  const kind = KINDS.includes(address.get("kind")) ? address.get("kind") : "comparison";
  return { ...found, kind, sort: sorts(kind).includes(found.sort) ? found.sort : "newest" };
}

/** The question as the server takes it: days become moments of this place's time. */
export function query(question, cursor = "") {
  const sent = new URLSearchParams();
  for (const [name, value] of Object.entries({ ...question, cursor })) if (value) sent.set(name, value);
  if (question.from) sent.set("from", new Date(`${question.from}T00:00`).toISOString());
  if (question.to) {
    const after = new Date(`${question.to}T00:00`);
    after.setDate(after.getDate() + 1);
    sent.set("to", after.toISOString());
  }
  return sent;
}

/** Whether anything narrows the question. */
export const narrowed = (question) => NAMES.some((name) => question[name]);

/** The bar above the list. @param {(question: object) => void} changed */
export class Filters {
  constructor(question, changed) {
    this.question = question;
    this.changed = changed;
    this.choices = { tags: [], projects: [], engines: [], languages: [] };
    this.search = h("input", {
      type: "search",
      class: "vs-input",
      value: question.q,
      maxlength: "200",
      placeholder: t("library.search"),
      "aria-label": t("library.search"),
      oninput: () => {
        clearTimeout(this.timer);
        this.timer = setTimeout(() => this.set({ q: this.search.value.trim() }), WAIT);
      },
    });
    this.tabs = h("div", { class: "vs-library-tabs", role: "group", "aria-label": t("library.kinds") });
    this.fold = h("details", { class: "vs-library-fold" });
    this.summary = h("summary", {});
    this.fields = h("div", { class: "vs-library-filters" });
    this.fold.append(this.summary, this.fields);
    this.sort = h("div", { class: "vs-library-sort" });
    this.active = h("div", { class: "vs-library-active" });
    this.element = h(
      "div",
      { class: "vs-library-bar", role: "search" },
      h("label", { class: "vs-library-search" }, icon("search"), this.search),
      this.tabs,
      h("div", { class: "vs-library-line" }, this.fold, this.sort),
      this.active,
    );
    this.fold.open = matchMedia("(min-width: 1100px)").matches;
    this.draw();
  }

  /** Learn what can be chosen. */
  async learn() {
    try {
      this.choices = await get("/api/library/choices");
    } catch {
      return; // the list itself says what is wrong
    }
    this.draw();
  }

  set(change) {
    const next = { ...this.question, ...change };
    if (change.kind) {
      if (!sorts(next.kind).includes(next.sort)) next.sort = "newest";
      if (next.state && !STATES[next.kind].includes(next.state)) next.state = "";
    }
    this.question = next;
    this.draw();
    this.changed(next);
  }

  clear() {
    this.search.value = "";
    this.set(Object.fromEntries(NAMES.map((name) => [name, ""])));
  }

  /** @param {Record<string, number>} counts of each kind @param {number} binned */
  count(counts, binned) {
    this.counts = counts;
    this.binned = binned;
    this.drawTabs();
  }

  draw() {
    this.drawTabs();
    this.drawFields();
    this.drawActive();
  }

  drawTabs() {
    const focused = this.tabs.contains(document.activeElement) ? document.activeElement.dataset.kind : "";
    const tab = (name, words, count, on, onclick) =>
      h(
        "button",
        { type: "button", class: "vs-library-tab", data: { kind: name }, "aria-pressed": String(on), onclick },
        name === "bin" && icon("trash"),
        h("span", {}, words),
        h("b", {}, count === undefined ? "" : number(count)),
      );
    fill(
      this.tabs,
      KINDS.map((kind) => tab(kind, t(`library.kind_${kind}`), this.counts?.[kind], kind === this.question.kind, () => this.set({ kind }))),
      tab("bin", t("library.bin"), this.binned, Boolean(this.question.bin), () => this.set({ bin: this.question.bin ? "" : "true" })),
    );
    if (focused) this.tabs.querySelector(`[data-kind="${focused}"]`)?.focus();
  }

  drawFields() {
    const { kind } = this.question;
    const focused = this.element.contains(document.activeElement) ? document.activeElement.name : "";
    const named = (name, label) => ({
      project: () => this.choices.projects.map((one) => [one, one]),
      engine: () => this.choices.engines.map((one) => [one.value, one.title]),
      language: () => this.choices.languages.map((one) => [one, languageName(one)]),
      state: () => STATES[kind].map((one) => [one, t(`library.state_${one}`)]),
      tag: () => this.choices.tags.map((one) => [one.tag, `#${one.tag} (${number(one.things)})`]),
    })[name](label);
    const fields = FILTERS[kind].map((name) => {
      const options = named(name);
      const value = this.question[name];
      if (value && !options.some(([one]) => one === value)) options.push([value, value]);
      return this.select(name, t(`library.${name}`), t("library.any"), options);
    });
    const day = (name) =>
      h("label", { class: "vs-field" }, h("span", {}, t(`library.${name}`)), h("input", { type: "date", class: "vs-input", name, value: this.question[name], onchange: (event) => this.set({ [name]: event.target.value }) }));
    const stars =
      starrable(kind) &&
      h(
        "label",
        { class: "vs-library-check" },
        h("input", { type: "checkbox", name: "starred", checked: Boolean(this.question.starred), onchange: (event) => this.set({ starred: event.target.checked ? "true" : "" }) }),
        h("span", {}, t("library.starred")),
      );
    fill(this.fields, fields, day("from"), day("to"), stars);
    fill(this.sort, this.select("sort", t("library.sort"), "", sorts(kind).map((one) => [one, this.orderName(one)])));
    if (focused) this.element.querySelector(`[name="${focused}"]`)?.focus();
  }

  /** In the bin, new is what was deleted last. */
  orderName(order) {
    return this.question.bin && (order === "newest" || order === "oldest") ? t(`library.bin_${order}`) : t(`library.sort_${order}`);
  }

  select(name, label, any, options) {
    return h(
      "label",
      { class: "vs-field" },
      h("span", {}, label),
      h(
        "select",
        { class: "vs-input", name, onchange: (event) => this.set({ [name]: event.target.value }) },
        any && h("option", { value: "" }, any),
        options.map(([value, words]) => h("option", { value, selected: value === this.question[name] }, words)),
      ),
    );
  }

  /** What narrows the list, each to be taken away by itself: a folded filter is never forgotten. */
  drawActive() {
    const on = NAMES.filter((name) => name !== "q" && this.question[name]);
    fill(this.summary, t("library.filters"), on.length > 0 && h("b", {}, number(on.length)));
    this.active.hidden = !on.length;
    const words = {
      engine: (value) => this.choices.engines.find((one) => one.value === value)?.title || value,
      language: languageName,
      state: (value) => t(`library.state_${value}`),
      tag: (value) => `#${value}`,
      from: (value) => `${t("library.from")} ${value}`,
      to: (value) => `${t("library.to")} ${value}`,
      starred: () => t("library.starred"),
    };
    fill(
      this.active,
      on.map((name) => {
        const value = this.question[name];
        const said = words[name] ? words[name](value) : value;
        return h("button", { type: "button", class: "vs-library-tag", "aria-label": t("library.without", { filter: said }), title: t("library.without", { filter: said }), onclick: () => this.set({ [name]: "" }) }, said, icon("close"));
      }),
      on.length > 1 && button({ kind: "quiet", label: t("library.clear"), onclick: () => this.clear() }),
    );
  }

  /** "41 comparisons" */
  said() {
    const { kind } = this.question;
    return counted(`library.count_${kind}`, this.counts?.[kind] || 0);
  }
}
