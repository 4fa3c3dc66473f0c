/** `<vs-plan>`: what one engine will do with the request, before anything is rendered. */

import { aspectList } from "./aspects.js";
import { define, fill, h, icon } from "./dom.js";
import { seconds, t } from "./texts.js";

class Plan extends HTMLElement {
  /** @param {{aspects: object, refusal: {message: string}|null, insistable: boolean, estimate_seconds: number|null, state: string}|null} plan */
  set plan(plan) {
    this.dataset.refused = plan?.refusal ? "yes" : "no";
    if (!plan) {
      fill(this);
      return;
    }
    fill(
      this,
      plan.refusal && h("p", { class: "vs-refusal" }, icon("warn"), plan.refusal.message),
      !plan.refusal && aspectList(plan.aspects, false),
      !plan.refusal && plan.estimate_seconds >= 1 ? h("p", { class: "vs-estimate" }, t("plan.estimate", { seconds: seconds(plan.estimate_seconds, 0) })) : null,
    );
  }
}

define("vs-plan", Plan);
