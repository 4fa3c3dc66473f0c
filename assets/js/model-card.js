/** One model that measures: folded, what it is for; unfolded, its weight sets. */

import { define, fill, h, icon } from "./dom.js";
import { need } from "./engine-needs.js";
import { weightsNeed } from "./engine-weights.js";
import { get } from "./http.js";
import { t } from "./texts.js";

class ModelCard extends HTMLElement {
  /** @param {object} model @param {{folders: boolean, changed: (model: object) => void}} page */
  set(model, page) {
    // Named as an engine's card names it, so that jobs find both alike. Any set serves.
    this.engine = { ...model, sets_serve: "any", sets_hint: t("models.any"), acceptance: null };
    this.page = page;
    this.folders = page.folders;
    this.base = `/api/models/${model.name}`;
    this.id = `model-${model.name}`;
    this.dataset.model = model.name;
    this.draw();
  }

  /** Ask the studio how the model stands now. */
  async refresh() {
    const slot = document.activeElement?.closest?.("[data-slot]")?.dataset.slot;
    this.set(await get(this.base), this.page);
    this.page.changed(this.engine);
    if (slot) this.querySelector(`[data-slot="${CSS.escape(slot)}"] button`)?.focus();
  }

  open() {
    this.firstElementChild.open = true;
  }

  /** The place where a job's bar belongs. */
  slot(job) {
    return this.querySelector(`[data-slot="${CSS.escape(`weights:${job.detail}`)}"]`);
  }

  draw() {
    const model = this.engine;
    const open = this.firstElementChild?.open || false;
    const standing = h("span", { class: "vs-verdict", data: { verdict: model.ready ? "usable" : "warning" } }, icon(model.ready ? "check" : "warn"), model.ready ? t("models.in_use", { set: model.in_use }) : t("models.missing"));
    const terms = need("licence", null, t("needs.licence"), h("p", {}, t("engines.licence_words", { code: model.licence.code, weights: model.licence.weights }), " ", h("a", { href: model.licence.url, rel: "noreferrer" }, t("engines.terms"))));
    const details = h(
      "details",
      { class: "vs-card vs-engine-card" },
      h("summary", {}, h("div", { class: "vs-engine-title" }, h("h3", {}, model.title), standing)),
      h(
        "div",
        { class: "vs-engine-body" },
        h("p", { class: "vs-summary" }, model.summary),
        model.missing ? h("p", { class: "vs-refusal" }, icon("warn"), model.missing) : null,
        h("section", { class: "vs-engine-needs" }, terms, weightsNeed(model, this), h("p", {}, h("a", { href: model.homepage, rel: "noreferrer" }, t("engines.homepage")))),
      ),
    );
    details.open = open;
    fill(this, details);
  }
}

define("vs-model-card", ModelCard);
