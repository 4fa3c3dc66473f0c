/** `<vs-engines>`: all engines side by side, one by one with what each needs; models that measure. */

import { define, fill, h, icon } from "./dom.js";
import "./engine-card.js";
import { badge, ready } from "./engine-card.js";
import { matrices } from "./engine-matrix.js";
import "./engine-memory.js";
import { get } from "./http.js";
import "./model-card.js";
import { follow, progressBar, progressWords, watchJobs } from "./jobs.js";
import { number, t } from "./texts.js";

const FILTERS = {
  all: () => true,
  ready,
  needs: (engine) => !ready(engine),
};

class Engines extends HTMLElement {
  async connectedCallback() {
    this.filter = "all";
    this.stopWatching = watchJobs((job, ended) => this.job(job, ended));
    try {
      [this.answer, this.listeners] = await Promise.all([get("/api/engines"), get("/api/models")]);
    } catch (reason) {
      fill(this, h("p", { class: "vs-alert", role: "alert" }, icon("warn"), reason.message));
      return;
    }
    this.engines = this.answer.engines;
    this.bar = h("fieldset", { class: "vs-segments" });
    this.tables = h("div", { class: "vs-matrices" });
    this.told = h("p", { class: "vs-hidden", role: "status" });
    this.cards = this.engines.map((engine) => {
      const card = document.createElement("vs-engine-card");
      card.set(engine, { columns: this.answer.columns, folders: this.answer.folders, changed: (one) => this.changed(one) });
      return card;
    });
    this.models = this.listeners.models.map((model) => {
      const card = document.createElement("vs-model-card");
      card.set(model, { folders: this.listeners.folders, changed: () => {} });
      return card;
    });
    this.memory = h("vs-engine-memory", { "onvs-memory-changed": (event) => this.moved(event.detail) });
    fill(
      this,
      this.bar,
      this.memory,
      this.tables,
      h("h2", { class: "vs-subtitle" }, t("engines.each")),
      h("div", { class: "vs-engine-list" }, this.cards),
      h("h2", { class: "vs-subtitle" }, t("models.title")),
      h("p", { class: "vs-hint" }, t("models.lead")),
      h("div", { class: "vs-engine-list" }, this.models),
      this.told,
    );
    this.show();
    this.resume();
    this.goTo(location.hash);
    this.onHash = () => this.goTo(location.hash);
    addEventListener("hashchange", this.onHash);
  }

  disconnectedCallback() {
    this.stopWatching?.();
    removeEventListener("hashchange", this.onHash);
  }

  /** Work that was under way when the page was opened goes on being shown. */
  resume() {
    for (const engine of this.engines) {
      for (const one of [...engine.weights, ...engine.environments]) follow(one.job);
      follow(engine.warming);
    }
    for (const model of this.listeners.models) for (const one of model.weights) follow(one.job);
  }

  /** From an address like `#engine-qwen3` or `#model-whisper`. */
  goTo(hash) {
    const card = [...this.cards, ...this.models].find((one) => `#${one.id}` === hash);
    if (!card) return;
    if (card.hidden) this.choose("all");
    card.open();
    card.scrollIntoView({ block: "start" });
  }

  choose(filter) {
    this.filter = filter;
    this.show();
  }

  /** Engines came into memory or left it, by somebody's take or after a while of nothing. */
  moved({ was, is }) {
    for (const card of this.cards) {
      const name = card.engine.name;
      const typing = card.contains(document.activeElement) && document.activeElement.matches("input, select");
      if (was.includes(name) !== is.includes(name) && !typing) card.refresh().catch(() => {});
    }
  }

  changed(engine) {
    this.engines = this.engines.map((one) => (one.name === engine.name ? engine : one));
    this.show();
  }

  show() {
    const fits = FILTERS[this.filter];
    const chosen = this.engines.filter(fits);
    fill(
      this.bar,
      h("legend", { class: "vs-hidden" }, t("engines.filter")),
      Object.entries(FILTERS).map(([name, one]) =>
        h("label", {}, h("input", { type: "radio", name: "engines-filter", value: name, checked: name === this.filter, onchange: () => this.choose(name) }), h("span", {}, t(`engines.filter_${name}`), " ", h("b", {}, number(this.engines.filter(one).length)))),
      ),
    );
    const unfolded = this.tables.querySelector("details")?.open;
    fill(this.tables, chosen.length ? matrices(this.answer, chosen, badge, (name) => this.goTo(`#engine-${name}`)) : h("p", { class: "vs-hint" }, t("engines.none")));
    if (unfolded) this.tables.querySelector("details").open = true;
    const names = new Set(chosen.map((engine) => engine.name));
    for (const card of this.cards) card.hidden = !names.has(card.engine.name);
  }

  /** A look at a job: move its bar, or show what became of it. */
  async job(job, ended) {
    const card = this.named(job.engine);
    if (!card) return;
    if (ended) {
      this.tell(job, job.error?.message || job.result || t(job.kind === "warm" ? "engines.warm_cancelled" : "jobs.cancelled"));
      this.memory.look();
      await card.refresh().catch(() => {});
      return;
    }
    const slot = card.slot(job);
    if (!slot) return;
    const bar = slot.querySelector(".vs-progress");
    if (bar?.dataset.job === job.id) bar.show(job);
    else fill(slot, progressBar(job, job.detail || job.engine));
    // A screen reader hears each quarter, not each second.
    const quarter = job.total ? Math.floor((4 * job.done) / job.total) : 0;
    if (quarter !== this.quarter) this.tell(job, progressWords(job));
    this.quarter = quarter;
  }

  /** The card of an engine, or of a model that measures. */
  named(name) {
    return [...(this.cards || []), ...(this.models || [])].find((one) => one.engine.name === name);
  }

  tell(job, words) {
    this.told.textContent = [this.named(job.engine)?.engine.title, job.detail, words].filter(Boolean).join(": ");
  }
}

define("vs-engines", Engines);
