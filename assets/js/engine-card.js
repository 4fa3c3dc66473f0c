/** One engine: folded, the gist of it; unfolded, what it can do and what it still needs. */

import { define, fill, h, icon, linked, site } from "./dom.js";
import { SIGNS } from "./engine-matrix.js";
import { needs } from "./engine-needs.js";
import { now } from "./engine-now.js";
import { get } from "./http.js";
import { bytes, counted, has, languageName, number, t } from "./texts.js";

/** Languages named before the rest is folded away. */
const SHOWN = 12;
/** States whose remedy stands among the needs, with its button. */
const MET = ["weights_missing", "environment_missing", "environment_outdated", "setting_missing", "licence_not_accepted"];
const GIST = ["korean", "cloning", "streaming"];

export const ready = (engine) => ["ready", "loaded"].includes(engine.state);

/** Where an engine stands, in a word. */
export function badge(engine) {
  const verdict = ready(engine) ? "usable" : engine.state === "failed" ? "refused" : "warning";
  return h("span", { class: "vs-verdict", data: { verdict } }, icon(verdict === "usable" ? "check" : "warn"), has(`engine_state.${engine.state}`) ? t(`engine_state.${engine.state}`) : engine.state);
}

class EngineCard extends HTMLElement {
  /** @param {object} engine @param {{columns: object[], folders: boolean, changed: (engine: object) => void}} page */
  set(engine, page) {
    this.engine = engine;
    this.page = page;
    this.folders = page.folders;
    this.id = `engine-${engine.name}`;
    this.dataset.engine = engine.name;
    this.dataset.state = engine.state;
    this.draw();
  }

  /** Ask the studio how the engine stands now. */
  async refresh() {
    const engine = await get(`/api/engines/${this.engine.name}`);
    const slot = document.activeElement?.closest?.("[data-slot]")?.dataset.slot;
    this.set(engine, this.page);
    this.page.changed(engine);
    if (slot) this.querySelector(`[data-slot="${CSS.escape(slot)}"] button`)?.focus();
  }

  open() {
    this.firstElementChild.open = true;
  }

  /** The places where a job's bar belongs. */
  slot(job) {
    const name = { environment: `environment:${job.detail}`, warm: "warm:" }[job.kind] || `weights:${job.detail}`;
    return this.querySelector(`[data-slot="${CSS.escape(name)}"]`);
  }

  draw() {
    const { engine } = this;
    const open = this.firstElementChild?.open || false;
    const titles = new Map(this.page.columns.map((column) => [column.name, column.title]));
    const gist = engine.facts.filter((fact) => GIST.includes(fact.column));
    const body = h("div", { class: "vs-engine-body" });
    const details = h(
      "details",
      { class: "vs-card vs-engine-card", ontoggle: () => this.fillBody(details, body) },
      h(
        "summary",
        {},
        h("div", { class: "vs-engine-title" }, h("h3", {}, engine.title), badge(engine)),
        h("ul", { class: "vs-gist" }, gist.map((fact) => h("li", { class: "vs-fact", data: { level: fact.level } }, icon(SIGNS[fact.level] || "none"), h("span", { class: fact.column === "cloning" && fact.level === "yes" ? "" : "vs-gist-name" }, titles.get(fact.column)), fact.column === "cloning" && fact.level === "yes" ? h("span", {}, fact.words) : null))),
      ),
      body,
    );
    details.open = open;
    fill(this, details);
    this.fillBody(details, body);
  }

  /** Thirteen engines, one of them with a hundred voices to fetch: drawn when looked at. */
  fillBody(details, body) {
    if (!details.open || body.childElementCount) return;
    const { engine } = this;
    fill(
      body,
      h("p", { class: "vs-summary" }, engine.summary),
      engine.state_detail && !ready(engine) && !MET.includes(engine.state) ? h("p", { class: engine.state === "failed" ? "vs-alert" : "vs-refusal" }, icon("warn"), engine.state_detail) : null,
      engine.remarks.map((remark) => h("p", { class: "vs-refusal" }, icon("warn"), remark)),
      now(engine, this),
      h(
        "div",
        { class: "vs-engine-halves" },
        h("section", { class: "vs-engine-can" }, h("h4", { class: "vs-half-title" }, t("engines.can")), this.facts(), this.languages(), this.settings(), h("p", {}, h("a", { href: engine.homepage, rel: "noreferrer" }, t("engines.homepage")))),
        h("section", { class: "vs-engine-needs" }, h("h4", { class: "vs-half-title" }, t("engines.needs_title")), needs(engine, this)),
      ),
    );
  }

  facts() {
    const { engine } = this;
    const lines = [
      ["voices", engine.presets.length ? counted("engines.presets", engine.presets.length) : ready(engine) ? t("engines.no_presets") : null],  // unknown before it is ready
      ["cloning", this.cloning()],
      ["instruction", [t(`engines.instruction_${engine.instruction}`), engine.voice_design ? h("small", {}, t("engines.designs")) : null]],
      ["streaming", t(engine.streaming ? "engines.streams" : "engines.sentences")],
      ["limit", this.limit(engine.max_characters, engine.max_characters_by_language)],
      ["limit_at_once", this.limit(null, engine.sentence_characters_by_language)],
      ["hardware", this.hardware()],
      ["price", engine.price ? this.price() : engine.facts.find((fact) => fact.column === "price")?.words],
    ];
    return [
      h("dl", { class: "vs-facts" }, lines.filter(([, value]) => value).map(([name, value]) => h("div", {}, h("dt", {}, t(`engines.${name}`)), h("dd", {}, value)))),
      engine.low_anchor ? h("p", { class: "vs-hint" }, t("engines.low_anchor")) : null,
    ];
  }

  cloning() {
    const { cloning } = this.engine;
    if (cloning.kind === "none") return cloning.why_not || t(cloning.closest_preset ? "engines.closest_preset" : "engines.no_cloning");
    const transcript = t(`engines.transcript_${cloning.transcript}`);
    const remote = cloning.kind === "remote" ? h("small", {}, t("engines.clones_remote")) : null;
    const span = cloning.max_seconds ? t("engines.clones_between", { least: number(cloning.min_seconds), most: number(cloning.max_seconds) }) : t("engines.clones", { seconds: number(cloning.min_seconds) });
    return [`${span}; ${transcript}`, remote];
  }

  limit(most, tighter) {
    const singles = Object.entries(tighter || {}).map(([tag, count]) => t("engines.limit_language", { language: languageName(tag), count: number(count) }));
    const words = [most ? t("engines.limit_words", { count: number(most) }) : "", singles.length > 4 ? "" : singles.join(", ")].filter(Boolean).join("; ");
    if (singles.length <= 4) return words;
    return [words, h("details", {}, h("summary", {}, t("engines.limit_languages")), h("p", {}, singles.join(", ")))];
  }

  price() {
    const { price } = this.engine;
    const models = Object.entries(price.by_model || {}).map(([model, each]) => h("li", {}, t("engines.price_model", { model, price: each, currency: price.currency })));
    return [t("engines.price_words", { price: price.per_million_characters, currency: price.currency, date: price.as_of }), h("small", {}, linked(price.source, site), price.remark ? ` (${price.remark})` : ""), models.length ? h("ul", { class: "vs-plain-list" }, models) : null];
  }

  hardware() {
    const { hardware } = this.engine;
    const places = hardware.runs_on.map((one) => t(`engines.on_${one}`)).join(", ");
    const need = hardware.runs_on.join() === "remote" ? places : t("engines.needs", { memory: bytes(hardware.memory_mb * 1e6), where: places });
    const card = hardware.cuda_memory_mb ? h("small", {}, t("engines.needs_cuda", { memory: bytes(hardware.cuda_memory_mb * 1e6) })) : null;
    return [need, card, hardware.note ? h("small", {}, hardware.note) : null];
  }

  languages() {
    const { engine } = this;
    // A browser may lack the name of a rare language: bare codes come last.
    const nameless = (tag) => Number(languageName(tag) === tag);
    const tags = [...engine.languages].sort((one, other) => nameless(one) - nameless(other));
    const names = tags.map((tag) => h("li", {}, languageName(tag)));
    const rest = names.splice(SHOWN);
    return h(
      "div",
      { class: "vs-languages" },
      h("ul", { class: "vs-tags" }, names),
      rest.length ? h("details", {}, h("summary", {}, counted("engines.more_languages", rest.length)), h("ul", { class: "vs-tags" }, rest)) : null,
      engine.language_faults.length
        ? h("details", { class: "vs-faults" }, h("summary", {}, t("engines.faults")), h("ul", {}, engine.language_faults.map((fault) => h("li", {}, h("strong", {}, languageName(fault.language)), " ", fault.reason))))
        : null,
    );
  }

  settings() {
    const titles = Object.values(this.engine.option_titles);
    if (!titles.length) return null;
    return h("details", {}, h("summary", {}, counted("engines.settings", titles.length)), h("ul", { class: "vs-tags" }, titles.map((title) => h("li", {}, title))));
  }
}

define("vs-engine-card", EngineCard);
