/** `<vs-plan>`: what one engine will do with the request, before anything is rendered. */

import { aspectList } from "./aspects.js";
import { define, fill, h, icon, linked, site } from "./dom.js";
import { page } from "./http.js";
import { licenceNote } from "./licence.js";
import { money } from "./money.js";
import { number, seconds, t } from "./texts.js";

class Plan extends HTMLElement {
  /** @param {{aspects: object, refusal: {message: string}|null, insistable: boolean, estimate_seconds: number|null, retries: {most: number, note: string}, state: string}|null} plan */
  set plan(plan) {
    this.told = plan;
    this.show(plan);
    this.dispatchEvent(new CustomEvent("vs-planned", { bubbles: true }));
  }

  /** What was said last: the whole order is summed up from all of them. */
  get plan() {
    return this.told || null;
  }

  show(plan) {
    this.dataset.refused = plan?.refusal ? "yes" : "no";
    if (!plan) {
      fill(this);
      return;
    }
    fill(
      this,
      plan.refusal && h("p", { class: "vs-refusal" }, icon("warn"), h("span", {}, plan.refusal.message, plan.refusal.engines ? [" ", h("a", { href: page(`engines#engine-${plan.engine || ""}`) }, t("plan.to_engines"))] : null)),
      !plan.refusal && aspectList(plan.aspects, false),
      !plan.refusal && [this.estimate(plan), this.cost(plan.cost), this.most(plan.retries), plan.terms ? licenceNote(plan.terms) : null, plan.attribution ? h("p", { class: "vs-estimate" }, t("plan.credit", { credit: plan.attribution })) : null],
      this.fallback(plan.fallback),
    );
  }

  estimate({ estimate_seconds: needed, retries, parts: pieces }) {
    const parts = [pieces > 1 && t("plan.parts", { count: number(pieces) }), needed >= 1 && t("plan.estimate", { seconds: seconds(needed, 0) }), retries?.most > 0 && retries.note].filter(Boolean);
    return parts.length ? h("p", { class: "vs-estimate" }, parts.join(" · ")) : null;
  }

  cost(cost) {
    if (!cost) return null;
    if (cost.amount === null) return h("p", { class: "vs-estimate vs-cost" }, t("plan.cost_unknown"));
    return h("p", { class: "vs-estimate vs-cost" }, linked(t("plan.cost", { amount: money(cost.amount), currency: cost.currency, characters: number(cost.characters), date: cost.as_of, source: cost.source }), site));
  }

  /** What it costs should every further attempt be needed. */
  most(retries) {
    const cost = retries?.most > 0 && retries.cost_at_most;
    return cost?.amount ? h("p", { class: "vs-estimate vs-cost" }, t("plan.cost_at_most", { amount: money(cost.amount), currency: cost.currency })) : null;
  }

  fallback(plan) {
    if (!plan) return null;
    if (plan.refusal) return h("p", { class: "vs-refusal vs-fallback" }, icon("warn"), t("plan.fallback_refused", { engine: plan.title, reason: plan.refusal.message }));
    return h("div", { class: "vs-fallback" }, h("p", { class: "vs-estimate" }, t("plan.fallback", { engine: plan.title })), aspectList(plan.aspects, false), this.cost(plan.cost));
  }
}

define("vs-plan", Plan);
